"""Due times that are further ahead than anything here waits: a clock that was wrong wrote them.

Each table has its own longest wait, so a time beyond it is no plan of ours. Where a plan can be
made again (feeds) the pipeline does; elsewhere the time is brought to where it would be at the
latest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, case, literal, or_, select, true, update
from sqlmodel import Session

from monitor.store import leases
from monitor.store.entries import INGEST_LEASE
from monitor.store.feeds import POLL_LEASE, DueFeed, as_due_feed, is_watched
from monitor.store.outbox import SEND_LEASE
from monitor.store.pages import CHECK_LEASE
from monitor.store.schema.tables import (
    alert_channels,
    articles,
    deliveries,
    delivery_recipients,
    entries,
    feeds,
    hosts,
    pages,
    workers,
)

# Clocks of workers differ by seconds; what is stamped later than this was stamped by a wrong one.
TOLERANCE = timedelta(minutes=5)
# The longest that a host may ask for, and that a page without an answer is left alone.
LONGEST_PAUSE = timedelta(days=30)
# The longest pause between two attempts at a delivery, moved by its jitter; an edit's wait is less.
LONGEST_RETRY = timedelta(hours=29)
_CADENCES = {"daily": timedelta(days=1), "weekly": timedelta(days=7)}
# Of an alert "now": quiet hours end within a day.
_LONGEST_HOLD = timedelta(days=1)
_LEASES: tuple[tuple[Table, timedelta], ...] = (
    (feeds, POLL_LEASE),
    (entries, INGEST_LEASE),
    (pages, CHECK_LEASE),
    (deliveries, SEND_LEASE),
)
# Moments that have passed, by their meaning.
_PASSED = ("last_polled_at", "last_ok_at", "last_new_at", "whole_at", "failing_since", "told_at")


@dataclass(frozen=True, slots=True)
class ScheduledFeed:
    """A watched feed with the plan of its next poll, and what that was made of.

    Attributes:
        feed: as it was when it was last polled.
        status, outcome: of the last poll.
        is_second: the next poll is its second one.
    """

    feed: DueFeed
    next_poll_at: datetime
    last_polled_at: datetime | None
    status: int | None
    outcome: str
    because: str
    is_second: bool


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """A page whose next check is later than any step of its article."""

    id: int
    found_at: datetime


def get_scheduled(session: Session, now: datetime, *, after: datetime) -> list[ScheduledFeed]:
    """Returns the watched feeds that nobody holds and that are polled later than a moment."""
    is_late = and_(is_watched(), feeds.c.next_poll_at > after, leases.is_free(feeds, now))
    rows = session.execute(select(feeds).where(is_late).order_by(feeds.c.id))
    return list(map(_scheduled, rows))


def _scheduled(row: Any) -> ScheduledFeed:
    return ScheduledFeed(
        feed=as_due_feed(row._mapping),
        next_poll_at=row.next_poll_at,
        last_polled_at=row.last_polled_at,
        status=row.last_status,
        outcome=row.outcome,
        because=row.because,
        is_second=row.baseline_at is not None and row.baseline_at == row.last_polled_at,
    )


def move_poll(session: Session, feed_id: int, at: datetime, because: str, *, now: datetime) -> None:
    """Sets when a feed is polled next, unless somebody polls it now."""
    is_free = and_(feeds.c.id == feed_id, leases.is_free(feeds, now))
    values = {"next_poll_at": at, "because": because}
    session.execute(update(feeds).where(is_free).values(**values))


def repair_passed(session: Session, now: datetime) -> int:
    """Brings to `now` what feeds are said to have done in the future; returns how many feeds."""
    moments = [feeds.c[name] for name in _PASSED]
    mended = {moment: _at_most(moment, now) for moment in moments}
    # One statement for all: each start asks, and hardly one finds anything.
    future = update(feeds).where(or_(*(moment > now + TOLERANCE for moment in moments)))
    return len(session.scalars(future.values(mended).returning(feeds.c.id)).all())


def _at_most(moment: Column[Any], now: datetime) -> ColumnElement[Any]:
    """Returns a moment, or `now` where it lies ahead."""
    return case((moment > now + TOLERANCE, literal(now, moment.type)), else_=moment)


def repair_leases(session: Session, now: datetime) -> int:
    """Shortens leases that are longer than any that is given; returns how many."""
    return sum(_shorten(session, table, now + lease) for table, lease in _LEASES)


def _shorten(session: Session, table: Table, latest: datetime) -> int:
    # Its holder may be at work and keeps it for as long as it may.
    # By name, so that what is held is found by its index.
    is_held = table.c.lease_owner.is_not(None)
    too_long = and_(is_held, table.c.lease_until > latest + TOLERANCE)
    return _set(session, table, "lease_until", latest, too_long)


def repair_hosts(session: Session, now: datetime) -> int:
    """Ends pauses that are longer than any host may ask for; returns how many."""
    return _set(session, hosts, "paused_until", now, hosts.c.paused_until > now + LONGEST_PAUSE)


def repair_entries(session: Session, now: datetime) -> int:
    """Has entries read now that wait for longer than any host may ask for; returns how many."""
    at = entries.c.next_attempt_at
    is_queued = entries.c.state == "queued"
    too_late = or_(at > now + LONGEST_PAUSE, and_(at > now, entries.c.seen_at > now + TOLERANCE))
    return _set(session, entries, "next_attempt_at", now, and_(is_queued, too_late))


def repair_deliveries(session: Session, now: datetime, longest: timedelta) -> int:
    """Has deliveries sent now that wait for longer than any pause between two attempts, or were
    sealed in the future; returns how many.

    Args:
        longest: a wait that is beyond reason, however long a pause may be.
    """
    at = deliveries.c.next_attempt_at
    is_pending = deliveries.c.state == "pending"
    is_future = and_(at > now, deliveries.c.sealed_at > now + TOLERANCE)
    too_late = or_(at > now + max(longest, LONGEST_RETRY), is_future)
    return _set(session, deliveries, "next_attempt_at", now, and_(is_pending, too_late))


def repair_told(session: Session, now: datetime) -> int:
    """Brings to `now` when something is said to have been sealed, told or seen in the future: what
    counts the last hour or asks for the last time would wait for that moment; returns how many.

    After `repair_deliveries`, which knows by them what is pending in the future."""
    moments = (
        (deliveries, "sealed_at", deliveries.c.is_edit.is_(False)),
        (deliveries, "told_at", true()),
        (delivery_recipients, "told_at", true()),
        (workers, "heartbeat_at", true()),
    )
    # Each by its own index; a statement for all would read every row.
    return sum(
        _set(session, table, name, now, and_(table.c[name] > now + TOLERANCE, among))
        for table, name, among in moments
    )


def repair_alerts(session: Session, now: datetime) -> int:
    """Brings alerts that wait for their channel to the next time of its cadence; returns how
    many.
    """
    table = alert_channels
    is_late = and_(table.c.delivery_id.is_(None), table.c.due_at > now + _LONGEST_HOLD)
    rows = session.execute(select(table).where(is_late)).all()
    moved = [(row, _bring_near(row.cadence, row.due_at, now)) for row in rows]
    late = [(row, at) for row, at in moved if at < row.due_at]
    for row, at in late:
        key = and_(table.c.alert_id == row.alert_id, table.c.channel == row.channel)
        session.execute(update(table).where(key).values(due_at=at))
    return len(late)


def _bring_near(cadence: str, due_at: datetime, now: datetime) -> datetime:
    """Returns the same hour (and day of the week) within the next round of a cadence."""
    every = _CADENCES.get(cadence.split(" ")[0])
    if every is None:
        return now
    # Clocks that change between the two make an hour's difference, once.
    return due_at - every * max(0, (due_at - now - TOLERANCE) // every)


def get_late_pages(session: Session, now: datetime) -> Sequence[WaitingPage]:
    """Returns pages that are asked for later than any plan of ours, or were planned in the
    future.
    """
    at = pages.c.next_check_at
    was_future = or_(articles.c.found_at > now + TOLERANCE, pages.c.checked_at > now + TOLERANCE)
    is_late = or_(at > now + LONGEST_PAUSE + TOLERANCE, and_(at > now, was_future))
    joined = pages.join(articles, articles.c.id == pages.c.article_id)
    rows = session.execute(
        select(pages.c.id, articles.c.found_at).select_from(joined).where(is_late)
    )
    return [WaitingPage(row.id, row.found_at) for row in rows]


def move_check(session: Session, page_id: int, at: datetime) -> bool:
    """Sets an earlier moment for a page's next check; returns whether it was later before."""
    is_later = and_(pages.c.id == page_id, pages.c.next_check_at > at)
    return _set(session, pages, "next_check_at", at, is_later) > 0


def _set(
    session: Session, table: Table, name: str, value: datetime, where: ColumnElement[bool]
) -> int:
    """Sets one column of the rows under a condition; returns how many."""
    done: Any = session.execute(update(table).where(where).values(**{name: value}))
    return int(done.rowcount)
