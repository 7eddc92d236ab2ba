"""What the commands show of alerts: views read straight from the tables, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, select
from sqlmodel import Session

from monitor.model import NEVER
from monitor.store.schema.rows import as_value
from monitor.store.schema.selection import narrow
from monitor.store.schema.tables import (
    alert_channels,
    alerts,
    cases,
    deliveries,
    developments,
)

# An alert whose channel has no delivery yet waits for its time; or somebody silenced it.
_IS_KEPT = and_(alert_channels.c.delivery_id.is_(None), alert_channels.c.cadence == NEVER)
_STATE = case((_IS_KEPT, "silenced"), else_=func.coalesce(deliveries.c.state, "waiting"))
_COLUMNS = (
    alerts.c.uid,
    alerts.c.created_at,
    cases.c.slug.label("case"),
    developments.c.summary,
    alert_channels.c.channel,
    alert_channels.c.cadence,
    alert_channels.c.due_at,
    _STATE.label("state"),
    deliveries.c.sent_at,
    deliveries.c.attempts,
    deliveries.c.uid.label("delivery_uid"),
    deliveries.c.last_error,
)


@dataclass(frozen=True, slots=True)
class AlertView:
    """An alert for one channel and how delivering it goes; `state` is waiting, pending, sent, dead
    or silenced.
    """

    id: str
    case: str
    summary: str
    channel: str
    cadence: str
    state: str
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    attempts: int
    delivery_id: str | None
    error: str


def list_alerts(  # noqa: PLR0913 (callers name them)
    session: Session,
    *,
    limit: int,
    case: str | None = None,
    states: Sequence[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    only: int | None = None,
) -> list[AlertView]:
    """Returns alerts with the state of each of their channels, newest first.

    Args:
        limit: how many lines at most; an alert has one for each of its channels.
        states: any of waiting, pending, sent, dead, silenced; none asks for all.
        since: born at this time or later; until: born before this time.
        only: the row of a single alert.
    """
    statement = narrow(
        _select_alerts().limit(limit),
        (case, cases.c.slug.__eq__),
        (states or None, _STATE.in_),
        (since, alerts.c.created_at.__ge__),
        (until, alerts.c.created_at.__lt__),
        (only, alerts.c.id.__eq__),
    )
    return list(map(_alert_view, session.execute(statement)))


def _select_alerts() -> Select[Any]:
    """Selects alerts once for each of their channels, newest first."""
    return (
        select(*_COLUMNS)
        .select_from(alerts)
        .join(cases, cases.c.id == alerts.c.case_id)
        .join(developments, developments.c.id == alerts.c.development_id)
        .join(alert_channels, alert_channels.c.alert_id == alerts.c.id)
        # An open alert has no delivery and is shown all the same.
        .outerjoin(deliveries, deliveries.c.id == alert_channels.c.delivery_id)
        .order_by(alerts.c.created_at.desc(), alerts.c.id.desc(), alert_channels.c.channel)
    )


def _alert_view(row: Any) -> AlertView:
    """Returns an alert of one channel; one that waits has had no attempt and no error."""
    return as_value(
        AlertView,
        row,
        id=row.uid,
        attempts=row.attempts or 0,
        delivery_id=row.delivery_uid,
        error=row.last_error or "",
    )


def is_silenced(session: Session, alert_row_id: int, channel: str | None) -> bool:
    """Says whether a silence keeps an alert from a channel, or from any, without a digest."""
    kept = select(alert_channels.c.alert_id).where(
        _IS_KEPT, alert_channels.c.alert_id == alert_row_id
    )
    return bool(list(session.execute(narrow(kept, (channel, alert_channels.c.channel.__eq__)))))


def get_delivery_ids(session: Session, alert_row_id: int, channel: str | None) -> list[int]:
    """Returns the sealed deliveries of an alert, of one channel or all."""
    of_alert = select(alert_channels.c.delivery_id).where(alert_channels.c.alert_id == alert_row_id)
    sealed = of_alert.where(alert_channels.c.delivery_id.is_not(None))
    statement = narrow(sealed, (channel, alert_channels.c.channel.__eq__))
    # Several alerts may be sealed into one digest.
    return list(session.execute(statement.distinct()).scalars())


def get_dead_deliveries(session: Session, channel: str | None) -> list[int]:
    """Returns what a channel, or any, refused for good, oldest first."""
    dead = select(deliveries.c.id).where(deliveries.c.state == "dead").order_by(deliveries.c.id)
    return list(session.execute(narrow(dead, (channel, deliveries.c.channel.__eq__))).scalars())
