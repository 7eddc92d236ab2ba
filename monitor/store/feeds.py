"""Feeds: keeping them as the config says, claiming those that are due, writing down how a poll
went.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Protocol, TypeVar

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlmodel import Session

from monitor.errors import NotFound
from monitor.feeds.health import FeedHealth
from monitor.model import Validators
from monitor.politeness import Farewell, Move
from monitor.store import leases
from monitor.store.engine import insert_new
from monitor.store.schema.rows import as_value, as_values
from monitor.store.schema.tables import Feed, feeds
from monitor.urls import shown

# Feeds of one host are asked one after the other, so the last of them waits for the others.
POLL_LEASE = timedelta(minutes=15)
# The longest due first; those of a new config are all due at once and come as they stand in it.
_POLLING_ORDER = (feeds.c.next_poll_at, feeds.c.id)
# Fields of an update that the table keeps in whole seconds, as lists, or under another name.
_SPANS = frozenset({"interval", "gap", "max_age", "ttl"})
_LISTS = frozenset({"skip_hours", "skip_days"})
_RENAMED = {"status": "last_status", "error": "last_error"}
# What a reset forgets of a feed.
_FORGOTTEN: dict[str, Any] = {
    "failures": 0,
    "failing_since": None,
    "last_error": "",
    "etag": None,
    "last_modified": None,
    "validators_url": None,
    "body_hash": None,
    "fetch_url": None,
    "move_url": None,
    "gone_since": None,
    "gone_answers": 0,
    "because": "it was reset",
}
# An answer ends a row of failures, and what it was counted from.
_HEALTHY: dict[str, Any] = {
    "state": "ok",
    "failures": 0,
    "failing_since": None,
    "gone_since": None,
    "gone_answers": 0,
    "last_error": "",
}
# A feed of which nothing is known yet.
_NEW_FEED: dict[str, Any] = {
    "trusts_guids": True,
    "last_error": "",
    "failures": 0,
    "is_paused": False,
    "outcome": "",
    "because": "",
    "is_frozen": False,
    "skip_hours": [],
    "skip_days": [],
    "move_polls": 0,
    "move_overlaps": False,
    "gone_answers": 0,
}


@dataclass(frozen=True, slots=True)
class FeedName:
    """What a config may name a feed by."""

    url: str
    title: str
    tags: tuple[str, ...]

    @property
    def label(self) -> str:
        """Its title, else its URL."""
        return self.title or self.url


@dataclass(frozen=True, slots=True)
class FeedSpec:
    """A feed as the config names it."""

    url: str
    title: str
    tags: tuple[str, ...]
    every: timedelta | None
    takes_all: bool


@dataclass(frozen=True, slots=True)
class DueFeed:
    """A claimed feed: what polling it needs to know."""

    id: int
    url: str
    title: str
    tags: tuple[str, ...]
    every: timedelta | None
    takes_all: bool
    trusts_guids: bool
    validators: Validators
    body_hash: str | None
    is_baseline: bool
    failures: int
    interval: timedelta | None
    item_count: int | None
    fetch_url: str | None
    validators_url: str | None
    is_frozen: bool
    whole_at: datetime | None
    last_new_at: datetime | None
    gap: timedelta | None
    newest_at: datetime | None
    ttl: timedelta | None
    max_age: timedelta | None
    skip_hours: tuple[int, ...]
    skip_days: tuple[int, ...]
    move: Move | None
    failing_since: datetime | None
    farewell: Farewell | None
    is_gone: bool

    @property
    def name(self) -> FeedName:
        """What the config may name it by."""
        return FeedName(self.url, self.title, self.tags)


class Unset(Enum):
    """The value of a column that an update leaves as it is: None is a value of its own."""

    UNSET = "unset"


UNSET = Unset.UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedUpdate:
    """What a poll changes of a feed; what is unset stays as it is.

    Attributes:
        next_poll_at, because: when it is polled again, and what set that moment.
        outcome, status, error: how the poll went, as in `PollResult`, its HTTP status, why it
            failed.
        validators, validators_url: what the next poll asks with, and of which address they are.
        body_hash, whole_at: of the last whole document, and when it came.
        is_frozen: its validators do not change with its content.
        gap, newest_at: its own rhythm, see `monitor.feeds.Habits`.
        max_age, ttl, skip_hours, skip_days: when its server does not want to be asked.
        move: a permanent redirect that is being watched.
        farewell: answers that it is gone for good that are being watched.
        fetch_url: the address that is asked instead of its own.
    """

    next_poll_at: datetime
    because: str
    state: str | Unset = UNSET
    outcome: str | Unset = UNSET
    status: int | Unset | None = UNSET
    error: str | Unset = UNSET
    validators: Validators | Unset = UNSET
    validators_url: str | Unset | None = UNSET
    body_hash: str | Unset | None = UNSET
    whole_at: datetime | Unset = UNSET
    is_frozen: bool | Unset = UNSET
    item_count: int | Unset = UNSET
    overlap: float | Unset = UNSET
    trusts_guids: bool | Unset = UNSET
    last_new_at: datetime | Unset = UNSET
    interval: timedelta | Unset | None = UNSET
    gap: timedelta | Unset | None = UNSET
    newest_at: datetime | Unset | None = UNSET
    max_age: timedelta | Unset | None = UNSET
    ttl: timedelta | Unset | None = UNSET
    skip_hours: tuple[int, ...] | Unset = UNSET
    skip_days: tuple[int, ...] | Unset = UNSET
    hub_url: str | Unset | None = UNSET
    move: Move | Unset | None = UNSET
    farewell: Farewell | Unset = UNSET
    fetch_url: str | Unset | None = UNSET


def sync_feeds(session: Session, specs: Sequence[FeedSpec], now: datetime) -> None:
    """Makes the table say what the config says: adds, changes, disables; a feed that left the
    config keeps all it brought.
    """
    insert_new(session, feeds, [_new_row(spec, now) for spec in specs], returning="id")
    wanted = {spec.url: spec for spec in specs}
    # The new rows are among them and differ in nothing.
    for feed in session.execute(select(Feed)).scalars():
        spec = wanted.get(feed.url)
        if spec is None:
            feed.is_enabled = False
        else:
            _take_over(feed, spec)


def _new_row(spec: FeedSpec, now: datetime) -> dict[str, Any]:
    """Returns the row of a feed that is due at once."""
    return {
        **_NEW_FEED,
        **_configured_columns(spec),
        "url": spec.url,
        "state": "new",
        "next_poll_at": now,
    }


def _take_over(feed: Feed, spec: FeedSpec) -> None:
    """Makes a known feed say what the config says."""
    for name, value in _configured_columns(spec).items():
        # Only a column that differs is written: a reload must not touch every row.
        if getattr(feed, name) != value:
            setattr(feed, name, value)


def _configured_columns(spec: FeedSpec) -> dict[str, Any]:
    """Returns the columns that the config alone decides."""
    return {
        "title": spec.title,
        "tags": list(spec.tags),
        "every_seconds": int(spec.every.total_seconds()) if spec.every else None,
        "takes_all": spec.takes_all,
        "is_enabled": True,
    }


def is_watched() -> ColumnElement[bool]:
    """The condition under which a feed is polled at all."""
    return and_(feeds.c.is_enabled, ~feeds.c.is_paused)


@dataclass(frozen=True, slots=True)
class WatchedFeed:
    """A feed that is polled, as far as people name it."""

    id: int
    url: str
    title: str


def get_watched_feeds(session: Session) -> list[WatchedFeed]:
    """Returns every feed that is polled, in the order of the config."""
    rows = session.execute(select(feeds).where(is_watched()).order_by(feeds.c.id))
    return as_values(WatchedFeed, rows)


class NamedFeed(Protocol):
    """A feed as people name it."""

    @property
    def url(self) -> str:
        """Its address."""

    @property
    def title(self) -> str:
        """Its title in the config; empty for none."""


F = TypeVar("F", bound=NamedFeed)


def find_feed(named: Sequence[F], name: str) -> F:
    """Returns the feed of that URL or title, else the only one that has the name in either.

    Raises:
        NotFound: no feed or more than one has it.
    """
    # An exact name counts even where it is a part of others.
    found = [feed for feed in named if name in (feed.url, shown(feed.url), feed.title)]
    if not found:
        found = [feed for feed in named if _has_in_name(feed, name)]
    if len(found) == 1:
        return found[0]
    what = f"{len(found)} feeds" if found else "no feed"
    hint = "`monitor feeds list` shows their names and URLs"
    raise NotFound(f"{name!r} means {what}", hint=hint)


def _has_in_name(feed: NamedFeed, part: str) -> bool:
    """Says whether a feed has some letters, in whatever case, in its URL or its title."""
    # A line break stands in neither, so nothing is found across the two.
    return part.lower() in f"{feed.url}\n{feed.title}".lower()


def claim_feeds(
    session: Session, *, owner: str, now: datetime, limit: int, only: Sequence[int] | None = None
) -> list[DueFeed]:
    """Takes feeds to poll: those due, oldest first, or with `only` those of the given ids, due or
    not.

    A feed that is gone for good is taken only when it is due, which is once a week; `reset_feeds`
    makes it due.
    """
    claim = leases.Claim(owner=owner, now=now, lease=POLL_LEASE, limit=limit)
    is_due = feeds.c.next_poll_at <= now
    # Who names a feed wants it polled now, whatever its schedule says.
    is_meant = is_due if only is None else feeds.c.id.in_(only)
    due = and_(is_watched(), or_(feeds.c.state != "gone", is_due), is_meant)
    ids = leases.claim(session, feeds, claim, due=due, order=_POLLING_ORDER)
    return list(map(as_due_feed, _get_feeds(session, feeds.c.id.in_(ids))))


def _get_feeds(session: Session, condition: ColumnElement[bool]) -> Iterable[Feed]:
    """Returns the feeds under a condition, in the order of the config."""
    return session.execute(select(Feed).where(condition).order_by(feeds.c.id)).scalars()


def as_due_feed(feed: Feed) -> DueFeed:
    """Returns a feed as polling it needs it: spans of time instead of seconds."""
    return as_value(
        DueFeed,
        feed,
        tags=tuple(feed.tags),
        every=_span(feed.every_seconds),
        validators=Validators(feed.etag, feed.last_modified),
        is_baseline=feed.baseline_at is None,
        interval=_span(feed.interval_seconds),
        gap=_span(feed.gap_seconds),
        ttl=_span(feed.ttl_seconds),
        max_age=_span(feed.max_age_seconds),
        skip_hours=tuple(feed.skip_hours),
        skip_days=tuple(feed.skip_days),
        move=_move(feed),
        farewell=Farewell(feed.gone_since, feed.gone_answers) if feed.gone_since else None,
        is_gone=feed.state == "gone",
    )


def _move(feed: Feed) -> Move | None:
    """Returns the redirect that is watched, None without one."""
    # Both or none; asked of both for the type's sake.
    if feed.move_url is None or feed.move_since is None:
        return None
    return Move(feed.move_url, feed.move_since, feed.move_polls, feed.move_overlaps)


def _span(seconds: int | None) -> timedelta | None:
    """Returns a span of time that the table keeps in seconds."""
    return None if seconds is None else timedelta(seconds=seconds)


def _columns(changes: FeedUpdate) -> dict[str, Any]:
    """Returns the columns that an update sets."""
    columns: dict[str, Any] = {}
    for field in fields(FeedUpdate):
        value = getattr(changes, field.name)
        # None is a value: it clears the column.
        if value is not UNSET:
            columns |= _column_of(field.name, value)
    return columns


def _column_of(name: str, value: Any) -> dict[str, Any]:
    """Returns the columns of one field of an update, as the table names and types them."""
    if name == "validators":
        return {"etag": value.etag, "last_modified": value.last_modified}
    if name == "move":
        return _move_columns(value)
    if name == "farewell":
        return {"gone_since": value.since, "gone_answers": value.answers}
    if name in _SPANS:
        return {f"{name}_seconds": None if value is None else int(value.total_seconds())}
    if name in _LISTS:
        return {name: list(value)}
    return {_RENAMED.get(name, name): value}


def _move_columns(move: Move | None) -> dict[str, Any]:
    """Returns the columns of a redirect that is watched; None clears them."""
    return {
        "move_url": move.url if move else None,
        "move_since": move.since if move else None,
        "move_polls": move.polls if move else 0,
        "move_overlaps": move.overlaps if move else False,
    }


def finish_poll(
    session: Session, feed: DueFeed, owner: str, changes: FeedUpdate, *, now: datetime
) -> None:
    """Writes a poll that brought an answer (new, unchanged or not modified) and gives the feed
    free.

    Raises:
        LeaseLost: another worker polls the feed now.
    """
    values = {**_HEALTHY, "last_polled_at": now, "last_ok_at": now}
    # From the first answer on, an empty one included, what comes is news.
    if feed.is_baseline:
        values["baseline_at"] = now
    leases.finish(session, feeds, feed.id, owner, **values | _columns(changes))


def fail_poll(
    session: Session, feed: DueFeed, owner: str, changes: FeedUpdate, *, now: datetime
) -> None:
    """Writes a poll that failed; what the feed brought before, its validators included, stays as it
    was unless the changes say otherwise.

    Raises:
        LeaseLost: another worker polls the feed now.
    """
    values = {
        "state": "gone" if feed.is_gone else "failing",
        "failures": feed.failures + 1,
        # Counted from the first failure in a row: that decides when people hear of it.
        "failing_since": feed.failing_since or now,
        "last_polled_at": now,
    }
    leases.finish(session, feeds, feed.id, owner, **values | _columns(changes))


def postpone_poll(session: Session, feed: DueFeed, owner: str, changes: FeedUpdate) -> None:
    """Gives a feed free that could not be asked yet; nothing else about it changes.

    Raises:
        LeaseLost: another worker polls the feed now.
    """
    leases.finish(session, feeds, feed.id, owner, **_columns(changes))


def get_last_poll_at(session: Session) -> datetime | None:
    """Returns when a feed was last polled, by the clock of that poll."""
    last: datetime | None = session.execute(select(func.max(feeds.c.last_polled_at))).scalar_one()
    return last


def set_paused(session: Session, feed_ids: Sequence[int], *, is_paused: bool) -> None:
    """Stops or resumes polling feeds, whatever the config says."""
    session.execute(update(feeds).where(feeds.c.id.in_(feed_ids)).values(is_paused=is_paused))


def reset_feeds(session: Session, feed_ids: Sequence[int], now: datetime) -> None:
    """Forgets errors, back-off, validators and moves: the next poll is due now and asks for the
    whole document.
    """
    chosen = update(feeds).where(feeds.c.id.in_(feed_ids))
    session.execute(chosen.values(**_FORGOTTEN, next_poll_at=now))
    # One that was never polled stays new: its first answer is still to be baseline.
    is_down = or_(feeds.c.state == "failing", feeds.c.state == "gone")
    session.execute(chosen.where(is_down).values(state="ok"))


def get_ids_by_url(session: Session, urls: Sequence[str]) -> list[int]:
    """Returns the ids of feeds given by their exact URLs."""
    return list(session.execute(select(feeds.c.id).where(feeds.c.url.in_(urls))).scalars())


def get_health(session: Session) -> list[FeedHealth]:
    """Returns how every feed that is polled does, in the order of the config."""
    return list(map(_health, _get_feeds(session, is_watched())))


def _health(feed: Feed) -> FeedHealth:
    """Returns how a feed does and whether people have heard of it."""
    return as_value(
        FeedHealth,
        feed,
        tags=tuple(feed.tags),
        error=feed.last_error,
        is_leaving=feed.outcome == "gone" and feed.state != "gone",
        interval=_span(feed.interval_seconds),
        gap=_span(feed.gap_seconds),
        notice_uid=feed.told_as,
        notified_at=feed.told_at,
    )


def mark_told(session: Session, feed_ids: Sequence[int], told_as: str, now: datetime) -> set[int]:
    """Notes that people are told of feeds that have dried up; returns those of which nobody else
    has told them in the meantime.
    """
    is_fresh = feeds.c.told_as.is_(None)
    return _mark(session, feed_ids, is_fresh, told_as=told_as, told_at=now)


def mark_recovered(session: Session, feed_ids: Sequence[int]) -> set[int]:
    """Notes that people are told of feeds that are back; returns those of which nobody else has
    told them in the meantime.
    """
    is_silent = feeds.c.told_as.is_not(None)
    return _mark(session, feed_ids, is_silent, told_as=None, told_at=None)


def _mark(
    session: Session, feed_ids: Sequence[int], condition: ColumnElement[bool], **values: Any
) -> set[int]:
    """Changes those of the feeds that meet a condition, and returns them."""
    # Compared and set in one statement: of two workers only one tells of a feed.
    met = update(feeds).where(feeds.c.id.in_(feed_ids), condition)
    return set(session.scalars(met.values(**values).returning(feeds.c.id)))
