"""What a pass is said to have cost is what all of its processes took."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

from benchmarks.peers.monitor_pass import spent
from monitor.isolation import WorkerPool

_BURNT_S = 0.5
_TICK_S = 0.05  # the kernel counts in hundredths


def burn(seconds: float) -> float:
    """Works for so much CPU time; returns how much it was."""
    began = time.process_time()
    while time.process_time() - began < seconds:
        pass
    return time.process_time() - began


def test_the_work_of_processes_that_were_forked_for_it_is_counted() -> None:
    async def work() -> float:
        async with WorkerPool(1, 1 << 30) as pool:
            return await pool.run(burn, _BURNT_S, timeout=timedelta(minutes=2))

    before, own = spent(), time.process_time()
    burnt = asyncio.run(work())

    assert spent() - before - (time.process_time() - own) >= burnt - _TICK_S


def test_its_own_work_is_counted() -> None:
    before = spent()
    burnt = burn(_BURNT_S)

    assert spent() - before >= burnt - _TICK_S
