"""`monitor status`: how the work goes, and what somebody should look at.

For a person and, with --check, for a monitor of servers: what it calls trouble needs somebody, all
else mends itself."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.output import (
    Format,
    FormatOption,
    cell,
    choose,
    print_record,
    terminal_width,
)
from monitor.cli.state import database_file, get_state, open_reader, utc_now
from monitor.cli.tables import wrap
from monitor.cli.troubles import (
    FAILED_FOR,
    find_dead_workers,
    find_failed_entries,
    find_failing_channels,
    find_full_disk,
    find_parked,
    is_alive,
)
from monitor.errors import StoreError
from monitor.text import one_line
from monitor.urls import shown, shown_in

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.settings import Settings
    from monitor.store import Store
    from monitor.store.vectors import EncoderState
    from monitor.store.views.cases import Totals
    from monitor.store.views.feeds import FeedView
    from monitor.store.views.troubles import FailedEntry, FailingChannel
    from monitor.store.workers import WorkerView

EXIT_DEGRADED = 3
PENDING_LIMIT = timedelta(hours=1)  # deliveries that wait longer are worth a look
# A person paused it, or its server said 410: neither is due, however long ago it was polled.
_NOT_POLLED = ("paused", "gone")


@dataclass(frozen=True, slots=True)
class EncoderStatus:
    """How the optional encoder does, and what of that somebody should look at."""

    text: str
    troubles: tuple[str, ...] = ()


def status(
    ctx: typer.Context,
    form: FormatOption = None,
    check: Annotated[
        bool, typer.Option("--check", help="Exit with 3 when somebody should look at something.")
    ] = False,
) -> None:
    """Feeds, queue, outbox and disk at a glance.

    Example: monitor status --check || echo "look at me"
    """
    settings = get_state(ctx).load()
    try:
        with open_reader(settings) as store:
            state = _read_state(store, settings)
    except StoreError as error:
        # SQLite cannot even read without room for its log.
        if check and (full := _full_disk(settings)):
            typer.echo(f"error: {full}: {error.message}", err=True)
            raise typer.Exit(EXIT_DEGRADED) from error
        raise
    now = utc_now()
    troubles = [
        *find_dead_workers(state.workers, now, settings.timezone),
        *find_full_disk(state.free_bytes, state.path),
        *find_troubles(_with_unsealed(state), state.feeds, now, settings),
        *find_failing_channels(state.failing_channels),
        *find_failed_entries(state.failed_entries),
        *find_parked(state.parked),
        *state.encoder.troubles,
    ]
    _print_status(_status_row(state, now), troubles, form, settings.timezone)
    # Not 1, which means that status itself failed.
    if check and troubles:
        raise typer.Exit(EXIT_DEGRADED)


def _full_disk(settings: Settings) -> str:
    """Returns what is to be said of a database that has no room; empty where it has."""
    path = database_file(settings)
    free = shutil.disk_usage(path).free if path and path.exists() else None
    return next(find_full_disk(free, path), "")


def _with_unsealed(state: _State) -> Totals:
    """Returns the totals with what waits longest, be it in a delivery or not."""
    waiting = state.totals.oldest_pending_at, state.oldest_unsealed_at
    return replace(state.totals, oldest_pending_at=min(filter(None, waiting), default=None))


def _print_status(
    row: dict[str, Any], troubles: Sequence[str], form: Format | None, zone: tzinfo
) -> None:
    """Prints how the work goes; on a terminal each trouble has a line of its own."""
    if choose(form) is not Format.TABLE:
        print_record({**row, "troubles": troubles}, form, zone=zone)
        return
    print_record(row, form, zone=zone)
    typer.echo("\nWhat somebody should look at:" if troubles else "\nAll is well.")
    for trouble in troubles:
        for line in wrap(f"- {one_line(trouble)}", terminal_width(), indent=2):
            typer.echo(line)


@dataclass(frozen=True, slots=True)
class _State:
    """What the store says of the work; `path`, `database_bytes` and `free_bytes`, the room beside
    it, are None for a server, `oldest_unsealed_at` where no alert waits that is due.
    """

    totals: Totals
    oldest_unsealed_at: datetime | None
    feeds: Sequence[FeedView]
    workers: Sequence[WorkerView]
    encoder: EncoderStatus
    path: Path | None
    database_bytes: int | None
    free_bytes: int | None
    failing_channels: Sequence[FailingChannel]
    failed_entries: Sequence[FailedEntry]
    parked: int


def _read_state(store: Store, settings: Settings) -> _State:
    """Returns how the work goes."""
    from monitor.store.upkeep.parked import count_parked
    from monitor.store.views.cases import get_totals
    from monitor.store.views.feeds import list_feeds
    from monitor.store.views.troubles import (
        get_failed_entries,
        get_failing_channels,
        get_oldest_unsealed,
    )
    from monitor.store.workers import get_workers

    now = utc_now()
    return _State(
        store.read(get_totals),
        store.read(get_oldest_unsealed, now),
        store.read(list_feeds),
        store.read(get_workers),
        describe_encoder(store, settings),
        store.path,
        store.path.stat().st_size if store.path else None,
        shutil.disk_usage(store.path).free if store.path else None,
        store.read(get_failing_channels),
        store.read(get_failed_entries, now - FAILED_FOR),
        store.read(count_parked),
    )


def _status_row(state: _State, now: datetime) -> dict[str, Any]:
    """Returns how the work goes as a row."""
    return {
        "daemon": _describe_workers(state.workers, now),
        **_count_feeds(state.totals, state.feeds, now),
        **_count_work(state.totals),
        "database_bytes": state.database_bytes,
        "encoder": state.encoder.text,
    }


def _describe_workers(workers: Sequence[WorkerView], now: datetime) -> str:
    """Returns the daemons that are running, each with its roles."""
    alive = [worker for worker in workers if is_alive(worker, now)]
    return ", ".join(f"{worker.id} ({worker.roles})" for worker in alive) or "not running"


def _count_feeds(totals: Totals, feeds: Sequence[FeedView], now: datetime) -> dict[str, Any]:
    """Returns how many feeds there are in which state, and when they are polled."""
    return {
        "feeds": totals.feeds,
        "failing": totals.failing,
        "silent": sum(feed.is_silent(now) for feed in feeds),
        "last_poll_at": _last_poll_at(feeds),
        "next_poll_at": _next_poll_at(feeds),
    }


def _last_poll_at(feeds: Sequence[FeedView]) -> datetime | None:
    """Returns when a feed was polled last; None when none ever was."""
    return max((feed.last_polled_at for feed in feeds if feed.last_polled_at), default=None)


def _next_poll_at(feeds: Sequence[FeedView]) -> datetime | None:
    """Returns when a feed is due next; None when none will be."""
    return min((feed.next_poll_at for feed in feeds if _is_polled(feed)), default=None)


def _is_polled(feed: FeedView) -> bool:
    return feed.state not in _NOT_POLLED


def _count_work(totals: Totals) -> dict[str, int]:
    """Returns what is stored, and what is still to be read and to be sent."""
    return {
        "articles": totals.articles,
        "developments": totals.developments,
        "queued": totals.queued,
        "waiting": totals.waiting,
        "pending": totals.pending,
        "dead": totals.dead,
    }


def describe_encoder(store: Store, settings: Settings) -> EncoderStatus:
    """Returns how the optional encoder does."""
    from monitor.encoding import find_encoder
    from monitor.store.vectors import get_encoder_state

    # Installed is not loaded: looking takes no second, so that `status` stays quick.
    name = find_encoder()
    if name is None:
        return EncoderStatus("not installed")
    if settings.judge.semantic == "off":
        return EncoderStatus("off")
    return _describe_encoder_state(name, store.read(get_encoder_state, name), settings.timezone)


def _describe_encoder_state(name: str, state: EncoderState, zone: tzinfo) -> EncoderStatus:
    """Returns how an encoder in use does."""
    text = f"{name}, {state.encoded} of {state.sentences} sentences"
    if state.failed_at is None:
        return EncoderStatus(text)
    # Alerts go on without it, and nobody would notice by them.
    since = cell(state.failed_at, zone)
    trouble = f"encoder failing since {since}, no stored sentence nearest in meaning is shown: "
    return EncoderStatus(f"{text}, failing", (trouble + state.error,))


def find_troubles(
    totals: Totals, feeds: Sequence[FeedView], now: datetime, settings: Settings
) -> list[str]:
    """Returns what somebody should look at, one line each."""
    # Twice the longest interval: a feed that is a bit late waits for a slow one before it.
    latest = now - 2 * settings.schedule.max_interval
    return [
        *_failing_feeds(feeds),
        *_silent_feeds(feeds, now, settings),
        *_late_feeds(feeds, latest),
        *_stuck_deliveries(totals, now, settings),
    ]


def _name_of(feed: FeedView) -> str:
    return feed.title or shown(feed.url)


def _failing_feeds(feeds: Sequence[FeedView]) -> Iterator[str]:
    for feed in feeds:
        if feed.state in ("failing", "gone"):
            # Most errors begin with the address that was asked.
            error = shown_in(feed.error).removeprefix(f"{shown(feed.url)}: ")
            yield f"feed {feed.state}: {_name_of(feed)}: {error}"


def _silent_feeds(feeds: Sequence[FeedView], now: datetime, settings: Settings) -> Iterator[str]:
    for feed in feeds:
        if feed.is_silent(now):
            since = cell(feed.last_new_at, settings.timezone)
            yield f"feed silent: {_name_of(feed)}: nothing new since {since}"


def _late_feeds(feeds: Sequence[FeedView], limit: datetime) -> Iterator[str]:
    for feed in feeds:
        if _is_polled(feed) and feed.next_poll_at < limit:
            yield f"feed not polled: {_name_of(feed)}"


def _stuck_deliveries(totals: Totals, now: datetime, settings: Settings) -> Iterator[str]:
    if totals.dead:
        yield f"{totals.dead} deliveries failed for good: monitor alerts list --failed"
    # Edits have no row in the outbox list, so the log is the only place to look.
    if totals.dead_edits:
        yield (
            f"{totals.dead_edits} events on edits were refused for good by a webhook; "
            "the log says why"
        )
    yield from _waiting_deliveries(totals.oldest_pending_at, now, settings)


def _waiting_deliveries(
    oldest: datetime | None, now: datetime, settings: Settings
) -> Iterator[str]:
    if oldest and now - oldest > PENDING_LIMIT:
        since = cell(oldest, settings.timezone)
        yield f"deliveries wait since {since}: monitor alerts list --pending"
