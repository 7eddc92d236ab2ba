"""What was sealed to be sent, as it stays stored: for evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from monitor.store.schema.rows import as_values
from monitor.store.schema.selection import narrow
from monitor.store.schema.tables import cases, deliveries


@dataclass(frozen=True, slots=True)
class SealedView:
    """A delivery of a case with all that it says; `receipt` is what accepted it."""

    uid: str
    channel: str
    kind: str
    state: str
    sealed_at: datetime
    sent_at: datetime | None
    receipt: str
    payload: Mapping[str, Any]


def list_sealed(
    session: Session,
    case: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[SealedView]:
    """Returns what was sealed of a case, oldest first.

    Args:
        since: sealed at this time or later; until: before this time.
    """
    statement = narrow(
        select(deliveries)
        .join(cases, cases.c.id == deliveries.c.case_id)
        .where(cases.c.slug == case)
        .order_by(deliveries.c.sealed_at, deliveries.c.id),
        (since, deliveries.c.sealed_at.__ge__),
        (until, deliveries.c.sealed_at.__lt__),
    )
    return as_values(SealedView, session.execute(statement))
