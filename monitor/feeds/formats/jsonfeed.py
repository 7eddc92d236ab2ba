"""JSON Feed 1.0 and 1.1.

Source: https://www.jsonfeed.org/version/1.1/
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from monitor.errors import FeedParseError
from monitor.feeds.formats import FeedSource, RawFeed, RawItem
from monitor.feeds.markup import from_plain
from monitor.feeds.prolog import drop_forbidden
from monitor.urls import resolve

_ITEMS = re.compile(r'"items"\s*:\s*\[')
_SEPARATOR = re.compile(r"[\s,]*")
# Some feeds have line breaks as they are inside strings: no reason to lose what follows.
_DECODER = json.JSONDecoder(strict=False)
# Nesting deeper than the interpreter's stack raises RecursionError.
_BROKEN = (ValueError, RecursionError)

_JsonObject = dict[str, object]


@dataclass(frozen=True, slots=True)
class _JsonDocument:
    """A JSON Feed: its top-level values and its items, which may be of any type."""

    values: _JsonObject
    items: list[object]
    is_truncated: bool = False


def accepts(media_type: str, head: str) -> float:
    """Returns how well a document suits, 0-1: JSON objects do."""
    if not head.startswith("{"):
        return 0.0
    return 1.0 if "jsonfeed.org" in head or media_type.endswith("feed+json") else 0.8


def parse(source: FeedSource) -> RawFeed:
    """Reads a JSON Feed; of one that breaks off, the items that are whole.

    Raises:
        FeedParseError: broken JSON without a single whole item, or JSON that is not a feed.
    """
    document = _load(source)
    values, count = document.values, len(document.items)
    return RawFeed(
        format="json",
        items=_read_items(document.items, source.url),
        title=_text(values.get("title")),
        description=_text(values.get("description")),
        home_url=resolve(source.url, _text(values.get("home_page_url"))),
        lang=_text(values.get("language")) or source.content_language,
        older_url=resolve(source.url, _text(values.get("next_url"))),
        hub_url=_find_hub(values.get("hubs"), source.url),
        is_truncated=document.is_truncated,
        warning=f"the document breaks off after {count} items" if document.is_truncated else "",
    )


def _load(source: FeedSource) -> _JsonDocument:
    try:
        # What follows the object is no part of the feed.
        values, _ = _DECODER.raw_decode(source.text.lstrip())
    except _BROKEN as error:
        document = _salvage(source.text)
        if document.items:
            return document
        raise FeedParseError(
            f"{source.url} is broken JSON: {type(error).__name__}",
            hint="ask the site, or follow its RSS",
        ) from error
    items = values.get("items") if isinstance(values, dict) else None
    if not isinstance(items, list):
        raise FeedParseError(
            f"{source.url} is JSON, but no JSON Feed: it has no list of items",
            hint="look for the site's RSS or JSON Feed",
        )
    return _JsonDocument(values, items)


def _salvage(text: str) -> _JsonDocument:
    """Returns what stands before the items of a document that cannot be read to its end, and its
    items up to the fault.
    """
    start = _ITEMS.search(text)
    if start is None:
        return _JsonDocument({}, [], is_truncated=True)
    head = _load_head(text[: start.start()])
    return _JsonDocument(head, _decode_items(text, start.end()), is_truncated=True)


def _load_head(text: str) -> _JsonObject:
    try:
        head = _DECODER.decode(text.strip().rstrip(",") + "}")
    except _BROKEN:
        return {}
    return head if isinstance(head, dict) else {}


def _decode_items(text: str, place: int) -> list[object]:
    """Returns the values that follow each other from a place on, up to the first that is broken."""
    # `raw_decode` ignores what follows a value, so each item can be read without its array's end.
    items: list[object] = []
    while True:
        separator = _SEPARATOR.match(text, place)
        try:
            item, place = _DECODER.raw_decode(text, separator.end() if separator else place)
        except _BROKEN:
            return items
        items.append(item)


def _find_hub(hubs: object, base: str) -> str | None:
    """Returns the first WebSub hub with a web address."""
    for hub in _objects_in(hubs):
        url = resolve(base, _text(hub.get("url")))
        if url is not None:
            return url
    return None


def _objects_in(values: object) -> list[_JsonObject]:
    """Returns the objects in a list; none in anything else."""
    if not isinstance(values, list):
        return []
    return [value for value in values if isinstance(value, dict)]


def _read_items(items: list[object], base: str) -> list[RawItem]:
    return [_read_item(item, base) for item in _objects_in(items)]


def _read_item(item: _JsonObject, base: str) -> RawItem:
    content = _text(item.get("content_html")) or from_plain(_text(item.get("content_text")))
    return RawItem(
        guid=_text(item.get("id")),
        url=resolve(base, _text(item.get("url"))) or resolve(base, _text(item.get("external_url"))),
        title=_text(item.get("title")),
        summary=from_plain(_text(item.get("summary"))),
        content=content,
        author=_read_authors(item),
        published=_text(item.get("date_published")),
        updated=_text(item.get("date_modified")),
        published_field="date_published",
        updated_field="date_modified",
        lang=_text(item.get("language")) or None,
    )


def _read_authors(item: _JsonObject) -> str:
    """Returns the names in `authors` (1.1) or `author` (1.0), separated by commas."""
    # 1.1 lets writers state both, for the sake of old readers; `author` is the deprecated one.
    authors = item.get("authors")
    people = authors if isinstance(authors, list) else [item.get("author")]
    names = [_text(person.get("name")) for person in _objects_in(people)]
    return ", ".join(filter(None, names))


def _text(value: object) -> str:
    """Returns strings without what XML forbids, which JSON can name by number, and numbers as text
    (ids are numbers in some feeds); of anything else the empty string.
    """
    if isinstance(value, bool):  # which is an int to Python
        return ""
    return drop_forbidden(str(value)) if isinstance(value, str | int | float) else ""
