"""The stages: a loop each, which does its step whenever it is woken."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from monitor.daemon.pulse import Pulse
from monitor.daemon.waiting import pause
from monitor.errors import MonitorError
from monitor.pipeline.context import Context
from monitor.pipeline.deliver import seal_due
from monitor.pipeline.given_up import tell_given_up
from monitor.pipeline.ingestion.ingest import ingest_due
from monitor.pipeline.notices import tell_welfare
from monitor.pipeline.polling.health import tell_silence
from monitor.pipeline.polling.pollers import Pollers
from monitor.pipeline.polling.vocabulary import refresh_vocabulary
from monitor.pipeline.rechecks.recheck import BATCH, recheck_due
from monitor.pipeline.senders import Senders
from monitor.store.outbox import get_due_channels
from monitor.store.workers import CLAIMED_BY, give_back

ROLES = ("poll", "ingest", "deliver")
# Asking for pages again belongs to ingesting, in a loop of its own: a slow host must not hold up
# what is new.
RECHECK = "recheck"

# What a stage works on, as the tally counts it.
_UNITS = {"poll": "poll", "ingest": "entry", RECHECK: "page", "deliver": "delivery"}

Step = Callable[[Context], Awaitable[object]]

log = structlog.get_logger()


class Stages:
    """The stages of one process.

    Args:
        roles: which of them it runs.
        stopping: is set when no more work is to be begun.
        pulse: is told whether they can do their work.

    Attributes:
        names: of the stages that run.
    """

    def __init__(self, roles: tuple[str, ...], stopping: asyncio.Event, pulse: Pulse) -> None:
        self.names = (*roles, RECHECK) if "ingest" in roles else roles
        self._stopping = stopping
        self._pulse = pulse
        self._wakes = {stage: asyncio.Event() for stage in (*ROLES, RECHECK)}
        self._senders = Senders()
        self._pollers = Pollers(when_done=self._wakes["poll"].set)
        self._unsettled: set[str] = set()

    def wake(self, name: str) -> None:
        """Has a stage look for work."""
        self._wakes[name].set()

    def wake_all(self) -> None:
        """Has every stage look for work."""
        for wake in self._wakes.values():
            wake.set()

    def note_progress(self, ctx: Context) -> None:
        """Notes in the pulse what the stages have finished."""
        # One look for all stages: the tally goes on meanwhile.
        counts = ctx.tally.counts()
        for stage in self.names:
            units = [count for (unit, _), count in counts.items() if unit == _UNITS[stage]]
            self._pulse.note_units(stage, sum(units))

    @property
    def tasks(self) -> list[asyncio.Task[object]]:
        """What the stages have started and do not wait for."""
        return [*self._pollers.tasks, *self._senders.tasks]

    def start(self, ctx: Context) -> list[asyncio.Task[None]]:
        """Starts a loop for each stage."""
        steps: dict[str, Step] = {
            "poll": self._poll,
            "ingest": self._ingest,
            RECHECK: self._recheck,
            "deliver": self._deliver,
        }
        loops = [self._loop(ctx, stage, steps[stage]) for stage in self.names]
        return list(map(asyncio.create_task, loops))

    async def _loop(self, ctx: Context, name: str, step: Step) -> None:
        """Runs a step each time its stage is woken, until the daemon is to stop."""
        wake = self._wakes[name]
        while not self._stopping.is_set():
            await wake.wait()
            # Before the step: what comes in while it runs wakes it once more.
            wake.clear()
            if self._stopping.is_set():
                return
            await self._try(ctx, name, step)

    async def _try(self, ctx: Context, name: str, step: Step) -> None:
        """Runs one step; a failure is logged, and the stage goes on after a pause."""
        try:
            self._pulse.begin(name)
            await self._give_back(ctx, name)
            await step(ctx)
            self._pulse.note_success(name)
        except MonitorError as error:
            self._note_failure(name, error)
            log.error("stage_failed", stage=name, error=str(error))
            await pause(self._stopping)
        # A bug in one stage must not stop the others.
        except Exception as error:
            self._note_failure(name, error)
            log.exception("stage_crashed", stage=name)
            await pause(self._stopping)
        finally:
            self._pulse.end(name)

    def _note_failure(self, name: str, error: Exception) -> None:
        self._unsettled.add(name)
        self._pulse.note_failure(name, error)

    async def _give_back(self, ctx: Context, name: str) -> None:
        """Gives free what a step held when it failed, so that it is taken up again at once."""
        if name in self._unsettled & CLAIMED_BY.keys():
            await ctx.write(give_back, ctx.owner, CLAIMED_BY[name])
        # Only now: where the database was still in trouble, nothing was given back.
        self._unsettled.discard(name)

    async def _poll(self, ctx: Context) -> None:
        if self._pollers.collect():
            await self._follow_polls(ctx)
        # Not waited for: what becomes due next is polled while a slow feed is being read.
        await self._pollers.start(ctx)

    async def _follow_polls(self, ctx: Context) -> None:
        """Does what follows from polls that have ended."""
        # Queries are judged by how rare words are: before the items that came are read.
        await refresh_vocabulary(ctx)
        self.wake("ingest")
        if await tell_silence(ctx):
            self.wake("deliver")

    async def _ingest(self, ctx: Context) -> None:
        if await ingest_due(ctx):
            self.wake("deliver")

    async def _recheck(self, ctx: Context) -> None:
        if taken := await recheck_due(ctx):
            self.wake("deliver")
        # A full batch: there may be more that is due by now.
        if taken == BATCH:
            self.wake(RECHECK)

    async def _deliver(self, ctx: Context) -> None:
        # First: what it writes is sealed, and so sent, with the rest.
        await tell_given_up(ctx)
        await tell_welfare(ctx)
        await seal_due(ctx)
        # Not waited for: what becomes due next is sealed while a slow channel is being sent to.
        self._senders.start(ctx, await ctx.read(get_due_channels, ctx.clock()))
