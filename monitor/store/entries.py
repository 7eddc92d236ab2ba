"""Entries: storing what a poll found, claiming what must be read, noting what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select, update
from sqlmodel import Session

from monitor.model import UNKNOWN_ORIGIN, DateOrigin, FeedItem, MatchedTerm
from monitor.store import leases
from monitor.store.engine import chunks, insert_new
from monitor.store.feeds import FeedName
from monitor.store.schema.date_columns import from_columns, to_columns
from monitor.store.schema.rows import as_value, as_values
from monitor.store.schema.tables import Entry, EntryMatch, Feed, entries, entry_matches, feeds

# For a whole batch: its pages are read side by side, its verdicts come one after the other.
INGEST_LEASE = timedelta(minutes=10)
# The oldest first: what came later is judged against it. The address breaks ties, so that the order
# in which feeds answered makes no difference.
_READING_ORDER = (
    func.coalesce(entries.c.published_at, entries.c.seen_at),
    entries.c.canonical_url,
    entries.c.id,
)
# An entry that nobody has tried to read. Rows of one statement name the same columns, so the
# defaults of the table do not do.
_UNREAD: dict[str, Any] = {"attempts": 0, "last_error": "", "last_status": "", "changes": 0}


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """What the store holds of an item that a poll saw again."""

    id: int
    key: str
    item_hash: str
    state: str
    changes: int
    changed_at: datetime | None
    url: str | None
    canonical_url: str | None
    title: str
    published_at: datetime | None
    seen_at: datetime
    last_status: str


# Without the feed's full text, which may be long and is compared by its hash.
_KNOWN_COLUMNS = [entries.c[known.name] for known in fields(KnownEntry)]


@dataclass(frozen=True, slots=True)
class CaseTerms:
    """A case that wants an entry, with what made it want it."""

    case_id: int
    terms: tuple[MatchedTerm, ...]


@dataclass(frozen=True, slots=True)
class EntrySpec:
    """An item to be stored, and the cases that want to look at it (none: it is kept as ignored).

    Attributes:
        restated_at: the latest date that it states: of what it says now, where it said something
            else before.
    """

    item: FeedItem
    item_hash: str
    canonical_url: str | None
    wanted_by: tuple[CaseTerms, ...]
    date_origin: DateOrigin = UNKNOWN_ORIGIN
    restated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class QueuedEntry:
    """A claimed entry: what reading its article needs to know.

    Attributes:
        restated_at: the date of what its item says now, None while it says what it said first.
    """

    id: int
    feed: FeedName
    feed_takes_all: bool
    url: str | None
    canonical_url: str | None
    title: str
    summary: str
    content: str
    author: str
    lang: str | None
    source_name: str | None
    published_at: datetime | None
    seen_at: datetime
    attempts: int
    date_origin: DateOrigin
    baseline_by_case: Mapping[int, bool]
    is_media: bool = False
    restated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EntryResult:
    """What became of an entry.

    Attributes:
        state: "stored", "unmatched" or "failed".
        error: why its article was not read in full; empty when it was.
        status: what its page gave, in a word; empty when no page was asked for.
        article_id: of a stored one.
    """

    state: str
    error: str = ""
    status: str = ""
    article_id: int | None = None


def get_known_entries(session: Session, feed_id: int, keys: Sequence[str]) -> dict[str, KnownEntry]:
    """Returns the stored entries of a feed among the given keys."""
    return {entry.key: entry for entry in _get_known(session, feed_id, "key", keys)}


def get_entries_by_url(
    session: Session, feed_id: int, urls: Sequence[str]
) -> dict[str, list[KnownEntry]]:
    """Returns the stored entries of a feed by canonical URL, oldest first."""
    found: dict[str, list[KnownEntry]] = {}
    for entry in _get_known(session, feed_id, "canonical_url", urls):
        found.setdefault(entry.canonical_url or "", []).append(entry)
    return found


def get_entries_by_date(
    session: Session, feed_id: int, dates: Sequence[datetime]
) -> dict[datetime, list[KnownEntry]]:
    """Returns the stored entries of a feed by the instant of their publication, oldest first."""
    found: dict[datetime, list[KnownEntry]] = {}
    for entry in _get_known(session, feed_id, "published_at", dates):
        if entry.published_at:
            found.setdefault(entry.published_at, []).append(entry)
    return found


def _get_known(
    session: Session, feed_id: int, column: str, values: Sequence[Any]
) -> Iterator[KnownEntry]:
    """Yields the stored entries of a feed that have one of the values in a column, oldest first."""
    # A document may have thousands of items, a statement only so many values.
    for part in chunks(list(values)):
        rows = session.execute(_known_by(column), {"feed": feed_id, "values": part})
        yield from as_values(KnownEntry, rows)


@cache
def _known_by(column: str) -> Select[Any]:
    """Selects the entries of a `feed` that have one of the `values` in a column. Made once: every
    poll that brings something asks, and to put it together takes longer than to run it.
    """
    has_one = entries.c[column].in_(bindparam("values", expanding=True))
    of_feed = select(*_KNOWN_COLUMNS).where(entries.c.feed_id == bindparam("feed"), has_one)
    return of_feed.order_by(entries.c.id)


def insert_entries(
    session: Session, feed_id: int, specs: Sequence[EntrySpec], *, now: datetime, is_baseline: bool
) -> int:
    """Stores the items whose keys the feed does not have yet, with the cases that want them;
    returns how many were new.
    """
    rows = {spec.item.key: _row(feed_id, spec, now) for spec in specs}
    # Two polls of one feed may overlap: the unique key decides which of them stores an item.
    inserted = set(insert_new(session, entries, rows.values(), returning="key"))
    new = [spec for spec in specs if spec.item.key in inserted]
    _insert_matches(session, feed_id, new, is_baseline=is_baseline)
    return len(inserted)


def _row(feed_id: int, spec: EntrySpec, now: datetime) -> dict[str, Any]:
    """Returns the columns of an item that nobody has read yet."""
    item = spec.item
    return {
        **_UNREAD,
        **_changing_columns(spec),
        **to_columns(spec.date_origin),
        "feed_id": feed_id,
        "key": item.key,
        "author": item.author,
        "lang": item.lang,
        "source_name": item.source_name,
        "published_at": item.published_at,
        "seen_at": now,
        "state": "queued" if spec.wanted_by else "ignored",
        "next_attempt_at": now,
    }


def _changing_columns(spec: EntrySpec) -> dict[str, Any]:
    """Returns what an item that says something else now overwrites; its key and dates stay."""
    item = spec.item
    return {
        "item_hash": spec.item_hash,
        "url": item.url,
        "canonical_url": spec.canonical_url,
        "is_media": item.is_media,
        "title": item.title,
        "summary": item.summary,
        # The feed's full text is kept only where somebody will read it.
        "content": item.content if spec.wanted_by else "",
    }


def _insert_matches(
    session: Session, feed_id: int, specs: Sequence[EntrySpec], *, is_baseline: bool
) -> None:
    """Stores the cases that want entries; a case that wanted one before keeps its first reason."""
    wanted = {spec.item.key: spec.wanted_by for spec in specs if spec.wanted_by}
    ids = _get_ids(session, feed_id, list(wanted))
    rows: list[dict[str, Any]] = []
    for key, cases in wanted.items():
        match = {"entry_id": ids[key], "is_baseline": is_baseline}
        rows += [{**match, **_wish_columns(case)} for case in cases]
    insert_new(session, entry_matches, rows, returning="entry_id")


def _wish_columns(case: CaseTerms) -> dict[str, Any]:
    """Returns the columns of a match that are the case's own."""
    return {"case_id": case.case_id, "terms": terms_to_json(case.terms)}


def _get_ids(session: Session, feed_id: int, keys: Sequence[str]) -> dict[str, int]:
    """Returns the rows of a feed's entries by key."""
    ids: dict[str, int] = {}
    for part in chunks(list(keys)):
        of_feed = select(entries.c.key, entries.c.id).where(entries.c.feed_id == feed_id)
        ids.update(session.execute(of_feed.where(entries.c.key.in_(part))).all())
    return ids


def requeue_changed(
    session: Session, feed_id: int, specs: Sequence[EntrySpec], *, now: datetime
) -> None:
    """Puts entries whose item says something else now back into the queue: their page is read
    again.
    """
    for spec in specs:
        changed = update(entries).where(_is_item(feed_id, spec.item.key))
        session.execute(changed.values(**_requeued_columns(spec, now)))
    _insert_matches(session, feed_id, specs, is_baseline=False)


def _is_item(feed_id: int, key: str) -> ColumnElement[bool]:
    """Returns the condition that an entry is that item of that feed; the pair is unique."""
    return and_(entries.c.feed_id == feed_id, entries.c.key == key)


def _requeued_columns(spec: EntrySpec, now: datetime) -> dict[str, Any]:
    """Returns the columns of an entry whose item says something else now."""
    values = _changing_columns(spec)
    # What no case wants stays in the state that it has: an article that was read stays read.
    if spec.wanted_by:
        values |= {"state": "queued", "attempts": 0, "next_attempt_at": now}
    # The count ends it for items that change with every poll.
    return {
        **values,
        "restated_at": spec.restated_at,
        "changes": entries.c.changes + 1,
        "changed_at": now,
    }


def claim_entries(session: Session, *, owner: str, now: datetime, limit: int) -> list[QueuedEntry]:
    """Takes queued entries that are due, oldest published first, and counts the attempt before any
    work is done.

    An entry that kills its worker is thus counted too and given up after a few tries instead of
    being claimed for ever."""
    claim = leases.Claim(owner=owner, now=now, lease=INGEST_LEASE, limit=limit)
    due = and_(entries.c.state == "queued", entries.c.next_attempt_at <= now)
    ids = leases.claim(session, entries, claim, due=due, order=_READING_ORDER)
    if not ids:
        return []
    _count_attempt(session, ids)
    return _get_queued(session, ids)


def _count_attempt(session: Session, ids: Sequence[int]) -> None:
    """Counts an attempt on entries."""
    # In the transaction that claims: a worker that dies has had its attempt.
    claimed = update(entries).where(entries.c.id.in_(ids))
    session.execute(claimed.values(attempts=entries.c.attempts + 1))


def _get_queued(session: Session, ids: Sequence[int]) -> list[QueuedEntry]:
    """Returns claimed entries in the order of their ids as given."""
    matches = _get_matches(session, ids)
    found = select(Entry, Feed).join(feeds, feeds.c.id == entries.c.feed_id)
    rows = session.execute(found.where(entries.c.id.in_(ids)))
    queued = {entry.id: _queued(entry, feed, matches.get(entry.id, ())) for entry, feed in rows}
    # IN keeps no order; the claim's is the one in which they are to be read.
    return [queued[entry_id] for entry_id in ids]


def _get_matches(session: Session, entry_ids: Sequence[int]) -> dict[int, list[EntryMatch]]:
    """Returns the cases that want each entry, by the entry's row."""
    matches: dict[int, list[EntryMatch]] = {}
    found = select(EntryMatch).where(entry_matches.c.entry_id.in_(entry_ids))
    for match in session.execute(found).scalars():
        matches.setdefault(match.entry_id, []).append(match)
    return matches


def _queued(entry: Entry, feed: Feed, matches: Sequence[EntryMatch]) -> QueuedEntry:
    """Returns a claimed entry with its feed and the cases that want it."""
    return as_value(
        QueuedEntry,
        entry,
        feed=FeedName(feed.url, feed.title, tuple(feed.tags)),
        feed_takes_all=feed.takes_all,
        date_origin=from_columns(entry),
        baseline_by_case={match.case_id: match.is_baseline for match in matches},
    )


def finish_entry(session: Session, entry_id: int, owner: str, result: EntryResult) -> None:
    """Writes what became of a claimed entry.

    Raises:
        LeaseLost: another worker reads the entry now.
    """
    values = {
        "state": result.state,
        "last_error": result.error,
        "last_status": result.status,
        "article_id": result.article_id,
    }
    leases.finish(session, entries, entry_id, owner, **values)


def retry_entry(session: Session, entry_id: int, owner: str, *, at: datetime, error: str) -> None:
    """Leaves a claimed entry in the queue, to be tried again at the given time.

    Raises:
        LeaseLost: another worker reads the entry now.
    """
    values = {"state": "queued", "next_attempt_at": at, "last_error": error}
    leases.finish(session, entries, entry_id, owner, **values)


def terms_to_json(terms: Sequence[MatchedTerm]) -> list[dict[str, str]]:
    """Returns matched terms as JSON values, named as in the webhook."""
    return [{"term": term.term, "field": term.field, "snippet": term.snippet} for term in terms]


def terms_from_json(values: Sequence[Mapping[str, str]]) -> tuple[MatchedTerm, ...]:
    """Reads what `terms_to_json` wrote."""
    return tuple(MatchedTerm(value["term"], value["field"], value["snippet"]) for value in values)
