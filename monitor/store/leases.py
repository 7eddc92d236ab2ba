"""Claiming work.

Rows are taken by writing one's name and a deadline on them, so that several workers never do the
same twice."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ClauseElement,
    ColumnElement,
    Integer,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    union_all,
    update,
)
from sqlmodel import Session

from monitor.errors import LeaseLost
from monitor.store.engine import is_on_sqlite

# Results that wait for their statement, by the table and the columns that it sets.
_Results = dict[tuple[Table, tuple[str, ...]], list[dict[str, Any]]]
_WAITING = "results that are written together"


# What `taking` asks for, by the names of `Claim.bound`.
OWNER: BindParameter[Any] = bindparam("owner")
NOW: BindParameter[Any] = bindparam("now")
_UNTIL: BindParameter[Any] = bindparam("until")
_LIMIT: BindParameter[Any] = bindparam("most", type_=Integer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Who takes rows, how many at most, and for how long."""

    owner: str
    now: datetime
    lease: timedelta
    limit: int

    @property
    def bound(self) -> dict[str, Any]:
        """What a statement of `taking` is run with."""
        until = self.now + self.lease
        return {"owner": self.owner, "now": self.now, "until": until, "most": self.limit}


def claim(
    session: Session,
    table: Table,
    terms: Claim,
    *,
    due: ColumnElement[bool],
    order: Sequence[Any],
) -> list[int]:
    """Takes due rows that nobody holds and returns their ids in the given order.

    A lease that ran out counts as free: its worker died or hangs. On PostgreSQL rows that another
    worker is just taking are skipped.

    Args:
        table: with the columns `lease_owner` and `lease_until`.
        due: which rows are to be worked on at all.
        order: which of them come first.
    """
    candidates = select(table.c.id).where(due, is_free(table, terms.now))
    oldest = candidates.order_by(*order).limit(terms.limit)
    # SQLite has one writer at a time and leaves the lock out.
    ids = list(session.execute(oldest.with_for_update(skip_locked=True)).scalars())
    if ids:
        _take(session, table, ids, terms)
    return ids


def taking(
    table: Table, columns: Sequence[Any], *, due: ColumnElement[bool], order: Sequence[Any]
) -> Update:
    """Returns the statement that takes rows as `claim` does and reads them in the same go, in no
    order: work that is claimed by the hundred thousand is waited for at each round trip.

    Args:
        columns: what is read.
        due: which rows are to be worked on at all, by `OWNER` and `NOW` where it depends on them.
    """
    candidates = select(table.c.id).where(due, is_free(table, NOW)).order_by(*order)
    # PostgreSQL runs a part that locks rows once and by itself, whatever its planner thinks.
    oldest = candidates.limit(_LIMIT).with_for_update(skip_locked=True).cte("oldest")
    taken = update(table).where(table.c.id.in_(select(oldest.c.id)))
    return taken.values(lease_owner=OWNER, lease_until=_UNTIL).returning(*columns)


def wait_for_turn(session: Session, table: Table) -> None:
    """Makes this transaction the only one of those that wait for their turn at a table, until it
    ends.

    For what depends on what others hold or write: two at a time would not see each other. On SQLite
    the writing transaction is the turn.
    """
    if not is_on_sqlite(session):
        # Statements after this one see what was committed before the turn was given.
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(table.name))))


def _take(session: Session, table: Table, ids: Sequence[int], terms: Claim) -> None:
    """Writes the owner's name and deadline on rows."""
    taken = {"lease_owner": terms.owner, "lease_until": terms.now + terms.lease}
    session.execute(update(table).where(table.c.id.in_(ids)).values(**taken))


def is_free(table: Table, now: datetime | BindParameter[Any]) -> ColumnElement[bool]:
    """Returns the condition that nobody holds a row, or not any more."""
    # An owner that comes late with its result finds out in `finish`.
    return or_(table.c.lease_until.is_(None), table.c.lease_until <= now)


def get_owners(session: Session, tables: Sequence[Table]) -> dict[Table, set[str]]:
    """Returns everyone who holds a row, by the tables where somebody does."""
    by_name = {table.name: table for table in tables}
    owners: dict[Table, set[str]] = {}
    # One statement for all: each start asks, and most find nothing.
    for name, owner in session.execute(union_all(*map(_select_owners, tables))):
        owners.setdefault(by_name[name], set()).add(owner)
    return owners


def _select_owners(table: Table) -> Select[Any]:
    """Selects who holds rows of a table, each once, beside its name."""
    held = select(literal(table.name), table.c.lease_owner)
    # Lapsed leases count, too: who died long ago is to be noticed.
    return held.where(table.c.lease_owner.is_not(None)).distinct()


def release(session: Session, tables: Sequence[Table], owners: Collection[str]) -> None:
    """Gives free what these owners hold: they have ended, and what they did not finish is for
    others.
    """
    for table in tables:
        held = update(table).where(table.c.lease_owner.in_(owners))
        session.execute(held.values(lease_owner=None, lease_until=None))


def finish(session: Session, table: Table, row_id: int, owner: str, **values: Any) -> None:
    """Writes the result of claimed work and gives the row free, in one compare-and-set; within
    `finished_together` at its end.

    Raises:
        LeaseLost: somebody else has taken the row over; nothing was written.
    """
    changes = {"lease_owner": None, "lease_until": None, **values}
    bound = {"row": row_id, "owner": owner}
    # An expression is a part of the statement itself.
    if any(isinstance(value, ClauseElement) for value in changes.values()):
        _write(session, table, _finishing_of(table, ()).values(**changes), [bound])
        return
    kind, row = (table, tuple(changes)), bound | _bound_values(changes)
    waiting: _Results | None = session.info.get(_WAITING)
    if waiting is None:
        _write_all(session, {kind: [row]})
    else:
        waiting.setdefault(kind, []).append(row)


@contextmanager
def finished_together(session: Session) -> Iterator[None]:
    """Writes the results of the block at its end, those that set the same columns in one go: one
    statement for each costs more than what it changes.

    Raises:
        LeaseLost: somebody else has taken one of the rows over, which one is not told.
    """
    waiting: _Results = {}
    session.info[_WAITING] = waiting
    try:
        yield
    finally:
        del session.info[_WAITING]
    _write_all(session, waiting)


def _write_all(session: Session, results: _Results) -> None:
    for (table, columns), rows in results.items():
        _write(session, table, _finishing_of(table, columns), rows)


def _write(session: Session, table: Table, statement: Update, rows: list[dict[str, Any]]) -> None:
    result: Any = session.execute(statement, rows if len(rows) > 1 else rows[0])
    if result.rowcount != len(rows):
        ids = ", ".join(str(row["row"]) for row in rows)
        raise LeaseLost(f"{table.name} {ids} was taken over by another worker")


def _bound_values(changes: Mapping[str, Any]) -> dict[str, Any]:
    return {f"to_{name}": value for name, value in changes.items()}


@lru_cache(maxsize=256)
def _finishing_of(table: Table, columns: tuple[str, ...]) -> Update:
    """Returns the statement that writes these columns; to build it costs more than to run it."""
    changes = {name: bindparam(f"to_{name}", type_=table.c[name].type) for name in columns}
    # The owner is part of the condition: who lost the lease meets no row.
    is_held = and_(
        table.c.id == bindparam("row", type_=table.c.id.type),
        table.c.lease_owner == bindparam("owner", type_=table.c.lease_owner.type),
    )
    statement = update(table).where(is_held)
    return statement.values(changes) if changes else statement
