"""Hosts: which ones want to be left alone until when, and what their robots.txt files say.

Both outlive the process: a restart must not ask a host that has just asked for an hour of peace.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlmodel import Session

from monitor.politeness import HostPause, RobotsFile
from monitor.store.engine import upsert
from monitor.store.schema.web_tables import Host, ResolvedLink, RobotsRow, hosts, robots_files

# A host that was not asked again for so long after its pause has been forgotten by its feeds, too.
FORGOTTEN_AFTER = timedelta(days=60)


def get_pauses(session: Session) -> dict[str, HostPause]:
    """Returns the last pause of each host that asked for one, over or not, and has not answered
    since.
    """
    rows = session.execute(select(Host)).scalars()
    # Those that are over count, too: refusals are counted until the host answers.
    return {row.name: HostPause(row.paused_until, row.refusals, row.reason) for row in rows}


def put_pause(session: Session, host: str, pause: HostPause | None) -> None:
    """Writes down that a host asked to be left alone; None: it answers again."""
    if pause is None:
        session.execute(delete(hosts).where(hosts.c.name == host))
        return
    # Counted from this pause, so that no clock is asked.
    session.execute(delete(hosts).where(hosts.c.paused_until < pause.until - FORGOTTEN_AFTER))
    values = {"paused_until": pause.until, "refusals": pause.refusals, "reason": pause.reason}
    # Two workers may meet the same refusal.
    upsert(session, hosts, {"name": host}, values)


def get_robots(session: Session, origin: str) -> RobotsFile | None:
    """Returns the robots.txt of an origin as last fetched, however old."""
    row = session.get(RobotsRow, origin)
    return RobotsFile(row.text, row.is_readable, row.expires_at) if row else None


def put_robots(session: Session, origin: str, robots: RobotsFile, now: datetime) -> None:
    """Writes down a robots.txt; those that are out of date are dropped, so that the table stays as
    small as a day's sites.
    """
    session.execute(delete(robots_files).where(robots_files.c.expires_at <= now))
    values = {
        "text": robots.text,
        "is_readable": robots.is_readable,
        "expires_at": robots.expires_at,
    }
    # Two pages of one site may ask for it at the same time: who comes second must not fail.
    upsert(session, robots_files, {"origin": origin}, values)


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
    # A link that was resolved once stays resolved, whoever asks in vain later.
    if row is None or row.target is None:
        session.merge(ResolvedLink(token=token, target=target, asked_at=now))
