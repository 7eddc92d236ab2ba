"""`run`, `poll`, `status`: the work itself, and how it goes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.output import FormatOption, cell, print_record, talk
from monitor.cli.state import get_state, open_reader, parse_time, utc_now
from monitor.errors import MonitorError

if TYPE_CHECKING:
    from monitor.settings import Settings
    from monitor.store import Store
    from monitor.store.views.cases import Totals
    from monitor.store.views.feeds import FeedView

EXIT_DEGRADED = 3
HEARTBEAT_LIMIT = timedelta(minutes=2)


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
    from monitor.daemon import ROLES, Daemon, lock_database
    from monitor.store import Store

    state = get_state(ctx)
    wanted = tuple(role.strip() for role in roles.split(",") if role.strip())
    unknown = [role for role in wanted if role not in ROLES]
    if unknown or not wanted:
        raise typer.BadParameter(
            f"{', '.join(unknown) or 'nothing'}: the roles are {', '.join(ROLES)}",
            param_hint="--roles",
        )
    settings = state.load()
    set_up_logs(is_verbose=state.is_verbose, is_quiet=state.is_quiet)
    store = Store(settings.database_url)
    path = store.path
    store.close()
    lock = lock_database(path) if path else None
    try:
        code = asyncio.run(Daemon(state.load, wanted, clock=utc_now).run(settings))
    finally:
        if lock:
            lock.close()
    raise typer.Exit(code)


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
    if state.is_quiet:
        return
    outcomes = (
        ", ".join(
            f"{count} {name.replace('_', ' ')}" for name, count in sorted(result.outcomes.items())
        )
        or "none"
    )
    new = sum(one.new for one in result.polls)
    talk(
        f"feeds: {outcomes}; items: {new} new, {result.ingested} read; pages: {result.rechecked} asked again;"
        f" deliveries: {result.sent} sent, {result.unsent} not sent"
    )
    for one in result.polls:
        if one.error:
            talk(f"  {one.error}" if one.url in one.error else f"  {one.url}: {one.error}")


async def _poll(settings: Settings, feeds: list[str], send: bool, moment: datetime | None) -> Any:
    from monitor.bootstrap import build_context
    from monitor.pipeline.run_once import run_pass
    from monitor.store.feeds import get_last_poll_at

    async with build_context(settings, (lambda: moment) if moment else utc_now) as context:
        last = await context.read(get_last_poll_at)
        if moment and last and moment < last:
            raise MonitorError(
                f"--at {moment.isoformat()} is before the last poll, {last.isoformat()}",
                hint="time does not go back in a store: give a later time, or a database of its own",
            )
        return await run_pass(context, feeds=feeds, send=send)


def status(
    ctx: typer.Context,
    form: FormatOption = None,
    check: Annotated[
        bool, typer.Option("--check", help="Exit with 3 when something is failing or silent.")
    ] = False,
) -> None:
    """Feeds, queue, outbox and disk at a glance.

    Example: monitor status --check || echo "look at me"
    """
    from monitor.store.views.cases import get_totals
    from monitor.store.views.feeds import list_feeds
    from monitor.store.workers import get_workers, is_gone

    settings = get_state(ctx).load()
    with open_reader(settings) as store:
        totals, feeds, workers = (
            store.read(get_totals),
            store.read(list_feeds),
            store.read(get_workers),
        )
        size = store.path.stat().st_size if store.path else None
        encoder, encoder_trouble = describe_encoder(store, settings)
    now = utc_now()
    running = [worker for worker in workers if worker.stopped_at is None and not is_gone(worker.id)]
    alive = [worker for worker in running if now - worker.heartbeat_at < HEARTBEAT_LIMIT]
    troubles = find_troubles(totals, feeds, now, settings) + encoder_trouble
    row = {
        "daemon": ", ".join(f"{worker.id} ({worker.roles})" for worker in alive) or "not running",
        "feeds": totals.feeds,
        "failing": totals.failing,
        "silent": sum(is_silent(feed, now) for feed in feeds),
        "last_poll_at": max(
            (feed.last_polled_at for feed in feeds if feed.last_polled_at), default=None
        ),
        "next_poll_at": min(
            (feed.next_poll_at for feed in feeds if feed.state not in ("paused", "gone")),
            default=None,
        ),
        "articles": totals.articles,
        "developments": totals.developments,
        "queued": totals.queued,
        "waiting": totals.waiting,
        "pending": totals.pending,
        "dead": totals.dead,
        "database_bytes": size,
        "encoder": encoder,
        "troubles": troubles,
    }
    print_record(row, form, zone=settings.timezone)
    if check and troubles:
        raise typer.Exit(EXIT_DEGRADED)


def describe_encoder(store: Store, settings: Settings) -> tuple[str, list[str]]:
    """Returns how the optional encoder does, and what of that somebody should look at."""
    from monitor.encoding import find_encoder
    from monitor.store.vectors import get_encoder_state

    name = find_encoder()
    if name is None:
        return "not installed", []
    if settings.judge.semantic == "off":
        return "off", []
    state = store.read(get_encoder_state, name)
    text = f"{name}, {state.encoded} of {state.sentences} sentences"
    if state.failed_at is None:
        return text, []
    since = cell(state.failed_at, settings.timezone)
    return f"{text}, failing", [
        f"encoder failing since {since}, articles are judged by words and facts: {state.error}"
    ]


def find_troubles(
    totals: Totals, feeds: list[FeedView], now: datetime, settings: Settings
) -> list[str]:
    """Returns what somebody should look at, one line each."""
    troubles = [
        f"feed {feed.state}: {feed.title or feed.url}: {feed.error}"
        for feed in feeds
        if feed.state in ("failing", "gone")
    ]
    troubles += [
        f"feed silent: {feed.title or feed.url}: nothing new since {cell(feed.last_new_at, settings.timezone)}"
        for feed in feeds
        if is_silent(feed, now)
    ]
    late = now - 2 * settings.schedule.max_interval
    troubles += [
        f"feed not polled: {feed.title or feed.url}"
        for feed in feeds
        if feed.state not in ("paused", "gone") and feed.next_poll_at < late
    ]
    if totals.dead:
        troubles.append(f"{totals.dead} deliveries failed for good: monitor alerts list --failed")
    if totals.dead_edits:
        troubles.append(
            f"{totals.dead_edits} events on edits were refused for good by a webhook; the log says why"
        )
    if totals.oldest_pending_at and now - totals.oldest_pending_at > timedelta(hours=1):
        since = cell(totals.oldest_pending_at, settings.timezone)
        troubles.append(f"deliveries wait since {since}: monitor alerts list --pending")
    return troubles


def is_silent(feed: FeedView, now: datetime) -> bool:
    """Says whether a feed that used to bring items has brought none for unusually long."""
    from monitor.feeds.health import silent_after

    if feed.state != "ok" or feed.last_new_at is None or feed.interval_seconds is None:
        return False
    gap = timedelta(seconds=feed.usual_gap_seconds) if feed.usual_gap_seconds else None
    return now - feed.last_new_at > silent_after(timedelta(seconds=feed.interval_seconds), gap)
