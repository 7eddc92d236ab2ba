"""A daemon at work for a while: what it holds in memory, and how soon an alert arrives beside
channels that hang.
"""

from __future__ import annotations

import sqlite3
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tests.trust.daemons import Daemon
from tests.trust.figures import Figure, Finding
from tests.trust.kills import scratch
from tests.trust.world import World, open_world, write_config
from tests.world import SECRET, Site

STANDS, HANGING = 2, 3
# Of news of one case that comes every few seconds the judge holds two thirds for one event told
# again: to see how soon twenty alerts arrive takes more news than a case has.
BUSY_STANDS = 5
# What a case knows grows with its news, some 10 kB an article, and is no leak. Two hundred outlets
# tell it some hundred an hour, this is seven times that; the polls between are many, as a leak
# shows there.
NEWS_S = 10.0
# Of the whole time: until then it is warming up, and what it holds then is compared with the end.
WARM_SHARE, END_SHARE = 1 / 6, 1 / 6
GROWTH_PERCENT = 3.0
LATENCY_S = 10.0
POLL_S, LOOK_S = 1.0, 0.5
PATIENCE_S = 180.0


@contextmanager
def _at_work(
    folder: Path, stands: int, hanging: int, news_s: float, broken: str
) -> Iterator[tuple[World, Path, Daemon]]:
    """A daemon with two healthy channels and some that hang, for one case with news so often."""
    world = open_world(stands, lambda: datetime.now(UTC), news_s)
    until = threading.Event()
    site = Site()
    config = write_config(folder / "config", world)
    channels = (config / "channels.toml").read_text()
    rules = (config / "cases" / "harbour.toml").read_text()
    for number in range(hanging):
        site.answers[f"POST /{number}"] = lambda: _hang(until)
        # Before the healthy ones in every order.
        name = f"a-hanging-{number}"
        channels += (
            f'[{name}]\ntype = "webhook"\nurl = "{site.base}/{number}"\nsecret = "{SECRET}"\n'
        )
        rules += f'[[alert]]\nchannel = "{name}"\nwhen = "now"\nheld = "none"\n'
    (config / "channels.toml").write_text(channels)
    (config / "cases" / "harbour.toml").write_text(rules)
    daemon = Daemon(config, broken=broken)
    try:
        yield world, config / "monitor.db", daemon
    finally:
        until.set()
        daemon.stop()
        daemon.kill()
        site.close()
        world.close()


def _hang(until: threading.Event) -> tuple[int, str, bytes]:
    until.wait(120)
    return 503, "text/plain", b"busy"


def _make_due(database: Path) -> None:
    with closing(sqlite3.connect(database, isolation_level=None, timeout=30)) as opened:
        opened.execute("UPDATE feeds SET next_poll_at = '2020-01-01 00:00:00.000000'")


def soak(seconds: float, *, news_s: float = NEWS_S, broken: str = "") -> list[Finding]:
    """Watches the memory of a daemon that polls, judges and tells for so long."""
    with (
        scratch() as folder,
        _at_work(folder, STANDS, 0, news_s, broken) as (world, database, daemon),
    ):
        samples = _watch(database, daemon, seconds)
        born = len(world.hook.arrivals.ids)
    warm = samples[int(len(samples) * WARM_SHARE) :]
    tail = max(1, int(len(samples) * END_SHARE))
    before, after = statistics.median(warm[:tail]), statistics.median(warm[-tail:])
    return [
        Figure(f"soak of {seconds:g} s: alerts told", born, seconds / 20, ">="),
        Figure(
            f"soak of {seconds:g} s: memory growth after the warm-up, %",
            round(100 * (after - before) / before, 2),
            GROWTH_PERCENT,
            "<",
            f"{before:.0f} to {after:.0f} MB",
        ),
    ]


def _watch(database: Path, daemon: Daemon, seconds: float) -> list[float]:
    """Has the feeds polled all the time; returns what the daemon held, in MB, in its order."""
    samples, began, polled_at = [], time.monotonic(), 0.0
    while time.monotonic() - began < seconds:
        if time.monotonic() - polled_at > POLL_S:
            _make_due(database)
            polled_at = time.monotonic()
        samples.append(daemon.memory_mb)
        time.sleep(LOOK_S)
    return samples


def beside_hanging_channels(alerts: int = 20, *, broken: str = "") -> list[Finding]:
    """Measures how long so many alerts take to the healthy channels while others never answer."""
    with (
        scratch() as folder,
        _at_work(folder, BUSY_STANDS, HANGING, NEWS_S / 2, broken) as (world, database, daemon),
    ):
        began = time.monotonic()
        while len(world.hook.arrivals.ids) < alerts and time.monotonic() - began < PATIENCE_S:
            _watch(database, daemon, POLL_S)
        world.stop_publishing()
        time.sleep(LATENCY_S)
        waits = sorted(_waits(world, database))
    name = f"two healthy channels beside {HANGING} that hang"
    late = waits[int(len(waits) * 0.95)] if waits else float("inf")
    return [
        Figure(f"{name}: arrivals of alerts", len(waits), 2 * alerts, ">="),
        Figure(f"{name}: p95 from verdict to arrival, s", round(late, 1), LATENCY_S, "<="),
    ]


def _waits(world: World, database: Path) -> Iterator[float]:
    """Yields the seconds from each verdict to each arrival; what has not arrived waits for ever."""
    with closing(sqlite3.connect(database)) as opened:
        born = dict(opened.execute("SELECT uid, created_at FROM alerts").fetchall())
    for uid, at in born.items():
        created = datetime.fromisoformat(at).replace(tzinfo=UTC)
        for arrivals in world.arrivals:
            came = arrivals.first_at.get(uid)
            yield (came - created).total_seconds() if came else float("inf")
