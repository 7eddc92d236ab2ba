"""What a world and a database say of each other in the end: lost, told twice, damaged."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session

from monitor.store import Store
from tests.trust.world import World

_FINISHED = ("stored", "unmatched", "ignored")


@dataclass(frozen=True)
class Ledger:
    """What a database holds.

    Attributes:
        entries: how often the address of each item is there, those that are finished.
        alerts: the ids of all alerts.
        untold: verdicts that say "alert" and have none.
        unsent: deliveries that are neither sent nor given up by a person.
    """

    entries: Counter[str]
    alerts: frozenset[str]
    untold: int
    unsent: int
    is_sound: bool


def read_ledger(database_url: str) -> Ledger:
    store = Store(database_url)
    try:
        return store.read(_read)
    finally:
        store.close()


def _read(session: Session) -> Ledger:
    finished = sa.text("SELECT url FROM entries WHERE state IN :states").bindparams(
        sa.bindparam("states", _FINISHED, expanding=True)
    )
    untold = """
        SELECT count(*) FROM case_articles v WHERE v.outcome = 'alert' AND NOT EXISTS (
            SELECT 1 FROM development_carriers c
            JOIN alerts a ON a.development_id = c.development_id
            WHERE c.article_id = v.article_id)"""
    return Ledger(
        entries=Counter(session.execute(finished).scalars()),
        alerts=frozenset(session.execute(sa.text("SELECT uid FROM alerts")).scalars()),
        untold=session.execute(sa.text(untold)).scalar_one(),
        unsent=session.execute(
            sa.text("SELECT count(*) FROM deliveries WHERE state <> 'sent'")
        ).scalar_one(),
        is_sound=_is_sound(session),
    )


def _is_sound(session: Session) -> bool:
    if session.get_bind().dialect.name != "sqlite":
        return True
    return bool(session.execute(sa.text("PRAGMA integrity_check")).scalar_one() == "ok")


@dataclass(frozen=True)
class Audit:
    """What went wrong in a world, counted."""

    entries: int
    alerts: int
    lost_entries: int
    doubled_entries: int
    lost_alerts: int
    second_ids: int
    duplicates: int
    unprovoked: int
    most_of_a_life: int
    damaged: int

    def __add__(self, other: Audit) -> Audit:
        mine, theirs = vars(self), vars(other)
        most = max(self.most_of_a_life, other.most_of_a_life)
        return Audit(**{**{key: mine[key] + theirs[key] for key in mine}, "most_of_a_life": most})


NOTHING = Audit(0, 0, 0, 0, 0, 0, 0, 0, 0, 0)


def audit(world: World, database_url: str) -> Audit:
    """Compares what was served with what was stored, and what was born with what arrived."""
    ledger = read_ledger(database_url)
    missing = [ledger.alerts - set(arrivals.ids) for arrivals in world.arrivals]
    return Audit(
        entries=len(world.served),
        alerts=len(ledger.alerts),
        lost_entries=len(world.served - set(ledger.entries)),
        doubled_entries=sum(count - 1 for count in ledger.entries.values()),
        lost_alerts=sum(map(len, missing)) + ledger.untold + ledger.unsent,
        second_ids=sum(arrivals.second_ids for arrivals in world.arrivals),
        duplicates=sum(arrivals.duplicates for arrivals in world.arrivals),
        unprovoked=world.unprovoked,
        most_of_a_life=max(arrivals.most_of_a_life for arrivals in world.arrivals),
        damaged=int(not ledger.is_sound),
    )
