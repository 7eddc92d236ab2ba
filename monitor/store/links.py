"""Where links of an aggregator lead, once found out: kept for ever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from monitor.store.schema.web_tables import ResolvedLink


@dataclass(frozen=True, slots=True)
class KnownLink:
    """Where a link leads; None when that could not be found out, at the time of `asked_at`."""

    target: str | None
    asked_at: datetime


def get_link(session: Session, token: str) -> KnownLink | None:
    """Returns what is known of a link by its token."""
    row = session.get(ResolvedLink, token)
    return KnownLink(row.target, row.asked_at) if row else None


def put_link(session: Session, token: str, target: str | None, now: datetime) -> None:
    """Writes down where a link leads, or that nobody said; a target that is known stays."""
    row = session.get(ResolvedLink, token)
    if row is None or row.target is None:
        session.merge(ResolvedLink(token=token, target=target, asked_at=now))
