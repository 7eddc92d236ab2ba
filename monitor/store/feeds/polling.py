"""Claiming feeds that are due, and writing down how a poll went."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from functools import cache
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Update,
    and_,
    bindparam,
    func,
    or_,
    select,
    update,
)
from sqlmodel import Session

from monitor.feeds.health import FeedHealth
from monitor.model import Validators
from monitor.politeness import Farewell, Move
from monitor.store import leases
from monitor.store.feeds.following import is_watched
from monitor.store.feeds.updates import FeedUpdate, columns_of
from monitor.store.feeds.values import DueFeed, host_of
from monitor.store.schema.rows import as_record, as_value
from monitor.store.schema.tables import feeds

# Feeds of one host are asked one after the other, so the last of them waits for the others.
POLL_LEASE = timedelta(minutes=15)
# The longest due first; those of a new config are all due at once and come as they stand in it.
_POLLING_ORDER = (feeds.c.next_poll_at, feeds.c.id)
# What `as_due_feed` reads: a row has half as many columns again.
_READ = {field.name for field in fields(DueFeed)} | {
    *("etag", "last_modified", "baseline_at", "every_seconds", "interval_seconds", "gap_seconds"),
    *("ttl_seconds", "max_age_seconds", "gone_since", "gone_answers", "state"),
    *("move_url", "move_since", "move_polls", "move_overlaps"),
}
_POLLED = tuple(column for column in feeds.c if column.name in _READ)
# An answer ends a row of failures, and what it was counted from.
_HEALTHY: dict[str, Any] = {
    "state": "ok",
    "failures": 0,
    "failing_since": None,
    "gone_since": None,
    "gone_answers": 0,
    "last_error": "",
}


def claim_feeds(
    session: Session, *, owner: str, now: datetime, limit: int, only: Sequence[int] | None = None
) -> list[DueFeed]:
    """Takes feeds to poll: those due, oldest first, or with `only` those of the given ids, due or
    not.

    Of those that are due none is at a host that another worker is asking; who names feeds does not
    wait for that. A feed that is gone for good is taken only when it is due, which is once a week;
    `reset_feeds` makes it due.
    """
    leases.wait_for_turn(session, feeds)
    claim = leases.Claim(owner=owner, now=now, lease=POLL_LEASE, limit=limit)
    if only is None:
        taken = session.execute(_taking_due(), claim.bound)
    else:
        taken = session.execute(_taking_named(), claim.bound | {"named": list(only)})
    # As mappings: to look up a column of a row by its name takes longer than all else of it.
    names = tuple(taken.keys())
    claimed = [as_due_feed(dict(zip(names, row, strict=True))) for row in taken]
    # In the order of the config.
    return sorted(claimed, key=attrgetter("id"))


# To build a statement costs more than to run it.
@cache
def _taking_due() -> Update:
    """Returns the statement that takes feeds that are due, at hosts that nobody else asks."""
    due = and_(is_watched(), feeds.c.next_poll_at <= leases.NOW, _is_host_free())
    return leases.taking(feeds, _POLLED, due=due, order=_POLLING_ORDER)


@cache
def _taking_named() -> Update:
    """Returns the statement that takes the feeds of some ids: who names a feed wants it polled now,
    whatever its schedule says.
    """
    is_named = feeds.c.id.in_(bindparam("named", expanding=True))
    is_alive = or_(feeds.c.state != "gone", feeds.c.next_poll_at <= leases.NOW)
    due = and_(is_watched(), is_named, is_alive)
    return leases.taking(feeds, _POLLED, due=due, order=_POLLING_ORDER)


def _is_host_free() -> ColumnElement[bool]:
    """Returns the condition that no other worker asks the host of a feed."""
    held = feeds.alias("held")
    by_others = and_(held.c.lease_owner.is_not(None), held.c.lease_owner != leases.OWNER)
    # As a list, which is read once: joined, PostgreSQL takes it for one row, since nothing was held
    # when it last counted, and reads it for each feed. What has no host is in nobody's way.
    is_asked = and_(by_others, held.c.lease_until > leases.NOW, held.c.host != "")
    return feeds.c.host.not_in(select(held.c.host).where(is_asked))


def _get_feeds(session: Session, condition: ColumnElement[bool]) -> Iterable[Any]:
    """Returns the rows of the feeds under a condition, in the order of the config."""
    # Rows and no objects: a worker claims some ten thousand of them in a second.
    return session.execute(select(feeds).where(condition).order_by(feeds.c.id))


def as_due_feed(feed: Mapping[str, Any]) -> DueFeed:
    """Returns the columns of a feed as polling it needs it: spans of time instead of seconds."""
    return as_record(
        DueFeed,
        feed,
        tags=tuple(feed["tags"]),
        every=_span(feed["every_seconds"]),
        validators=Validators(feed["etag"], feed["last_modified"]),
        is_baseline=feed["baseline_at"] is None,
        interval=_span(feed["interval_seconds"]),
        gap=_span(feed["gap_seconds"]),
        ttl=_span(feed["ttl_seconds"]),
        max_age=_span(feed["max_age_seconds"]),
        skip_hours=tuple(feed["skip_hours"]),
        skip_days=tuple(feed["skip_days"]),
        move=_move(feed),
        farewell=Farewell(feed["gone_since"], feed["gone_answers"]) if feed["gone_since"] else None,
        is_gone=feed["state"] == "gone",
    )


def _move(feed: Mapping[str, Any]) -> Move | None:
    """Returns the redirect that is watched, None without one."""
    # Both or none; asked of both for the type's sake.
    if feed["move_url"] is None or feed["move_since"] is None:
        return None
    return Move(feed["move_url"], feed["move_since"], feed["move_polls"], feed["move_overlaps"])


def _span(seconds: int | None) -> timedelta | None:
    """Returns a span of time that the table keeps in seconds."""
    return None if seconds is None else timedelta(seconds=seconds)


def finish_poll(
    session: Session, feed: DueFeed, owner: str, changes: FeedUpdate, *, now: datetime
) -> None:
    """Writes a poll that brought an answer (new, unchanged or not modified) and gives the feed
    free.

    Raises:
        LeaseLost: another worker polls the feed now.
    """
    values = {**_HEALTHY, "last_polled_at": now, "last_ok_at": now}
    # From the first answer on, an empty one included, what comes is news; unless it broke off.
    if feed.is_baseline:
        values["baseline_at"] = now
    leases.finish(session, feeds, feed.id, owner, **values | _columns_of(feed, changes))


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
        # Counted from the first poll in a row without an answer: that decides when people hear of
        # it.
        "failing_since": feed.failing_since or now,
        "last_polled_at": now,
    }
    leases.finish(session, feeds, feed.id, owner, **values | _columns_of(feed, changes))


def postpone_poll(session: Session, feed: DueFeed, owner: str, changes: FeedUpdate) -> None:
    """Gives a feed free that could not be asked yet; nothing but the changes is written.

    Raises:
        LeaseLost: another worker polls the feed now.
    """
    leases.finish(session, feeds, feed.id, owner, **_columns_of(feed, changes))


def _columns_of(feed: DueFeed, changes: FeedUpdate) -> dict[str, Any]:
    """Returns the columns that an update sets, with the host of a feed that has moved."""
    columns = columns_of(changes)
    if "fetch_url" in columns:
        columns["host"] = host_of(columns["fetch_url"] or feed.url)
    return columns


def get_last_poll_at(session: Session) -> datetime | None:
    """Returns when a feed was last polled, by the clock of that poll."""
    last: datetime | None = session.execute(select(func.max(feeds.c.last_polled_at))).scalar_one()
    return last


def get_next_poll_at(session: Session) -> dict[str, datetime]:
    """Returns when each feed that is followed is polled next, by its address."""
    rows = session.execute(select(feeds.c.url, feeds.c.next_poll_at).where(is_watched()))
    return {row.url: row.next_poll_at for row in rows}


def get_health(session: Session) -> list[FeedHealth]:
    """Returns how every feed that is polled does, in the order of the config."""
    return list(map(_health, _get_feeds(session, is_watched())))


def _health(feed: Any) -> FeedHealth:
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
