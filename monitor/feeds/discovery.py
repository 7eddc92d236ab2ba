"""The feeds that a page names.

What a page declares (`<link rel="alternate" type="application/rss+xml">`) comes first. Many news
sites declare nothing and link their feeds from the footer, so links whose address looks like a
feed's follow; only a fetch shows whether one is a feed. Runs in a worker process that can be
killed, like all reading of pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree

from monitor.text import one_line
from monitor.urls import resolve

_MAX_CHARS = 1_000_000
_MAX_LINKS = 20_000
_MAX_FOUND = 100
_MAX_TITLE_CHARS = 200
_MAX_TEXT_PARTS = 20  # of a link's text, which may wrap half a page

# `application/feed+json` is JSON Feed, `application/rss+xml` and `application/atom+xml` the others.
_TYPE = re.compile(r"\s*application/(rss|atom|feed)\+(?:xml|json)\s*(?:;|$)", re.IGNORECASE)
_PATH = re.compile(
    r"(?:/(?:rss|atom|feed|feeds)/?"
    r"|[./](?:rss|atom|rdf)"
    r"|/(?:feed|rss|atom|index|news)\.(?:xml|rss|rdf|json)"
    r"|/(?:rss|feeds)/[^?#]+)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class OfferedFeed:
    """A feed that a page names.

    Attributes:
        url: absolute.
        title: as the page calls it; may be empty.
        type: "rss", "atom" or "json" as declared; "link" for a mere link to what looks like a feed.
    """

    url: str
    title: str = ""
    type: str = "link"


def discover_feeds(page: str, url: str) -> tuple[OfferedFeed, ...]:
    """Returns the feeds that an HTML page names, each address once: declared ones in order, then
    links to likely ones.

    Never raises on any content.

    Args:
        page: decoded; only its first million characters are looked at.
        url: the page's address after redirects, which relative links are resolved against.
    """
    tree = _parse(page)
    if tree is None:
        return ()
    base = _base(tree, url)
    # Many pages declare a feed and link it, too; what they declare has a title.
    found: dict[str, OfferedFeed] = {}
    for offered in (*_declared(tree, base), *_linked(tree, base)):
        found.setdefault(offered.url, offered)
    return tuple(islice(found.values(), _MAX_FOUND))


def _parse(page: str) -> etree._Element | None:
    # Encoded here and declared: lxml would believe a wrong `<meta charset>` of the page.
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        return etree.fromstring(page[:_MAX_CHARS].encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError):
        return None


def _base(tree: etree._Element, url: str) -> str:
    href = next((str(base.get("href") or "") for base in tree.iter("base")), "")
    return resolve(url, href) or url


def _declared(tree: etree._Element, base: str) -> Iterator[OfferedFeed]:
    for link in islice(tree.iter("link"), _MAX_LINKS):
        declared_type = _TYPE.match(link.get("type") or "")
        target = resolve(base, link.get("href") or "")
        if declared_type is None or target is None or not _is_alternate(link):
            continue
        name = declared_type[1].lower()
        title = one_line(link.get("title") or "", limit=_MAX_TITLE_CHARS)
        yield OfferedFeed(target, title, "json" if name == "feed" else name)


def _is_alternate(link: etree._Element) -> bool:
    return "alternate" in (link.get("rel") or "alternate").lower().split()


def _linked(tree: etree._Element, base: str) -> Iterator[OfferedFeed]:
    for link in islice(tree.iter("a"), _MAX_LINKS):
        target = resolve(base, link.get("href") or "")
        if target is not None and _PATH.search(urlsplit(target).path):
            words = link.get("title") or "".join(islice(link.itertext(), _MAX_TEXT_PARTS))
            yield OfferedFeed(target, one_line(words, limit=_MAX_TITLE_CHARS))
