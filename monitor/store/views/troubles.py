"""What `monitor status` looks for beside feeds: channels that fail, items that were given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from monitor.store.schema.rows import as_values
from monitor.store.schema.tables import deliveries, entries

_MAX_FAILED = 1_000  # more than these are a figure to nobody


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
    return [
        FailingChannel(channel, len(errors), errors[-1])
        for channel, errors in sorted(found.items())
    ]


def get_failed_entries(session: Session, since: datetime) -> list[FailedEntry]:
    """Returns items that were given up since then, newest first."""
    given_up = (entries.c.state == "failed", entries.c.next_attempt_at >= since)
    columns = (entries.c.url, entries.c.last_error)
    statement = select(*columns).where(*given_up).order_by(entries.c.id.desc()).limit(_MAX_FAILED)
    return as_values(FailedEntry, session.execute(statement))
