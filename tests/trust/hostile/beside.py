"""A daemon among hostile feeds, pages and servers: it lives, it stays small, and the good feeds
beside them are served as before.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.trust.daemons import Daemon
from tests.trust.figures import Figure, Finding
from tests.trust.hostile.exchanges import RawServer, hostile_exchanges
from tests.trust.hostile.feeds import hostile_feeds, rss
from tests.trust.hostile.pages import hostile_pages
from tests.trust.kills import scratch
from tests.trust.world import PUBLISHING_S, World, open_world, write_config
from tests.world import Site

GOOD, ROUNDS = 10, 3
MEMORY_MB, SLOWER = 300.0, 1.5
# The longest that one exchange, and what is made of it, may take; with a queue before it.
HANGS_AFTER_S = 150.0
TICK_S = 5.0
_ARE_GOOD = "url LIKE 'http://127.0.3.%'"
_UNPOLLED = "SELECT count(*) FROM feeds WHERE last_polled_at IS NULL"
_LONG_DUE = "2020-01-01 00:00:00.000000"
_UNSTORED = f"SELECT count(*) FROM feeds WHERE {_ARE_GOOD} AND next_poll_at = '{_LONG_DUE}'"
_CRASHES = ("poll_crashed", "ingest_crashed", "stage_crashed", "sender_crashed", "Traceback")


class HostileSite(Site):
    """Serves each hostile document at a path of its own, and a feed that names the pages."""

    def __init__(self, feeds: Sequence[bytes], pages: Sequence[bytes]) -> None:
        super().__init__("0.0.0.0")
        port = self.server.server_address[1]
        self.feeds = [
            f"http://127.0.4.{number + 1}:{port}/feed/{number}" for number in range(len(feeds))
        ]
        for number, body in enumerate(feeds):
            self.answers[f"/feed/{number}"] = _give("application/rss+xml", body)
        for number, body in enumerate(pages):
            self.answers[f"/page/{number}"] = _give("text/html", body)
        listed = "".join(
            f"<item><title>Harbour, the page {number}</title>"
            f"<link>http://127.0.6.{number + 1}:{port}/page/{number}</link></item>"
            for number in range(len(pages))
        )
        self.answers["/pages.xml"] = _give("application/rss+xml", rss(listed))
        self.feeds.append(f"http://127.0.4.254:{port}/pages.xml")


def _give(media_type: str, body: bytes):  # type: ignore[no-untyped-def]
    return lambda: (200, media_type, body)


@dataclass
class Run:
    """A daemon at work, and what has been seen of it."""

    world: World
    daemon: Daemon
    database: Path
    most_mb: float = 0.0

    def make_due(self, where: str) -> None:
        with closing(sqlite3.connect(self.database, isolation_level=None, timeout=30)) as database:
            database.execute(f"UPDATE feeds SET next_poll_at = '{_LONG_DUE}' WHERE {where}")

    def count(self, sql: str) -> int:
        with closing(sqlite3.connect(self.database, timeout=30)) as database:
            return int(database.execute(sql).fetchone()[0])

    def look(self) -> None:
        """Notes how large the daemon is; fails when it is no more."""
        assert self.daemon.process.poll() is None, self.daemon.said[-3000:]
        self.most_mb = max(self.most_mb, self.daemon.memory_mb)

    def round_of_good_feeds(self) -> float:
        """Returns how many seconds it takes until each good feed has brought something new."""
        before = [len(stand.served) for stand in self.world.stands]
        began = time.monotonic()
        self.make_due(_ARE_GOOD)
        while any(
            len(stand.served) <= served
            for stand, served in zip(self.world.stands, before, strict=True)
        ):
            assert time.monotonic() - began < HANGS_AFTER_S, self.daemon.said[-3000:]
            self.look()
            time.sleep(0.1)
        seconds = time.monotonic() - began
        # A feed is served before its poll is stored, and has nothing new right after it: made due
        # too soon it would wait a whole interval, and the next round would tell of the schedule.
        self.daemon.wait_until(lambda: not self.count(_UNSTORED))
        time.sleep(PUBLISHING_S)
        return seconds

    def wait_for_all(self) -> int:
        """Waits until every feed was polled and every entry has ended; returns how many have not
        within the limit.
        """
        unfinished = (
            f"SELECT ({_UNPOLLED})"
            " + (SELECT count(*) FROM entries WHERE state = 'queued' AND attempts = 0)"
        )
        began = time.monotonic()
        while (left := self.count(unfinished)) and time.monotonic() - began < HANGS_AFTER_S:
            self.look()
            time.sleep(0.2)
        return left


def hostile_neighbours(
    *, rounds: int = ROUNDS, share: float = 1.0, broken: str = ""
) -> list[Finding]:
    """Runs a daemon with good feeds alone, and one with all that is hostile beside them.

    Args:
        share: how much of the hostile corpus is taken, 0 to 1.
    """
    feeds, pages = _some(hostile_feeds(), share), _some(hostile_pages(), share)
    exchanges = _some(hostile_exchanges(), share)
    site, raw = HostileSite(feeds, pages), RawServer(exchanges)
    hostile = [*site.feeds, *raw.urls()]
    try:
        alone, _ = _run([], rounds, broken)
        beside, run = _run(hostile, rounds, broken)
    finally:
        site.close()
        raw.close()
    crashes = [event for event in _CRASHES if event in run.said]
    inputs = len(feeds) + len(pages) + len(exchanges)
    name = f"{inputs} hostile inputs"
    # What is asked for in the middle of a tick waits for the next one, whoever else is there.
    limit = SLOWER * max(alone, TICK_S)
    return [
        Figure(f"{name}: unfinished", run.left, 0),
        Figure(f"{name}: crashes", len(crashes), 0, note=" ".join(crashes)),
        Figure(f"{name}: the daemon's memory, MB", round(run.most_mb), MEMORY_MB, "<="),
        Figure(
            f"{name}: ten good feeds beside them, s",
            round(beside, 1),
            round(limit, 1),
            "<=",
            f"alone {alone:.1f}",
        ),
    ]


def _some(corpus: dict[str, object], share: float) -> list:  # type: ignore[type-arg]
    step = max(1, round(1 / share))
    return list(corpus.values())[::step]


@dataclass(frozen=True)
class Seen:
    """What was seen of a run."""

    left: int
    most_mb: float
    said: str


def _run(hostile: Sequence[str], rounds: int, broken: str) -> tuple[float, Seen]:
    """Runs a daemon; returns the mean seconds of a round of the good feeds, and what was seen."""
    world = open_world(GOOD, lambda: datetime.now(UTC))
    try:
        with scratch() as folder:
            config = write_config(folder / "config", world)
            with (config / "feeds.toml").open("a") as file:
                file.writelines(f'[[feed]]\nurl = "{url}"\n' for url in hostile)
            daemon = Daemon(config, broken=broken)
            try:
                run = Run(world, daemon, config / "monitor.db")
                # A feed's first document is empty here: its second one brings something new.
                daemon.wait_until(lambda: not run.count(f"{_UNPOLLED} AND {_ARE_GOOD}"))
                seconds = sum(run.round_of_good_feeds() for _ in range(rounds)) / rounds
                left = run.wait_for_all()
                return seconds, Seen(left, run.most_mb, daemon.said)
            finally:
                daemon.stop()
                daemon.kill()
    finally:
        world.close()
