"""`monitor db …`: schema, backup, restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.output import talk
from monitor.cli.state import get_state
from monitor.errors import MonitorError

app = typer.Typer(help="Database: schema, backup, restore.", no_args_is_help=True)


@app.command("upgrade")
def upgrade(ctx: typer.Context) -> None:
    """Brings the database to this version's schema; an SQLite file is copied first.

    Example: monitor db upgrade
    """
    from monitor.store import Store
    from monitor.store.backup import back_up
    from monitor.store.schema import migrate

    store = Store(get_state(ctx).load().database_url)
    version = migrate.schema_version(store)
    if version is not None and version < migrate.HEAD and store.path:
        copy = store.path.with_name(f"{store.path.name}.before-{migrate.HEAD}")
        talk(f"copied to {back_up(store, copy)}")
    changed = migrate.upgrade(store)
    store.close()
    talk(f"schema {migrate.HEAD}: {'upgraded' if changed else 'nothing to do'}")


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

    Alerts sent after the backup was made are unknown to it and may be sent again.

    Example: monitor db restore /backups/monitor-2026-11-25.db --force
    """
    from monitor.daemon import lock_database
    from monitor.store import Store
    from monitor.store.backup import check_file, put_back

    store = Store(get_state(ctx).load().database_url)
    path = store.path
    store.close()
    if path is None:
        raise MonitorError(
            "PostgreSQL is restored with its own tools", hint="see pg_dump and pg_restore"
        )
    check_file(file)
    if path.exists() and not force:
        raise MonitorError(
            f"{path} exists", hint="give --force to replace it; it is kept beside as .replaced"
        )
    lock = lock_database(path)
    put_back(file, path)
    lock.close()
    talk(f"restored {path} from {file}")
