"""Jobs that run again and again."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, timedelta
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from monitor.daemon.ticks import Job, restart_ticks, start_ticks
from tests.daemon.running import until, utc_now


def test_ticks_that_were_planned_an_hour_ahead_begin_anew() -> None:
    async def inside() -> None:
        ticks: list[int] = []
        scheduler = AsyncIOScheduler(timezone=UTC)
        start = utc_now() + timedelta(hours=1)
        scheduler.add_job(
            ticks.append, IntervalTrigger(seconds=1, start_date=start), args=[1], id="tick"
        )
        scheduler.start()
        restart_ticks(scheduler)
        await until(lambda: len(ticks) >= 2)
        scheduler.shutdown(wait=False)
        assert set(ticks) == {1}

    asyncio.run(inside())


def test_a_job_runs_at_the_start_unless_it_is_to_wait() -> None:
    async def inside() -> list[str]:
        ran: list[str] = []
        hour = timedelta(hours=1)
        jobs = [
            Job("at once", partial(ran.append, "at once"), hour),
            Job("later", partial(ran.append, "later"), hour, waits=True),
        ]
        scheduler = start_ticks(jobs, utc_now())
        await until(lambda: bool(ran))
        scheduler.shutdown(wait=False)
        return ran

    assert asyncio.run(inside()) == ["at once"]


def test_a_job_that_takes_its_time_is_awaited_and_not_doubled() -> None:
    async def inside() -> int:
        begun: list[int] = []

        async def work() -> None:
            begun.append(1)
            await asyncio.sleep(0.5)

        scheduler = start_ticks([Job("slow", work, timedelta(seconds=0.1))], utc_now())
        await asyncio.sleep(0.4)
        scheduler.shutdown(wait=False)
        return len(begun)

    assert asyncio.run(inside()) == 1


def test_ticks_that_a_stall_swallowed_are_made_up_for_by_one() -> None:
    async def inside() -> int:
        begun: list[int] = []
        made_up: list[int] = []

        async def work() -> None:
            begun.append(1)
            if is_stalled:
                made_up.append(1)
                # No tick comes after this; those that are under way already run on.
                scheduler.pause()

        is_stalled = False
        scheduler = start_ticks([Job("short", work, timedelta(seconds=0.1))], utc_now())
        await until(lambda: bool(begun))
        is_stalled = True
        time.sleep(0.55)  # nothing else runs on the event loop
        await until(lambda: bool(made_up))
        await asyncio.sleep(0.1)
        scheduler.shutdown(wait=False)
        return len(made_up)

    assert asyncio.run(inside()) == 1


def test_a_tick_that_a_stall_held_up_for_long_is_not_left_out() -> None:
    async def inside() -> list[int]:
        ran: list[int] = []
        rare = Job("rare", partial(ran.append, 1), timedelta(hours=1))
        scheduler = start_ticks([rare], utc_now())
        # Longer than what APScheduler makes up for if nobody tells it to.
        time.sleep(1.5)
        await until(lambda: bool(ran))
        scheduler.shutdown(wait=False)
        return ran

    assert asyncio.run(inside()) == [1]
