"""`monitor status`: how the work goes, and what somebody should look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.output import FormatOption, cell, print_record
from monitor.cli.state import get_state, open_reader, utc_now

if TYPE_CHECKING:
    from monitor.settings import Settings
    from monitor.store import Store
    from monitor.store.views.cases import Totals
    from monitor.store.views.feeds import FeedView
    from monitor.store.workers import WorkerView

EXIT_DEGRADED = 3
HEARTBEAT_LIMIT = timedelta(minutes=2)
PENDING_LIMIT = timedelta(hours=1)  # deliveries that wait longer are worth a look
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
        bool, typer.Option("--check", help="Exit with 3 when something is failing or silent.")
    ] = False,
) -> None:
    """Feeds, queue, outbox and disk at a glance.

    Example: monitor status --check || echo "look at me"
    """
    from monitor.store.views.cases import get_totals
    from monitor.store.views.feeds import list_feeds
    from monitor.store.workers import get_workers

    settings = get_state(ctx).load()
    with open_reader(settings) as store:
        totals, feeds = store.read(get_totals), store.read(list_feeds)
        workers = store.read(get_workers)
        size = store.path.stat().st_size if store.path else None
        encoder = describe_encoder(store, settings)
    now = utc_now()
    troubles = [*find_troubles(totals, feeds, now, settings), *encoder.troubles]
    row = {
        "daemon": _describe_workers(workers, now),
        **_count_feeds(totals, feeds, now),
        **_count_work(totals),
        "database_bytes": size,
        "encoder": encoder.text,
        "troubles": troubles,
    }
    print_record(row, form, zone=settings.timezone)
    if check and troubles:
        raise typer.Exit(EXIT_DEGRADED)


def _describe_workers(workers: Sequence[WorkerView], now: datetime) -> str:
    alive = [worker for worker in workers if _is_alive(worker, now)]
    return ", ".join(f"{worker.id} ({worker.roles})" for worker in alive) or "not running"


def _is_alive(worker: WorkerView, now: datetime) -> bool:
    from monitor.store.workers import is_gone

    is_running = worker.stopped_at is None and not is_gone(worker.id)
    return is_running and now - worker.heartbeat_at < HEARTBEAT_LIMIT


def _count_feeds(totals: Totals, feeds: Sequence[FeedView], now: datetime) -> dict[str, Any]:
    polled = [feed.last_polled_at for feed in feeds if feed.last_polled_at]
    planned = [feed.next_poll_at for feed in feeds if feed.state not in _NOT_POLLED]
    return {
        "feeds": totals.feeds,
        "failing": totals.failing,
        "silent": sum(is_silent(feed, now) for feed in feeds),
        "last_poll_at": max(polled, default=None),
        "next_poll_at": min(planned, default=None),
    }


def _count_work(totals: Totals) -> dict[str, int]:
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

    name = find_encoder()
    if name is None:
        return EncoderStatus("not installed")
    if settings.judge.semantic == "off":
        return EncoderStatus("off")
    state = store.read(get_encoder_state, name)
    text = f"{name}, {state.encoded} of {state.sentences} sentences"
    if state.failed_at is None:
        return EncoderStatus(text)
    since = cell(state.failed_at, settings.timezone)
    trouble = f"encoder failing since {since}, articles are judged by words and facts: "
    return EncoderStatus(f"{text}, failing", (trouble + state.error,))


def find_troubles(
    totals: Totals, feeds: Sequence[FeedView], now: datetime, settings: Settings
) -> list[str]:
    """Returns what somebody should look at, one line each."""
    return [
        *_failing_feeds(feeds),
        *_silent_feeds(feeds, now, settings),
        *_late_feeds(feeds, now - 2 * settings.schedule.max_interval),
        *_stuck_deliveries(totals, now, settings),
    ]


def _failing_feeds(feeds: Sequence[FeedView]) -> Iterator[str]:
    for feed in feeds:
        if feed.state in ("failing", "gone"):
            yield f"feed {feed.state}: {feed.title or feed.url}: {feed.error}"


def _silent_feeds(feeds: Sequence[FeedView], now: datetime, settings: Settings) -> Iterator[str]:
    for feed in feeds:
        if is_silent(feed, now):
            since = cell(feed.last_new_at, settings.timezone)
            yield f"feed silent: {feed.title or feed.url}: nothing new since {since}"


def _late_feeds(feeds: Sequence[FeedView], limit: datetime) -> Iterator[str]:
    for feed in feeds:
        if feed.state not in _NOT_POLLED and feed.next_poll_at < limit:
            yield f"feed not polled: {feed.title or feed.url}"


def _stuck_deliveries(totals: Totals, now: datetime, settings: Settings) -> Iterator[str]:
    if totals.dead:
        yield f"{totals.dead} deliveries failed for good: monitor alerts list --failed"
    if totals.dead_edits:
        yield (
            f"{totals.dead_edits} events on edits were refused for good by a webhook; "
            "the log says why"
        )
    oldest = totals.oldest_pending_at
    if oldest and now - oldest > PENDING_LIMIT:
        since = cell(oldest, settings.timezone)
        yield f"deliveries wait since {since}: monitor alerts list --pending"


def is_silent(feed: FeedView, now: datetime) -> bool:
    """Says whether a feed that used to bring items has brought none for unusually long."""
    from monitor.feeds.health import silent_after

    if feed.state != "ok" or feed.last_new_at is None or feed.interval_seconds is None:
        return False
    gap = timedelta(seconds=feed.usual_gap_seconds) if feed.usual_gap_seconds else None
    return now - feed.last_new_at > silent_after(timedelta(seconds=feed.interval_seconds), gap)
