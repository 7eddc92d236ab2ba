"""Copies of a PostgreSQL database, by its own tools: `pg_dump` makes them, `pg_restore` reads them.

Only tables of this program are copied and replaced: other programs may have theirs in the same
database, and in the same schema.

The tools are asked for when they are needed: nobody else has to install them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session

from monitor.errors import StoreError
from monitor.store.backup import free_name
from monitor.store.engine import Store
from monitor.store.schema.own_tables import (
    MARK,
    OwnTables,
    find_own_tables,
    get_table_names,
    move_tables,
    require_known,
)
from monitor.store.workers import WorkerView, get_workers
from monitor.urls import shown, shown_in

# What was there before a restore, beside what was restored; with a number where an older one is.
SET_ASIDE = "monitor_replaced"
_INSTALL = "install the PostgreSQL client, as new as the server (Debian: postgresql-client)"
# A daemon that has not said that it stopped, and was heard of within this, has the database in use.
_IN_USE = timedelta(minutes=2)
_MAX_SAID = 500


def dump(store: Store, target: Path) -> Path:
    """Writes all tables of this program to a new file in `pg_dump`'s custom format, as of one
    moment, and checks that it can be read.

    Raises:
        SchemaMismatch: the database is newer than this program.
        StoreError: the tool is missing or older than the server, the file exists, or the database
            has no such tables.
    """
    if target.exists():
        raise StoreError(f"{target} exists", hint="give a new file name; a backup never overwrites")
    tables = [f"--table={name}" for name in _get_own_tables(store).full_names()]
    partial = target.with_name(target.name + ".partial")
    try:
        _run(store, "pg_dump", "--format=custom", *tables, f"--file={partial}")
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


def _get_own_tables(store: Store) -> OwnTables:
    """Returns what there is to copy.

    Raises:
        SchemaMismatch: the database is newer than this program.
        StoreError: there is nothing.
    """
    require_known(store)
    own = store.read(find_own_tables)
    # Asked for no table, the tool would copy all there are.
    if not own.names:
        raise StoreError(f"{shown(str(store.url))} is no database of monitor")
    return own


def check_dump(store: Store, path: Path) -> None:
    """Raises StoreError unless the file is a copy that `dump` made."""
    if not path.is_file():
        raise StoreError(f"{path}: no such file")
    _read_contents(store, path)


def _read_contents(store: Store, path: Path) -> OwnTables:
    """Returns which tables are in a copy.

    Raises:
        StoreError: it is none, or one of another program's database.
    """
    contents = _run(store, "pg_restore", "--list", str(path), connect=False)
    marked = re.search(rf" TABLE (?!DATA )(.+) {MARK} ", contents)
    # A sound copy of another database would be put in the place of ours.
    if marked is None:
        raise StoreError(f"{path} is no copy of a database of monitor")
    names = re.findall(rf" TABLE {re.escape(marked[1])} (\S+) ", contents)
    return OwnTables(marked[1], tuple(names))


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
    """Puts a copy in the place of the tables of this program; those of others stay as they are.

    Args:
        prepare: does to the restored database what has to be done before it is used.

    Returns:
        The schema in which what was there is kept, see `find_aside`; empty where nothing was.

    Raises:
        SchemaMismatch: the database is newer than this program.
        StoreError: it failed; the database is as it was.
    """
    require_known(store)
    restored, aside = _read_contents(store, backup), find_aside(store)
    replaced = store.write(_make_room, restored, aside)
    try:
        options = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges")
        _run(store, "pg_restore", *options, f"--schema={restored.schema}", str(backup))
        prepare(store)
    # Whatever it was, an interrupt included: nobody is left with half a database.
    except BaseException:
        # Connections know the tables of before.
        store.close()
        store.write(_bring_back, restored, replaced, aside)
        raise
    return aside if replaced.names else ""


def _make_room(session: Session, restored: OwnTables, aside: str) -> OwnTables:
    """Moves the tables of this program into a new schema; returns them as they were.

    Raises:
        StoreError: the copy cannot take their place.
    """
    own = find_own_tables(session)
    _require_same_schema(own, restored)
    if own.names:
        session.execute(sa.schema.CreateSchema(aside))
    move_tables(session, own, aside)
    in_the_way = get_table_names(session, own.schema).intersection(restored.names)
    if in_the_way:
        raise StoreError(
            f"another program has a table {min(in_the_way)} in the schema {own.schema}",
            hint="restore into a database or a schema of its own",
        )
    return own


def _require_same_schema(own: OwnTables, restored: OwnTables) -> None:
    """Raises StoreError where a copy would go elsewhere than where this program looks."""
    if own.schema != restored.schema:
        raise StoreError(
            f"the copy is of the schema {restored.schema}, and this database's is {own.schema}",
            hint=f"create it, and add ?options=-csearch_path={restored.schema} to database_url",
        )


def _bring_back(session: Session, restored: OwnTables, replaced: OwnTables, aside: str) -> None:
    """Undoes a restore: what came is taken out, and what was moved away is moved back."""
    for name in restored.full_names():
        session.execute(sa.text(f"DROP TABLE IF EXISTS {name} CASCADE"))
    move_tables(session, replace(replaced, schema=aside), replaced.schema)
    session.execute(sa.schema.DropSchema(aside, if_exists=True))


def has_tables(store: Store) -> bool:
    """Says whether there is anything that a restore would replace."""
    return bool(store.read(find_own_tables).names)


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
