"""`monitor run` and `monitor poll`: the work itself.

Both run the same pipeline: the daemon by the clock, `poll` once and by a clock that can be set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.events import LogForm, Narrator, choose_form
from monitor.cli.output import count_of, talk
from monitor.cli.state import database_file, get_state, has_database, parse_time, utc_now
from monitor.errors import MonitorError
from monitor.urls import shown

if TYPE_CHECKING:
    from monitor.pipeline.polling.poll import PollResult
    from monitor.pipeline.run_once import PassResult
    from monitor.settings import Settings


AdoptOption = Annotated[
    bool,
    typer.Option(
        "--adopt", help="Take over a database that belongs to another config folder, for good."
    ),
]


def run(
    ctx: typer.Context,
    roles: Annotated[
        str,
        typer.Option(
            "--roles", help="Which stages this process runs, for several workers on PostgreSQL."
        ),
    ] = ("poll,ingest,deliver"),
    adopt: AdoptOption = False,
    log: Annotated[
        LogForm | None,
        typer.Option(
            "--log", help="How to tell what is done; text on a terminal, json when piped."
        ),
    ] = None,
) -> None:
    """The daemon: polls, judges and alerts until it is stopped.

    SIGTERM finishes what is in hand and ends; SIGHUP reads the config again.

    Example: monitor --config config run
    """
    import asyncio
    import os

    from monitor.cli.logs import set_up_logs
    from monitor.daemon import Daemon, find_service_manager

    state = get_state(ctx)
    # Before the config is read: a usage error is one, whatever stands in the files.
    wanted = _parse_roles(roles)
    settings = state.load()
    narrator = Narrator({feed.url: feed.title for feed in settings.feeds}, settings.timezone)
    set_up_logs(is_verbose=state.is_verbose, is_quiet=state.is_quiet, form=log, narrator=narrator)
    with _lock_file(settings):
        if adopt:
            _adopt(settings)
        if choose_form(log) is LogForm.TEXT and not state.is_quiet:
            talk(_describe_watch(settings))
        manager = find_service_manager(os.environ, os.getpid())
        daemon = Daemon(state.load, wanted, clock=utc_now, manager=manager)
        code = asyncio.run(daemon.run(settings))
    raise typer.Exit(code)


def _adopt(settings: Settings) -> None:
    """Makes the database belong to this config folder."""
    from monitor.store import Store
    from monitor.store.upkeep import ownership
    from monitor.store.upkeep.upgrading import upgrade_store

    store = Store(settings.database_url)
    try:
        upgrade_store(store)
        store.write(ownership.adopt, str(settings.folder.resolve()), utc_now())
    finally:
        store.close()


def _describe_watch(settings: Settings) -> str:
    """Returns in a line what the daemon is about to do."""
    channels = dict.fromkeys(
        _describe_channel(settings, rule.channel) for case in settings.cases for rule in case.rules
    )
    return (
        f"watching {count_of(len(settings.cases), 'case')} in "
        f"{count_of(len(settings.feeds), 'feed')}; {_describe_next_poll(settings)}; "
        f"alerts: {', '.join(channels) or 'none'}; stop with Ctrl-C"
    )


def _describe_next_poll(settings: Settings) -> str:
    """Returns when the daemon polls first: at once, unless all feeds were polled lately."""
    from monitor.store import Store
    from monitor.store.feeds import get_next_poll_at
    from monitor.store.schema.migrate import HEAD, schema_version

    known: dict[str, datetime] = {}
    if has_database(settings):
        with closing(Store(settings.database_url)) as store:
            known = store.read(get_next_poll_at) if schema_version(store) == HEAD else {}
    due = [known.get(feed.url) for feed in settings.feeds]
    if not due or any(at is None or at <= utc_now() for at in due):
        return "first poll now"
    first = min(filter(None, due)).astimezone(settings.timezone)
    return f"next poll at {first:%H:%M}, `monitor poll` asks at once"


def _describe_channel(settings: Settings, name: str) -> str:
    """Returns the name of a channel; of one that prints, where to look."""
    channel = settings.channels.get(name)
    return "terminal" if channel is None or channel.type == "console" else name


def _parse_roles(text: str) -> tuple[str, ...]:
    """Returns the roles of a list with commas between them.

    Raises:
        typer.BadParameter: there is no such role, or none is given.
    """
    wanted = tuple(filter(None, map(str.strip, text.split(","))))
    _require_roles(wanted)
    return wanted


def _require_roles(wanted: Sequence[str]) -> None:
    from monitor.daemon import ROLES

    unknown = [role for role in wanted if role not in ROLES]
    # A daemon without roles would look alive and do nothing.
    if unknown or not wanted:
        raise typer.BadParameter(
            f"{', '.join(unknown) or 'nothing'}: the roles are {', '.join(ROLES)}",
            param_hint="--roles",
        )


@contextmanager
def _lock_file(settings: Settings) -> Iterator[None]:
    """Keeps an SQLite database for this daemon alone; a server is shared by several.

    Raises:
        MonitorError: another daemon has it.
    """
    from monitor.daemon import lock_database

    path = database_file(settings)
    if path is None:
        yield
        return
    lock = lock_database(path)
    try:
        yield
    finally:
        lock.close()


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
    adopt: AdoptOption = False,
) -> None:
    """One full pass now: poll the feeds, due or not, read, judge, look at pages that are due again,
    deliver; then ends.

    Example: monitor poll "Guardian, US immigration"
    """
    import asyncio

    from monitor.cli.logs import set_up_logs

    state = get_state(ctx)
    settings = state.load()
    # The report at the end says the same in fewer lines.
    set_up_logs(is_verbose=state.is_verbose, is_quiet=not state.is_verbose)
    moment = parse_time(at, settings.timezone, option="--at")
    if adopt:
        _adopt(settings)
    result = asyncio.run(_poll(settings, feeds or [], not no_send, moment))
    if not state.is_quiet:
        _report(result)


def _report(result: PassResult) -> None:
    """Says what a pass did, and which feeds failed."""
    new = sum(poll.new for poll in result.polls)
    talk(
        f"feeds: {_describe_outcomes(result)}; items: {new} new, {result.ingested} read; "
        f"pages: {result.rechecked} asked again; "
        f"deliveries: {result.sent} sent, {result.unsent} not sent"
    )
    for polled in result.polls:
        if polled.error:
            talk(f"  {_describe_error(polled)}")
    if new and not sum(poll.queued for poll in result.polls):
        talk("no new item matches a case; `monitor why URL` says why, `cases test` tries a query")


def _describe_outcomes(result: PassResult) -> str:
    """Returns how many feeds came to what, by outcome."""
    counts = sorted(result.outcomes.items())
    return ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts) or "none"


def _describe_error(polled: PollResult) -> str:
    # Most errors name the address that was asked, which may be where the feed redirects to.
    place = shown(polled.url)
    return polled.error if place in polled.error else f"{place}: {polled.error}"


async def _poll(
    settings: Settings, feeds: list[str], send: bool, moment: datetime | None
) -> PassResult:
    from monitor.bootstrap import build_context
    from monitor.pipeline.run_once import run_pass
    from monitor.store.feeds import get_last_poll_at

    # One moment for the whole pass: recorded news all arrive at once.
    async with build_context(settings, (lambda: moment) if moment else utc_now) as context:
        _require_later(moment, await context.read(get_last_poll_at))
        return await run_pass(context, feeds=feeds, send=send)


def _require_later(moment: datetime | None, last: datetime | None) -> None:
    """Refuses a time before the last poll: what is stored would lie in the future, and verdicts are
    reached on everything that is stored.

    Raises:
        MonitorError: it is before.
    """
    if moment and last and moment < last:
        raise MonitorError(
            f"--at {moment.isoformat()} is before the last poll, {last.isoformat()}",
            hint="time does not go back in a store: give a later time, or another database",
        )
