"""`monitor db …`: schema, backup, restore, moving, and what is not kept.

They open the store by themselves: what they mend is what other commands refuse to open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.output import count_of, talk
from monitor.cli.state import get_state, utc_now
from monitor.errors import MonitorError
from monitor.text import one_line
from monitor.urls import shown

if TYPE_CHECKING:
    from monitor.settings import Settings
    from monitor.store import Store
    from monitor.store.upkeep.prune import Prunable

# Rows of a table between two words on how far a copy is.
_TOLD_ROWS = 100_000

app = typer.Typer(help="Database: schema, backup, restore, copy, prune.", no_args_is_help=True)


@app.command("upgrade")
def upgrade(
    ctx: typer.Context,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say which steps there are to take.")
    ] = False,
    no_copy: Annotated[
        bool, typer.Option("--no-copy", help="Do not copy an SQLite file: there is a backup.")
    ] = False,
) -> None:
    """Brings the database to this version's schema; an SQLite file is copied first.

    Example: monitor db upgrade --dry-run
    """
    from monitor.store import Store
    from monitor.store.schema.migrate import HEAD
    from monitor.store.upkeep.upgrading import upgrade_store

    settings = get_state(ctx).load()
    if dry_run:
        _tell_steps(settings)
        return
    store = Store(settings.database_url)
    done = upgrade_store(store, has_backup=no_copy)
    store.close()
    if done.copy:
        talk(f"copied to {done.copy}")
    talk(f"schema {HEAD}: {'upgraded' if done.is_changed else 'nothing to do'}")


def _tell_steps(settings: Settings) -> None:
    """Says which migrations the database lacks, and leaves it, and its absence, as they are."""
    from monitor.cli.state import has_database
    from monitor.store import Store
    from monitor.store.schema import migrate

    if not has_database(settings):
        talk(f"schema {migrate.HEAD}: no database yet, it would be made")
        return
    store = Store(settings.database_url)
    try:
        steps = migrate.pending_versions(store)
    finally:
        store.close()
    talk(f"schema {migrate.HEAD}: {count_of(len(steps), 'step')} to take")
    for step in steps:
        talk(f"- {step.number}: {one_line(step.text)}")


@app.command("backup")
def backup(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="File to write; must not exist.")],
) -> None:
    """Copies the whole database while it is in use, and checks the copy; PostgreSQL by pg_dump.

    Example: monitor db backup /backups/monitor-2026-11-25.db
    """
    from monitor.store import Store
    from monitor.store.backup import back_up
    from monitor.store.server_backup import dump

    store = Store(get_state(ctx).load().database_url)
    # SQLite would make an empty file and copy that.
    if store.path is not None and not store.path.exists():
        raise MonitorError(f"{store.path}: no database yet")
    try:
        copy = back_up if store.is_sqlite else dump
        copy(store, file)
    finally:
        store.close()
    talk(f"copied to {file}, checked")


@app.command("restore")
def restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A file that `backup` wrote.")],
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help="Replace the present database; it is kept beside, as .replaced or .replaced-2.",
        ),
    ] = False,
) -> None:
    """Puts a backup in the place of the database; PostgreSQL by pg_restore.

    What it had not sent may have been sent since: it is held until `alerts release` is run.

    Example: monitor db restore /backups/monitor-2026-11-25.db --force
    """
    from monitor.store import Store

    settings = get_state(ctx).load()
    store = Store(settings.database_url)
    store.close()
    if store.path:
        done = _restore_file(store.path, file, force=force)
    else:
        done = _restore_server(store, file, force=force)
    talk(f"restored {store.path or shown(settings.database_url)} from {file}")
    if done.aside:
        talk(f"what was there is kept as {done.aside}; delete it when nobody needs it")
    if done.parked:
        held = count_of(done.parked, "message")
        talk(f"{held} held: monitor alerts release sends them, --drop does not")


@dataclass(frozen=True, slots=True)
class _Restored:
    """What a restore did.

    Attributes:
        parked: how many messages are held.
        aside: where what was there is kept; empty where nothing was.
    """

    parked: int
    aside: str


def _restore_file(path: Path, file: Path, *, force: bool) -> _Restored:
    """Puts a backup in the place of an SQLite file."""
    from monitor.store.backup import check_file, find_aside

    # Before anything is moved: a damaged backup must not take the place of a sound database.
    check_file(file)
    if path.exists() and not force:
        hint = f"give --force to replace it; it is kept as {find_aside(path).name}"
        raise MonitorError(f"{path} exists", hint=hint)
    return _replace(path, file)


def _restore_server(store: Store, file: Path, *, force: bool) -> _Restored:
    """Puts a backup in the place of a PostgreSQL database."""
    from monitor.store import server_backup

    counts: list[int] = []
    try:
        server_backup.check_dump(store, file)
        was_there = server_backup.has_tables(store)
        if was_there and not force:
            aside = server_backup.find_aside(store)
            hint = f"give --force to replace it; it is kept as schema {aside}"
            raise MonitorError("the database is not empty", hint=hint)
        server_backup.require_unused(store, utc_now())
        aside = server_backup.load(store, file, lambda restored: counts.append(_park(restored)))
    finally:
        store.close()
    return _Restored(counts[0], f"schema {aside}" if was_there else "")


def _replace(path: Path, backup: Path) -> _Restored:
    """Puts a backup in the place of a database while no daemon has it open.

    Raises:
        MonitorError: a daemon has; it would write on into the file that was replaced.
    """
    from monitor.daemon import lock_database
    from monitor.store.backup import put_back

    # The lock that the daemon holds while it runs.
    counts: list[int] = []
    with lock_database(path):
        aside = put_back(backup, path, lambda copy: counts.append(_park_file(copy)))
    return _Restored(counts[0], str(aside or ""))


def _park_file(copy: Path) -> int:
    """Prepares the copy of an SQLite file, see `_park`."""
    from monitor.store import Store

    store = Store(f"sqlite:///{copy}")
    try:
        return _park(store)
    finally:
        store.close()


def _park(store: Store) -> int:
    """Brings a copy to this version's schema and parks what it has not sent; returns how much."""
    from monitor.store.schema import migrate
    from monitor.store.upkeep.parked import park_outbox
    from monitor.store.workers import stop_all_workers

    migrate.upgrade(store)
    store.write(stop_all_workers, utc_now())
    return store.write(park_outbox, utc_now())


@app.command("copy")
def copy(
    ctx: typer.Context,
    to: Annotated[
        str, typer.Option("--to", metavar="URL", help="An empty database, such as postgresql://…")
    ],
) -> None:
    """Copies everything into another database, from SQLite to PostgreSQL or back, and compares
    every row; then set `database_url` to it.

    Stop the daemon first. What goes wrong leaves the target empty.

    Example: monitor db copy --to postgresql://monitor@db.example/monitor
    """
    from monitor.store import Store
    from monitor.store.upkeep.copying import copy_store

    settings = get_state(ctx).load()
    with ExitStack() as opened:
        source = opened.enter_context(closing(Store(settings.database_url)))
        opened.enter_context(_unused(source))
        target = opened.enter_context(closing(Store(to)))
        count = copy_store(source, target, _tell_progress)
    talk(f"copied {count_of(count, 'row')} to {shown(to)}, each compared")
    talk("set database_url to it, and start the daemon")


@contextmanager
def _unused(store: Store) -> Iterator[None]:
    """Makes sure that no daemon writes to a database meanwhile.

    Raises:
        MonitorError: one does, or there is no database.
    """
    from monitor.daemon import lock_database
    from monitor.store.server_backup import require_unused

    if store.path is None:
        require_unused(store, utc_now())
        yield
        return
    # SQLite would make an empty file and copy that.
    if not store.path.exists():
        raise MonitorError(f"{store.path}: no database yet")
    with lock_database(store.path):
        yield


def _tell_progress(table: str, rows: int) -> None:
    """Says how far a copy is, now and then."""
    if rows % _TOLD_ROWS == 0:
        talk(f"{table}: {rows:,} rows")


@app.command("prune")
def prune(
    ctx: typer.Context,
    older_than: Annotated[
        str | None,
        typer.Option(
            "--older-than",
            metavar="AGE",
            help="Such as 365d; else the config's storage.keep_texts.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what there is to take out.")
    ] = False,
) -> None:
    """Takes out old texts of articles that told nothing new, with what copies of them are found by.

    What is known by them stays known: a text that comes again does not alert. All that people were
    told, seeds and what is still to be sent stay as they are.

    Example: monitor db prune --older-than 365d --dry-run
    """
    from monitor.cli.state import open_reader
    from monitor.store.upkeep.prune import measure, prune_all

    settings = get_state(ctx).load()
    before = utc_now() - _read_age(older_than, settings)
    with open_reader(settings) as store:
        found = store.read(measure, before)
        if not dry_run:
            prune_all(store, before)
    said = _describe(found)
    talk(f"would take out {said}" if dry_run else f"took out {said}")
    if not dry_run:
        _compact(settings)


def _describe(found: Prunable) -> str:
    """Returns in words what there is to take out."""
    texts, items = count_of(found.texts, "text"), count_of(found.entries, "text")
    hashes = count_of(found.fingerprints, "fingerprint")
    size = found.size / 1_000_000
    return f"{texts} of articles, {hashes}, {items} of items, about {size:.1f} MB"


def _read_age(older_than: str | None, settings: Settings) -> timedelta:
    """Returns how old a text is that is not kept.

    Raises:
        typer.BadParameter: neither the command nor the config says it.
    """
    from pydantic_core import PydanticCustomError

    from monitor.settings.values import read_retention

    try:
        age = settings.storage.keep_texts if older_than is None else read_retention(older_than)
    except PydanticCustomError as error:
        context = error.context or {}
        raise typer.BadParameter(
            f"{context.get('what')}; {context.get('hint')}", param_hint="--older-than"
        ) from error
    if age is None:
        raise typer.BadParameter(
            "everything is kept: give an age, or set storage.keep_texts", param_hint="--older-than"
        )
    return age


def _compact(settings: Settings) -> None:
    """Makes an SQLite file smaller, where no daemon works on it."""
    from monitor.daemon.lock import lock_database
    from monitor.store import Store
    from monitor.store.upkeep.prune import compact

    store = Store(settings.database_url)
    store.close()
    if store.path is None:
        return
    try:
        lock = lock_database(store.path)
    except MonitorError:
        talk("the daemon uses the room again; to make the file smaller, stop it and run this again")
        return
    with lock:
        talk(f"the file is {compact(store) / 1_000_000:.1f} MB smaller")
