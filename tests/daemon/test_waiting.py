"""Waiting that the signal to stop cuts short."""

from __future__ import annotations

import asyncio
import time

from monitor.daemon.waiting import pause, wait_for_either


def test_a_pause_ends_with_the_signal_to_stop() -> None:
    async def inside() -> float:
        stopping, began = asyncio.Event(), time.monotonic()
        waiting = asyncio.create_task(pause(stopping, 60))
        await asyncio.sleep(0)
        stopping.set()
        await waiting
        return time.monotonic() - began

    assert asyncio.run(inside()) < 30


def test_a_pause_without_a_signal_is_as_long_as_it_was_to_be() -> None:
    async def inside() -> float:
        began = time.monotonic()
        await pause(asyncio.Event(), 0.2)
        return time.monotonic() - began

    assert asyncio.run(inside()) >= 0.2


def test_either_of_two_things_is_enough_and_nothing_is_left_behind() -> None:
    async def inside() -> int:
        first, second = asyncio.Event(), asyncio.Event()
        for event in (first, second):
            event.set()
            await wait_for_either(first, second)
            event.clear()
        await asyncio.sleep(0)
        return len(asyncio.all_tasks())

    assert asyncio.run(inside()) == 1
