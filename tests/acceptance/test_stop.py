"""A daemon that is told to stop while something hangs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from monitor.daemon.service import DRAIN_S
from tests.acceptance.config import COMMAND, write_config
from tests.world import Outlet

WAIT_S = 30.0
# The program as it is, but for a name server that does not answer within a minute.
WITH_DEAD_NAME_SERVER = """
import socket, sys, time

socket.getaddrinfo = lambda *_, **__: time.sleep(60)
from monitor.cli import main

sys.argv = ["monitor", "run", "--log", "json"]
main()
"""


def start(config: Path, command: Sequence[str]) -> subprocess.Popen[str]:
    """Starts a daemon and waits until it polls."""
    environment = {**os.environ, "MONITOR_CONFIG": str(config)}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    for line in process.stderr:
        if '"polling"' in line:
            return process
    raise AssertionError("it did not start")


def stop(process: subprocess.Popen[str], times: int = 1) -> float:
    """Sends SIGTERM; returns the seconds until the process ended."""
    began = time.monotonic()
    for _ in range(times):
        process.send_signal(signal.SIGTERM)
        time.sleep(0.1)  # else the two are one to the system
    try:
        process.communicate(timeout=WAIT_S)
    finally:
        process.kill()
    return time.monotonic() - began


def wait_for(holds: object, deadline: float = WAIT_S) -> None:
    until = time.monotonic() + deadline
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.fixture
def hanging(tmp_path: Path, outlet: Outlet) -> Path:
    """A config whose one feed is asked and does not answer."""
    outlet.answers["/feed.xml"] = lambda: (time.sleep(20), (200, "text/plain", b""))[1]
    return write_config(tmp_path / "config", [outlet])


@pytest.mark.long
def test_what_hangs_is_waited_for_and_who_says_it_twice_is_in_a_hurry(
    hanging: Path, outlet: Outlet
) -> None:
    took = []
    for times in (1, 2):
        outlet.requests.clear()
        process = start(hanging, [COMMAND, "run", "--log", "json"])
        wait_for(lambda: outlet.requests)
        took.append(stop(process, times))
        assert process.returncode == 0

    # Beside each other: how long a busy machine takes for anything says nothing.
    assert DRAIN_S < took[0] < 10
    assert took[1] < took[0]


def test_a_dead_name_server_holds_nobody_up(tmp_path: Path) -> None:
    config = write_config(tmp_path / "config", [])
    (config / "feeds.toml").write_text('[[feed]]\nurl = "https://gazette.example/rss"\n')
    process = start(config, [sys.executable, "-c", WITH_DEAD_NAME_SERVER])
    time.sleep(0.5)  # by then it has asked

    assert stop(process) < 10
    assert process.returncode == 0
