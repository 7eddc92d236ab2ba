"""Alerts that a silence kept from being told at once."""

from __future__ import annotations

from sqlalchemy import update
from sqlmodel import Session

from monitor.store.schema.tables import alert_channels
from monitor.store.verdicts import AlertTarget


def defer_alert(session: Session, alert_id: int, target: AlertTarget, comment: str) -> None:
    """Has a channel get an alert with its digest, or not at all.

    Args:
        target: the channel with its digest; its cadence is `outbox.NEVER` where it has none.
        comment: of the silence.
    """
    waiting = update(alert_channels).where(
        alert_channels.c.alert_id == alert_id, alert_channels.c.channel == target.channel
    )
    later = {"cadence": target.cadence, "due_at": target.due_at, "silenced": comment}
    session.execute(waiting.values(**later))
