"""What somebody should look at beside feeds and the outbox: a daemon that died, a full disk, a
channel that fails, items that were given up.

Each is a line that says what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from monitor.cli.output import cell, count_of
from monitor.text import short_line
from monitor.urls import shown

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.store.views.troubles import FailedEntry, FailingChannel
    from monitor.store.workers import WorkerView

HEARTBEAT_LIMIT = timedelta(minutes=2)
# An item that was given up is told for so long: later nobody can mend it any more.
FAILED_FOR = timedelta(days=1)
# A write-ahead log and a day of articles need as much.
MIN_FREE_BYTES = 100_000_000
_ERROR_CHARS = 300


def is_alive(worker: WorkerView, now: datetime) -> bool:
    """Whether a daemon is running."""
    from monitor.store.workers import is_gone

    # A killed daemon says no farewell: then its heartbeat stops, and on this machine its process.
    is_running = worker.stopped_at is None and not is_gone(worker.id)
    # A heartbeat far ahead was written by a clock that was wrong.
    return is_running and abs(now - worker.heartbeat_at) < HEARTBEAT_LIMIT


def find_dead_workers(workers: Sequence[WorkerView], now: datetime, zone: tzinfo) -> Iterator[str]:
    """Yields the daemons that ended without a farewell and whose work nobody has taken up; one that
    was stopped is no trouble.

    Args:
        workers: the latest heartbeat first.
    """
    covered: set[str] = set()
    for worker in workers:
        roles = set(worker.roles.split(","))
        is_dead = worker.stopped_at is None and not is_alive(worker, now)
        if is_dead and not roles <= covered:
            since = cell(worker.heartbeat_at, zone)
            yield f"daemon dead: {worker.id} ({worker.roles}) last gave a sign of life {since}"
        covered |= roles


def find_full_disk(free_bytes: int | None, path: Path | None = None) -> Iterator[str]:
    """Yields a line where the disk of the database has no room; None for a server's, which nobody
    here can see.
    """
    if free_bytes is not None and free_bytes < MIN_FREE_BYTES:
        place = f"the database {path}" if path else "the database"
        yield f"disk full: {free_bytes / 1_000_000:.0f} MB are left beside {place}: make room there"


def find_failing_channels(channels: Sequence[FailingChannel]) -> Iterator[str]:
    """Yields the channels that did not accept what they were sent last."""
    for failing in channels:
        error = short_line(failing.error, limit=_ERROR_CHARS)
        waiting = count_of(failing.waiting, "message")
        yield f"channel fails: {failing.channel}: {waiting} waiting: {error}"


def find_parked(count: int) -> Iterator[str]:
    """Yields a line where a restored database waits for a word on what it had not sent."""
    if count:
        held = count_of(count, "message")
        yield f"{held} held since a restore: monitor alerts release sends them, --drop does not"


def find_failed_entries(entries: Sequence[FailedEntry]) -> Iterator[str]:
    """Yields a line for all items that were given up lately."""
    if entries:
        newest = entries[0]
        error = short_line(newest.last_error, limit=_ERROR_CHARS)
        place = shown(newest.url or "without a link")
        given_up = count_of(len(entries), "item")
        yield f"{given_up} given up in the last day, the newest {place}: {error}"
