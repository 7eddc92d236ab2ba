"""Connections and transactions, for SQLite and PostgreSQL: the one place that knows the dialect.

SQLite runs in WAL with `synchronous=FULL` (NORMAL loses acknowledged commits on a power cut) and
opens every writing transaction with BEGIN IMMEDIATE (deferred ones that read first lose updates or
fail at once under concurrency); both were measured."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    InterfaceError,
    InternalError,
    OperationalError,
)
from sqlmodel import Session

from monitor.errors import StoreError
from monitor.urls import shown

P = ParamSpec("P")
T = TypeVar("T")

BUSY_TIMEOUT_S = 30
# A write-ahead log that grew in a long read is cut back to this at the next checkpoint.
JOURNAL_LIMIT_BYTES = 64 * 1024 * 1024
# What a connection remembers of the file, in KiB. The operating system remembers it for all of
# them; four times as much in each of the daemon's connections fills up for an hour, as if it
# leaked, and polls take as long.
_CACHE_KIB = 256
# Connections that are kept: each fills its caches, a megabyte of prepared statements above all.
_KEPT = 3
# What every connection to SQLite begins with. Foreign keys are off unless asked for.
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    f"busy_timeout={BUSY_TIMEOUT_S * 1000}",
    f"journal_size_limit={JOURNAL_LIMIT_BYTES}",
    f"cache_size=-{_CACHE_KIB}",
)
# A connection of the pool may serve another thread than the one that opened it.
_SQLITE_ARGUMENTS = {"timeout": BUSY_TIMEOUT_S, "check_same_thread": False}
# A worker that hangs inside a transaction would keep its row locks for ever.
_LIMITS = "-c idle_in_transaction_session_timeout=60000"
# What a role or a server may have otherwise, and the program reads or writes by: dates that the
# driver cannot read, figures with fewer digits, transactions that fail where they ought to wait.
_MEANING = (
    "-c DateStyle=ISO -c IntervalStyle=postgres -c TimeZone=UTC -c extra_float_digits=3"
    " -c standard_conforming_strings=on -c bytea_output=hex"
    r" -c default_transaction_isolation=read\ committed"
)
# What a person can do about an error of the database, by a word of its message.
_HINTS = {
    "locked": "another program holds the database; try again when it has finished",
    "unable to open": "check that the user {user} may write there",
    "readonly": "check that the user {user} may write there",
    "disk I/O": "look at the disk of {place}: it may be full or failing; {daemon}",
    "full": "make room on the disk of {place}; {daemon}",
    "left on device": "make room on the disk of {place}; {daemon}",
}
# The same by SQLSTATE: a server speaks the language that its lc_messages names.
_HINTS_BY_STATE = {
    "42501": "`monitor doctor` names the rights that are missing: GRANT them, or make it the owner",
    "25006": "let the role write (default_transaction_read_only), and name the primary server",
    "3F000": "create a schema for the role, or name one in search_path",
    "53100": "make room on the disk of {place}; {daemon}",
    "55P03": "another program holds the database; try again when it has finished",
}
# What is larger than PostgreSQL takes, such as a long address that has an index: another unit of
# work is stored all the same, so that it is no trouble of the database.
_TOO_MUCH = "54"
_GOES_ON = "a daemon at work goes on by itself"
# An "@" that ends a login, or stands in the value of an option.
_AT_IN_QUERY = re.compile(r"://[^@]*\?[^@]*=[^@]*@")
# Device and inode: what stays the same while a file is written to.
_FileId = tuple[int, int]
# What the drivers raise when the database is full, locked, read-only, restarting or gone.
_TROUBLE = (OperationalError, InternalError, InterfaceError)
_RESTORE = "restore it: monitor db restore FILE"
# SQLite accepts 32,766 bound values a statement since 3.32; lists are cut well below.
CHUNK = 500


class Store:
    """A database, opened by URL (`sqlite:///path` or `postgresql+psycopg://…`)."""

    def __init__(self, url: str) -> None:
        self.url = _parse_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(self.url) if self.is_sqlite else _postgresql_engine(self.url)
        self._writing = threading.Lock()
        self._file: _FileId | None = None

    @property
    def path(self) -> Path | None:
        """The database file of SQLite, None elsewhere."""
        return Path(self.url.database) if self.is_sqlite and self.url.database else None

    def keep_file(self) -> None:
        """Holds to the database file as it is now: work on it ends when it is deleted or replaced.

        Else SQLite would go on in a file that nobody else sees, or make an empty one."""
        self._file = _find_file(self.path) if self.path else None

    def _require_file(self) -> None:
        if self._file is not None and _find_file(self.path) != self._file:
            raise StoreError(
                f"database: {self.path} was deleted or replaced while it was in use",
                hint="stop monitor, put the file back (monitor db restore FILE), start it again",
            )

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
            with self._turn():
                return self._run(True, function, *args, **kwargs)
        return self._run(True, function, *args, **kwargs)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Holds the turn of a writer. Nobody waits longer for it than for the database: behind a
        lock of another program they would be told so one after the other.
        """
        if not self._writing.acquire(timeout=BUSY_TIMEOUT_S):
            raise StoreError("database is locked", hint=_HINTS["locked"])
        try:
            yield
        finally:
            self._writing.release()

    def read(
        self, function: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Runs `function(session, …)` on one stable view of the database.

        Raises:
            StoreError: the database cannot be read.
        """
        return self._run(False, function, *args, **kwargs)

    def _run(self, is_write: bool, function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Runs a function in a transaction of its own and translates what the driver raises."""
        self._require_file()
        engine = self.engine.execution_options(is_write=is_write)
        # Rows do not leave the transaction, so none has to be read again after it.
        try:
            with Session(engine, expire_on_commit=False) as session, session.begin():
                return function(session, *args, **kwargs)
        except DBAPIError as error:
            hint = _find_hint(error, str(self.path or "the database"))
            # What breaks a constraint is a matter of the caller's, who may expect it.
            if hint is None:
                raise
            raise StoreError(f"database: {_cause(error)}", hint=hint) from error

    def close(self) -> None:
        """Closes all connections."""
        self.engine.dispose()


def _find_file(path: Path | None) -> _FileId | None:
    """Returns which file stands under a path, None where none does."""
    try:
        found = os.stat(path) if path else None
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if found else None


def _parse_url(url: str) -> sa.URL:
    """Reads a database URL.

    Raises:
        StoreError: it is none.
    """
    try:
        read = make_url(url)
    # ValueError: a port that is none; its text may be a part of the password.
    except (ArgumentError, ValueError):
        hint = "use sqlite:///PATH or postgresql://USER@HOST/NAME"
        raise StoreError(f"{shown(url)!r} is no database URL", hint=hint) from None
    if not _is_clear(url, read):
        raise StoreError(
            "database_url: its password holds characters that end it",
            hint="write @ as %40, / as %2F, ? as %3F, # as %23 and : as %3A",
        )
    return _join_password(read)


def _is_clear(url: str, read: sa.URL) -> bool:
    """Whether a database URL can be read in one way only: else a part of the password would be
    taken for the host, which every error names.
    """
    if read.get_backend_name() == "sqlite":
        return True
    return "@" not in (read.database or "") and not _AT_IN_QUERY.search(url)


def _join_password(url: sa.URL) -> sa.URL:
    """Returns a database URL with an "@" in its password, that was not escaped, as it was meant."""
    if not url.host or "@" not in url.host:
        return url
    rest, _, host = url.host.rpartition("@")
    return url.set(password=f"{url.password or ''}@{rest}", host=host)


def _make_folder(url: sa.URL) -> None:
    """Makes the folder of a database file where it is missing."""
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)


def _sqlite_engine(url: sa.URL) -> Engine:
    """Returns the engine of a database file, whose folder is made where it is missing."""
    _make_folder(url)
    # The connection given back last is taken first, so that seldom a further one fills its caches.
    engine = sa.create_engine(
        url, connect_args=_SQLITE_ARGUMENTS, pool_use_lifo=True, pool_size=_KEPT
    )
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: object) -> None:
    """Prepares a new connection."""
    # The driver must not open transactions of its own; `_begin_sqlite` does.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Opens a transaction: one that writes takes the lock before it has read anything."""
    is_write = connection.get_execution_options().get("is_write", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_write else "BEGIN")


def _postgresql_engine(url: sa.URL) -> Engine:
    """Returns the engine of a PostgreSQL, always with the driver psycopg."""
    if url.get_driver_name() != "psycopg":
        url = url.set(drivername="postgresql+psycopg")
    try:
        return sa.create_engine(
            url,
            # A server that was restarted costs a ping, not a failed poll.
            pool_pre_ping=True,
            connect_args={"options": _join_options(url), "client_encoding": "utf8"},
        )
    except ModuleNotFoundError as error:
        raise StoreError(
            "PostgreSQL needs the package psycopg", hint="pip install 'case-monitor[postgres]'"
        ) from error


def _join_options(url: sa.URL) -> str:
    """Returns what a session begins with: those of the URL, or else of the environment, as libpq
    has it, and ours. Of two of a name the last holds.
    """
    given = url.normalized_query.get("options") or (os.environ.get("PGOPTIONS", ""),)
    return " ".join((_LIMITS, *given, _MEANING))


def _is_damaged(error: DBAPIError) -> bool:
    """Says whether SQLite found the file itself broken."""
    return "malformed" in str(error) or "not a database" in str(error)


def _cause(error: DBAPIError) -> str:
    """Returns the first line of what the driver says: the rest is the statement."""
    return str(error.orig).strip().splitlines()[0] if error.orig else str(error)


def _find_hint(error: DBAPIError, place: str) -> str | None:
    """Returns what a person can do about an error of the database, which stands at a place; None
    where it is none of the database's.
    """
    if _is_damaged(error):
        return _RESTORE
    state = getattr(error.orig, "sqlstate", None) or ""
    hint = _HINTS_BY_STATE.get(state)
    if hint is None and isinstance(error, _TROUBLE) and not state.startswith(_TOO_MUCH):
        hint = _find_hint_by_word(_cause(error))
    return hint and hint.format(user=os.getuid(), place=place, daemon=_GOES_ON)


def _find_hint_by_word(text: str) -> str:
    """Returns what a person can do about trouble that has no SQLSTATE."""
    found = (hint for word, hint in _HINTS.items() if word in text)
    return next(found, "check database_url and that the database runs")


def check_sound(session: Session) -> None:
    """Looks through an SQLite file for damage, which else shows when a page is needed.

    Raises:
        StoreError: it is damaged.
    """
    if not is_on_sqlite(session):
        return
    found = session.execute(sa.text("PRAGMA quick_check(1)")).scalar_one()
    if found != "ok":
        raise StoreError(f"database: damaged: {found}", hint=_RESTORE)


def is_on_sqlite(session: Session) -> bool:
    """Says whether a session works on SQLite; else it is PostgreSQL."""
    return session.get_bind().dialect.name == "sqlite"


def listed(name: str, on_sqlite: bool) -> sa.Select[tuple[int]]:
    """Selects the numbers that are given to a statement under a name, as `as_list` writes them.

    They are one value however many they are: the statement stays the same and is made once.
    """
    if on_sqlite:
        each = sa.func.json_each(sa.bindparam(name))
    else:
        each = sa.func.json_array_elements_text(sa.cast(sa.bindparam(name, type_=sa.Text), sa.JSON))
    return sa.select(sa.cast(each.table_valued("value").c.value, sa.BigInteger))


def as_list(numbers: Iterable[int]) -> str:
    """Returns numbers as the value of a `listed` name."""
    return f"[{','.join(map(str, numbers))}]"


def insert_new(
    session: Session, table: sa.Table, rows: Iterable[Mapping[str, Any]], *, returning: str
) -> list[Any]:
    """Inserts the rows whose unique keys are not there yet, in one statement a chunk; returns a
    column of those inserted.
    """
    statement = _insert_into(table, returning, is_on_sqlite(session))
    inserted: list[Any] = []
    for chunk in chunks(list(rows)):
        inserted.extend(session.execute(statement, chunk).scalars())
    return inserted


@cache
def _insert_into(table: sa.Table, returning: str, on_sqlite: bool) -> sa.Insert:
    """Inserts rows that are new. RETURNING gives back what went in only: that is how a caller knows
    which were new.
    """
    into = sqlite_insert(table) if on_sqlite else postgresql_insert(table)
    return into.on_conflict_do_nothing().returning(table.c[returning])


def upsert(
    session: Session, table: sa.Table, key: Mapping[str, Any], values: Mapping[str, Any]
) -> None:
    """Stores a row, or brings the one with the same key up to date.

    Args:
        key: the column of the primary key and its value.
        values: the other columns.
    """
    ((name, value),) = key.items()
    # Two statements, since ON CONFLICT DO UPDATE would have to be spelled for each dialect.
    if not insert_new(session, table, [{**key, **values}], returning=name):
        session.execute(sa.update(table).where(table.c[name] == value).values(**values))


def insert_row(session: Session, table: sa.Table, values: Mapping[str, Any]) -> int:
    """Inserts one row and returns its id.

    Raises:
        IntegrityError: a unique key of it is there already, or a rule of the table forbids it.
    """
    statement = sa.insert(table).values(**values).returning(table.c.id)
    return int(session.execute(statement).scalar_one())


def chunks(items: list[T], size: int = CHUNK) -> Iterable[list[T]]:
    """Cuts a list into parts that fit one statement."""
    return (items[start : start + size] for start in range(0, len(items), size))
