"""News sitemaps: what Google News reads, and many papers offer when they have no feed.

Source: https://www.sitemaps.org/protocol.html, https://www.google.com/schemas/sitemap-news/0.9/
"""

from __future__ import annotations

from lxml import etree

from monitor.errors import FeedParseError
from monitor.feeds.formats import RawFeed, RawItem, Source
from monitor.feeds.markup import from_plain
from monitor.feeds.prolog import sound_xml
from monitor.urls import resolve


def accepts(_media_type: str, head: str) -> float:
    """Returns how well a document suits: sitemaps do."""
    lower = head.lower()
    return 1.0 if "<urlset" in lower or "<sitemapindex" in lower else 0.0


def parse(source: Source) -> RawFeed:
    """Reads a sitemap; entries of a plain one have an address and a date only.

    Raises:
        FeedParseError: an index of sitemaps, or nothing that can be read.
    """
    text, warning = sound_xml(source.text, url=source.url)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        recover=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except (etree.LxmlError, ValueError) as error:
        raise FeedParseError(
            f"{source.url} is a sitemap that cannot be read: {error}", hint="ask the site"
        ) from error
    if root is None or _name(root) == "sitemapindex":
        raise FeedParseError(
            f"{source.url} is an index of sitemaps, not a sitemap", hint=_suggest(root)
        )
    items = [item for url in root.iterchildren() if (item := _item(url, source.url))]
    is_truncated = "</urlset" not in source.text[-1_000:].lower()
    return RawFeed(
        format="sitemap",
        items=items,
        home_url=resolve(source.url, "/"),
        lang=source.content_language,
        is_truncated=is_truncated,
        is_last_item_broken=is_truncated and not source.text.rstrip().lower().endswith("</url>"),
        warning="the document breaks off" if is_truncated else warning,
    )


def _item(element: etree._Element, base: str) -> RawItem | None:
    values: dict[str, str] = {}
    for child in element.iter():
        if isinstance(child.tag, str) and child.text and child.text.strip():
            parent = child.getparent()
            prefix = "image." if parent is not None and _name(parent) == "image" else ""
            values.setdefault(prefix + _name(child), child.text.strip())
    url = resolve(base, values.get("loc", ""))
    if url is None:
        return None
    return RawItem(
        url=url,
        title=from_plain(values.get("title", "")),
        published=values.get("publication_date", "") or values.get("lastmod", ""),
        updated=values.get("lastmod", ""),
        published_field="publication_date" if values.get("publication_date") else "lastmod",
        updated_field="lastmod",
        lang=values.get("language"),
        source_name=values.get("name"),
    )


def _name(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _suggest(root: etree._Element | None) -> str:
    places = [
        child.text.strip()
        for child in (root.iter() if root is not None else ())
        if _name(child) == "loc" and child.text
    ]
    news = next((place for place in places if "news" in place.lower()), places[0] if places else "")
    return (
        f"follow one of its sitemaps, e.g. {news[:200]}"
        if news
        else "follow one of the sitemaps it lists"
    )
