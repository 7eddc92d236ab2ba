"""Copies of a PostgreSQL database, by its own tools: `pg_dump` makes them, `pg_restore` reads them.

The tools are asked for when they are needed: nobody else has to install them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session

from monitor.errors import StoreError
from monitor.store.backup import free_name
from monitor.store.engine import Store
from monitor.store.workers import WorkerView, get_workers
from monitor.urls import shown_in

# What was there before a restore, beside what was restored; with a number where an older one is.
SET_ASIDE = "monitor_replaced"
_SCHEMA = "public"
_INSTALL = "install the PostgreSQL client, as new as the server (Debian: postgresql-client)"
# A daemon that has not said that it stopped, and was heard of within this, has the database in use.
_IN_USE = timedelta(minutes=2)
_MAX_SAID = 500


def dump(store: Store, target: Path) -> Path:
    """Writes the whole database to a new file in `pg_dump`'s custom format, as of one moment, and
    checks that it can be read.

    Raises:
        StoreError: the tool is missing or older than the server, or the file exists.
    """
    if target.exists():
        raise StoreError(f"{target} exists", hint="give a new file name; a backup never overwrites")
    partial = target.with_name(target.name + ".partial")
    try:
        _run(store, "pg_dump", "--format=custom", f"--schema={_SCHEMA}", f"--file={partial}")
        # Texts and addresses of people are in it.
        partial.chmod(0o600)
        check_dump(store, partial)
        # Under its own name it stands only whole: a crash leaves the partial file.
        os.replace(partial, target)
    except OSError as error:
        raise StoreError(f"{target}: the backup failed: {error}") from error
    finally:
        partial.unlink(missing_ok=True)
    return target


def check_dump(store: Store, path: Path) -> None:
    """Raises StoreError unless the file is a copy that `dump` made."""
    if not path.is_file():
        raise StoreError(f"{path}: no such file")
    # A sound copy of another database would be put in the place of ours.
    if not _has_version(store, path):
        raise StoreError(f"{path} is no copy of a database of monitor")


def _has_version(store: Store, path: Path) -> bool:
    """Says whether a copy has the table that every database of this program has."""
    contents = _run(store, "pg_restore", "--list", str(path), connect=False)
    return f"TABLE {_SCHEMA} alembic_version" in contents


def require_unused(store: Store, now: datetime) -> None:
    """Raises StoreError while a daemon works on the database: it would write on into what was
    restored.
    """
    if not has_tables(store):
        return
    at_work = [one.id for one in store.read(get_workers) if _is_at_work(one, now)]
    if at_work:
        raise StoreError(
            f"the daemon {at_work[0]} runs on this database",
            hint="stop it first; one that was killed counts as gone after two minutes",
        )


def _is_at_work(worker: WorkerView, now: datetime) -> bool:
    # On a server it may run on another machine, so that its heartbeat is all there is.
    # One far ahead was written by a clock that was wrong.
    return worker.stopped_at is None and abs(now - worker.heartbeat_at) < _IN_USE


def find_aside(store: Store) -> str:
    """Returns in which schema a database is kept when another takes its place: `monitor_replaced`,
    or `monitor_replaced_2` and so on while an older one is there.
    """
    taken = store.read(lambda session: sa.inspect(session.connection()).get_schema_names())
    return free_name(SET_ASIDE, taken.__contains__, "_")


def load(store: Store, backup: Path, prepare: Callable[[Store], object]) -> str:
    """Puts a copy in the place of the database.

    Args:
        prepare: does to the restored database what has to be done before it is used.

    Returns:
        The schema in which what was there is kept, see `find_aside`.

    Raises:
        StoreError: it failed; the database is as it was.
    """
    aside = find_aside(store)
    away = f"ALTER SCHEMA {_SCHEMA} RENAME TO {aside}"
    _run_statements(store, away, f"CREATE SCHEMA {_SCHEMA}")
    try:
        options = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges")
        _run(store, "pg_restore", *options, f"--schema={_SCHEMA}", str(backup))
        prepare(store)
    # Whatever it was, an interrupt included: nobody is left with half a database.
    except BaseException:
        # Connections know the tables of before.
        store.close()
        back = f"ALTER SCHEMA {aside} RENAME TO {_SCHEMA}"
        _run_statements(store, f"DROP SCHEMA {_SCHEMA} CASCADE", back)
        raise
    return aside


def has_tables(store: Store) -> bool:
    """Says whether there is anything that a restore would replace."""
    return store.read(lambda session: sa.inspect(session.connection()).has_table("alembic_version"))


def _run_statements(store: Store, *statements: str) -> None:
    """Runs statements on schemas in one transaction; the names in them are ours."""

    def run(session: Session) -> None:
        for statement in statements:
            session.execute(sa.text(statement))

    store.write(run)


def _run(store: Store, tool: str, *arguments: str, connect: bool = True) -> str:
    """Runs one of PostgreSQL's tools on the database; returns what it prints.

    Raises:
        StoreError: it is not there, or failed.
    """
    # Looked for at each use: whoever reads the hint installs it and tries again.
    program = shutil.which(tool)
    if program is None:
        raise StoreError(f"{tool} was not found", hint=_INSTALL)
    target = [f"--dbname={_conninfo(store)}"] if connect else []
    password = store.url.password
    # Not as an argument, which everybody on the machine can read.
    secret = {"PGPASSWORD": str(password)} if connect and password else {}
    done = subprocess.run(  # noqa: S603 (our tool, our arguments)
        [program, *target, *arguments],
        env={**os.environ, **secret, "LC_ALL": "C"},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        said = done.stderr.replace(str(password), "…") if password else done.stderr
        raise StoreError(f"{tool} failed: {_said(said)}", hint=_hint(said))
    return done.stdout


def _conninfo(store: Store) -> str:
    """Returns where the database is, as PostgreSQL's own tools read it, without the password."""
    from psycopg.conninfo import make_conninfo

    _, given = store.engine.dialect.create_connect_args(store.url)
    for name in ("context", "password"):
        given.pop(name, None)
    return make_conninfo(**given)


def _said(text: str) -> str:
    """Returns the first lines of what a tool says, without keys."""
    return shown_in(" ".join(text.split()))[:_MAX_SAID] or "it said nothing"


def _hint(text: str) -> str:
    is_older = "server version mismatch" in text or "unsupported version" in text
    return _INSTALL if is_older else "check database_url and that its user owns the database"
