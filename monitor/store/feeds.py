"""Feeds: keeping them as the config says, claiming those that are due, writing down how a poll
went.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlmodel import Session

from monitor.feeds.health import Health
from monitor.model import Validators
from monitor.politeness import Move
from monitor.store import leases
from monitor.store.engine import insert_new
from monitor.store.schema.tables import Feed, feeds

# Feeds of one host are asked one after the other, so the last of them waits for the others.
POLL_LEASE = timedelta(minutes=15)


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


def sync_feeds(session: Session, specs: Sequence[FeedSpec], now: datetime) -> None:
    """Makes the table say what the config says: adds, changes, disables; a feed that left the
    config keeps all it brought.
    """
    rows = [
        {**_values(spec), "url": spec.url, "state": "new", "next_poll_at": now} for spec in specs
    ]
    insert_new(session, feeds, [{**_DEFAULTS, **row} for row in rows], returning="id")
    known = {feed.url: feed for feed in session.execute(select(Feed)).scalars()}
    wanted = {spec.url: spec for spec in specs}
    for url, feed in known.items():
        spec = wanted.get(url)
        if spec is None:
            feed.is_enabled = False
            continue
        for name, value in _values(spec).items():
            if getattr(feed, name) != value:
                setattr(feed, name, value)


_DEFAULTS: dict[str, Any] = {
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
}


def _values(spec: FeedSpec) -> dict[str, Any]:
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


def get_watched_feeds(session: Session) -> list[tuple[int, str, str]]:
    """Returns id, URL and title of every feed that is polled, in the order of the config."""
    rows = session.execute(
        select(feeds.c.id, feeds.c.url, feeds.c.title).where(is_watched()).order_by(feeds.c.id)
    )
    return [(row.id, row.url, row.title) for row in rows]


def claim_feeds(
    session: Session, *, owner: str, now: datetime, limit: int, only: Sequence[int] | None = None
) -> list[DueFeed]:
    """Takes feeds to poll: those due, oldest first, or with `only` those of the given ids, due or
    not.

    A feed whose server says that it is gone for good is never taken; `reset_feeds` tries it again.
    """
    due = and_(is_watched(), feeds.c.state != "gone")
    due = (
        and_(due, feeds.c.next_poll_at <= now) if only is None else and_(due, feeds.c.id.in_(only))
    )
    order = (feeds.c.next_poll_at, feeds.c.id)
    ids = leases.claim(
        session, feeds, due=due, order=order, limit=limit, owner=owner, now=now, lease=POLL_LEASE
    )
    rows = session.execute(select(Feed).where(feeds.c.id.in_(ids)).order_by(feeds.c.id)).scalars()
    return [_due(feed) for feed in rows]


def _due(feed: Feed) -> DueFeed:
    return DueFeed(
        id=feed.id,
        url=feed.url,
        title=feed.title,
        tags=tuple(feed.tags),
        every=_seconds(feed.every_seconds),
        takes_all=feed.takes_all,
        trusts_guids=feed.trusts_guids,
        validators=Validators(feed.etag, feed.last_modified),
        body_hash=feed.body_hash,
        is_baseline=feed.baseline_at is None,
        failures=feed.failures,
        interval=_seconds(feed.interval_seconds),
        item_count=feed.item_count,
        fetch_url=feed.fetch_url,
        validators_url=feed.validators_url,
        is_frozen=feed.is_frozen,
        whole_at=feed.whole_at,
        last_new_at=feed.last_new_at,
        gap=_seconds(feed.gap_seconds),
        newest_at=feed.newest_at,
        ttl=_seconds(feed.ttl_seconds),
        max_age=_seconds(feed.max_age_seconds),
        skip_hours=tuple(feed.skip_hours),
        skip_days=tuple(feed.skip_days),
        move=_move(feed),
        failing_since=feed.failing_since,
    )


def _move(feed: Feed) -> Move | None:
    if feed.move_url is None or feed.move_since is None:
        return None
    return Move(feed.move_url, feed.move_since, feed.move_polls, feed.move_overlaps)


def _seconds(value: int | None) -> timedelta | None:
    return None if value is None else timedelta(seconds=value)


def finish_poll(
    session: Session,
    feed: DueFeed,
    owner: str,
    values: Mapping[str, Any],
    *,
    now: datetime,
    next_poll_at: datetime,
) -> None:
    """Writes a poll that brought an answer (new, unchanged or not modified) and gives the feed
    free.

    Raises:
        LeaseLost: another worker polls the feed now.
    """
    written = {
        "state": "ok",
        "failures": 0,
        "failing_since": None,
        "last_error": "",
        "last_polled_at": now,
        "last_ok_at": now,
        "next_poll_at": next_poll_at,
        **({"baseline_at": now} if feed.is_baseline else {}),
        **values,
    }
    leases.finish(session, feeds, feed.id, owner, **written)


def fail_poll(
    session: Session,
    feed: DueFeed,
    owner: str,
    values: Mapping[str, Any],
    *,
    now: datetime,
    next_poll_at: datetime,
    error: str,
    status: int | None,
) -> None:
    """Writes a poll that failed; what the feed brought before, its validators included, stays as it
    was.
    """
    written = {
        "state": "failing",
        "failures": feed.failures + 1,
        "failing_since": feed.failing_since or now,
        "last_error": error,
        "last_status": status,
        "last_polled_at": now,
        "next_poll_at": next_poll_at,
        **values,
    }
    leases.finish(session, feeds, feed.id, owner, **written)


def postpone_poll(
    session: Session, feed: DueFeed, owner: str, *, next_poll_at: datetime, because: str
) -> None:
    """Gives a feed free that could not be asked yet; nothing else about it changes."""
    leases.finish(session, feeds, feed.id, owner, next_poll_at=next_poll_at, because=because)


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
    values = {
        "failures": 0,
        "failing_since": None,
        "last_error": "",
        "etag": None,
        "last_modified": None,
        "validators_url": None,
        "body_hash": None,
        "fetch_url": None,
        "move_url": None,
        "next_poll_at": now,
        "because": "it was reset",
    }
    changed = update(feeds).where(feeds.c.id.in_(feed_ids))
    session.execute(changed.values(**values))
    session.execute(
        changed.where(or_(feeds.c.state == "failing", feeds.c.state == "gone")).values(state="ok")
    )


def get_ids_by_url(session: Session, urls: Sequence[str]) -> list[int]:
    """Returns the ids of feeds given by their exact URLs."""
    return list(session.execute(select(feeds.c.id).where(feeds.c.url.in_(urls))).scalars())


def get_health(session: Session) -> list[Health]:
    """Returns how every feed that is polled does, in the order of the config."""
    rows = session.execute(select(Feed).where(is_watched()).order_by(feeds.c.id)).scalars()
    return [_health(feed) for feed in rows]


def _health(feed: Feed) -> Health:
    return Health(
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
        told_as=feed.told_as,
        told_at=feed.told_at,
    )


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
