"""The sign of life: it comes while all is well, says so when it is not, and stays away when the
daemon is stuck.
"""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from monitor.daemon.observability.ping import OVERDUE, Ping
from monitor.daemon.pulse import Pulse
from monitor.errors import ConfigErrors
from monitor.pipeline.context import Context
from monitor.settings import load_settings
from monitor.store.verdicts import AlertTarget
from tests.daemon.running import Loader, run, send, until
from tests.pipeline.program import HARBOUR, Program, start_program
from tests.store.rows import NOW
from tests.store.test_outbox import add_alert
from tests.world import Site

KEY = "2f9c-secret-path"


@pytest.fixture
def watcher() -> Iterator[Site]:
    """A service that waits for signs of life."""
    site = Site()
    for path in (f"/{KEY}", f"/{KEY}/fail"):
        site.answers[f"POST {path}"] = lambda: (200, "text/plain", b"ok")
    yield site
    site.close()


def configure(folder: Path, site: Site, more: str = "") -> None:
    settings = folder / "monitor.toml"
    settings.write_text(
        f"{settings.read_text()}[fetch]\nallow_private = true\n"
        f'[http]\nping = "{site.base}/{KEY}"\n{more}'
    )


@pytest.fixture
def program(tmp_path: Path, watcher: Site) -> Program:
    made = start_program(tmp_path / "config", harbour=HARBOUR)
    configure(made.folder, watcher)
    return made


def pinged(program: Program, watcher: Site, pulse: Pulse) -> list[str]:
    """The paths that one sign of life goes to."""
    program.run(Ping(pulse).send)
    return [path for method, path, _ in watcher.requests if method == "POST"]


def test_while_all_is_well_it_says_so(program: Program, watcher: Site) -> None:
    assert pinged(program, watcher, Pulse()) == [f"/{KEY}"]


def test_a_stage_that_fails_is_told_as_a_failure(program: Program, watcher: Site) -> None:
    assert pinged(program, watcher, Pulse(failing={"poll": "full"})) == [f"/{KEY}/fail"]


@pytest.mark.parametrize(
    ("waited", "path"),
    [(OVERDUE - timedelta(minutes=1), f"/{KEY}"), (OVERDUE + timedelta(minutes=1), f"/{KEY}/fail")],
)
def test_an_outbox_that_does_not_drain_is_a_failure(
    program: Program, watcher: Site, waited: timedelta, path: str
) -> None:
    async def add(ctx: Context) -> None:
        await ctx.write(add_alert, 1, [AlertTarget("desk", "now", NOW)])

    program.run(add)
    program.now = NOW + waited

    assert pinged(program, watcher, Pulse()) == [path]


def test_a_database_that_cannot_be_read_is_a_failure(program: Program, watcher: Site) -> None:
    async def work(ctx: Context) -> None:
        database = program.folder / "monitor.db"
        database.rename(database.with_suffix(".aside"))
        await Ping(Pulse()).send(ctx)
        database.with_suffix(".aside").rename(database)

    program.run(work)

    assert [path for _, path, _ in watcher.requests] == [f"/{KEY}/fail"]


def test_a_watcher_that_does_not_answer_is_told_once_and_without_its_key(
    program: Program, watcher: Site
) -> None:
    watcher.answers.clear()
    ping = Ping(Pulse())

    async def work(ctx: Context) -> None:
        for _ in range(3):
            await ping.send(ctx)

    with capture_logs() as logs:
        program.run(work)
        watcher.close()
        program.run(Ping(Pulse()).send)

    told = [line for line in logs if line["event"] == "ping_failed"]
    assert len(told) == 2
    assert KEY not in str(told)


def test_without_an_address_nobody_is_asked(tmp_path: Path, watcher: Site) -> None:
    silent = start_program(tmp_path / "config", harbour=HARBOUR)

    assert pinged(silent, watcher, Pulse()) == []


def test_what_is_no_address_is_refused_without_showing_it(program: Program) -> None:
    settings = program.folder / "monitor.toml"
    settings.write_text(settings.read_text().replace("http://", "gopher://"))

    with pytest.raises(ConfigErrors) as refused:
        load_settings(program.folder, {})

    assert "ping" in str(refused.value)
    assert KEY not in str(refused.value)


def test_a_daemon_that_runs_is_heard_of_at_its_start(loader: Loader, watcher: Site) -> None:
    configure(loader.folder, watcher)

    async def stop() -> None:
        await until(lambda: bool(watcher.requests))
        send(signal.SIGTERM)

    assert run(loader, stop) == 0
    assert watcher.requests[0][1] == f"/{KEY}"


def test_a_stuck_loop_gives_no_sign_of_life(program: Program, watcher: Site) -> None:
    """The ping is sent by the loop that it vouches for."""

    async def work(ctx: Context) -> None:
        ping = asyncio.create_task(Ping(Pulse()).send(ctx))
        time.sleep(0.5)  # what a bug on the loop does
        assert watcher.requests == []
        await ping

    program.run(work)
