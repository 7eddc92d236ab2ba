"""Told to stop at random times, its start included: it ends well, and soon."""

from __future__ import annotations

import random
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.trust.daemons import Daemon
from tests.trust.figures import Figure, Finding
from tests.trust.kills import scratch
from tests.trust.world import World, open_world, write_config

LANES, LATEST_S, LIMIT_S = 2, 6.0, 10.0


@dataclass(frozen=True)
class Stop:
    """How a daemon ended."""

    code: int
    seconds: float
    had_traceback: bool


def stops_at_random_times(times: int, *, broken: str = "") -> list[Finding]:
    """Stops so many daemons, each at a time of its own after its birth; a receiver hangs in half of
    them.
    """
    chance = random.Random(times)
    world = open_world(2, lambda: datetime.now(UTC))
    hangs_until = threading.Event()
    world.hook.answers["POST /hook"] = lambda: _hang(hangs_until)
    try:
        with scratch() as folder, ThreadPoolExecutor(LANES) as lanes:
            delays = [chance.uniform(0, LATEST_S) for _ in range(times)]
            stops = list(
                lanes.map(
                    lambda one: _stop(world, folder / str(one[0]), one[1], broken),
                    enumerate(delays),
                )
            )
    finally:
        hangs_until.set()
        world.close()
    name = f"SIGTERM at {times} random times"
    return [
        Figure(f"{name}: exit codes other than 0", sum(one.code != 0 for one in stops), 0),
        Figure(f"{name}: tracebacks", sum(one.had_traceback for one in stops), 0),
        Figure(
            f"{name}: the longest, s", round(max(one.seconds for one in stops), 1), LIMIT_S, "<="
        ),
    ]


def _hang(until: threading.Event) -> tuple[int, str, bytes]:
    until.wait(60)
    return 503, "text/plain", b"busy"


def _stop(world: World, folder: Path, delay: float, broken: str) -> Stop:
    daemon = Daemon(write_config(folder, world), broken=broken, is_awaited=False)
    wait_for_program(daemon)
    time.sleep(delay)
    code, seconds = daemon.stop()
    return Stop(code, seconds, "Traceback" in daemon.said)


def wait_for_program(daemon: Daemon) -> None:
    """Waits until Python has begun to run the program; before that a signal is the system's."""
    bit = 1 << (signal.SIGTERM - 1)
    while daemon.process.poll() is None:
        status = Path(f"/proc/{daemon.process.pid}/status").read_text()
        caught = next(line for line in status.splitlines() if line.startswith("SigCgt"))
        if int(caught.split()[1], 16) & bit:
            return
        time.sleep(0.001)
