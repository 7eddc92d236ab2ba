"""News sitemaps: what Google News reads, and many papers offer when they have no feed.

Source: https://www.sitemaps.org/protocol.html, https://www.google.com/schemas/sitemap-news/0.9/
"""

from __future__ import annotations

import html
import html.entities
import re
from collections.abc import Iterator

from lxml import etree

from monitor.errors import FeedParseError
from monitor.feeds.formats import FeedSource, RawFeed, RawItem
from monitor.feeds.loose_xml import blank_hidden
from monitor.feeds.markup import from_plain
from monitor.feeds.prolog import sound_xml
from monitor.urls import resolve

# Those of XML stay as they are.
_NAMED = re.compile(r"&(?!(?i:amp|lt|gt|quot|apos);)[A-Za-z][A-Za-z0-9]{1,31};")
# They have a title, an address and a date of their own, which may stand before the article's.
_MEDIA = frozenset({"image", "video"})
_TAIL_CHARS = 1_000
_MAX_URL_CHARS = 200  # of an address in a hint


def accepts(_media_type: str, head: str) -> float:
    """Returns how well a document suits, 0-1: sitemaps do."""
    lower = head.lower()
    return 1.0 if "<urlset" in lower or "<sitemapindex" in lower else 0.0


def parse(source: FeedSource) -> RawFeed:
    """Reads a sitemap; entries of a plain one have an address and a date only.

    Raises:
        FeedParseError: an index of sitemaps, or nothing that can be read.
    """
    sound = sound_xml(source.text, url=source.url)
    root = _read_urlset(_NAMED.sub(_read_entity, sound.text), source.url)
    # The parser repairs what is missing at the end, so the text itself is looked at.
    shown = blank_hidden(sound.text).rstrip().lower()
    is_truncated = "</urlset" not in shown[-_TAIL_CHARS:]
    return RawFeed(
        format="sitemap",
        items=list(_read_items(root, source.url)),
        home_url=resolve(source.url, "/"),
        lang=source.content_language,
        is_truncated=is_truncated,
        is_last_item_broken=is_truncated and not shown.endswith("</url>"),
        warning="the document breaks off" if is_truncated else sound.warning,
    )


def _read_entity(match: re.Match[str]) -> str:
    """Returns the character that HTML has for an entity, else its name; the parser would drop it,
    and the text behind it.
    """
    # Of some entities a part is markup: `&nvlt;` is a `<` with a line through it.
    return html.escape(html.entities.html5.get(match[0][1:], match[0]), quote=False)


def _read_urlset(text: str, url: str) -> etree._Element:
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
            f"{url} is a sitemap that cannot be read: {error}", hint="ask the site"
        ) from error
    if root is None or _local_name(root) == "sitemapindex":
        hint = _suggest_sitemap(root)
        raise FeedParseError(f"{url} is an index of sitemaps, not a sitemap", hint=hint)
    return root


def _read_items(root: etree._Element, base: str) -> Iterator[RawItem]:
    # An entry whose end is missing holds those that follow it.
    entries = [element for element in root.iter() if _local_name(element) == "url"]
    for element in entries or root.iterchildren():
        values = _read_values(element)
        url = resolve(base, values.get("loc", ""))
        if url:
            yield _make_item(url, values)


def _make_item(url: str, values: dict[str, str]) -> RawItem:
    published = values.get("publication_date", "")
    modified = values.get("lastmod", "")
    return RawItem(
        url=url,
        title=from_plain(values.get("title", "")),
        published=published or modified,
        updated=modified,
        published_field="publication_date" if published else "lastmod",
        updated_field="lastmod",
        lang=values.get("language"),
        source_name=values.get("name"),
    )


def _read_values(element: etree._Element) -> dict[str, str]:
    """Returns the first text of each element below one, by its local name."""
    values: dict[str, str] = {}
    for child in _iter_own(element):
        name = _local_name(child)
        # Some titles have markup in them.
        text = "".join(child.itertext()) if name == "title" else child.text or ""
        if name and text.strip():
            parent = child.getparent()
            owner = "" if parent is None else _local_name(parent)
            values.setdefault(f"{owner}.{name}" if owner in _MEDIA else name, text.strip())
    return values


def _iter_own(element: etree._Element) -> Iterator[etree._Element]:
    """Yields an entry and what is below it, but for other entries."""
    walker = etree.iterwalk(element, events=("start",))
    for _, child in walker:
        if child is not element and _local_name(child) == "url":
            walker.skip_subtree()
        else:
            yield child


def _local_name(element: etree._Element) -> str:
    # A prefix that is declared nowhere stays in the name.
    name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
    return name.rpartition(":")[2].lower()


def _suggest_sitemap(root: etree._Element | None) -> str:
    """Returns a hint that names one of the sitemaps of an index, a news sitemap where it can."""
    places = [] if root is None else list(_read_locations(root))
    first = places[0] if places else ""
    example = next((place for place in places if "news" in place.lower()), first)
    if not example:
        return "follow one of the sitemaps it lists"
    return f"follow one of its sitemaps, e.g. {example[:_MAX_URL_CHARS]}"


def _read_locations(root: etree._Element) -> Iterator[str]:
    for child in root.iter():
        if _local_name(child) == "loc" and child.text:
            yield child.text.strip()
