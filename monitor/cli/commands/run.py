"""`monitor run` and `monitor poll`: the work itself."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.output import talk
from monitor.cli.state import get_state, parse_time, utc_now
from monitor.errors import MonitorError

if TYPE_CHECKING:
    from monitor.pipeline.run_once import PassResult
    from monitor.settings import Settings


def run(
    ctx: typer.Context,
    roles: Annotated[
        str,
        typer.Option(
            "--roles", help="Which stages this process runs, for several workers on PostgreSQL."
        ),
    ] = ("poll,ingest,deliver"),
) -> None:
    """The daemon: polls, judges and alerts until it is stopped.

    SIGTERM finishes what is in hand and ends; SIGHUP reads the config again.

    Example: monitor --config config run
    """
    import asyncio

    from monitor.cli.logs import set_up_logs
    from monitor.daemon import Daemon, lock_database

    state = get_state(ctx)
    wanted = _parse_roles(roles)
    settings = state.load()
    set_up_logs(is_verbose=state.is_verbose, is_quiet=state.is_quiet)
    path = _database_file(settings)
    lock = lock_database(path) if path else None
    try:
        code = asyncio.run(Daemon(state.load, wanted, clock=utc_now).run(settings))
    finally:
        if lock:
            lock.close()
    raise typer.Exit(code)


def _parse_roles(text: str) -> tuple[str, ...]:
    from monitor.daemon import ROLES

    wanted = tuple(role.strip() for role in text.split(",") if role.strip())
    unknown = [role for role in wanted if role not in ROLES]
    if unknown or not wanted:
        raise typer.BadParameter(
            f"{', '.join(unknown) or 'nothing'}: the roles are {', '.join(ROLES)}",
            param_hint="--roles",
        )
    return wanted


def _database_file(settings: Settings) -> Path | None:
    """Returns the file of an SQLite database; None for a server."""
    from monitor.store import Store

    store = Store(settings.database_url)
    store.close()
    return store.path


def poll(
    ctx: typer.Context,
    feeds: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FEED]...", help="URL, title or a part of it; all when none."),
    ] = None,
    no_send: Annotated[
        bool, typer.Option("--no-send", help="Record what is there as known, without alerting.")
    ] = False,
    at: Annotated[
        str | None,
        typer.Option(
            "--at", metavar="TIME", help="Run the pass with this as the clock (rehearsal)."
        ),
    ] = None,
) -> None:
    """One full pass now: poll the feeds, due or not, read, judge, look at pages that are due again,
    deliver; then ends.

    Example: monitor poll "Guardian, US immigration"
    """
    import asyncio

    from monitor.cli.logs import set_up_logs

    state = get_state(ctx)
    settings = state.load()
    set_up_logs(is_verbose=state.is_verbose, is_quiet=not state.is_verbose)
    moment = parse_time(at, settings.timezone, option="--at")
    result = asyncio.run(_poll(settings, feeds or [], not no_send, moment))
    if not state.is_quiet:
        _report(result)


def _report(result: PassResult) -> None:
    """Says what a pass did, and which feeds failed."""
    outcomes = [
        f"{count} {name.replace('_', ' ')}" for name, count in sorted(result.outcomes.items())
    ]
    new = sum(one.new for one in result.polls)
    talk(
        f"feeds: {', '.join(outcomes) or 'none'}; items: {new} new, {result.ingested} read; "
        f"pages: {result.rechecked} asked again; "
        f"deliveries: {result.sent} sent, {result.unsent} not sent"
    )
    for one in result.polls:
        if one.error:
            talk(f"  {one.error}" if one.url in one.error else f"  {one.url}: {one.error}")


async def _poll(
    settings: Settings, feeds: list[str], send: bool, moment: datetime | None
) -> PassResult:
    from monitor.bootstrap import build_context
    from monitor.pipeline.run_once import run_pass
    from monitor.store.feeds import get_last_poll_at

    async with build_context(settings, (lambda: moment) if moment else utc_now) as context:
        last = await context.read(get_last_poll_at)
        if moment and last and moment < last:
            raise MonitorError(
                f"--at {moment.isoformat()} is before the last poll, {last.isoformat()}",
                hint="time does not go back in a store: give a later time, or another database",
            )
        return await run_pass(context, feeds=feeds, send=send)
