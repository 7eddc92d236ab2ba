"""The store in figures, for a machine that watches the daemon.

They are asked for every few seconds: each is a count over an index, or over few rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlmodel import Session

from monitor.store.feeds import is_watched
from monitor.store.schema.rows import as_values
from monitor.store.schema.tables import (
    alert_channels,
    alerts,
    articles,
    deliveries,
    developments,
    entries,
    feeds,
)
from monitor.store.views.troubles import get_oldest_unsealed

# So many feeds have a series of their own. Beyond that only those do with which something is wrong:
# they change slowly, while the oldest among thousands of healthy ones change with every poll.
MAX_FEED_SERIES = 200
# Items that were given up are counted for so long after they were seen.
FAILED_FOR = timedelta(days=30)

_IS_PENDING = deliveries.c.state == "pending"
_IS_TROUBLED = or_(feeds.c.state.in_(("failing", "gone")), feeds.c.told_as.is_not(None))


@dataclass(frozen=True, slots=True)
class FeedSuccess:
    """When a feed last answered as it should; None when it never has."""

    url: str
    last_ok_at: datetime | None


@dataclass(frozen=True, slots=True)
class AlertCount:
    """How many alerts of a tier came to what on their channels.

    Attributes:
        tier: None in alerts from before there were tiers.
        outcome: "waiting" until it is sealed, then the state of its delivery.
    """

    tier: int | None
    outcome: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreFigures:
    """What the store holds and what waits in it.

    Attributes:
        feeds: how many are in which state; "paused" is one.
        successes: of at most `MAX_FEED_SERIES` feeds, the longest ago first.
        feeds_left_out: polled feeds that are not among these.
        waiting: alerts of a channel that are in no delivery yet.
        pending: deliveries that are to be sent.
        dead: deliveries that were given up.
        oldest_due_at: since when the oldest of what could have been sent waits.
        failed: items that were given up in the last 30 days.
    """

    feeds: Mapping[str, int]
    successes: Sequence[FeedSuccess]
    feeds_left_out: int
    articles: int
    queued: int
    failed: int
    waiting: int
    pending: int
    dead: int
    oldest_due_at: datetime | None
    alerts: Sequence[AlertCount]


def get_figures(session: Session, now: datetime) -> StoreFigures:
    """Returns the figures as they are."""
    # One transaction: the figures are of one moment.
    states = _count_states(session)
    successes = _get_successes(session)
    asked = _count(session, feeds.c.id, is_watched(), feeds.c.last_polled_at.is_not(None))
    seen_lately = entries.c.seen_at >= now - FAILED_FOR
    return StoreFigures(
        feeds=states,
        successes=successes,
        feeds_left_out=asked - len(successes),
        articles=_count(session, articles.c.id),
        queued=_count(session, entries.c.id, entries.c.state == "queued"),
        failed=_count(session, entries.c.id, seen_lately, entries.c.state == "failed"),
        waiting=_count(session, alert_channels.c.alert_id, alert_channels.c.delivery_id.is_(None)),
        pending=_count(session, deliveries.c.id, _IS_PENDING),
        dead=_count(session, deliveries.c.id, deliveries.c.state == "dead"),
        oldest_due_at=get_oldest_due(session, now),
        alerts=_count_alerts(session),
    )


def _count(session: Session, column: ColumnElement[Any], *conditions: ColumnElement[bool]) -> int:
    """Returns how many rows meet conditions."""
    return int(session.execute(select(func.count(column)).where(*conditions)).scalar_one())


def _count_states(session: Session) -> dict[str, int]:
    """Returns how many feeds of the config are in which state."""
    state = case((feeds.c.is_paused, "paused"), else_=feeds.c.state).label("state")
    counted = select(state, func.count().label("feeds")).where(feeds.c.is_enabled)
    return {row.state: row.feeds for row in session.execute(counted.group_by(state))}


def _get_successes(session: Session) -> list[FeedSuccess]:
    """Returns when feeds last answered, the longest ago first."""
    # One that was never asked has not failed to answer.
    asked = and_(is_watched(), feeds.c.last_polled_at.is_not(None))
    if _count(session, feeds.c.id, asked) > MAX_FEED_SERIES:
        asked = and_(asked, _IS_TROUBLED)
    oldest = (feeds.c.last_ok_at.asc().nulls_first(), feeds.c.id)
    chosen = select(feeds.c.url, feeds.c.last_ok_at).where(asked).order_by(*oldest)
    return as_values(FeedSuccess, session.execute(chosen.limit(MAX_FEED_SERIES)))


def get_oldest_due(session: Session, now: datetime) -> datetime | None:
    """Returns since when the oldest of what could have been sent waits."""
    # Between two tries a delivery is not due, and waits all the same.
    is_due = or_(deliveries.c.next_attempt_at <= now, deliveries.c.attempts > 0)
    sealed = select(func.min(deliveries.c.sealed_at)).where(
        _IS_PENDING, is_due, deliveries.c.parked_at.is_(None)
    )
    found = session.execute(sealed).scalar_one(), get_oldest_unsealed(session, now)
    return min(filter(None, found), default=None)


def _count_alerts(session: Session) -> list[AlertCount]:
    """Returns how many alerts of each tier came to what."""
    outcome = func.coalesce(deliveries.c.state, "waiting").label("outcome")
    counted = (
        select(developments.c.tier, outcome, func.count().label("count"))
        .select_from(alert_channels)
        .join(alerts, alerts.c.id == alert_channels.c.alert_id)
        .join(developments, developments.c.id == alerts.c.development_id)
        .outerjoin(deliveries, deliveries.c.id == alert_channels.c.delivery_id)
        .group_by(developments.c.tier, outcome)
    )
    return as_values(AlertCount, session.execute(counted))
