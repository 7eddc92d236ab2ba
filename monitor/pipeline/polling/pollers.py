"""Polls feeds side by side, as many as there is room for: each is claimed when a place is free, and
nobody waits for the slowest."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Sequence

from monitor.fetching import SLOW
from monitor.pipeline.context import Context
from monitor.pipeline.polling.poll import PollResult, poll_feed, poll_scheduled
from monitor.store.feeds import DueFeed, claim_feeds

# Feeds claimed at a time: a transaction for each would cost as much as the poll.
CLAIMED_TOGETHER = 100

Claimer = Callable[[Context, int], Awaitable[list[DueFeed]]]
Poller = Callable[[Context, DueFeed], Awaitable[PollResult]]


async def claim_due(ctx: Context, limit: int) -> list[DueFeed]:
    """Claims feeds that are due, the longest due first."""
    return await ctx.write(claim_feeds, owner=ctx.owner, now=ctx.clock(), limit=limit)


class Pollers:
    """The polls under way.

    Args:
        claim: claims feeds to poll, so many at most; none when there are none.
        poll: polls a claimed one.
        when_done: is called when a poll has ended.
    """

    def __init__(
        self,
        claim: Claimer = claim_due,
        poll: Poller = poll_scheduled,
        *,
        when_done: Callable[[], None] = lambda: None,
    ) -> None:
        self._claim = claim
        self._poll = poll
        self._when_done = when_done
        self._claimed: deque[DueFeed] = deque()
        self._tasks: set[asyncio.Task[PollResult]] = set()
        self._ended: list[asyncio.Task[PollResult]] = []
        self._has_ended = asyncio.Event()

    @property
    def tasks(self) -> Collection[asyncio.Task[PollResult]]:
        """The polls under way."""
        return frozenset(self._tasks)

    async def start(self, ctx: Context) -> None:
        """Begins to poll feeds, as far as there is room."""
        # Those that hang have room of their own in the client, and so they have here.
        room = ctx.settings.fetch.concurrency + SLOW - len(self._tasks)
        if len(self._claimed) < room:
            self._claimed.extend(await self._claim(ctx, max(room, CLAIMED_TOGETHER)))
        while self._claimed and room > 0:
            self._begin(ctx, self._claimed.popleft())
            room -= 1

    def _begin(self, ctx: Context, feed: DueFeed) -> None:
        task = asyncio.ensure_future(self._poll(ctx, feed))
        self._tasks.add(task)
        task.add_done_callback(self._note)

    def _note(self, task: asyncio.Task[PollResult]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            self._ended.append(task)
            self._has_ended.set()
            self._when_done()

    def collect(self) -> list[PollResult]:
        """Returns how the polls went that have ended since the last time.

        Raises:
            StoreError: what one found could not be stored.
        """
        ended, self._ended = self._ended, []
        for error in filter(None, [task.exception() for task in ended]):
            # Whoever runs the stage gives back what it holds.
            self._claimed.clear()
            raise error
        return [task.result() for task in ended]

    async def run(self, ctx: Context) -> list[PollResult]:
        """Polls until there is nothing to claim; returns how each poll went."""
        results: list[PollResult] = []
        try:
            await self.start(ctx)
            while self._tasks:
                # Not `asyncio.wait`, which looks at every task each time that one ends.
                await self._has_ended.wait()
                self._has_ended.clear()
                results += self.collect()
                await self.start(ctx)
            # Those that ended while more were claimed, and none came of it.
            results += self.collect()
        finally:
            await self._stop()
        return results

    async def _stop(self) -> None:
        self._claimed.clear()
        unfinished = self.tasks
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)


async def poll_named(ctx: Context, ids: Sequence[int]) -> list[PollResult]:
    """Polls exactly the feeds of these ids, due or not and whatever hours they skip; those that
    another worker holds are left out.
    """
    return await Pollers(_Named(ids).claim, poll_feed).run(ctx)


class _Named:
    """Claims feeds by their ids, each once."""

    def __init__(self, ids: Sequence[int]) -> None:
        self._left = list(ids)

    async def claim(self, ctx: Context, limit: int) -> list[DueFeed]:
        """See `Claimer`."""
        while self._left:
            ids, self._left = self._left[:limit], self._left[limit:]
            claimed = await ctx.write(
                claim_feeds, owner=ctx.owner, now=ctx.clock(), limit=len(ids), only=ids
            )
            if claimed:
                return claimed
        return []
