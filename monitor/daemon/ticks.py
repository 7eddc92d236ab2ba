"""The ticks: jobs that only wake or look, planned by APScheduler."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

TICK = timedelta(seconds=5)
HEARTBEAT = timedelta(seconds=30)
# Between two looks for due times beyond reason: the whole queue is read.
DUE_TIMES = timedelta(minutes=10)
PRUNE = timedelta(days=1)

# A tick only wakes, so one that is late or doubled is not made up for.
_TICK_OPTIONS = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}


@dataclass(frozen=True, slots=True)
class Job:
    """What is done again and again.

    Attributes:
        run: is called without arguments; a coroutine is awaited.
        waits: for the first time not at the start but after `every`.
    """

    name: str
    run: Callable[[], Any]
    every: timedelta
    waits: bool = False


def start_ticks(jobs: Iterable[Job], now: datetime) -> AsyncIOScheduler:
    """Starts to run jobs, each at its interval, until the scheduler is shut down."""
    scheduler = AsyncIOScheduler(timezone=UTC)
    for job in jobs:
        # The first run is now, so a start does not wait for the first tick.
        first = {} if job.waits else {"next_run_time": now}
        seconds = job.every.total_seconds()
        options = {**_TICK_OPTIONS, **first}
        scheduler.add_job(job.run, "interval", seconds=seconds, id=job.name, **options)
    scheduler.start()
    return scheduler


def restart_ticks(scheduler: AsyncIOScheduler) -> None:
    """Has every job run within its interval from now, whatever the clock said when it was
    planned.
    """
    for job in scheduler.get_jobs():
        # A trigger of its own: the old one counts from a moment that may be an hour ahead.
        job.reschedule("interval", seconds=job.trigger.interval_length)
