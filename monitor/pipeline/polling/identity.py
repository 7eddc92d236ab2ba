"""Recognising: which of the items that a poll brought are stored already, where their guid alone
would mislead.

Some feeds make a new guid for every item each time they are built; the item's own link tells that
it is the old one. Others give one guid to one story after another; then the guids of that feed say
nothing from now on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from sqlmodel import Session

from monitor.model import FeedDocument, FeedItem
from monitor.store.entries import KnownEntry, get_entries_by_url, get_known_entries
from monitor.text import fold
from monitor.urls import canonical_url


@dataclass(frozen=True, slots=True)
class Recognised:
    """A document beside what the store holds of it.

    Attributes:
        document: its items under the keys that they are stored under.
        known: the stored entries by key.
        has_reused_guids: a guid that names a stored entry stands on another story now.
    """

    document: FeedDocument
    known: Mapping[str, KnownEntry]
    has_reused_guids: bool


def recognise(
    session: Session, feed_id: int, document: FeedDocument, *, keep_fragment: bool
) -> Recognised:
    """Looks the items of a document up, by key and then by link."""
    known = get_known_entries(session, feed_id, [item.key for item in document.items])
    links = _canonical_links(document, keep_fragment)
    has_reused_guids = _has_reused_guids(document, known, links)
    # Guids are believed first; links only tell what no guid tells.
    unknown = _find_unknown(document, known, links)
    renamed = _find_by_link(session, feed_id, document, unknown, links)
    known.update({entry.key: entry for entry in renamed.values()})
    items = tuple(_under_stored_key(item, renamed) for item in document.items)
    return Recognised(replace(document, items=items), known, has_reused_guids)


def _under_stored_key(item: FeedItem, renamed: Mapping[str, KnownEntry]) -> FeedItem:
    stored = renamed.get(item.key)
    return replace(item, key=stored.key) if stored else item


def _has_reused_guids(
    document: FeedDocument, known: Mapping[str, KnownEntry], links: Mapping[str, str]
) -> bool:
    by_guid = (item for item in document.items if item.key.startswith("id:"))
    return any(
        _is_other_story(item, links.get(item.key), known[item.key])
        for item in by_guid
        if item.key in known
    )


def _canonical_links(document: FeedDocument, keep_fragment: bool) -> dict[str, str]:
    """Returns the links of a document's items in canonical form, by key."""
    links = {}
    for item in document.items:
        if item.url:
            links[item.key] = canonical_url(item.url, keep_fragment=keep_fragment)
    return links


def _find_unknown(
    document: FeedDocument, known: Mapping[str, KnownEntry], links: Mapping[str, str]
) -> list[FeedItem]:
    """Returns the unknown items that their link alone can tell."""
    # A link that several items share, such as a live ticker's, tells none of them.
    times = Counter(links.values())
    return [
        item
        for item in document.items
        if item.key not in known and times[links.get(item.key, "")] == 1 and _names_story(item)
    ]


def _find_by_link(
    session: Session,
    feed_id: int,
    document: FeedDocument,
    unknown: Sequence[FeedItem],
    links: Mapping[str, str],
) -> dict[str, KnownEntry]:
    """Returns, by an unknown item's key, the entry that it is: same link, same story, and its own
    key gone from the feed.
    """
    if not unknown:
        return {}
    by_link = get_entries_by_url(session, feed_id, [links[item.key] for item in unknown])
    # A stored key that is still in the feed belongs to the item that has it.
    present = {item.key for item in document.items}
    found = {}
    for item in unknown:
        for entry in by_link.get(links[item.key], ()):
            if entry.key not in present and _is_same_story(item, entry):
                found[item.key] = entry
    return found


def _names_story(item: FeedItem) -> bool:
    """Says whether a link names a story: a front page does not."""
    parts = urlsplit(item.url or "")
    return bool(parts.path.strip("/") or parts.query)


def _is_same_story(item: FeedItem, entry: KnownEntry) -> bool:
    # A headline may be reworded, a date seldom is.
    if item.published_at is not None and entry.published_at is not None:
        return item.published_at == entry.published_at
    return fold(item.title) == fold(entry.title)


def _is_other_story(item: FeedItem, link: str | None, entry: KnownEntry) -> bool:
    """Says whether nothing of an entry is left under its guid: neither link nor headline nor
    date.
    """
    if link is None or entry.canonical_url is None:
        return False
    if item.published_at is None or entry.published_at is None:
        return False
    return (
        link != entry.canonical_url
        and fold(item.title) != fold(entry.title)
        and item.published_at != entry.published_at
    )
