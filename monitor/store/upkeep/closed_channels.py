"""Channels whose receiver said that it is gone: what is for them waits until somebody enables them
or the config gives another address.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlmodel import Session

from monitor.store.engine import insert_new
from monitor.store.schema.tables import closed_channels


def close_channel(session: Session, channel: str, address: str, now: datetime, error: str) -> None:
    """Has nothing sent to a channel any more; one that is closed already stays as it is."""
    row = {"address_hash": _hash(address), "closed_at": now, "error": error}
    insert_new(session, closed_channels, [{"channel": channel, **row}], returning="channel")


def open_channel(session: Session, channel: str) -> bool:
    """Has a channel sent to again; returns whether it was closed."""
    closed = delete(closed_channels).where(closed_channels.c.channel == channel)
    return bool(session.scalars(closed.returning(closed_channels.c.channel)).all())


def open_changed(session: Session, addresses: Mapping[str, str]) -> list[str]:
    """Opens the channels that lead to another address now, or are gone; returns their names.

    Args:
        addresses: of the channels of the config, by name.
    """
    hashes = {channel: _hash(address) for channel, address in addresses.items()}
    rows = session.execute(select(closed_channels)).all()
    changed = [row.channel for row in rows if hashes.get(row.channel) != row.address_hash]
    for channel in changed:
        open_channel(session, channel)
    return changed


def _hash(address: str) -> str:
    # An address of a webhook may be a secret.
    return hashlib.sha256(address.encode()).hexdigest()
