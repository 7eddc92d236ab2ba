"""What the store knows of feeds that dry up: how each does, and as what it was told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlmodel import Session

from monitor.feeds.health import FeedHealth
from monitor.store.feeds import is_watched
from monitor.store.schema.tables import Feed, feeds


def get_health(session: Session) -> list[FeedHealth]:
    """Returns how every feed that is polled does, in the order of the config."""
    rows = session.execute(select(Feed).where(is_watched()).order_by(feeds.c.id)).scalars()
    return [_health(feed) for feed in rows]


def _health(feed: Feed) -> FeedHealth:
    return FeedHealth(
        id=feed.id,
        url=feed.url,
        title=feed.title,
        tags=tuple(feed.tags),
        state=feed.state,
        error=feed.last_error,
        failures=feed.failures,
        failing_since=feed.failing_since,
        last_polled_at=feed.last_polled_at,
        last_ok_at=feed.last_ok_at,
        last_new_at=feed.last_new_at,
        interval=_seconds(feed.interval_seconds),
        gap=_seconds(feed.gap_seconds),
        notice_uid=feed.told_as,
        notified_at=feed.told_at,
    )


def _seconds(value: int | None) -> timedelta | None:
    return None if value is None else timedelta(seconds=value)


def mark_told(session: Session, feed_ids: Sequence[int], told_as: str, now: datetime) -> set[int]:
    """Writes that feeds are told as dried up; returns those that nobody else has told meanwhile."""
    untold = update(feeds).where(feeds.c.id.in_(feed_ids), feeds.c.told_as.is_(None))
    return set(
        session.execute(untold.values(told_as=told_as, told_at=now).returning(feeds.c.id)).scalars()
    )


def mark_recovered(session: Session, feed_ids: Sequence[int]) -> set[int]:
    """Writes that feeds are told as back; returns those that nobody else has told meanwhile."""
    told = update(feeds).where(feeds.c.id.in_(feed_ids), feeds.c.told_as.is_not(None))
    return set(
        session.execute(told.values(told_as=None, told_at=None).returning(feeds.c.id)).scalars()
    )
