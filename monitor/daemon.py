"""The daemon: five ticks that only wake, one loop a stage that works, signals, and a health page.

The schedule is in the store (`next_poll_at`, `next_attempt_at`, `due_at`); APScheduler's ticks say
"look again". A tick that comes late or twice changes nothing, and no work lives in the scheduler,
which cancels its jobs when it is shut down."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import signal
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor import __version__
from monitor.bootstrap import build_context
from monitor.errors import MonitorError, StoreError
from monitor.pipeline.cases.sync import refresh_vocabulary
from monitor.pipeline.context import Context
from monitor.pipeline.deliver import seal_due
from monitor.pipeline.given_up import tell_given_up
from monitor.pipeline.ingestion.ingest import ingest_due
from monitor.pipeline.notices import DatabaseAlarm, Pinger, tell_welfare
from monitor.pipeline.polling.due_times import keep_due_times
from monitor.pipeline.polling.health import tell_silence
from monitor.pipeline.polling.pollers import Pollers
from monitor.pipeline.rechecks.recheck import BATCH, recheck_due
from monitor.pipeline.run_once import prepare
from monitor.pipeline.senders import Senders
from monitor.settings import Settings
from monitor.store.engine import check_sound
from monitor.store.outbox import get_due_channels
from monitor.store.workers import (
    CLAIMED_BY,
    beat,
    give_back,
    release_other_daemons,
    start_worker,
    stop_worker,
)
from monitor.urls import shown_in

ROLES = ("poll", "ingest", "deliver")
# Asking for pages again belongs to ingesting, in a loop of its own: a slow host must not hold up
# what is new.
RECHECK = "recheck"
TICK = timedelta(seconds=5)
HEARTBEAT = timedelta(seconds=30)
# Between two looks for due times beyond reason: the whole queue is read.
DUE_TIMES = timedelta(minutes=10)
# Clocks are moved by less than this all the time.
JUMP = timedelta(seconds=2)
# Health says "stuck" when the event loop has not ticked for this long.
STUCK_AFTER_S = 60.0
# What is not finished by then gives its lease free and is taken up by the next start.
DRAIN_S = 5.0
EXIT_INTERRUPTED = 130
# After a database error a stage waits before it looks again; the tick alone would fill the log.
PAUSE_AFTER_ERROR_S = 10.0

# What a reload cannot change: the parts that were built from it are at work.
_AT_START = ("database_url", "fetch", "http")
# A tick only wakes, so one that is late or doubled is not made up for.
_TICK_OPTIONS = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}

Step = Callable[[Context], Awaitable[object]]

log = structlog.get_logger()


@dataclass(slots=True)
class Pulse:
    """What the health page tells: that the loop ticks, the database answers and the stages work.

    Attributes:
        ticked_at: on the monotonic clock.
        store_error: why the database did not take the last heartbeat.
        failing: why stages could not do their work when they last tried, by name.
    """

    ticked_at: float = field(default_factory=time.monotonic)
    store_error: str = ""
    failing: dict[str, str] = field(default_factory=dict)

    def describe(self) -> tuple[bool, dict[str, object]]:
        """Returns whether all is well, and the figures."""
        age = time.monotonic() - self.ticked_at
        is_well = age < STUCK_AFTER_S and not self.store_error and not self.failing
        return is_well, {
            "status": "ok" if is_well else "failing",
            "version": __version__,
            "seconds_since_tick": round(age, 1),
            "database": shown_in(self.store_error) or "ok",
            "stages": {name: shown_in(why) for name, why in self.failing.items()} or "ok",
        }


@dataclass(slots=True)
class ClockWatch:
    """Notices that the time of day was set, by the time that truly passes.

    Attributes:
        set_at, passed: the time of day and the seconds of the monotonic clock at the last look.
    """

    set_at: datetime
    passed: float

    def look(self, now: datetime, monotonic: float) -> timedelta:
        """Returns how far the clock was set since the last look: negative is back; nothing for less
        than a jump.
        """
        jump = (now - self.set_at) - timedelta(seconds=monotonic - self.passed)
        self.set_at, self.passed = now, monotonic
        return jump if abs(jump) >= JUMP else timedelta()


class Daemon:
    """Runs the stages until it is told to stop.

    Args:
        load: reads the config anew; called again on SIGHUP.
        roles: which stages this process runs.
        clock: the time of day, aware UTC.
    """

    def __init__(
        self,
        load: Callable[[], Settings],
        roles: tuple[str, ...] = ROLES,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._load = load
        self._clock = clock
        self._roles = roles
        self._stopping = asyncio.Event()
        self._exit_code = 0
        self._stages = (*roles, RECHECK) if "ingest" in roles else roles
        self._wakes = {stage: asyncio.Event() for stage in (*ROLES, RECHECK)}
        self._reload = asyncio.Event()
        self._pulse = Pulse()
        self._senders = Senders()
        self._pinger, self._alarm = Pinger(), DatabaseAlarm()
        self._pollers = Pollers(when_done=self._wakes["poll"].set)
        self._unsettled: set[str] = set()

    async def run(self, settings: Settings) -> int:
        """Works until SIGTERM or SIGINT, then finishes what is in hand within ten seconds; returns
        the exit code.
        """
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
        await ctx.read(check_sound)
        await prepare(ctx)
        await self._register(ctx)

    async def _serve(self, ctx: Context, settings: Settings, watch: ClockWatch) -> None:
        """Works until the signal to stop, and leaves the workers that `status` shows."""
        listen = settings.http.listen
        server = serve_health(listen, self._pulse) if listen else None
        scheduler = self._start_ticks(ctx)
        watching = asyncio.create_task(self._watch_clock(ctx, scheduler, watch))
        self._log_start(settings)
        try:
            await self._work(ctx)
        finally:
            watching.cancel()
            scheduler.shutdown(wait=False)
            if server:
                server.shutdown()
                server.server_close()
        await ctx.write(stop_worker, ctx.owner, ctx.clock())

    async def _register(self, ctx: Context) -> None:
        """Enters this process among the workers that `status` shows."""
        # An SQLite file has one daemon: what another one held, in a container that is no more, is
        # nobody's.
        if ctx.store.is_sqlite:
            await ctx.write(release_other_daemons, ctx.owner)
        roles = ",".join(self._roles)
        await ctx.write(start_worker, ctx.owner, version=__version__, roles=roles, now=ctx.clock())

    def _log_start(self, settings: Settings) -> None:
        log.info(
            "polling",
            version=__version__,
            feeds=len(settings.feeds),
            cases=len(settings.cases),
            roles=self._roles,
        )

    def _listen_to_signals(self) -> None:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self._stop, 0)
        loop.add_signal_handler(signal.SIGINT, self._stop, EXIT_INTERRUPTED)
        loop.add_signal_handler(signal.SIGHUP, self._reload.set)

    def _stop(self, exit_code: int) -> None:
        self._exit_code = exit_code
        if self._stopping.is_set():
            # The second time somebody is in a hurry; everything is in the store.
            raise SystemExit(exit_code)
        log.info("daemon_stopping")
        self._stopping.set()
        self._wake_all()

    def _wake_all(self) -> None:
        for wake in self._wakes.values():
            wake.set()

    def _start_ticks(self, ctx: Context) -> AsyncIOScheduler:
        scheduler = AsyncIOScheduler(timezone=UTC)
        tick, beat_every = TICK.total_seconds(), HEARTBEAT.total_seconds()
        # The first run is now, so a start does not wait for the first tick.
        options = {**_TICK_OPTIONS, "next_run_time": ctx.clock()}
        for stage in self._stages:
            wake = self._wakes[stage].set
            scheduler.add_job(wake, "interval", seconds=tick, id=stage, **options)
        scheduler.add_job(
            self._beat, "interval", args=[ctx], seconds=beat_every, id="heartbeat", **options
        )
        # Another worker's clock may be the wrong one.
        scheduler.add_job(
            self._look_at_due_times,
            "interval",
            args=[ctx],
            seconds=DUE_TIMES.total_seconds(),
            **_TICK_OPTIONS,
        )
        scheduler.add_job(self._tick, "interval", seconds=tick, id="pulse", **options)
        scheduler.start()
        return scheduler

    async def _watch_clock(
        self, ctx: Context, scheduler: AsyncIOScheduler, watch: ClockWatch
    ) -> None:
        """Sets the ticks and the due times right when somebody sets the clock: both are moments of
        the day, and after an hour back nothing would happen for an hour.
        """
        while True:
            await asyncio.sleep(TICK.total_seconds())
            jump = watch.look(ctx.clock(), time.monotonic())
            if jump:
                log.warning("clock_jumped", seconds=round(jump.total_seconds()))
                restart_ticks(scheduler)
                await self._keep_due_times(ctx, timedelta())
                self._wake_all()

    async def _look_at_due_times(self, ctx: Context) -> None:
        await self._keep_due_times(ctx, 2 * ctx.settings.schedule.max_interval)

    async def _keep_due_times(self, ctx: Context, after: timedelta) -> None:
        # A database that fails is told by the heartbeat, and must not end the watch.
        with contextlib.suppress(StoreError):
            await keep_due_times(ctx, after=after)

    def _tick(self) -> None:
        self._pulse.ticked_at = time.monotonic()

    async def _beat(self, ctx: Context) -> None:
        try:
            await ctx.write(beat, ctx.owner, ctx.clock())
        except StoreError as error:
            self._pulse.store_error = str(error)
            log.error("heartbeat_failed", error=str(error))
            await self._alarm.ring(ctx, error)
        else:
            self._pulse.store_error = ""
            self._alarm.clear()

    async def _work(self, ctx: Context) -> None:
        """Runs the stage loops; after the stop signal they get until the drain limit to finish what
        they hold.
        """
        loops = self._start_loops(ctx)
        await self._stopping.wait()
        at_work = [*loops, *self._pollers.tasks, *self._senders.tasks]
        _, unfinished = await asyncio.wait(at_work, timeout=DRAIN_S)
        for task in unfinished:
            # What was claimed keeps its lease and is taken up again when that runs out.
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)

    def _start_loops(self, ctx: Context) -> list[asyncio.Task[None]]:
        """Starts a loop for each stage of this process, and the one that reloads the config."""
        steps: dict[str, Step] = {
            "poll": self._poll,
            "ingest": self._ingest,
            RECHECK: self._recheck,
            "deliver": self._deliver,
        }
        loops = [self._stage(ctx, stage, steps[stage]) for stage in self._stages]
        return list(map(asyncio.create_task, (*loops, self._reloads(ctx))))

    async def _stage(self, ctx: Context, name: str, step: Step) -> None:
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
            await self._give_back(ctx, name)
            await step(ctx)
            self._note_success(name)
        except MonitorError as error:
            self._note_failure(name, error)
            log.error("stage_failed", stage=name, error=str(error))
            await self._pause()
        # A bug in one stage must not stop the others.
        except Exception as error:
            self._note_failure(name, error)
            log.exception("stage_crashed", stage=name)
            await self._pause()

    def _note_success(self, name: str) -> None:
        if name in self._pulse.failing:
            failing = self._pulse.failing.items()
            self._pulse.failing = {stage: text for stage, text in failing if stage != name}

    def _note_failure(self, name: str, error: Exception) -> None:
        self._unsettled.add(name)
        # Another thread reads the page: it gets a whole dictionary, the old or the new one.
        self._pulse.failing = {**self._pulse.failing, name: str(error) or type(error).__name__}

    async def _give_back(self, ctx: Context, name: str) -> None:
        """Gives free what a step held when it failed, so that it is taken up again at once."""
        if name in self._unsettled & CLAIMED_BY.keys():
            await ctx.write(give_back, ctx.owner, CLAIMED_BY[name])
        # Only now: where the database was still in trouble, nothing was given back.
        self._unsettled.discard(name)

    async def _pause(self) -> None:
        """Waits a little, but not when the daemon is to stop."""
        with_stop = asyncio.ensure_future(self._stopping.wait())
        await asyncio.wait([with_stop], timeout=PAUSE_AFTER_ERROR_S)
        with_stop.cancel()

    async def _poll(self, ctx: Context) -> None:
        if self._pollers.collect():
            await refresh_vocabulary(ctx)
            self._wakes["ingest"].set()
            if await tell_silence(ctx):
                self._wakes["deliver"].set()
        # Not waited for: what becomes due next is polled while a slow feed is being read.
        await self._pollers.start(ctx)

    async def _ingest(self, ctx: Context) -> None:
        if await ingest_due(ctx):
            self._wakes["deliver"].set()

    async def _recheck(self, ctx: Context) -> None:
        if taken := await recheck_due(ctx):
            self._wakes["deliver"].set()
        if taken == BATCH:
            self._wakes[RECHECK].set()

    async def _deliver(self, ctx: Context) -> None:
        await tell_given_up(ctx)
        await tell_welfare(ctx)
        await seal_due(ctx)
        due = await ctx.read(get_due_channels, ctx.clock())
        # Not waited for: what becomes due next is sealed while a slow channel is being sent to.
        self._senders.start(ctx, due)
        if not due and self._pulse.describe()[0]:
            await self._pinger.ping(ctx)

    async def _reloads(self, ctx: Context) -> None:
        while not self._stopping.is_set():
            waits = [
                asyncio.create_task(self._reload.wait()),
                asyncio.create_task(self._stopping.wait()),
            ]
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for task in waits:
                task.cancel()
            if self._reload.is_set():
                self._reload.clear()
                await self._take_new_config(ctx)

    async def _take_new_config(self, ctx: Context) -> None:
        """Takes over a changed config; a wrong one is logged and the old one stays."""
        try:
            settings = await asyncio.to_thread(self._load)
        except MonitorError as error:
            log.error("config_refused", error=str(error))
            return
        kept, before = _find_kept(ctx.settings, settings), ctx.settings
        if kept:
            log.warning("config_needs_restart", keys=kept)
        ctx.config.reload(settings)
        try:
            await prepare(ctx)
        except StoreError as error:
            log.error("config_not_stored", error=str(error))
            await self._pause()
            self._reload.set()
            return
        except MonitorError as error:
            log.error("config_refused", error=str(error), hint=error.hint)
            ctx.config.reload(before)
            return
        log.info("config_reloaded", feeds=len(settings.feeds), cases=len(settings.cases))
        self._wake_all()


def _find_kept(old: Settings, new: Settings) -> list[str]:
    """Returns the changed keys that a reload does not take over."""
    return [name for name in _AT_START if getattr(new, name) != getattr(old, name)]


def restart_ticks(scheduler: AsyncIOScheduler) -> None:
    """Has every job run within its interval from now, whatever the clock said when it was
    planned.
    """
    for job in scheduler.get_jobs():
        # A trigger of its own: the old one counts from a moment that may be an hour ahead.
        job.reschedule("interval", seconds=job.trigger.interval_length)


class _HealthHandler(BaseHTTPRequestHandler):
    """Answers `/healthz` with the figures of `pulse`, and everything else with 404."""

    pulse: Pulse
    # A client that says nothing must not hold its thread.
    timeout = 5
    server_version = "monitor"
    sys_version = ""

    def do_GET(self) -> None:  # named by the standard library
        if self.path.split("?")[0] != "/healthz":
            self._reply(404, {"error": "not found"})
            return
        is_well, figures = self.pulse.describe()
        self._reply(200 if is_well else 503, figures)

    def _reply(self, status: int, body: dict[str, object]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    # The base class logs every request to stderr; the signature is its own.
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002, ARG002
        return


def serve_health(listen: str, pulse: Pulse) -> ThreadingHTTPServer:
    """Serves `/healthz` on `host:port` from a thread of its own, so that a stuck event loop shows.

    Raises:
        MonitorError: the address cannot be listened on.
    """
    host, _, port = listen.rpartition(":")
    # The server makes its handlers itself, so what they show is given to their class.
    handler = type("Handler", (_HealthHandler,), {"pulse": pulse})
    try:
        server = ThreadingHTTPServer((host.strip("[]") or "127.0.0.1", int(port)), handler)
    except (OSError, ValueError, OverflowError) as error:
        raise MonitorError(
            f"http.listen = {listen!r}: {error}", hint='use "127.0.0.1:9310" or another free port'
        ) from error
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server


def lock_database(path: Path) -> IO[str]:
    """Makes sure that one daemon runs on an SQLite file; the lock ends with the process.

    Raises:
        MonitorError: another daemon runs on it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.with_name(path.name + ".lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        with lock:
            pid = _read_pid(lock)
        raise MonitorError(
            f"another monitor (process {pid or 'unknown'}) runs on {path}",
            hint="stop it first, or use PostgreSQL for several workers",
        ) from error
    _write_pid(lock)
    return lock


def _read_pid(lock: IO[str]) -> str:
    lock.seek(0)
    return lock.read().strip()


def _write_pid(lock: IO[str]) -> None:
    # Only for the message: what counts is the lock, which no crash can leave behind.
    lock.seek(0)
    lock.truncate()
    lock.write(str(os.getpid()))
    lock.flush()
