"""What is on this machine: config, database, disk, clock."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from monitor.cli.doctor.findings import Finding, attempted, doubtful, failing, well
from monitor.cli.output import count_of
from monitor.cli.troubles import MIN_FREE_BYTES, is_alive
from monitor.settings import Settings
from monitor.store import Store
from monitor.store.engine import check_sound
from monitor.store.feeds import get_last_poll_at
from monitor.store.schema import migrate
from monitor.store.upkeep.file_systems import ADVICE, find_network_system
from monitor.store.upkeep.ownership import get_folder
from monitor.store.upkeep.rights import find_missing_rights
from monitor.store.workers import get_workers
from monitor.urls import shown

# Another daemon's clock, or this one's, may be some seconds ahead.
_AHEAD = timedelta(minutes=5)
# No clock is right that shows a day before this was written.
_WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def examine(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Yields what was found."""
    yield _describe_config(settings)
    yield from _find_open_files(settings)
    store = Store(settings.database_url)
    try:
        yield from attempted("database", partial(_examine_database, store, settings), _CHECK_URL)
        yield from attempted("clock", partial(_examine_clock, store, now), _SET_CLOCK)
        yield from attempted("daemon", partial(_examine_daemon, store, now), _CHECK_URL)
    finally:
        store.close()
    if store.path is not None:
        yield from attempted("disk", partial(_examine_disk, store.path), "make room on the disk")


_CHECK_URL = "check database_url, that it runs, and that this user may use it"
_GRANT = "GRANT them to the role, or make it the owner of schema and tables"
_SET_CLOCK = "set the clock: timedatectl set-ntp true"


def examine_store(
    settings: Settings, check: str, look: Callable[[Store], Iterator[Finding]]
) -> Iterator[Finding]:
    """Yields what a look into the store finds, or that it could not look."""
    store = Store(settings.database_url)
    try:
        yield from attempted(check, partial(look, store), _CHECK_URL)
    finally:
        store.close()


def _describe_config(settings: Settings) -> Finding:
    feeds, cases = count_of(len(settings.feeds), "feed"), count_of(len(settings.cases), "case")
    found = f"{settings.folder}: {feeds}, {cases}"
    if not settings.feeds or not settings.cases:
        return doubtful("config", found, "add one: monitor feeds add, monitor cases add")
    return well("config", found)


def _find_open_files(settings: Settings) -> Iterator[Finding]:
    """Yields a finding for files that others may read though they may hold secrets."""
    places = [*settings.folder.glob("*.toml"), *_database_files(settings)]
    is_open = [path for path in places if path.stat().st_mode & _OTHERS]
    if is_open:
        names = ", ".join(path.name for path in is_open)
        to_do = f"chmod -R go= {settings.folder}, and the folder of the database"
        yield doubtful("permissions", f"others may read {names}", to_do)
    else:
        yield well("permissions", "only this user reads config and database")


def _database_files(settings: Settings) -> Iterator[Path]:
    store = Store(settings.database_url)
    store.close()
    if store.path is not None and store.path.exists():
        yield store.path


def _examine_database(store: Store, settings: Settings) -> Iterator[Finding]:
    path = store.path
    if path is not None and not path.exists():
        yield doubtful("database", f"{path}: not there yet", "monitor run makes it")
        return
    missing = store.read(find_missing_rights)
    if missing:
        found = f"{shown(settings.database_url)}: its role lacks {'; '.join(missing)}"
        yield failing("database", found, _GRANT)
        return
    yield _examine_schema(store)
    # The whole file is looked through: what is damaged shows before it is needed.
    store.read(check_sound)
    yield well("database", f"{path or shown(settings.database_url)}: sound")
    yield from _examine_owner(store, settings)
    if path is not None and not _is_writable(path):
        to_do = f"chown it, and its folder, to the user {os.getuid()} of the daemon"
        yield failing("database", f"{path}: may not be written", to_do)


def _is_writable(path: Path) -> bool:
    # SQLite makes its log beside the file.
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _examine_schema(store: Store) -> Finding:
    version = migrate.schema_version(store)
    if version is None:
        return doubtful("schema", "the database is empty", "monitor run makes its tables")
    if version < migrate.HEAD:
        found = f"{version}, this program has {migrate.HEAD}"
        return failing("schema", found, "monitor db upgrade (--dry-run says what it does)")
    if version > migrate.HEAD:
        found = f"{version} is newer than this program's {migrate.HEAD}"
        return failing("schema", found, "install the newer version")
    return well("schema", version)


def _examine_owner(store: Store, settings: Settings) -> Iterator[Finding]:
    """Yields whose the database is, where its schema can tell."""
    if migrate.schema_version(store) != migrate.HEAD:
        return
    folder = store.read(get_folder)
    if folder not in (None, str(settings.folder.resolve())):
        to_do = "use that config, another database_url, or monitor run --adopt"
        yield failing("owner", f"the database belongs to {folder}", to_do)
    else:
        yield well("owner", folder or "nobody yet")


def _examine_clock(store: Store, now: datetime) -> Iterator[Finding]:
    if now < _WRITTEN:
        yield failing("clock", f"{now:%Y-%m-%d %H:%M} UTC", _SET_CLOCK)
        return
    last = store.read(get_last_poll_at) if _has_current_schema(store) else None
    if last is not None and last > now + _AHEAD:
        found = f"{now:%Y-%m-%d %H:%M} UTC, the last poll was at {last:%Y-%m-%d %H:%M}"
        yield failing("clock", found, f"{_SET_CLOCK}; the daemon mends its due times")
    else:
        yield well("clock", f"{now:%Y-%m-%d %H:%M} UTC")


def _has_current_schema(store: Store) -> bool:
    is_there = store.path is None or store.path.exists()
    return is_there and migrate.schema_version(store) == migrate.HEAD


def _examine_daemon(store: Store, now: datetime) -> Iterator[Finding]:
    if not _has_current_schema(store):
        return
    alive = _find_alive(store, now)
    if alive:
        yield well("daemon", ", ".join(alive))
    else:
        yield doubtful("daemon", "not running", "start it: monitor run")


def _find_alive(store: Store, now: datetime) -> list[str]:
    return [worker.id for worker in store.read(get_workers) if is_alive(worker, now)]


def _examine_disk(path: Path) -> Iterator[Finding]:
    # The folder of a database that is yet to be made may be, too.
    folder = path.parent if path.parent.exists() else path.parent.parent
    free = shutil.disk_usage(folder).free
    found = f"{free / 1_000_000:.0f} MB free beside the database"
    if free < MIN_FREE_BYTES:
        yield failing("disk", found, "make room; monitor db prune takes old texts out")
    else:
        yield well("disk", found)
    kind = find_network_system(path)
    if kind:
        yield doubtful("file system", f"the database is on a network: {kind}", ADVICE)
