"""JSON Feed 1.0 and 1.1.

Source: https://www.jsonfeed.org/version/1.1/
"""

from __future__ import annotations

import json
import re
from typing import Any

from monitor.errors import FeedParseError
from monitor.feeds.formats import RawFeed, RawItem, Source
from monitor.feeds.markup import from_plain
from monitor.urls import resolve

_ITEMS = re.compile(r'"items"\s*:\s*\[')
_SPACE = re.compile(r"[\s,]*")
_DECODER = json.JSONDecoder()


def accepts(media_type: str, head: str) -> float:
    """Returns how well a document suits: JSON objects do."""
    if not head.startswith("{"):
        return 0.0
    return 1.0 if "jsonfeed.org" in head or media_type.endswith("feed+json") else 0.8


def parse(source: Source) -> RawFeed:
    """Reads a JSON Feed; of one that breaks off the whole items.

    Raises:
        FeedParseError: broken JSON without one whole item, or JSON that is no feed.
    """
    is_truncated = False
    try:
        document = json.loads(source.text)
    except (ValueError, RecursionError) as error:
        document = _read_whole_items(source.text)
        if not document["items"]:
            raise FeedParseError(
                f"{source.url} is broken JSON: {type(error).__name__}",
                hint="ask the site, or follow its RSS",
            ) from error
        is_truncated = True
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list):
        raise FeedParseError(
            f"{source.url} is JSON, but no JSON Feed: it has no list of items",
            hint="look for the site's RSS or JSON Feed",
        )
    lang = _text(document.get("language")) or source.content_language
    return RawFeed(
        format="json",
        items=[_item(item, source.url) for item in items if isinstance(item, dict)],
        title=_text(document.get("title")),
        description=_text(document.get("description")),
        home_url=resolve(source.url, _text(document.get("home_page_url"))),
        lang=lang,
        older_url=resolve(source.url, _text(document.get("next_url"))),
        hub_url=_hub(document.get("hubs"), source.url),
        is_truncated=is_truncated,
        warning=f"the document breaks off after {len(items)} items" if is_truncated else "",
    )


def _read_whole_items(text: str) -> dict[str, Any]:
    """Returns what stands before the items of a document that cannot be read to its end, and its
    items up to the fault.
    """
    start = _ITEMS.search(text)
    if start is None:
        return {"items": []}
    try:
        head = json.loads(text[: start.start()].rstrip().rstrip(",") + "}")
    except (ValueError, RecursionError):
        head = {}
    items: list[Any] = []
    place = start.end()
    while True:
        try:
            item, place = _DECODER.raw_decode(text, _SPACE.match(text, place).end())  # type: ignore[union-attr]  # matches nothing, too
        except (ValueError, RecursionError):
            return {**head, "items": items}
        items.append(item)


def _hub(hubs: Any, base: str) -> str | None:
    found = [hub for hub in hubs if isinstance(hub, dict)] if isinstance(hubs, list) else []
    return next((url for hub in found if (url := resolve(base, _text(hub.get("url"))))), None)


def _item(item: dict[str, Any], base: str) -> RawItem:
    content = _text(item.get("content_html")) or from_plain(_text(item.get("content_text")))
    return RawItem(
        guid=_text(item.get("id")),
        url=resolve(base, _text(item.get("url"))) or resolve(base, _text(item.get("external_url"))),
        title=_text(item.get("title")),
        summary=from_plain(_text(item.get("summary"))),
        content=content,
        author=_authors(item),
        published=_text(item.get("date_published")),
        updated=_text(item.get("date_modified")),
        published_field="date_published",
        updated_field="date_modified",
        lang=_text(item.get("language")) or None,
    )


def _authors(item: dict[str, Any]) -> str:
    """Reads `authors` (1.1) or `author` (1.0)."""
    authors = item.get("authors")
    people = authors if isinstance(authors, list) else [item.get("author")]
    names = [_text(person.get("name")) for person in people if isinstance(person, dict)]
    return ", ".join(name for name in names if name)


def _text(value: object) -> str:
    """Returns strings as they are and numbers as text (ids are numbers in some feeds); anything
    else is nothing.
    """
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
