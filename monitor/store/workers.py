"""Which daemons work on this store, and when each last said so."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Table, delete, select, update
from sqlmodel import Session

from monitor.store import leases
from monitor.store.engine import upsert
from monitor.store.schema.rows import as_values
from monitor.store.schema.tables import deliveries, entries, feeds, pages, workers


@dataclass(frozen=True, slots=True)
class WorkerView:
    """A daemon as it last reported."""

    id: str
    version: str
    roles: str
    started_at: datetime
    heartbeat_at: datetime
    stopped_at: datetime | None


# Every start leaves a row; those of last year say nothing.
_KEPT = timedelta(days=30)
_MAX_SHOWN = 20
# Another one at every start.
_START = secrets.token_hex(4)
# The tables whose rows are claimed.
LEASED: tuple[Table, ...] = (feeds, entries, pages, deliveries)
# What the stages of the daemon claim rows of.
CLAIMED_BY: Mapping[str, tuple[Table, ...]] = {
    "poll": (feeds,),
    "ingest": (entries,),
    "recheck": (pages,),
}


def make_owner() -> str:
    """Returns the name under which this process holds work: host, process id, and a random part.

    In a container every start has the id 1, so the id alone would not tell them apart."""
    return f"{socket.gethostname()}:{os.getpid()}:{_START}"


def is_gone(owner: str) -> bool:
    """Says whether an owner was a process of this machine that has ended; of other machines nothing
    is known.
    """
    host, _, process = owner.partition(":")
    pid, _, start = process.partition(":")
    if host != socket.gethostname() or not pid.isdecimal():
        return False
    # Somebody with our process id held it before us.
    is_before_us = int(pid) == os.getpid() and start != _START
    return is_before_us or not _is_running(int(pid))


def _is_running(pid: int) -> bool:
    """Says whether a process of this machine is there."""
    # Signal 0 asks whether the process is there and does nothing to it.
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        # It is there and belongs to somebody else.
        return True
    return True


def release_gone(session: Session) -> None:
    """Gives free what processes of this machine held when they were killed."""
    for table, owners in leases.get_owners(session, LEASED).items():
        gone = list(filter(is_gone, owners))
        if gone:
            leases.release(session, [table], gone)


def release_other_daemons(session: Session, owner: str) -> None:
    """Gives free what daemons of before held, wherever they ran; for one that has the store to
    itself.
    """
    # A pass by hand (`monitor poll`) may well be at work beside it; it is no daemon.
    daemons = set(session.scalars(select(workers.c.id).where(workers.c.id != owner)))
    for table, owners in leases.get_owners(session, LEASED).items():
        if owners & daemons:
            leases.release(session, [table], owners & daemons)


def give_back(session: Session, owner: str, tables: Sequence[Table] = LEASED) -> None:
    """Gives free what a process holds and cannot finish, for reasons that are not the work's own.

    The attempts that were counted when entries were claimed are taken back: whose worker ends or
    loses its database has not failed."""
    if entries in tables:
        held = update(entries).where(entries.c.lease_owner == owner)
        session.execute(held.values(attempts=entries.c.attempts - 1))
    leases.release(session, tables, [owner])


def start_worker(
    session: Session, worker_id: str, *, version: str, roles: str, now: datetime
) -> None:
    """Notes that a daemon has started."""
    values = {
        "version": version,
        "roles": roles,
        "started_at": now,
        "heartbeat_at": now,
        "stopped_at": None,
    }
    forgotten = workers.c.heartbeat_at < now - _KEPT
    session.execute(delete(workers).where(forgotten))
    upsert(session, workers, {"id": worker_id}, values)


def beat(session: Session, worker_id: str, now: datetime) -> None:
    """Notes that a daemon is alive."""
    session.execute(update(workers).where(workers.c.id == worker_id).values(heartbeat_at=now))


def stop_worker(session: Session, worker_id: str, now: datetime) -> None:
    """Notes that a daemon has ended in good order."""
    stopped = update(workers).where(workers.c.id == worker_id)
    session.execute(stopped.values(heartbeat_at=now, stopped_at=now))


def stop_all_workers(session: Session, now: datetime) -> None:
    """Notes of a restored database that nobody works on it: who did when the backup was made did so
    on another one, and is neither alive nor dead here.
    """
    at_work = update(workers).where(workers.c.stopped_at.is_(None))
    session.execute(at_work.values(stopped_at=now))


def get_workers(session: Session) -> list[WorkerView]:
    """Returns the daemons, the latest heartbeat first."""
    latest = select(workers).order_by(workers.c.heartbeat_at.desc()).limit(_MAX_SHOWN)
    return as_values(WorkerView, session.execute(latest))
