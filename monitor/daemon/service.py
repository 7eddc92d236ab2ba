"""The life of the daemon: it gets ready, works until a signal, and ends in good order."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor import __version__
from monitor.bootstrap import build_context
from monitor.daemon.clock_watch import ClockWatch
from monitor.daemon.memory import share_one_heap
from monitor.daemon.observability.metrics import ProcessFigures, StoredFigures, build_metrics
from monitor.daemon.observability.ping import EVERY as PING
from monitor.daemon.observability.ping import Ping
from monitor.daemon.observability.service_manager import ServiceManager
from monitor.daemon.observability.summary import EVERY, Summary
from monitor.daemon.observability.web_server import WebServer, serve
from monitor.daemon.pulse import Pulse
from monitor.daemon.reloading import Reloading
from monitor.daemon.stages import ROLES, Stages
from monitor.daemon.ticks import DUE_TIMES, HEARTBEAT, PRUNE, TICK, Job, restart_ticks, start_ticks
from monitor.daemon.upkeep import beat_heart, mend_due_times, prune_old
from monitor.errors import MonitorError
from monitor.pages.library import Library
from monitor.pipeline.context import Context
from monitor.pipeline.notices import DatabaseAlarm
from monitor.pipeline.run_once import prepare
from monitor.settings import Settings
from monitor.store import Store
from monitor.store.engine import check_sound
from monitor.store.upkeep.file_systems import ADVICE, find_network_system
from monitor.store.workers import release_other_daemons, start_worker, stop_worker

# What is not finished by then gives its lease free and is taken up by the next start.
DRAIN_S = 5.0
EXIT_INTERRUPTED = 130

log = structlog.get_logger()


_NOBODY = ServiceManager()


class Daemon:
    """Runs the stages until it is told to stop.

    Args:
        load: reads the config anew; called again on SIGHUP.
        roles: which stages this process runs.
        clock: the time of day, aware UTC.
        tick: how often the stages look for work.
        manager: who started it and hears how it goes.
    """

    def __init__(
        self,
        load: Callable[[], Settings],
        roles: tuple[str, ...] = ROLES,
        *,
        clock: Callable[[], datetime],
        tick: timedelta = TICK,
        manager: ServiceManager = _NOBODY,
    ) -> None:
        self._manager = manager
        self._clock = clock
        self._roles = roles
        self._tick = tick
        self._stopping = asyncio.Event()
        self._exit_code = 0
        self._pulse = Pulse()
        self._stages = Stages(roles, self._stopping, self._pulse)
        self._reloading = Reloading(load, asyncio.Event(), self._stopping, self._stages.wake_all)

    async def run(self, settings: Settings) -> int:
        """Works until SIGTERM or SIGINT, then finishes what is in hand within ten seconds; returns
        the exit code.
        """
        share_one_heap()
        async with build_context(settings, self._clock) as ctx:
            watch = ClockWatch(ctx.clock(), time.monotonic())
            self._listen_to_signals()
            if await self._is_begun(ctx):
                await self._serve(ctx, settings, watch)
            log.info("daemon_stopped")
        return self._exit_code

    async def _is_begun(self, ctx: Context) -> bool:
        """Gets ready to work; returns whether that came before the signal to stop."""
        begin = asyncio.create_task(self._begin(ctx))
        stop = asyncio.create_task(self._stopping.wait())
        await asyncio.wait([begin, stop], return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if begin.done():
            await begin
            return True
        begin.cancel()
        # A transaction is not cut off; what comes after it is.
        await asyncio.wait([begin], timeout=DRAIN_S)
        return False

    async def _begin(self, ctx: Context) -> None:
        _warn_of_network(ctx.store)
        await ctx.read(check_sound)
        await prepare(ctx)

    async def _serve(self, ctx: Context, settings: Settings, watch: ClockWatch) -> None:
        """Works until the signal to stop, and leaves the workers that `status` shows."""
        # Not before: a signal may end what comes before at any moment.
        await self._register(ctx)
        server = await self._serve_pages(ctx, settings)
        summary = Summary(ctx.tally)
        scheduler = start_ticks(self._jobs(ctx, summary), ctx.clock())
        watching = asyncio.create_task(self._watch_clock(ctx, scheduler, watch))
        self._log_start(settings)
        try:
            await self._work(ctx)
        finally:
            # In this order: what still ticks may use what is closed next.
            watching.cancel()
            scheduler.shutdown(wait=False)
            summary.tell()
            if server:
                server.stop()
        await ctx.write(stop_worker, ctx.owner, ctx.clock())

    async def _serve_pages(self, ctx: Context, settings: Settings) -> WebServer | None:
        """Serves what the daemon shows, where the config names an address.

        Raises:
            MonitorError: the address cannot be listened on.
        """
        if not settings.http.listen:
            return None
        library = Library(ctx.store, lambda: ctx.settings, ctx.clock)
        token = settings.http.token.get_secret_value()
        try:
            return serve(settings.http.listen, token, library, self._pulse, self._metrics(ctx))
        except MonitorError:
            # Who never worked has not died at work.
            await ctx.write(stop_worker, ctx.owner, ctx.clock())
            raise

    async def _register(self, ctx: Context) -> None:
        """Enters this process among the workers that `status` shows."""
        await _take_over(ctx)
        # As a row of its own: a daemon on a server is one of several.
        roles = ",".join(self._roles)
        await ctx.write(start_worker, ctx.owner, version=__version__, roles=roles, now=ctx.clock())

    def _metrics(self, ctx: Context) -> Callable[[], bytes]:
        """Returns what writes the page for a Prometheus."""
        process = ProcessFigures(self._pulse, ctx.tally)
        return build_metrics(process, StoredFigures(ctx.store, ctx.clock))

    def _log_start(self, settings: Settings) -> None:
        log.info(
            "polling",
            version=__version__,
            feeds=len(settings.feeds),
            cases=len(settings.cases),
            roles=self._roles,
        )
        watched = f"feeds: {len(settings.feeds)}, cases: {len(settings.cases)}"
        self._manager.tell("READY=1", f"STATUS=watching; {watched}")

    def _listen_to_signals(self) -> None:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self._stop, 0)
        loop.add_signal_handler(signal.SIGINT, self._stop, EXIT_INTERRUPTED)
        loop.add_signal_handler(signal.SIGHUP, self._reloading.asked.set)

    def _stop(self, exit_code: int) -> None:
        self._exit_code = exit_code
        if self._stopping.is_set():
            # The second time somebody is in a hurry; everything is in the store.
            raise SystemExit(exit_code)
        log.info("daemon_stopping")
        self._manager.tell("STOPPING=1", "STATUS=finishing what is in hand")
        self._stopping.set()
        self._stages.wake_all()

    def _jobs(self, ctx: Context, summary: Summary) -> Iterator[Job]:
        """Yields what is done again and again beside the work of the stages."""
        for stage in self._stages.names:
            yield Job(stage, partial(self._stages.wake, stage), self._tick)
        yield Job("pulse", partial(self._feel_pulse, ctx), self._tick)
        yield Job("status", self._tell_status, HEARTBEAT, waits=True)
        if self._manager.watchdog:
            # Twice as often as it wants to hear: one may be late.
            yield Job("watchdog", self._tell_watchdog, self._manager.watchdog / 2)
        # Less often than a tick: it is a transaction.
        yield Job("heartbeat", partial(beat_heart, ctx, self._pulse, DatabaseAlarm()), HEARTBEAT)
        # Another worker's clock may be the wrong one.
        yield Job("due times", partial(mend_due_times, ctx), DUE_TIMES, waits=True)
        yield Job("ping", partial(Ping(self._pulse).send, ctx), PING)
        # At the start, too: who restarts it every night would never see it done.
        yield Job("prune", partial(prune_old, ctx, self._stopping.is_set), PRUNE)
        yield Job("summary", summary.tell, EVERY, waits=True)

    def _feel_pulse(self, ctx: Context) -> None:
        self._pulse.tick(self._tick.total_seconds())
        self._stages.note_progress(ctx)

    def _tell_status(self) -> None:
        self._manager.tell(f"STATUS={self._pulse.sum_up()}")

    def _tell_watchdog(self) -> None:
        """Says that all moves; where a stage does not, silence has the daemon started again."""
        if self._pulse.is_moving:
            self._manager.tell("WATCHDOG=1")

    async def _watch_clock(
        self, ctx: Context, scheduler: AsyncIOScheduler, watch: ClockWatch
    ) -> None:
        """Sets the ticks and the due times right when somebody sets the clock: both are moments of
        the day, and after an hour back nothing would happen for an hour.
        """
        while True:
            await asyncio.sleep(self._tick.total_seconds())
            jump = watch.look(ctx.clock(), time.monotonic())
            if jump:
                log.warning("clock_jumped", seconds=round(jump.total_seconds()))
                restart_ticks(scheduler)
                await mend_due_times(ctx, timedelta())
                self._stages.wake_all()

    async def _work(self, ctx: Context) -> None:
        """Runs the stage loops; after the stop signal they get until the drain limit to finish what
        they hold.
        """
        loops = [*self._stages.start(ctx), asyncio.create_task(self._reloading.run(ctx))]
        await self._stopping.wait()
        _, unfinished = await asyncio.wait([*loops, *self._stages.tasks], timeout=DRAIN_S)
        for task in unfinished:
            # What was claimed keeps its lease and is taken up again when that runs out.
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)


async def _take_over(ctx: Context) -> None:
    # An SQLite file has one daemon: what another one held, in a container that is no more, is
    # nobody's.
    if ctx.store.is_sqlite:
        await ctx.write(release_other_daemons, ctx.owner)


def _warn_of_network(store: Store) -> None:
    kind = find_network_system(store.path) if store.path else ""
    if kind:
        log.warning("database_on_network", file=str(store.path), kind=kind, hint=ADVICE)
