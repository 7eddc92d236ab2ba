"""Copies of an SQLite database: made while it is in use, checked, and put back."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from monitor.errors import StoreError
from monitor.store.engine import Store


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
    partial.unlink(missing_ok=True)
    try:
        with (
            closing(sqlite3.connect(store.path)) as source,
            closing(sqlite3.connect(partial)) as copy,
        ):
            source.backup(copy)
        check_file(partial)
        os.replace(partial, target)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"{target}: the backup failed: {error}") from error
    finally:
        partial.unlink(missing_ok=True)
    return target


def check_file(path: Path) -> None:
    """Raises StoreError unless the file is a sound SQLite database of this program."""
    if not path.is_file():
        raise StoreError(f"{path}: no such file")
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            answer = connection.execute("PRAGMA integrity_check").fetchone()[0]
            tables = {
                row[0]
                for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            }
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{path}: not a sound database: {error}") from error
    if answer != "ok":
        raise StoreError(f"{path}: not a sound database: {answer}")
    if "alembic_version" not in tables:
        raise StoreError(f"{path} is no database of monitor")


def put_back(backup: Path, path: Path) -> None:
    """Puts a copy of a backup in the place of the database; the present one is kept beside it as
    `.replaced`.
    """
    fresh = path.with_name(path.name + ".restoring")
    try:
        with (
            closing(sqlite3.connect(f"file:{backup}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(fresh)) as copy,
        ):
            source.backup(copy)
        if path.exists():
            # Its write-ahead log belongs to it and would spoil the restored file.
            with closing(sqlite3.connect(path)) as present:
                present.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            os.replace(path, path.with_name(path.name + ".replaced"))
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        os.replace(fresh, path)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"{path}: could not be restored: {error}") from error
    finally:
        fresh.unlink(missing_ok=True)
