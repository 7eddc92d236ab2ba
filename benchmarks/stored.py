"""Fills databases with many rows at once, past the functions of the store, which judge each."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import AutoString

from monitor.store import Store
from monitor.store.schema.migrate import upgrade

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
_BATCH = 20_000


def make_database(path: Path) -> str:
    """Makes an SQLite file with the current schema and no rows; returns its URL."""
    url = f"sqlite:///{path}"
    with closing(Store(url)) as store:
        upgrade(store)
    return url


def fill(url: str, table: sa.Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Inserts rows; what they leave out and the table wants is filled with something neutral."""
    store = Store(url)
    # Order is nobody's promise here, and waiting for the disk is not what is measured.
    if store.is_sqlite:
        sa.event.listen(store.engine, "connect", _hurry)
    neutral = {column.name: _neutral(column) for column in table.columns if _is_wanted(column)}
    waiting = iter(rows)
    with closing(store), store.engine.connect() as connection:
        while batch := list(itertools.islice(waiting, _BATCH)):
            connection.execute(sa.insert(table), [{**neutral, **row} for row in batch])
            connection.commit()


def _hurry(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in ("foreign_keys=OFF", "synchronous=OFF", "cache_size=-400000"):
        connection.execute(f"PRAGMA {pragma}")


def _is_wanted(column: sa.Column[Any]) -> bool:
    is_key = column.primary_key and column.autoincrement is not False
    return not (column.nullable or is_key)


def _neutral(column: sa.Column[Any]) -> Any:
    if column.name in _CHOSEN:
        return _CHOSEN[column.name]
    for kind, value in _NEUTRAL.items():
        if isinstance(column.type, kind):
            return value
    return NOW


_NEUTRAL: Mapping[type, Any] = {
    sa.JSON: [],
    sa.Boolean: False,
    sa.Integer: 0,
    sa.Float: 0.0,
    sa.String: "",
    AutoString: "",
}
_CHOSEN: Mapping[str, Any] = {
    "extraction": "full",
    "origin": "feed",
    "outcome": "",
    "state": "ok",
    "facts": {},
    "tags": [],
}
