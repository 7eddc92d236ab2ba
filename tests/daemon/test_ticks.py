"""Jobs that run again and again."""

from __future__ import annotations

import asyncio
from datetime import UTC, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from monitor.daemon.ticks import restart_ticks
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
