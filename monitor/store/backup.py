"""Copies of an SQLite database: made while it is in use, checked, and put back."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, count, filterfalse
from pathlib import Path

from monitor.errors import StoreError
from monitor.store.engine import Store

_HAS_VERSION = (
    "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'"
)


def back_up(store: Store, target: Path) -> Path:
    """Copies the database to a new file with SQLite's backup interface (a plain copy misses the
    write-ahead log) and checks it.

    Raises:
        StoreError: it is no SQLite database, the file exists, or the copy is not sound.
    """
    if store.path is None:
        raise StoreError("PostgreSQL is backed up with its own tools", hint="see pg_dump")
    if target.exists():
        raise StoreError(f"{target} exists", hint="give a new file name; a backup never overwrites")
    partial = target.with_name(target.name + ".partial")
    # Left behind by one that was killed; SQLite would copy into it.
    partial.unlink(missing_ok=True)
    try:
        _copy(str(store.path), partial)
        check_file(partial)
        # Under its own name it stands only whole: a crash leaves the partial file.
        os.replace(partial, target)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"{target}: the backup failed: {error}") from error
    finally:
        partial.unlink(missing_ok=True)
    return target


def _copy(source: str, target: Path) -> None:
    """Copies a database that may be in use.

    Args:
        source: path, or a `file:` address with options.
    """
    is_address = source.startswith("file:")
    with (
        closing(sqlite3.connect(source, uri=is_address)) as present,
        closing(sqlite3.connect(target)) as copy,
    ):
        present.backup(copy)
        # With a write-ahead log, whoever reads the copy would leave one beside it.
        copy.execute("PRAGMA journal_mode = DELETE")


def check_file(path: Path) -> None:
    """Raises StoreError unless the file is a sound SQLite database of this program."""
    if not path.is_file():
        raise StoreError(f"{path}: no such file")
    try:
        found = _inspect(path)
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{path}: not a sound database: {error}") from error
    if found.integrity != "ok":
        raise StoreError(f"{path}: not a sound database: {found.integrity}")
    # A sound database of another program would be put in the place of ours.
    if not found.has_version:
        raise StoreError(f"{path} is no database of monitor")


@dataclass(frozen=True, slots=True)
class _Inspection:
    """What a database file says of itself.

    Attributes:
        integrity: SQLite's own verdict, "ok" for a sound file.
        has_version: it has the table that every database of this program has.
    """

    integrity: str
    has_version: bool


def _inspect(path: Path) -> _Inspection:
    """Reads a database file without changing it.

    Raises:
        sqlite3.DatabaseError: it cannot be read as a database.
    """
    # Read only: opened for writing, a missing file would be made and a log played back.
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        integrity = connection.execute("PRAGMA integrity_check").fetchone()[0]
        version = connection.execute(_HAS_VERSION).fetchone()[0]
    return _Inspection(integrity, bool(version))


def put_back(
    backup: Path, path: Path, prepare: Callable[[Path], object] = lambda _copy: None
) -> Path | None:
    """Puts a copy of a backup in the place of the database; the present one is kept beside it.

    Args:
        prepare: does to the copy what has to be done before it is the database.

    Returns:
        Where the present one is kept, see `find_aside`; None where there was none.

    Raises:
        StoreError: it failed, or the present database is open elsewhere; nothing was replaced.
    """
    fresh = path.with_name(path.name + ".restoring")
    # The present database stays in its place until the copy is whole.
    try:
        # Of one that was killed: a log beside it would be played into the copy.
        _remove(fresh)
        _copy(f"file:{backup}?mode=ro", fresh)
        prepare(fresh)
        aside = _set_aside(path) if path.exists() else None
        # The log of the database that was here would be played into the restored one.
        _remove_logs(path)
        os.replace(fresh, path)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"{path}: could not be restored: {error}") from error
    finally:
        _remove(fresh)
    return aside


def find_aside(path: Path) -> Path:
    """Returns under which name beside it a database is kept when another takes its place:
    `.replaced`, or `.replaced-2` and so on while an older one is there.
    """
    name = free_name(f"{path.name}.replaced", lambda name: _is_taken(path.with_name(name)), "-")
    return path.with_name(name)


def free_name(name: str, is_taken: Callable[[str], bool], mark: str) -> str:
    """Returns a name that is not taken: the given one, else with the first number from 2 on.

    Args:
        mark: what stands between the name and the number.
    """
    numbered = map(f"{name}{mark}{{}}".format, count(2))
    return next(filterfalse(is_taken, chain([name], numbered)))


def _is_taken(path: Path) -> bool:
    # A log that somebody left there would be played into the database beside it.
    return any(map(os.path.lexists, (path, *_logs_of(path))))


def _logs_of(path: Path) -> tuple[Path, Path]:
    return path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")


def _remove(path: Path) -> None:
    """Removes a database with its logs, where there is one."""
    path.unlink(missing_ok=True)
    _remove_logs(path)


def _remove_logs(path: Path) -> None:
    for log in _logs_of(path):
        log.unlink(missing_ok=True)


def _set_aside(path: Path) -> Path:
    """Moves the present database away, whole and under a name that nothing has; returns it.

    Raises:
        StoreError: somebody reads it, so that a part of it cannot leave its log.
    """
    # Its write-ahead log belongs to it and would spoil the restored file.
    with closing(sqlite3.connect(path)) as present:
        (is_busy, *_) = present.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if is_busy:
        raise StoreError(f"{path} is in use", hint="end what has it open, and try again")
    aside = find_aside(path)
    os.replace(path, aside)
    return aside
