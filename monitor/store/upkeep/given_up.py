"""What was given up while sending and nobody was told of yet: dead deliveries, and recipients that
refused one for good.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, literal, select, tuple_, update
from sqlmodel import Session

from monitor.store.schema.rows import as_values
from monitor.store.schema.tables import deliveries, delivery_recipients

# What a channel loses within this is told together: where it refuses all, that is one notice.
DEAD_PAUSE = timedelta(hours=1)
# A mailbox that is gone refuses every mail; nobody needs to hear that daily.
REFUSED_PAUSE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A dead delivery, or a recipient that will never have one.

    Attributes:
        delivery_id: its row.
        recipient: empty for a dead delivery.
    """

    delivery_id: int
    uid: str
    channel: str
    kind: str
    case_id: int | None
    payload: dict[str, Any]
    recipient: str
    error: str


def get_given_up(session: Session, now: datetime) -> list[GivenUp]:
    """Returns what people are to be told of now, oldest first."""
    dead = as_values(GivenUp, session.execute(_select_dead(now - DEAD_PAUSE)))
    return dead + as_values(GivenUp, session.execute(_select_refused(now - REFUSED_PAUSE)))


def mark_told(session: Session, given_up: Sequence[GivenUp], now: datetime) -> None:
    """Writes that people are told of it."""
    dead = [one.delivery_id for one in given_up if not one.recipient]
    session.execute(update(deliveries).where(deliveries.c.id.in_(dead)).values(told_at=now))
    refused = [(one.delivery_id, one.recipient) for one in given_up if one.recipient]
    key = tuple_(delivery_recipients.c.delivery_id, delivery_recipients.c.recipient)
    told = update(delivery_recipients).where(key.in_(refused))
    session.execute(told.values(told_at=now))


_COLUMNS = (
    deliveries.c.id.label("delivery_id"),
    *(deliveries.c.uid, deliveries.c.channel, deliveries.c.kind),
    *(deliveries.c.case_id, deliveries.c.payload),
)


def _select_dead(since: datetime) -> Select[Any]:
    columns = (*_COLUMNS, literal("").label("recipient"), deliveries.c.last_error.label("error"))
    lately = select(deliveries.c.channel).where(deliveries.c.told_at > since)
    untold = (deliveries.c.state == "dead", deliveries.c.told_at.is_(None))
    dead = select(*columns).where(*untold, deliveries.c.channel.not_in(lately))
    # Another worker may be telling the same ones.
    return dead.order_by(deliveries.c.id).with_for_update(of=deliveries, skip_locked=True)


def _select_refused(since: datetime) -> Select[Any]:
    answers = delivery_recipients
    columns = (*_COLUMNS, answers.c.recipient, answers.c.text.label("error"))
    lately = select(answers.c.recipient).where(answers.c.told_at > since)
    untold = (answers.c.is_accepted.is_(False), answers.c.told_at.is_(None))
    joined = select(*columns).join(deliveries, deliveries.c.id == answers.c.delivery_id)
    # A dead delivery is told as a whole.
    refused = joined.where(
        *untold, answers.c.recipient.not_in(lately), deliveries.c.state != "dead"
    )
    ordered = refused.order_by(answers.c.delivery_id, answers.c.recipient)
    return ordered.with_for_update(of=answers, skip_locked=True)
