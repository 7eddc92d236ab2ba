"""The outbox: alerts waiting for their channels, deliveries sealed from them, and how sending goes.

A delivery is sealed once: what it says and its id never change, so that a repeat after a crash is
recognisably the same. It is marked sent only after the channel accepted it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, select, update
from sqlmodel import Session

from monitor.model import NEVER, NOW, Receipt, RecipientAnswer
from monitor.store import leases
from monitor.store.engine import insert_new, insert_row
from monitor.store.schema.rows import as_value, as_values
from monitor.store.schema.tables import (
    Delivery,
    alert_channels,
    alerts,
    closed_channels,
    deliveries,
    delivery_recipients,
)

# Five times what sending one may take at most: a worker that was paused meanwhile finds its
# delivery still its own. What a process held that is known to have ended comes free at once.
SEND_LEASE = timedelta(minutes=5)
_SENDING_ORDER = (deliveries.c.next_attempt_at, deliveries.c.id)
# What waking a delivery does to it; its content and its id stay.
_AWAKE: dict[str, Any] = {
    "state": "pending",
    "lease_owner": None,
    "lease_until": None,
    "parked_at": None,
}


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An alert that a channel has not got yet.

    Attributes:
        silenced: the comment of the silence that kept it from being told at once; None without one.
    """

    alert_id: int
    development_id: int
    case_id: int
    channel: str
    cadence: str
    due_at: datetime
    silenced: str | None


@dataclass(frozen=True, slots=True)
class ChannelLoad:
    """What a channel got in the last hour."""

    alerts: int
    roll_ups: int


@dataclass(frozen=True, slots=True)
class SealedDelivery:
    """A delivery to be stored: its content is final. A notice about the monitor itself belongs to
    no case and no alert.
    """

    uid: str
    channel: str
    kind: str
    case_id: int | None
    payload: Mapping[str, Any]
    alert_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DueDelivery:
    """A claimed delivery, ready to be sent.

    Attributes:
        lease_until: from then on another worker may send it.
        answered: the recipients that are not asked again.
    """

    id: int
    uid: str
    channel: str
    kind: str
    payload: Mapping[str, Any]
    sealed_at: datetime
    attempts: int
    lease_until: datetime
    answered: tuple[RecipientAnswer, ...] = ()


def get_open_alerts(
    session: Session, now: datetime, *, wait: timedelta = timedelta()
) -> list[OpenAlert]:
    """Returns alerts whose time has come, oldest first.

    Args:
        wait: the immediate ones are taken so much earlier, without their group wait.
    """
    is_immediate = and_(alert_channels.c.cadence == NOW, alert_channels.c.due_at <= now + wait)
    is_due = (alert_channels.c.due_at <= now) | is_immediate
    open_ones = _select_open().where(is_due, alert_channels.c.parked_at.is_(None))
    # Another worker may be sealing the same ones.
    locked = open_ones.with_for_update(of=alert_channels, skip_locked=True)
    return as_values(OpenAlert, session.execute(locked))


def _select_open() -> Select[Any]:
    """Selects alerts that are in no delivery yet, once for each of their channels."""
    return (
        select(alert_channels, alerts.c.case_id, alerts.c.development_id)
        .join(alerts, alerts.c.id == alert_channels.c.alert_id)
        .where(alert_channels.c.delivery_id.is_(None), alert_channels.c.cadence != NEVER)
        .order_by(alert_channels.c.alert_id, alert_channels.c.channel)
    )


def postpone_alert(session: Session, alert: OpenAlert, due_at: datetime) -> None:
    """Has a channel told of an alert later."""
    waiting = update(alert_channels).where(
        alert_channels.c.alert_id == alert.alert_id, alert_channels.c.channel == alert.channel
    )
    session.execute(waiting.values(due_at=due_at))


def get_channel_loads(session: Session, since: datetime) -> dict[str, ChannelLoad]:
    """Returns how many immediate alerts and roll-ups each channel got since then; events on edits
    do not count.
    """
    loads: dict[str, ChannelLoad] = {}
    for row in session.execute(_count_sealed(since)):
        load = loads.get(row.channel, ChannelLoad(0, 0))
        # Digests come by the clock and do not make a channel busy.
        if row.kind == "alert":
            load = replace(load, alerts=row.total)
        elif row.kind == "roll-up":
            load = replace(load, roll_ups=row.total)
        loads[row.channel] = load
    return loads


def _count_sealed(since: datetime) -> Select[Any]:
    """Selects how many deliveries of each kind were sealed for each channel since a time."""
    kinds = (deliveries.c.channel, deliveries.c.kind)
    counted = select(*kinds, func.count().label("total"))
    recent = counted.where(deliveries.c.sealed_at > since, deliveries.c.is_edit.is_(False))
    return recent.group_by(*kinds)


def find_unsealed(session: Session, uids: Sequence[str]) -> set[str]:
    """Returns those of the public ids that no delivery has."""
    sealed = session.scalars(select(deliveries.c.uid).where(deliveries.c.uid.in_(uids)))
    return set(uids).difference(sealed) if uids else set()


def get_told_channels(session: Session, alert_id: int) -> list[str]:
    """Returns the channels that got an alert by itself, by name."""
    told = (
        select(alert_channels.c.channel)
        .join(deliveries, deliveries.c.id == alert_channels.c.delivery_id)
        .where(alert_channels.c.alert_id == alert_id, deliveries.c.kind == "alert")
        .order_by(alert_channels.c.channel)
    )
    return list(session.execute(told).scalars())


def get_last_digest_at(session: Session, channel: str, case_id: int) -> datetime | None:
    """Returns when the last digest of a case was sealed for a channel; None without one."""
    newest = select(func.max(deliveries.c.sealed_at)).where(
        deliveries.c.channel == channel,
        deliveries.c.case_id == case_id,
        deliveries.c.kind == "digest",
    )
    return session.execute(newest).scalar()


def seal_deliveries(session: Session, sealed: Sequence[SealedDelivery], now: datetime) -> None:
    """Stores deliveries, due at once, and ties their alerts to them."""
    for delivery in sealed:
        _seal(session, delivery, now)


def _seal(session: Session, delivery: SealedDelivery, now: datetime) -> None:
    """Stores a delivery and ties its alerts to it."""
    row = {**_sealed_row(delivery, now, now), "is_edit": False}
    delivery_id = insert_row(session, deliveries, row)
    # In the same transaction: an alert is open or in a delivery, never both or neither.
    taken = update(alert_channels).where(_is_sealed_in(delivery))
    session.execute(taken.values(delivery_id=delivery_id))


def _is_sealed_in(delivery: SealedDelivery) -> ColumnElement[bool]:
    """Returns the condition that an alert's channel gets it with this delivery."""
    return and_(
        alert_channels.c.alert_id.in_(delivery.alert_ids),
        alert_channels.c.channel == delivery.channel,
    )


def insert_edit_delivery(
    session: Session, delivery: SealedDelivery, *, now: datetime, due_at: datetime
) -> None:
    """Stores a delivery that tells of an edit; one that is there already stays as it is."""
    # Its public id says which edit for which case: the same event is stored once.
    row = {**_sealed_row(delivery, now, due_at), "is_edit": True}
    insert_new(session, deliveries, [row], returning="id")


def _sealed_row(delivery: SealedDelivery, now: datetime, due_at: datetime) -> dict[str, Any]:
    """Returns the row of a delivery that nobody has tried to send."""
    return {
        "uid": delivery.uid,
        "channel": delivery.channel,
        "kind": delivery.kind,
        "case_id": delivery.case_id,
        "payload": dict(delivery.payload),
        "state": "pending",
        "sealed_at": now,
        "attempts": 0,
        "next_attempt_at": due_at,
        "last_error": "",
        "receipt": "",
    }


def get_due_channels(session: Session, now: datetime) -> list[str]:
    """Returns the names of the channels that have something to send, in their order."""
    is_due = and_(_is_pending(now), leases.is_free(deliveries, now))
    # Each once, but not in the statement: SQLite would read every delivery in order of channels.
    return sorted(set(session.scalars(select(deliveries.c.channel).where(is_due))))


def claim_delivery(
    session: Session, channel: str, *, owner: str, now: datetime
) -> DueDelivery | None:
    """Takes the delivery of a channel that is due longest; None when none is."""
    # One at a time: what is held waits for no other, so no lease runs out in a queue.
    claim = leases.Claim(owner=owner, now=now, lease=SEND_LEASE, limit=1)
    due = and_(_is_pending(now), deliveries.c.channel == channel)
    ids = leases.claim(session, deliveries, claim, due=due, order=_SENDING_ORDER)
    taken = session.scalars(select(Delivery).where(deliveries.c.id.in_(ids))).one_or_none()
    if taken is None:
        return None
    return as_value(DueDelivery, taken, answered=_get_answers(session, taken.id))


def _get_answers(session: Session, delivery_id: int) -> tuple[RecipientAnswer, ...]:
    answers = select(delivery_recipients).where(delivery_recipients.c.delivery_id == delivery_id)
    ordered = answers.order_by(delivery_recipients.c.answered_at, delivery_recipients.c.recipient)
    return tuple(as_values(RecipientAnswer, session.execute(ordered)))


def _is_pending(now: datetime) -> ColumnElement[bool]:
    """Returns the condition that a delivery is to be sent by now."""
    is_open = deliveries.c.channel.not_in(select(closed_channels.c.channel))
    return and_(
        deliveries.c.state == "pending",
        deliveries.c.next_attempt_at <= now,
        is_open,
        deliveries.c.parked_at.is_(None),
    )


def note_answers(
    session: Session, delivery: DueDelivery, answers: Sequence[RecipientAnswer], now: datetime
) -> None:
    """Writes what recipients answered; whoever holds the delivery, they are not asked again."""
    rows = [
        {"delivery_id": delivery.id, "answered_at": now, **asdict(answer)} for answer in answers
    ]
    insert_new(session, delivery_recipients, rows, returning="recipient")


def mark_sent(
    session: Session, delivery: DueDelivery, owner: str, *, now: datetime, receipt: Receipt
) -> None:
    """Writes that the channel accepted a delivery, and what its recipients answered.

    A recipient that refused it for good is told as the error: the others have it.

    Raises:
        LeaseLost: another worker sends the delivery now.
    """
    known = (*delivery.answered, *receipt.answered)
    values = {
        "state": "sent",
        "sent_at": now,
        "attempts": delivery.attempts + 1,
        "last_error": "; ".join(str(answer) for answer in known if not answer.is_accepted),
        "receipt": receipt.detail,
    }
    leases.finish(session, deliveries, delivery.id, owner, **values)
    note_answers(session, delivery, receipt.answered, now)


def mark_unsent(
    session: Session, delivery: DueDelivery, owner: str, *, retry_at: datetime | None, error: str
) -> None:
    """Writes a failed attempt: to be repeated at the given time, or dead without one.

    Raises:
        LeaseLost: another worker sends the delivery now.
    """
    # Dead is final; only `alerts resend` wakes it.
    ends: dict[str, Any] = {"next_attempt_at": retry_at} if retry_at else {"state": "dead"}
    values = {"attempts": delivery.attempts + 1, "last_error": error, **ends}
    leases.finish(session, deliveries, delivery.id, owner, **values)


def requeue_delivery(session: Session, delivery_id: int, now: datetime) -> None:
    """Has a delivery sent again, under its old id: to everybody where it was sent, else to those
    that have not accepted it.
    """
    has_been_sent = select(deliveries.c.state == "sent").where(deliveries.c.id == delivery_id)
    asked_again = ~delivery_recipients.c.is_accepted | has_been_sent.scalar_subquery()
    answers = delete(delivery_recipients).where(delivery_recipients.c.delivery_id == delivery_id)
    session.execute(answers.where(asked_again))
    # Whoever holds it loses it: the person who asks knows better than a worker that hangs.
    chosen = update(deliveries).where(deliveries.c.id == delivery_id)
    session.execute(chosen.values(**_AWAKE, next_attempt_at=now, told_at=None))


def add_channel(session: Session, alert_id: int, channel: str, now: datetime) -> bool:
    """Has an alert sent to a channel that does not get it yet; returns whether there was need."""
    row = {"alert_id": alert_id, "channel": channel, "cadence": NOW, "due_at": now}
    return bool(insert_new(session, alert_channels, [row], returning="channel"))
