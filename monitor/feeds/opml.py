"""OPML, the format in which feed readers exchange lists of feeds.

A folder of a reader becomes a tag, as does a category: cases name tags. What OPML has no place for
(a pinned interval, `match = "all"`) is not written.

Source: https://opml.org/spec2.opml
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from monitor.decoding import decode
from monitor.errors import FeedParseError
from monitor.feeds.loose_xml import repair_outlines
from monitor.feeds.prolog import sound_xml
from monitor.text import one_line
from monitor.urls import resolve, shown

MAX_BYTES = 5_000_000
MAX_FEEDS = 10_000
_MAX_TITLE_CHARS = 200
_MAX_TAG_CHARS = 60
_MAX_TAGS = 20
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
_TAG_SEPARATOR = re.compile("[,/]")
_FEED_TYPES = ("rss", "atom", "feed", "json")
# Outlines of these types have an address that is no feed's (OPML 2.0; "source" is RSS 2.0's).
_OTHER_TYPES = ("source", "link", "include", "html", "page")
_FEED_SCHEME = re.compile(r"(feeds?):(?://)?(?=(https?://)?)", re.IGNORECASE)
_BARE_HOST = re.compile(r"(?://)?[\w-]+(?:\.[\w-]+)*\.[a-zA-Z]{2,24}(?::\d{1,5})?(?:[/?]|$)")
_PASSWORD = re.compile(r"//[^/@\s]*@")


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


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An outline that looks like a feed and is not taken, with the reason in words.

    Attributes:
        name: its title, else its address without a password.
    """

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class FeedList:
    """What a list holds, in document order; each address once."""

    feeds: tuple[ListedFeed, ...]
    left_out: tuple[LeftOut, ...] = ()


def read_opml(body: bytes, *, name: str) -> FeedList:
    """Returns the feeds of a list, and what is left out of it.

    Args:
        body: the document.
        name: what to call it in errors.

    Raises:
        FeedParseError: it is not OPML, defines entities, or is larger than any list.
    """
    root = _read_root(body, name)
    # Readers export a feed once for each folder it is in; the first one counts.
    found: dict[str, ListedFeed] = {}
    left_out: dict[LeftOut, None] = {}
    for feed in _read_feeds(root):
        if isinstance(feed, LeftOut):
            left_out[feed] = None
            continue
        if len(found) == MAX_FEEDS and feed.url not in found:
            raise FeedParseError(f"{name} lists more than {MAX_FEEDS:,} feeds", hint="split it")
        found.setdefault(feed.url, feed)
    return FeedList(tuple(found.values()), tuple(left_out))


def _read_root(body: bytes, name: str) -> etree._Element:
    if len(body) > MAX_BYTES:
        raise FeedParseError(
            f"{name} is larger than {MAX_BYTES // 1_000_000} MB", hint="this is no list of feeds"
        )
    # `sound_xml` lets harmless entities pass, which feeds have; no reader writes any into OPML.
    text = decode(body).text
    if _ENTITY.search(text):
        raise FeedParseError(
            f"{name} defines entities, as attacks do", hint="remove its <!DOCTYPE …>"
        )
    root = _parse(repair_outlines(sound_xml(text, url=name).text))
    if root is None or _tag_name(root) != "opml":
        raise FeedParseError(
            f"{name} is no OPML", hint="export the list of feeds from your reader as OPML"
        )
    return root


def write_opml(feeds: Iterable[ListedFeed], *, title: str) -> str:
    """Returns an OPML 2.0 document that `read_opml` reads back; titles and tags are written on one
    line each.
    """
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = one_line(title, limit=_MAX_TITLE_CHARS)
    body = etree.SubElement(root, "body")
    for feed in feeds:
        _append_outline(body, feed)
    etree.indent(root)
    # lxml writes a declaration only into bytes, and with single quotes.
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{etree.tostring(root, encoding="unicode")}\n'


def _append_outline(body: etree._Element, feed: ListedFeed) -> None:
    shown = one_line(feed.title, limit=_MAX_TITLE_CHARS) or feed.url
    outline = etree.SubElement(
        body, "outline", type="rss", text=shown, title=shown, xmlUrl=feed.url
    )
    tags = _clean_tags(feed.tags)
    if tags:
        outline.set("category", ",".join(tags))


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


def _read_feeds(root: etree._Element) -> Iterator[ListedFeed | LeftOut]:
    """Yields the feeds of a list; keeps the names of the folders around each outline."""
    folders: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if _tag_name(element) != "outline":
            continue
        if event == "end":
            folders.pop()
            continue
        values = _read_attributes(element)
        feed = _read_feed(values, folders)
        if feed is not None:
            yield feed
        # A feed that holds outlines is not a folder; its place is kept for the end event.
        folders.append(_name_of(values) if feed is None else "")


def _read_attributes(element: etree._Element) -> dict[str, str]:
    return {_local_name(str(name)): str(value) for name, value in element.attrib.items()}


def _read_feed(values: Mapping[str, str], folders: Sequence[str]) -> ListedFeed | LeftOut | None:
    """Returns the feed that an outline names, None when it names none."""
    written = (values.get("xmlurl") or _url_by_type(values)).strip()
    if not written:
        return None
    title = _name_of(values)
    url = _read_address(written)
    refused = _refuse(values, written, url)
    if url is None or refused:
        return LeftOut(title or one_line(shown(written)), refused)
    if title in (one_line(url, limit=_MAX_TITLE_CHARS), one_line(written, limit=_MAX_TITLE_CHARS)):
        title = ""
    categories = _TAG_SEPARATOR.split(values.get("category", ""))
    return ListedFeed(url, title, _clean_tags([*folders, *categories]))


def _name_of(values: Mapping[str, str]) -> str:
    """Returns what readers show for an outline: its title, else its text."""
    names = (one_line(values.get(name, ""), limit=_MAX_TITLE_CHARS) for name in ("title", "text"))
    return next(filter(None, names), "")


def _read_address(written: str) -> str | None:
    """Returns the web address that a list means: also of `feed:` links and bare hosts."""
    address = _FEED_SCHEME.sub(_web_scheme, written)
    if _BARE_HOST.match(address):
        address = f"https://{address.lstrip('/')}"
    return resolve("", address)


def _web_scheme(match: re.Match[str]) -> str:
    # "feed:https://…" names its scheme; "feed://host" and "feeds://host" do not.
    if match[2]:
        return ""
    return "https://" if match[1].lower() == "feeds" else "http://"


def _refuse(values: Mapping[str, str], written: str, url: str | None) -> str:
    """Returns why an outline with an address is not taken; empty where it is."""
    if values.get("type", "").strip().lower() in _OTHER_TYPES:
        return f"it is of type {values['type'].strip()!r}, not a feed"
    if url is not None:
        return ""
    if _PASSWORD.search(written):
        return "its address holds a password; add the feed by hand, with `auth`"
    return "its address is no http or https address"


def _url_by_type(values: Mapping[str, str]) -> str:
    """Returns `url`, where the type says that it is a feed's: other outlines link pages with it."""
    is_feed = values.get("type", "").strip().lower() in _FEED_TYPES
    return values.get("url", "") if is_feed else ""


def _clean_tags(names: Iterable[str]) -> tuple[str, ...]:
    """Returns names as tags: each once, on one line, without commas and slashes."""
    tags: dict[str, None] = {}
    for name in names:
        tag = one_line(_TAG_SEPARATOR.sub(" ", name), limit=_MAX_TAG_CHARS)
        if tag:
            tags[tag] = None
    return tuple(tags)[:_MAX_TAGS]


def _tag_name(element: etree._Element) -> str:
    return _local_name(element.tag) if isinstance(element.tag, str) else ""


def _local_name(name: str) -> str:
    return name.rpartition("}")[2].lower()
