"""Connections and transactions, for SQLite and PostgreSQL: the one place that knows the dialect.

SQLite runs in WAL with `synchronous=FULL` (NORMAL loses acknowledged commits on a power cut) and
opens every writing transaction with BEGIN IMMEDIATE (deferred ones that read first lose updates or
fail at once under concurrency); both were measured."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError
from sqlmodel import Session

from monitor.errors import StoreError

P = ParamSpec("P")
T = TypeVar("T")

BUSY_TIMEOUT_S = 30
# SQLite accepts 32,766 bound values a statement since 3.32; lists are cut well below.
CHUNK = 500


class Store:
    """A database, opened by URL (`sqlite:///path` or `postgresql+psycopg://…`)."""

    def __init__(self, url: str) -> None:
        try:
            self.url = make_url(url)
        except ArgumentError as error:
            raise StoreError(
                f"{url!r} is no database URL", hint="use sqlite:///PATH or postgresql+psycopg://…"
            ) from error
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(self.url) if self.is_sqlite else _postgresql_engine(self.url)
        self._writing = threading.Lock()

    @property
    def path(self) -> Path | None:
        """The database file of SQLite, None elsewhere."""
        return Path(self.url.database) if self.is_sqlite and self.url.database else None

    def write(
        self, function: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Runs `function(session, …)` in one writing transaction and commits it; an exception rolls
        everything back.

        Raises:
            StoreError: the database is locked, full, read-only, damaged or gone.
        """
        # One process writes from one thread at a time on SQLite: waiting here is fair, waiting in
        # SQLite is polling.
        if self.is_sqlite:
            with self._writing:
                return self._run(True, function, *args, **kwargs)
        return self._run(True, function, *args, **kwargs)

    def read(
        self, function: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Runs `function(session, …)` on one stable view of the database.

        Raises:
            StoreError: the database cannot be read.
        """
        return self._run(False, function, *args, **kwargs)

    def _run(self, is_write: bool, function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        engine = self.engine.execution_options(is_write=is_write)
        try:
            with Session(engine, expire_on_commit=False) as session, session.begin():
                return function(session, *args, **kwargs)
        except OperationalError as error:
            raise StoreError(f"database: {_cause(error)}", hint=_hint(error)) from error
        except DatabaseError as error:
            if "malformed" in str(error) or "not a database" in str(error):
                raise StoreError(
                    f"database: {_cause(error)}", hint="restore it: monitor db restore FILE"
                ) from error
            raise

    def close(self) -> None:
        """Closes all connections."""
        self.engine.dispose()


def _sqlite_engine(url: sa.URL) -> Engine:
    """Returns the engine of a database file, whose folder is made where it is missing."""
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        url, connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: object) -> None:
        connection.isolation_level = (
            None  # the driver must not open transactions of its own; `begin` below does
        )
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_TIMEOUT_S * 1000}",
            "journal_size_limit=67108864",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        is_write = connection.get_execution_options().get("is_write", True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_write else "BEGIN")

    return engine


def _postgresql_engine(url: sa.URL) -> Engine:
    """Returns the engine of a PostgreSQL, always with the driver psycopg."""
    if url.get_driver_name() != "psycopg":
        url = url.set(drivername="postgresql+psycopg")
    try:
        return sa.create_engine(
            url,
            pool_pre_ping=True,
            connect_args={"options": "-c idle_in_transaction_session_timeout=60000"},
        )
    except ModuleNotFoundError as error:
        raise StoreError(
            "PostgreSQL needs the package psycopg", hint="pip install 'case-monitor[postgres]'"
        ) from error


def _cause(error: DatabaseError) -> str:
    """Returns the first line of what the driver says: the rest is the statement."""
    return str(error.orig).strip().splitlines()[0] if error.orig else str(error)


def _hint(error: OperationalError) -> str:
    """Returns what a person can do about an error of the database."""
    text = str(error.orig)
    if "locked" in text:
        return "another program holds the database; try again when it has finished"
    if "unable to open" in text or "readonly" in text:
        return f"check that the user {os.getuid()} may write there"
    if "full" in text:
        return "make room on the disk; the daemon goes on by itself"
    return "check database_url and that the database runs"


def insert_new(
    session: Session, table: sa.Table, rows: Iterable[Mapping[str, Any]], *, returning: str
) -> list[Any]:
    """Inserts the rows whose unique keys are not there yet, in one statement a chunk; returns a
    column of those inserted.
    """
    dialect_insert = (
        sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    )
    inserted: list[Any] = []
    for chunk in chunks(list(rows)):
        statement = dialect_insert(table).on_conflict_do_nothing().returning(table.c[returning])
        inserted.extend(session.execute(statement, chunk).scalars())
    return inserted


def chunks(items: list[T], size: int = CHUNK) -> Iterable[list[T]]:
    """Cuts a list into parts that fit one statement."""
    return (items[start : start + size] for start in range(0, len(items), size))
