"""`monitor db …`: schema, backup, restore.

They open the store by themselves: what they mend is what other commands refuse to open."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.output import talk
from monitor.cli.state import get_state, utc_now
from monitor.errors import MonitorError

if TYPE_CHECKING:
    from monitor.settings import Settings
    from monitor.store import Store

app = typer.Typer(help="Database: schema, backup, restore.", no_args_is_help=True)


@app.command("upgrade")
def upgrade(ctx: typer.Context) -> None:
    """Brings the database to this version's schema; an SQLite file is copied first.

    Example: monitor db upgrade
    """
    from monitor.store import Store
    from monitor.store.schema import migrate

    store = Store(get_state(ctx).load().database_url)
    _copy_before_upgrade(store)
    changed = migrate.upgrade(store)
    store.close()
    talk(f"schema {migrate.HEAD}: {'upgraded' if changed else 'nothing to do'}")


def _copy_before_upgrade(store: Store) -> None:
    """Copies an SQLite file that has an older schema beside itself."""
    from monitor.store.backup import back_up
    from monitor.store.schema import migrate

    version = migrate.schema_version(store)
    # A new file has nothing to lose, and a server has backups of its own.
    if version is not None and version < migrate.HEAD and store.path:
        # Named by the schema that it precedes, so that two upgrades keep two copies.
        copy = store.path.with_name(f"{store.path.name}.before-{migrate.HEAD}")
        talk(f"copied to {back_up(store, copy)}")


@app.command("backup")
def backup(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="File to write; must not exist.")],
) -> None:
    """Copies the whole database while it is in use, and checks the copy.

    Example: monitor db backup /backups/monitor-2026-11-25.db
    """
    from monitor.store import Store
    from monitor.store.backup import back_up

    store = Store(get_state(ctx).load().database_url)
    # SQLite would make an empty file and copy that.
    if store.path is not None and not store.path.exists():
        raise MonitorError(f"{store.path}: no database yet")
    back_up(store, file)
    store.close()
    talk(f"copied to {file}, checked")


@app.command("restore")
def restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A file that `backup` wrote.")],
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="Replace the present database; it is kept beside as .replaced."
        ),
    ] = False,
) -> None:
    """Puts a backup in the place of the database.

    What it had not sent may have been sent since: it is held until `alerts release` is run.

    Example: monitor db restore /backups/monitor-2026-11-25.db --force
    """
    from monitor.store.backup import check_file

    path = _database_file(get_state(ctx).load())
    # Before anything is moved: a damaged backup must not take the place of a sound database.
    check_file(file)
    if path.exists() and not force:
        hint = "give --force to replace it; it is kept beside as .replaced"
        raise MonitorError(f"{path} exists", hint=hint)
    parked = _replace(path, file)
    talk(f"restored {path} from {file}")
    if parked:
        talk(f"{parked} messages are held: monitor alerts release sends them, --drop does not")


def _database_file(settings: Settings) -> Path:
    """Returns the file of an SQLite database.

    Raises:
        MonitorError: it is a server.
    """
    from monitor.store import Store

    store = Store(settings.database_url)
    store.close()
    if store.path is None:
        hint = "see pg_dump and pg_restore"
        raise MonitorError("PostgreSQL is restored with its own tools", hint=hint)
    return store.path


def _replace(path: Path, backup: Path) -> int:
    """Puts a backup in the place of a database while no daemon has it open; returns how many
    messages of it are held.

    Raises:
        MonitorError: a daemon has; it would write on into the file that was replaced.
    """
    from monitor.daemon import lock_database
    from monitor.store.backup import put_back

    # The lock that the daemon holds while it runs.
    lock = lock_database(path)
    counts: list[int] = []
    put_back(backup, path, lambda copy: counts.append(_park(copy)))
    lock.close()
    return counts[0]


def _park(copy: Path) -> int:
    """Brings a copy to this version's schema and parks what it has not sent; returns how much."""
    from monitor.store import Store
    from monitor.store.schema import migrate
    from monitor.store.upkeep.parked import park_outbox

    store = Store(f"sqlite:///{copy}")
    try:
        migrate.upgrade(store)
        return store.write(park_outbox, utc_now())
    finally:
        store.close()
