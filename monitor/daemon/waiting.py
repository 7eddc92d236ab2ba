"""Waiting that the signal to stop cuts short."""

from __future__ import annotations

import asyncio

# After a database error a stage waits before it looks again; the tick alone would fill the log.
PAUSE_AFTER_ERROR_S = 10.0


async def pause(stopping: asyncio.Event, seconds: float = PAUSE_AFTER_ERROR_S) -> None:
    """Waits a little, but not when the daemon is to stop."""
    with_stop = asyncio.ensure_future(stopping.wait())
    await asyncio.wait([with_stop], timeout=seconds)
    with_stop.cancel()


async def wait_for_either(first: asyncio.Event, second: asyncio.Event) -> None:
    """Waits until one of two things has happened."""
    waits = [asyncio.create_task(first.wait()), asyncio.create_task(second.wait())]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    # The other one would wait for ever, and be said to be pending at the end.
    for task in waits:
        task.cancel()
