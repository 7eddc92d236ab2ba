"""Measuring: the world as a process, passes of peers as processes, medians of rounds."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Cost:
    """What a piece of work took.

    Attributes:
        cpu, wall: seconds, of all processes that did it.
        entries: how many items were stored after it: two that did the same work have the same.
        failed: how many feeds failed.
        memory: resident MB, after each pass where there were several.
    """

    cpu: float
    wall: float
    entries: int = 0
    failed: int = 0
    memory: float | Sequence[float] = 0.0


class RunningWorld:
    """A `news_world` in a process of its own."""

    def __init__(self, port: int) -> None:
        self._base = f"http://127.0.0.1:{port}"

    def set(self, **values: object) -> None:
        """Changes what is served, see `news_world`."""
        self._get("/set?" + "&".join(f"{name}={value}" for name, value in values.items()))

    def figures(self) -> dict[str, int]:
        """Returns what was asked since the last time."""
        figures: dict[str, int] = json.loads(self._get("/figures"))
        return figures

    def addresses(self) -> list[str]:
        """Returns the addresses of all feeds."""
        return self._get("/addresses").decode().split()

    def _get(self, path: str) -> bytes:
        with urlopen(self._base + path, timeout=60) as answer:
            body: bytes = answer.read()
        return body


@contextmanager
def open_world(**options: object) -> Iterator[RunningWorld]:
    """Serves a world until the end of the block."""
    parts = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    command = [sys.executable, "-m", "benchmarks.news_world", *parts]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        assert process.stdout is not None
        yield RunningWorld(int(process.stdout.readline()))
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        yield Path(folder)


def run_cost(*command: object) -> Cost:
    """Runs a process that prints a `Cost` as JSON.

    Raises:
        RuntimeError: it failed; with the last line that it said.
    """
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        raise RuntimeError((done.stderr.strip().splitlines() or ["died without a word"])[-1])
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


def median_of(rounds: int, measure: Callable[[], float]) -> float:
    """Returns the median of a figure over rounds."""
    return statistics.median(measure() for _ in range(rounds))
