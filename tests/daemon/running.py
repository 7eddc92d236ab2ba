"""Running a daemon in this process, and asking its pages."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.daemon import Daemon
from monitor.daemon.observability.service_manager import ServiceManager
from monitor.daemon.ticks import TICK
from monitor.errors import MonitorError
from monitor.settings import Settings, load_settings
from monitor.store import Store
from monitor.store.views.cases import list_cases

WAIT_S = 30.0
NOBODY = ServiceManager()


def ask(url: str) -> tuple[int, dict[str, object]]:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


class Loader:
    """Reads the config as the command does, and can be made to fail."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.error: MonitorError | None = None
        self.calls = 0

    def __call__(self) -> Settings:
        self.calls += 1
        if self.error is not None:
            raise self.error
        return load_settings(self.folder, {})


def slugs(loader: Loader) -> list[str]:
    """The cases that the store has enabled."""
    store = Store(load_settings(loader.folder, {}).database_url)
    try:
        return sorted(case.slug for case in store.read(list_cases) if case.is_enabled)
    finally:
        store.close()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(WAIT_S):
        while not holds():
            await asyncio.sleep(0.05)


def utc_now() -> datetime:
    # The real time: the scheduler would make up for every tick since another one.
    return datetime.now(UTC)


def run(
    loader: Loader,
    then: Callable[[], Awaitable[None]],
    *roles: str,
    clock: Callable[[], datetime] = utc_now,
    tick: timedelta = TICK,
    manager: ServiceManager = NOBODY,
) -> int:
    """Runs a daemon that does something once it is at work; returns its exit code."""

    # Ignored where the tests themselves run without a terminal to lose.
    before = signal.getsignal(signal.SIGHUP)

    async def inside() -> int:
        daemon = Daemon(loader, roles or ("deliver",), clock=clock, tick=tick, manager=manager)
        running = asyncio.create_task(daemon.run(load_settings(loader.folder, {})))
        # From then on a signal is the daemon's; until then it would end the tests.
        await until(lambda: running.done() or signal.getsignal(signal.SIGHUP) is not before)
        try:
            await then()
        except BaseException:
            running.cancel()
            raise
        return await running

    return asyncio.run(inside())


def send(number: signal.Signals) -> None:
    os.kill(os.getpid(), number)
