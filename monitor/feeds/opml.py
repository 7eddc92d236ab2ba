"""OPML, the format in which feed readers exchange lists of feeds.

A folder of a reader becomes a tag, as does a category: cases name tags. What OPML has no place for
(a pinned interval, `match = "all"`) is not written.

Source: https://opml.org/spec2.opml
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from monitor.decoding import decode
from monitor.errors import FeedParseError
from monitor.feeds.prolog import sound_xml
from monitor.text import one_line
from monitor.urls import resolve

MAX_BYTES = 5_000_000
MAX_FEEDS = 10_000
_MAX_TITLE_CHARS = 200
_MAX_TAG_CHARS = 60
_MAX_TAGS = 20
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
_FEED_TYPES = ("rss", "atom", "feed", "json")


@dataclass(frozen=True, slots=True)
class ListedFeed:
    """A feed of a list.

    Attributes:
        title: one line; empty when the list only repeats the address.
        tags: its folders from the outside in, then its categories, each once; without commas and
            slashes.
    """

    url: str
    title: str = ""
    tags: tuple[str, ...] = ()


def read_opml(body: bytes, *, name: str) -> tuple[ListedFeed, ...]:
    """Reads a list of feeds in document order, each address once; what has no web address is left
    out.

    Args:
        body: the document.
        name: what to call it in errors.

    Raises:
        FeedParseError: it is no OPML, defines entities, or is larger than any list.
    """
    if len(body) > MAX_BYTES:
        raise FeedParseError(
            f"{name} is larger than {MAX_BYTES // 1_000_000} MB", hint="this is no list of feeds"
        )
    text = decode(body).text
    if _ENTITY.search(text):
        raise FeedParseError(
            f"{name} defines entities, as attacks do", hint="remove its <!DOCTYPE …>"
        )
    root = _parse(sound_xml(text, url=name)[0])
    if root is None or _name(root) != "opml":
        raise FeedParseError(
            f"{name} is no OPML", hint="export the list of feeds from your reader as OPML"
        )
    found: dict[str, ListedFeed] = {}
    for feed in _feeds(root):
        if len(found) == MAX_FEEDS and feed.url not in found:
            raise FeedParseError(f"{name} lists more than {MAX_FEEDS:,} feeds", hint="split it")
        found.setdefault(feed.url, feed)
    return tuple(found.values())


def write_opml(feeds: Iterable[ListedFeed], *, title: str) -> str:
    """Returns an OPML 2.0 document that `read_opml` reads back; titles and tags are written on one
    line each.
    """
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = one_line(
        title, limit=_MAX_TITLE_CHARS
    )
    body = etree.SubElement(root, "body")
    for feed in feeds:
        shown = one_line(feed.title, limit=_MAX_TITLE_CHARS) or feed.url
        outline = etree.SubElement(
            body, "outline", type="rss", text=shown, title=shown, xmlUrl=feed.url
        )
        if tags := _tags(feed.tags):
            outline.set("category", ",".join(tags))
    etree.indent(root)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        + str(etree.tostring(root, encoding="unicode"))
        + "\n"
    )


def _parse(text: str) -> etree._Element | None:
    # `recover`: readers write "&" unescaped into titles. Without `huge_tree`, depth and sizes are
    # bounded by the parser.
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        recover=True,
        remove_comments=True,
    )
    try:
        return etree.fromstring(text.encode(), parser)
    except (etree.LxmlError, ValueError):
        return None


def _feeds(root: etree._Element) -> Iterator[ListedFeed]:
    """Walks the outlines with the names of the folders around them."""
    folders: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if _name(element) != "outline":
            continue
        if event == "end":
            folders.pop()
            continue
        values = {_local(str(name)): str(value) for name, value in element.attrib.items()}
        feed = _feed(values, folders)
        if feed is not None:
            yield feed
        folders.append("" if feed is not None else values.get("text") or values.get("title") or "")


def _feed(values: dict[str, str], folders: list[str]) -> ListedFeed | None:
    is_feed = values.get("type", "").strip().lower() in _FEED_TYPES
    url = resolve("", values.get("xmlurl") or (values.get("url", "") if is_feed else ""))
    if url is None:
        return None
    title = one_line(values.get("title") or values.get("text") or "", limit=_MAX_TITLE_CHARS)
    categories = re.split("[,/]", values.get("category", ""))
    return ListedFeed(
        url,
        "" if title == one_line(url, limit=_MAX_TITLE_CHARS) else title,
        _tags([*folders, *categories]),
    )


def _tags(names: Iterable[str]) -> tuple[str, ...]:
    cleaned = (one_line(re.sub("[,/]", " ", name), limit=_MAX_TAG_CHARS) for name in names)
    return tuple(dict.fromkeys(tag for tag in cleaned if tag))[:_MAX_TAGS]


def _name(element: etree._Element) -> str:
    return _local(element.tag) if isinstance(element.tag, str) else ""


def _local(name: str) -> str:
    return name.rpartition("}")[2].lower()
