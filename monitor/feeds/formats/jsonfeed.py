"""JSON Feed 1.0 and 1.1.

Source: https://www.jsonfeed.org/version/1.1/
"""

from __future__ import annotations

import json
from typing import Any

from monitor.errors import FeedParseError
from monitor.feeds.formats import RawFeed, RawItem, Source
from monitor.feeds.markup import from_plain
from monitor.urls import resolve


def accepts(media_type: str, head: str) -> float:
    """Returns how well a document suits: JSON objects do."""
    if not head.startswith("{"):
        return 0.0
    return 1.0 if "jsonfeed.org" in head or media_type.endswith("feed+json") else 0.8


def parse(source: Source) -> RawFeed:
    """Reads a JSON Feed.

    Raises:
        FeedParseError: broken JSON, or JSON that is no feed.
    """
    try:
        document = json.loads(source.text)
    except (ValueError, RecursionError) as error:
        raise FeedParseError(
            f"{source.url} is broken JSON: {type(error).__name__}", hint="ask the site, or follow its RSS"
        ) from error
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list):
        raise FeedParseError(
            f"{source.url} is JSON, but no JSON Feed: it has no list of items", hint="look for the site's RSS or JSON Feed"
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
    )


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
    """Returns strings as they are and numbers as text (ids are numbers in some feeds); anything else is nothing."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
