"""What `monitor status` looks for beside feeds: channels that fail, items that were given up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, not_, select
from sqlmodel import Session

from monitor.model import NEVER, NOW
from monitor.store.schema.rows import as_values
from monitor.store.schema.tables import alert_channels, closed_channels, deliveries, entries

_MAX_FAILED = 1_000  # more than these are a figure to nobody
# After a roll-up a channel that gets too much waits for an hour; with some room for the next pass.
_ROLL_UP_SPAN = timedelta(hours=1, minutes=5)


@dataclass(frozen=True, slots=True)
class FailingChannel:
    """A channel that did not accept what it was sent last; `waiting` deliveries are to be tried
    again.
    """

    channel: str
    waiting: int
    error: str


@dataclass(frozen=True, slots=True)
class FailedEntry:
    """An item that was given up after repeated failures."""

    url: str | None
    last_error: str


def get_failing_channels(session: Session) -> list[FailingChannel]:
    """Returns the channels with deliveries that were tried and not accepted, by name, each with
    its newest error.
    """
    tried = (deliveries.c.state == "pending", deliveries.c.attempts > 0)
    columns = (deliveries.c.channel, deliveries.c.last_error)
    found: dict[str, list[str]] = {}
    for row in session.execute(select(*columns).where(*tried).order_by(deliveries.c.id)):
        found.setdefault(row.channel, []).append(row.last_error)
    failing = {
        channel: FailingChannel(channel, len(errors), errors[-1])
        for channel, errors in found.items()
    }
    closed = {one.channel: one for one in _get_closed_channels(session)}
    return [one for _, one in sorted({**failing, **closed}.items())]


@dataclass(frozen=True, slots=True)
class StuckChannel:
    """A channel that has not accepted for long what it was sent.

    Attributes:
        first_uid: of the delivery that waits longest, by which an episode is known.
        since: when that was sealed.
    """

    channel: str
    first_uid: str
    since: datetime
    waiting: int
    error: str


def get_stuck_channels(session: Session, before: datetime) -> list[StuckChannel]:
    """Returns the channels with a delivery that was sealed before a time and is not accepted."""
    tried = (deliveries.c.state == "pending", deliveries.c.attempts > 0)
    columns = (deliveries.c.channel, deliveries.c.uid, deliveries.c.sealed_at)
    waiting = select(*columns, deliveries.c.last_error).where(*tried)
    rows: dict[str, list[Any]] = {}
    for row in session.execute(waiting.order_by(deliveries.c.sealed_at, deliveries.c.id)):
        rows.setdefault(row.channel, []).append(row)
    return [_stuck(channel, own) for channel, own in rows.items() if own[0].sealed_at < before]


def _stuck(channel: str, rows: Sequence[Any]) -> StuckChannel:
    # The episode lasts as long as this one waits.
    first = rows[0]
    return StuckChannel(channel, first.uid, first.sealed_at, len(rows), first.last_error)


def get_oldest_unsealed(session: Session, now: datetime) -> datetime | None:
    """Returns since when the oldest alert that is due is in no delivery; None where none is.

    What waits for a digest or the end of quiet hours is due then. What a silence or a restore
    holds, and what waits for its channel's next roll-up, is left out.
    """
    rolled_up = select(deliveries.c.channel).where(
        deliveries.c.kind == "roll-up", deliveries.c.sealed_at > now - _ROLL_UP_SPAN
    )
    waits_for_hour = and_(alert_channels.c.cadence == NOW, alert_channels.c.channel.in_(rolled_up))
    oldest = select(func.min(alert_channels.c.due_at)).where(
        alert_channels.c.delivery_id.is_(None),
        alert_channels.c.due_at <= now,
        alert_channels.c.parked_at.is_(None),
        alert_channels.c.cadence != NEVER,
        not_(waits_for_hour),
    )
    found: datetime | None = session.scalar(oldest)
    return found


def count_waiting(session: Session) -> dict[str, int]:
    """Returns how many messages wait for each channel, sealed or not; by name."""
    sealed = select(deliveries.c.channel).where(deliveries.c.state == "pending")
    unsealed = select(alert_channels.c.channel).where(
        alert_channels.c.delivery_id.is_(None), alert_channels.c.cadence != NEVER
    )
    waiting = sealed.union_all(unsealed).subquery()
    counted = select(waiting.c.channel, func.count()).group_by(waiting.c.channel)
    return dict(session.execute(counted.order_by(waiting.c.channel)).all())


def _get_closed_channels(session: Session) -> list[FailingChannel]:
    """Returns the channels that nothing is sent to any more, with all that waits for them."""
    waits = and_(deliveries.c.channel == closed_channels.c.channel, deliveries.c.state == "pending")
    counted = select(closed_channels.c.channel, func.count(deliveries.c.id).label("waiting"))
    columns = counted.add_columns(closed_channels.c.error).outerjoin(deliveries, waits)
    grouped = columns.group_by(closed_channels.c.channel, closed_channels.c.error)
    return as_values(FailingChannel, session.execute(grouped))


def get_failed_entries(session: Session, since: datetime) -> list[FailedEntry]:
    """Returns items that were given up since then, newest first."""
    given_up = (entries.c.state == "failed", entries.c.next_attempt_at >= since)
    columns = (entries.c.url, entries.c.last_error)
    statement = select(*columns).where(*given_up).order_by(entries.c.id.desc()).limit(_MAX_FAILED)
    return as_values(FailedEntry, session.execute(statement))
