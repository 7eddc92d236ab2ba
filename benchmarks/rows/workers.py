"""Several workers on one PostgreSQL, in a world whose answers take their time."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import sqlalchemy as sa

from benchmarks.goals import Figure, Goal, Measured, Sizes
from benchmarks.measuring import RunningWorld, open_world, scratch
from benchmarks.rows.polling import write_config
from monitor.store import Store
from monitor.store.schema.tables import case_articles, developments, entries, feeds
from tests.postgresql import Cluster

_COUNTS = (1, 2, 4)
_TERM = "Ostrava ferry"
# One worker's share of what is slow: its own connections to feeds, as a small box would have.
_FETCH = "concurrency = 8\nper_host = 2\n"
_DELAY, _SPREAD = 400, 200
_LIMIT_S = 240
_COMMAND = str(Path(sys.executable).parent / "monitor")


@contextmanager
def _running(config: Path, count: int) -> Iterator[None]:
    command = [_COMMAND, "--quiet", "--config", str(config), "run", "--log", "json"]
    running = [
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(count)
    ]
    try:
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()


def _left(store: Store) -> int:
    """Returns how many feeds and entries are still to be worked on."""
    new = sa.select(sa.func.count()).where(feeds.c.baseline_at.is_(None))
    queued = sa.select(sa.func.count()).where(entries.c.state == "queued")
    return store.read(
        lambda session: session.scalar(new) + session.scalar(queued)  # type: ignore[operator]
    )


def _wait(store: Store) -> None:
    deadline = time.monotonic() + _LIMIT_S
    while _left(store) and time.monotonic() < deadline:
        time.sleep(0.2)


def _told(store: Store) -> tuple[int, int]:
    """Returns how many verdicts and developments there are."""
    kinds = (case_articles, developments)
    counts = [sa.select(sa.func.count()).select_from(kind) for kind in kinds]
    return store.read(lambda session: tuple(map(session.scalar, counts)))  # type: ignore[return-value]


def _first_pass(cluster: Cluster, world: RunningWorld, count: int) -> tuple[float, tuple[int, int]]:
    """Returns the seconds from the start of workers until all is polled and read, and what of it
    is stored.
    """
    url = cluster.url()
    with scratch() as folder, closing(Store(url)) as store:
        config = write_config(folder, world, _FETCH, database=url)
        case = config / "cases" / "case.toml"
        case.write_text(case.read_text().replace('"no such ferry anywhere"', f'"{_TERM}"'))
        with _running(config, count):
            while not store.read(lambda session: session.scalar(sa.select(feeds.c.id).limit(1))):
                time.sleep(0.05)
            began = time.monotonic()
            _wait(store)
            taken = time.monotonic() - began
        return taken, _told(store)


def workers(sizes: Sizes) -> Measured:
    """B15."""
    options = {"feeds": sizes.worker_feeds, "hosts": sizes.worker_feeds, "items": 10}
    cluster = Cluster()
    try:
        with open_world(**options, term=_TERM, every=40) as world:
            world.set(delay=_DELAY, spread=_SPREAD)
            found = {count: _first_pass(cluster, world, count) for count in _COUNTS}
    finally:
        cluster.stop()
    one, two, four = (found[count][0] for count in _COUNTS)
    figures = [
        Figure("× with 2", one / two, 1.8, is_floor=True),
        Figure("× with 4", one / four, 3.2, is_floor=True),
    ]
    stored = {result for _, result in found.values()}
    verdicts, alerts = found[1][1]
    pair = f"{verdicts} verdicts, {alerts} developments with each number of workers"
    size = f"{sizes.worker_feeds} feeds at 400–600 ms, 8 connections a worker; {one:.0f} s with one"
    return Measured(figures, pair, len(stored) == 1 and verdicts > 0, size)


GOALS = (Goal("B15", "1, 2, 4 workers on PostgreSQL", "one worker", workers),)
