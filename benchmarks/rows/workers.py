"""Several workers on one PostgreSQL, in a world whose answers take their time."""

from __future__ import annotations

import operator
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session

from benchmarks.goals import Figure, Goal, Measured, Sizes
from benchmarks.measuring import RunningWorld, open_world, scratch
from benchmarks.rows.polling import write_config
from monitor.store import Store
from monitor.store.schema.tables import alerts, case_articles, developments, entries, feeds
from tests.postgresql import Cluster

_COUNTS = (1, 2, 4)
_TERM = "Ostrava ferry"
# One worker's share of what is slow: its own connections to feeds, as a small box would have.
_FETCH = "concurrency = 8\nper_host = 2\n"
_DELAY, _SPREAD = 400, 200
_LIMIT_S = 240
_ITEMS, _EVERY = 10, 10
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_TOLD = (case_articles, developments, alerts)
_COMMAND = str(Path(sys.executable).parent / "monitor")


@dataclass(frozen=True)
class _News:
    """What workers made of the news, and how many seconds it took them.

    Attributes:
        told: verdicts, developments and alerts of it.
    """

    seconds: float
    told: tuple[int, ...]


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


def _left(session: Session, count: int, since: datetime) -> int:
    """Returns how many of so many feeds, and how many entries, are still to be worked on."""
    done = sa.select(sa.func.count()).where(feeds.c.last_polled_at >= since)
    queued = sa.select(sa.func.count()).where(entries.c.state == "queued")
    return count - session.scalars(done).one() + session.scalars(queued).one()


def _wait(store: Store, count: int, since: datetime) -> None:
    """Waits until every feed was polled since a moment and all that it brought was read.

    Raises:
        TimeoutError: it takes too long.
    """
    deadline = time.monotonic() + _LIMIT_S
    while left := store.read(_left, count, since):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{left} feeds and entries are still to be worked on")
        time.sleep(0.2)


def _make_due(session: Session, now: datetime) -> None:
    session.execute(sa.update(feeds).values(next_poll_at=now))


def _told(session: Session) -> tuple[int, ...]:
    """Returns how many verdicts, developments and alerts there are."""
    counts = (sa.select(sa.func.count()).select_from(kind) for kind in _TOLD)
    return tuple(session.scalars(count).one() for count in counts)


def _news_pass(cluster: Cluster, world: RunningWorld, count: int, feed_count: int) -> _News:
    """Measures what workers take for the news: what was there before is baseline, is told to
    nobody, and is not measured.
    """
    url = cluster.url()
    with scratch() as folder, closing(Store(url)) as store:
        config = write_config(folder, world, _FETCH, database=url)
        case = config / "cases" / "case.toml"
        case.write_text(case.read_text().replace('"no such ferry anywhere"', f'"{_TERM}"'))
        # The same news for each number of workers.
        world.set(editions=0)
        with _running(config, count):
            _wait(store, feed_count, _LONG_AGO)
            before = store.read(_told)
            world.set(editions=1)
            now, began = datetime.now(UTC), time.monotonic()
            store.write(_make_due, now)
            _wait(store, feed_count, now)
            taken = time.monotonic() - began
        after = store.read(_told)
    return _News(taken, tuple(map(operator.sub, after, before)))


def workers(sizes: Sizes) -> Measured:
    """B15."""
    count = sizes.worker_feeds
    # The items that are published later are of now: what is old tells nobody anything.
    first = datetime.now(UTC) - timedelta(minutes=30 * _ITEMS)
    options = {"feeds": count, "hosts": count, "items": _ITEMS, "began": first.isoformat()}
    cluster = Cluster()
    try:
        with open_world(**options, term=_TERM, every=_EVERY) as world:
            world.set(delay=_DELAY, spread=_SPREAD)
            found = {one: _news_pass(cluster, world, one, count) for one in _COUNTS}
    finally:
        cluster.stop()
    one, two, four = (found[number].seconds for number in _COUNTS)
    figures = [
        Figure("× with 2", one / two, 1.8, is_floor=True),
        Figure("× with 4", one / four, 3.2, is_floor=True),
    ]
    told = {number: "/".join(map(str, news.told)) for number, news in found.items()}
    pair = "verdicts/developments/alerts " + ", ".join(f"{of}: {what}" for of, what in told.items())
    size = f"{count} feeds at 400–600 ms, 8 connections a worker; {one:.0f} s with one"
    return Measured(figures, pair, len(set(told.values())) == 1 and found[1].told[0] > 0, size)


GOALS = (Goal("B15", "1, 2, 4 workers on PostgreSQL", "one worker", workers),)
