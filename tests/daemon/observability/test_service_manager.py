"""What systemd hears of the daemon, over a real datagram socket."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.daemon.observability.service_manager import ServiceManager, find_service_manager
from monitor.daemon.pulse import STALLED_AFTER_S, Pulse
from tests.daemon.running import Loader, run, send, until


class Listener:
    """The manager's end of the socket."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind("\0" + address[1:] if address.startswith("@") else address)
        self.socket.setblocking(False)
        self.heard: list[str] = []

    def listen(self) -> list[str]:
        """All lines so far."""
        try:
            while True:
                self.heard += self.socket.recv(65_536).decode().split("\n")
        except BlockingIOError:
            return self.heard


@pytest.fixture(params=["path", "abstract"])
def listener(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Listener]:
    path = str(tmp_path / "notify")
    heard = Listener(path if request.param == "path" else f"@monitor-test-{os.getpid()}")
    with closing(heard.socket):
        yield heard


def test_states_arrive_as_lines_of_one_datagram(listener: Listener) -> None:
    ServiceManager(listener.address).tell("READY=1", "STATUS=watching")

    assert listener.listen() == ["READY=1", "STATUS=watching"]


@pytest.mark.parametrize("address", ["", "/nowhere/at/all", "@nobody-listens-here", "vsock:2:9"])
def test_where_nobody_listens_nothing_is_lost_but_the_notice(address: str) -> None:
    before = os.listdir("/proc/self/fd")

    ServiceManager(address).tell("READY=1")

    assert os.listdir("/proc/self/fd") == before


def test_a_manager_that_does_not_read_holds_nobody_up(listener: Listener) -> None:
    manager = ServiceManager(listener.address)
    start = time.monotonic()
    for _ in range(5_000):
        manager.tell("WATCHDOG=1")

    assert time.monotonic() - start < 60
    assert 0 < len(listener.listen()) < 5_000


@given(st.text())
def test_an_error_from_outside_makes_no_state_of_its_own(text: str) -> None:
    address = f"@monitor-lines-{os.getpid()}"
    heard = Listener(address)
    with closing(heard.socket):
        ServiceManager(address).tell(f"STATUS=failing: {text}\nWATCHDOG=1\r\u2028READY=1")

        (line,) = heard.listen()
    assert line.startswith("STATUS=failing:")


@pytest.mark.parametrize(
    ("environment", "watchdog"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "30000000"}, timedelta(seconds=30)),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "7"}, timedelta(seconds=30)),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "8"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_the_watchdog_is_taken_from_the_environment_if_it_is_ours(
    environment: dict[str, str], watchdog: timedelta | None
) -> None:
    found = find_service_manager({**environment, "NOTIFY_SOCKET": "@systemd"}, 7)

    assert found == ServiceManager("@systemd", watchdog)


def test_it_hears_when_the_daemon_is_ready_while_it_moves_and_when_it_stops(
    loader: Loader, listener: Listener
) -> None:
    manager = ServiceManager(listener.address, timedelta(seconds=0.4))

    async def stop() -> None:
        await until(lambda: listener.listen().count("WATCHDOG=1") >= 2)
        send(signal.SIGTERM)

    assert run(loader, stop, manager=manager) == 0
    states = [line for line in listener.listen() if not line.startswith("STATUS=")]
    assert states[0] == "READY=1"
    assert "STOPPING=1" in states
    assert "STATUS=watching; feeds: 0, cases: 1" in listener.heard


def test_the_watchdog_is_silent_while_the_event_loop_is_stuck(
    loader: Loader, listener: Listener
) -> None:
    manager = ServiceManager(listener.address, timedelta(seconds=0.2))
    rung: list[int] = []

    async def hang() -> None:
        await until(lambda: "WATCHDOG=1" in listener.listen())
        # What a bug on the loop does: nothing else runs meanwhile. What a thread was just about to
        # say arrives in the first second.
        for _ in range(2):
            time.sleep(1)
            rung.append(listener.listen().count("WATCHDOG=1"))
        send(signal.SIGTERM)

    assert run(loader, hang, manager=manager) == 0
    assert rung[0] == rung[1]


def working_since(seconds: float) -> Pulse:
    """The pulse of a daemon whose polling began a step so long ago."""
    pulse = Pulse()
    pulse.note_units("poll", 0)
    pulse.moved_at = {"poll": time.monotonic() - seconds}
    return pulse


def test_a_stage_that_does_not_get_on_stands_still() -> None:
    assert working_since(STALLED_AFTER_S - 5).is_moving
    stalled = working_since(STALLED_AFTER_S + 5)

    assert not stalled.is_moving
    assert stalled.describe()[0] is False
    assert "poll: it does not get on" in stalled.sum_up()


def test_a_long_step_moves_as_long_as_it_finishes_units() -> None:
    pulse = working_since(STALLED_AFTER_S + 5)
    pulse.note_units("poll", 1)

    assert pulse.is_moving


def test_a_stage_that_waits_for_work_does_not_stand_still() -> None:
    pulse = working_since(STALLED_AFTER_S + 5)
    pulse.end("poll")
    pulse.note_units("poll", 1)

    assert pulse.is_moving
    assert pulse.moved_at == {}


def test_a_loop_that_does_not_tick_stands_still_whatever_the_stages_do() -> None:
    assert not Pulse(ticked_at=time.monotonic() - 3_600).is_moving


def test_trouble_of_the_database_is_told_and_needs_no_restart() -> None:
    pulse = Pulse(store_error="the disk is full", failing={"poll": "the disk is full"})

    assert pulse.is_moving
    assert pulse.sum_up() == "failing: database: the disk is full; poll: the disk is full"
