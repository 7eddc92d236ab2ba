"""Recognising: which of the items that a poll brought are stored already, where their guid alone
would mislead.

Some feeds make a new guid for every item each time they are built; the item's own link tells that
it is the old one. Others put a new token into each link, too; then headline and instant tell. And
some give one guid to one story after another; then the guids of that feed say nothing any more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlsplit

from sqlmodel import Session

from monitor.feeds.identity import differ_by_tracking
from monitor.feeds.pruning import hash_key
from monitor.model import FeedDocument, FeedItem, Precision
from monitor.store.entries import (
    KnownEntry,
    get_entries_by_date,
    get_entries_by_url,
    get_known_entries,
)
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
    unknown = [item for item in unknown if item.key not in renamed]
    renamed |= _find_by_date(session, feed_id, document, unknown, links)
    known.update({entry.key: entry for entry in renamed.values()})
    items = tuple(_as_stored(item, renamed.get(item.key)) for item in document.items)
    return Recognised(replace(document, items=items), known, has_reused_guids)


def _as_stored(item: FeedItem, stored: KnownEntry | None) -> FeedItem:
    """Returns an item under the key, and behind the link, of the entry that it is."""
    if stored is None:
        return item
    # Another token on the same page is no change: it would be read anew at every build.
    return replace(item, key=stored.key, url=stored.url)


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
    """Returns, by an unknown item's key, the entry with its link and its story."""
    if not unknown:
        return {}
    by_link = get_entries_by_url(session, feed_id, [links[item.key] for item in unknown])
    candidates = {item.key: by_link.get(links[item.key], []) for item in unknown}
    return _choose(document, candidates, _is_same_story)


def _find_by_date(
    session: Session,
    feed_id: int,
    document: FeedDocument,
    unknown: Sequence[FeedItem],
    links: Mapping[str, str],
) -> dict[str, KnownEntry]:
    """Returns, by an unknown item's key, the entry with its headline and instant, and a link that
    differs in parameters which name no article.
    """
    dates = {item.key: item.published_at for item in unknown if _is_tellable(item)}
    if not dates:
        return {}
    by_date = get_entries_by_date(session, feed_id, [at for at in dates.values() if at])
    candidates = {key: by_date.get(at, []) for key, at in dates.items() if at}
    return _choose(document, candidates, partial(_is_same_tracked, links))


def _choose(
    document: FeedDocument,
    candidates: Mapping[str, Sequence[KnownEntry]],
    is_same: Callable[[FeedItem, KnownEntry], bool],
) -> dict[str, KnownEntry]:
    """Returns, by an item's key, which of its candidates it is: one whose own key is gone."""
    # A stored key that is still in the feed belongs to the item that has it.
    present = {hash_key(item.key) for item in document.items}
    present.update(item.key for item in document.passed)
    found = {}
    for item in document.items:
        for entry in candidates.get(item.key, ()):
            if hash_key(entry.key) not in present and is_same(item, entry):
                found[item.key] = entry
    return found


def _is_tellable(item: FeedItem) -> bool:
    # A day is shared by all that a site wrote on it.
    return "?" in (item.url or "") and item.published_precision is Precision.INSTANT


def _is_same_tracked(links: Mapping[str, str], item: FeedItem, entry: KnownEntry) -> bool:
    if fold(item.title) != fold(entry.title):
        return False
    return differ_by_tracking(links[item.key], entry.canonical_url or "")


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
    if link == entry.canonical_url or fold(item.title) == fold(entry.title):
        return False
    if item.published_at is None or entry.published_at is None:
        # "latest" names whatever comes last; a number may name a story with a new headline.
        return not any(map(str.isdigit, item.guid))
    return item.published_at != entry.published_at
