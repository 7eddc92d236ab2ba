"""What a restored database had not sent: it may have been sent since the backup was made, so it is
parked until somebody says whether it is to be sent.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlmodel import Session

from monitor.store.schema.tables import alert_channels, deliveries

DROPPED = "dropped after a restore"
_PARKED = deliveries.c.parked_at.is_not(None)
_PARKED_ALERT = alert_channels.c.parked_at.is_not(None)


def park_outbox(session: Session, now: datetime) -> int:
    """Parks what waits to be sent, sealed or not; returns how many messages wait for a word."""
    pending = update(deliveries).where(deliveries.c.state == "pending")
    # Whoever held one did so in another database.
    session.execute(pending.values(parked_at=now, lease_owner=None, lease_until=None))
    unsealed = update(alert_channels).where(alert_channels.c.delivery_id.is_(None))
    session.execute(unsealed.values(parked_at=now))
    return count_parked(session)


def count_parked(session: Session) -> int:
    """Returns how many deliveries, and alerts in none yet, are parked."""
    sealed = session.scalar(select(func.count()).select_from(deliveries).where(_PARKED)) or 0
    counted = select(func.count()).select_from(alert_channels).where(_PARKED_ALERT)
    return sealed + (session.scalar(counted) or 0)


def release_parked(session: Session) -> int:
    """Has sent what is parked, under its old ids; returns how many messages that is."""
    count = count_parked(session)
    session.execute(update(deliveries).where(_PARKED).values(parked_at=None))
    session.execute(update(alert_channels).where(_PARKED_ALERT).values(parked_at=None))
    return count


def drop_parked(session: Session, now: datetime) -> int:
    """Gives up what is parked; returns how many messages that is."""
    count = count_parked(session)
    # Who drops it knows of it: nobody is told.
    values = {"state": "dead", "last_error": DROPPED, "told_at": now, "parked_at": None}
    session.execute(update(deliveries).where(_PARKED).values(**values))
    session.execute(delete(alert_channels).where(_PARKED_ALERT))
    return count
