"""Bringing a database to this program's schema: an SQLite file is copied beside itself first,
whoever asks for it. A program that was replaced at night finds months of somebody's case there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from monitor.errors import StoreError
from monitor.store.backup import back_up
from monitor.store.engine import Store
from monitor.store.schema import migrate

_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What was done to a database.

    Attributes:
        is_changed: it had no schema, or an older one.
        copy: the file as it was before; None where nothing could be lost, on a server, and where no
            copy was wanted.
    """

    is_changed: bool
    copy: Path | None = None


def upgrade_store(store: Store, *, has_backup: bool = False) -> Upgrade:
    """Brings a database to this program's schema, all of it or nothing.

    Args:
        has_backup: somebody has copied an SQLite file already.

    Raises:
        StoreError: there is no room for a copy, or it is not sound; nothing was changed.
        SchemaMismatch: the database is newer than this program.
    """
    copy = None if has_backup else _copy_older(store)
    return Upgrade(migrate.upgrade(store), copy)


def _copy_older(store: Store) -> Path | None:
    """Copies an SQLite file that has an older schema; of others there is nothing to copy."""
    version = migrate.schema_version(store)
    # A new file has nothing to lose, and a server has backups of its own.
    if version is None or version >= migrate.HEAD or store.path is None:
        return None
    _require_room(store.path)
    return back_up(store, next(one for one in _names(store.path) if not one.exists()))


def _names(path: Path) -> Iterator[Path]:
    """Yields names for a copy, by the schema that it precedes; one of an earlier try stays."""
    name = f"{path.name}.before-{migrate.HEAD}"
    yield path.with_name(name)
    for number in count(2):
        yield path.with_name(f"{name}-{number}")


def _require_room(path: Path) -> None:
    # What stands in the write-ahead log is in the copy, too.
    log = path.with_name(f"{path.name}-wal")
    needed = path.stat().st_size + (log.stat().st_size if log.exists() else 0)
    free = shutil.disk_usage(path.parent).free
    if free < needed:
        room = f"takes {needed // _MB} MB, {free // _MB} MB are free"
        raise StoreError(
            f"{path}: a copy before the upgrade {room}",
            hint="make room; or copy it elsewhere, and then run `monitor db upgrade --no-copy`",
        )
