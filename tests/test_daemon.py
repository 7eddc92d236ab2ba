"""The daemon in this process: it starts, reloads, reports on itself and stops; one a database."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from monitor.daemon import (
    EXIT_INTERRUPTED,
    STUCK_AFTER_S,
    ClockWatch,
    Daemon,
    Pulse,
    lock_database,
    restart_ticks,
    serve_health,
)
from monitor.errors import ConfigError, MonitorError
from monitor.settings import Settings, load_settings
from monitor.store import Store
from monitor.store.views.cases import list_cases
from tests.pipeline.program import HARBOUR, start_program
from tests.world import Outlet

WAIT_S = 30.0


# A pulse ages from the moment when it is made, so each test makes its own.
def stuck() -> Pulse:
    return Pulse(ticked_at=time.monotonic() - STUCK_AFTER_S - 1)


def without_polls() -> Pulse:
    return Pulse(failing={"poll": "the disk is full"})


def on_a_full_disk() -> Pulse:
    return Pulse(store_error="the disk is full")


@pytest.mark.parametrize(
    ("make_pulse", "is_well", "status"),
    [
        (Pulse, True, "ok"),
        (stuck, False, "failing"),
        (on_a_full_disk, False, "failing"),
        (without_polls, False, "failing"),
    ],
    ids=["ticking", "no tick for a minute", "the database fails", "a stage fails"],
)
def test_a_pulse_is_well_while_the_loop_ticks_and_the_database_answers(
    make_pulse: Callable[[], Pulse], is_well: bool, status: str
) -> None:
    pulse = make_pulse()

    found, figures = pulse.describe()

    assert (found, figures["status"]) == (is_well, status)
    assert figures["database"] == (pulse.store_error or "ok")
    assert figures["stages"] == (pulse.failing or "ok")


@contextmanager
def health(pulse: Pulse) -> Iterator[str]:
    """The address of a health page."""
    server = serve_health("127.0.0.1:0", pulse)
    host, port = server.server_address[:2]
    try:
        yield f"http://{host!s}:{port}"
    finally:
        server.shutdown()
        server.server_close()


def ask(url: str) -> tuple[int, dict[str, object]]:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


@pytest.mark.parametrize(
    ("make_pulse", "path", "status"),
    [
        (Pulse, "/healthz", HTTPStatus.OK),
        (Pulse, "/healthz?full=1", HTTPStatus.OK),
        (stuck, "/healthz", HTTPStatus.SERVICE_UNAVAILABLE),
        (Pulse, "/", HTTPStatus.NOT_FOUND),
        (Pulse, "/healthz/../etc", HTTPStatus.NOT_FOUND),
    ],
)
def test_the_health_page_answers_with_the_pulse(
    make_pulse: Callable[[], Pulse], path: str, status: int
) -> None:
    with health(make_pulse()) as base:
        assert ask(base + path)[0] == status


def test_the_health_page_shows_what_the_pulse_is_now() -> None:
    pulse = Pulse()
    with health(pulse) as base:
        assert ask(f"{base}/healthz")[1]["database"] == "ok"
        pulse.store_error = "the disk is full"
        assert ask(f"{base}/healthz")[1]["database"] == "the disk is full"


@pytest.mark.parametrize("listen", ["127.0.0.1:none", "127.0.0.1:99999", "203.0.113.1:9310"])
def test_an_address_that_cannot_be_listened_on_is_named(listen: str) -> None:
    with pytest.raises(MonitorError, match=r"http\.listen") as refused:
        serve_health(listen, Pulse())

    assert listen in refused.value.message


def test_a_database_has_one_daemon_and_the_second_hears_whose(tmp_path: Path) -> None:
    path = tmp_path / "data" / "monitor.db"
    with lock_database(path), pytest.raises(MonitorError, match=f"process {os.getpid()}"):
        lock_database(path)

    # The lock ends with its holder, whatever the file says.
    lock_database(path).close()


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


@pytest.fixture
def loader(tmp_path: Path) -> Loader:
    start_program(tmp_path / "config", harbour=HARBOUR)
    return Loader(tmp_path / "config")


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


def _utc_now() -> datetime:
    # The real time: the scheduler would make up for every tick since another one.
    return datetime.now(UTC)


def run(
    loader: Loader,
    then: Callable[[], Awaitable[None]],
    *roles: str,
    clock: Callable[[], datetime] = _utc_now,
) -> int:
    """Runs a daemon that does something once it is at work; returns its exit code."""

    # Ignored where the tests themselves run without a terminal to lose.
    before = signal.getsignal(signal.SIGHUP)

    async def inside() -> int:
        daemon = Daemon(loader, roles or ("deliver",), clock=clock)
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


@pytest.mark.parametrize(
    ("number", "exit_code"), [(signal.SIGTERM, 0), (signal.SIGINT, EXIT_INTERRUPTED)]
)
def test_it_stops_at_a_signal_and_says_which(
    loader: Loader, number: signal.Signals, exit_code: int
) -> None:
    async def stop() -> None:
        send(number)

    assert run(loader, stop) == exit_code


@pytest.mark.parametrize("roles", [("poll",), ("ingest",), ("poll", "ingest", "deliver")])
def test_each_role_can_run_alone_or_with_the_others(loader: Loader, roles: tuple[str, ...]) -> None:
    async def stop() -> None:
        send(signal.SIGTERM)

    assert run(loader, stop, *roles) == 0


def test_a_changed_config_is_taken_over_while_it_runs(loader: Loader) -> None:
    async def change() -> None:
        (loader.folder / "cases" / "museum.toml").write_text('title = "M"\nquery = "museum"\n')
        send(signal.SIGHUP)
        await until(lambda: loader.calls == 1)
        send(signal.SIGTERM)

    # What it holds when it is stopped it finishes, a reload as well.
    assert run(loader, change) == 0
    assert slugs(loader) == ["harbour", "museum"]


@pytest.mark.parametrize(
    ("day_s", "passed_s", "jump_s"),
    [(5, 5, 0), (6.5, 5, 0), (-3595, 5, -3600), (3605, 5, 3600), (-120, 0, -120)],
)
def test_a_clock_that_is_set_is_noticed_by_the_time_that_truly_passes(
    day_s: float, passed_s: float, jump_s: float
) -> None:
    start = datetime(2025, 6, 1, tzinfo=UTC)
    watch = ClockWatch(start, 100.0)
    now = start + timedelta(seconds=day_s)

    assert watch.look(now, 100.0 + passed_s) == timedelta(seconds=jump_s)
    assert watch.look(now + timedelta(seconds=5), 105.0 + passed_s) == timedelta()


def test_a_case_under_another_name_is_refused_at_a_reload_and_the_old_config_stays(
    loader: Loader,
) -> None:
    async def change() -> None:
        cases = loader.folder / "cases"
        (cases / "harbour.toml").rename(cases / "port.toml")
        send(signal.SIGHUP)
        await until(lambda: loader.calls == 1)
        send(signal.SIGTERM)

    assert run(loader, change) == 0
    assert slugs(loader) == ["harbour"]


def test_ticks_that_were_planned_an_hour_ahead_begin_anew() -> None:
    async def inside() -> None:
        ticks: list[int] = []
        scheduler = AsyncIOScheduler(timezone=UTC)
        start = _utc_now() + timedelta(hours=1)
        scheduler.add_job(
            ticks.append, IntervalTrigger(seconds=1, start_date=start), args=[1], id="tick"
        )
        scheduler.start()
        restart_ticks(scheduler)
        await until(lambda: len(ticks) >= 2)
        scheduler.shutdown(wait=False)
        assert set(ticks) == {1}

    asyncio.run(inside())


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(days=400)])
def test_feeds_are_polled_on_after_somebody_set_the_clock(
    loader: Loader, outlet: Outlet, monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    """The feed is due each second; a clock an hour back would let it rest for an hour."""
    settings = (loader.folder / "monitor.toml").read_text()
    (loader.folder / "monitor.toml").write_text(
        f'{settings}[fetch]\nallow_private = true\nper_host_delay = "0s"\n'
        '[schedule]\nmin_interval = "1s"\nmax_interval = "1s"\n'
    )
    (loader.folder / "feeds.toml").write_text(f'[[feed]]\nurl = "{outlet.feed_url}"\n')
    monkeypatch.setattr("monitor.daemon.TICK", timedelta(seconds=0.2))
    offset = [timedelta()]

    async def set_clock() -> None:
        await until(lambda: len(outlet.requests) >= 2)
        offset[0] = jump
        seen = len(outlet.requests)
        await until(lambda: len(outlet.requests) >= seen + 3)
        offset[0] = timedelta()
        seen = len(outlet.requests)
        await until(lambda: len(outlet.requests) >= seen + 3)
        send(signal.SIGTERM)

    assert run(loader, set_clock, "poll", clock=lambda: _utc_now() + offset[0]) == 0


def test_a_wrong_config_is_refused_and_the_old_one_stays(loader: Loader) -> None:
    async def change() -> None:
        loader.error = ConfigError(Path("feeds.toml"), 3, "url", "is wrong")
        send(signal.SIGHUP)
        await until(lambda: loader.calls == 1)
        send(signal.SIGTERM)

    assert run(loader, change) == 0
    assert slugs(loader) == ["harbour"]


def test_a_database_taken_away_is_told_and_no_other_is_made(loader: Loader) -> None:
    text = (loader.folder / "monitor.toml").read_text()
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (loader.folder / "monitor.toml").write_text(f'{text}[http]\nlisten = "127.0.0.1:{port}"\n')
    path = Store(load_settings(loader.folder, {}).database_url).path
    assert path is not None
    seen: list[dict[str, object]] = []

    def look() -> bool:
        try:
            seen.append(ask(f"http://127.0.0.1:{port}/healthz")[1])
        except urllib.error.URLError:
            return False
        return True

    async def take_away() -> None:
        await until(look)
        path.rename(path.with_suffix(".aside"))
        send(signal.SIGHUP)  # wakes all stages, and the new config cannot be stored
        await until(lambda: look() and seen[-1]["stages"] != "ok")
        path.with_suffix(".aside").rename(path)
        send(signal.SIGTERM)

    assert run(loader, take_away, "deliver") == 0
    assert "deleted or replaced" in str(seen[-1]["stages"])
    assert slugs(loader) == ["harbour"]
