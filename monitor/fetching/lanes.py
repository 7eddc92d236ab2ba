"""How many exchanges are under way at once, in two lanes: who gets no answer for a while makes room
for those who do.

A server that accepts a connection and says nothing costs a socket and no work. Were it to keep its
place until its deadline, a few dozen of them would hold up every other host."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

# After so long without the head of an answer an exchange is a slow one.
PATIENCE_S = 2.0
# Slow exchanges; where there are more, the others keep their places.
SLOW = 64


class Lanes:
    """Hands out places: a bounded number of them, and room for slow ones beside.

    Args:
        quick: exchanges at a time that get their answers.
        slow: exchanges at a time that wait for one.
    """

    def __init__(self, quick: int, *, slow: int = SLOW, patience_s: float = PATIENCE_S) -> None:
        self.quick = asyncio.Semaphore(quick)
        self.room_for_slow = slow
        self.patience_s = patience_s

    @asynccontextmanager
    async def place(self) -> AsyncIterator[Place]:
        """Waits for a place and holds it."""
        await self.quick.acquire()
        place = Place(self)
        try:
            yield place
        finally:
            place.leave()


class Place:
    """The place of one exchange; it moves to the slow lane by itself."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes
        self._is_slow = False
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(lanes.patience_s, self._move_over)

    def _move_over(self) -> None:
        if self._lanes.room_for_slow:
            self._lanes.room_for_slow -= 1
            self._is_slow = True
            self._lanes.quick.release()

    async def answered(self) -> None:
        """Takes a quick place again: an answer has begun, and reading it is work."""
        self._timer.cancel()
        if self._is_slow:
            await self._lanes.quick.acquire()
            self._leave_slow()

    def leave(self) -> None:
        """Gives the place free."""
        self._timer.cancel()
        if self._is_slow:
            self._leave_slow()
        else:
            self._lanes.quick.release()

    def _leave_slow(self) -> None:
        self._is_slow = False
        self._lanes.room_for_slow += 1
