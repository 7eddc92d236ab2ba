"""A daemon whose pages are read by many at once, by some who never finish asking, by some who have
no token, and by some who forge the links of mails: the feeds are polled and alerts told as before.
"""

from __future__ import annotations

import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from monitor.alerts.actions.signed import Act, SignedAct, sign
from tests.trust.daemons import Daemon
from tests.trust.figures import Figure, Finding
from tests.trust.kills import scratch
from tests.trust.world import World, open_world, write_config

READERS, SLOW, STANDS = 200, 20, 2
LATENCY_S, POLL_S, PATIENCE_S = 10.0, 5.0, 120.0
TOKEN, SECRET = "a token of the desk", "0123456789abcdef0123456789abcdef"
# What nobody without the token may see, however it is asked for.
PRIVATE = (
    "/",
    "/cases/harbour",
    "/search?q=harbour",
    "/feeds",
    "/stories",
    "/api/cases",
    "/api/search?q=harbour",
    "/cases/harbour/atom.xml",
    "/cases/harbour/calendar.ics",
    "//cases/harbour",
    "/act/../cases/harbour",
    "/act/%2e%2e/cases/harbour",
    "/login/../cases/harbour",
    "/healthz/../cases/harbour",
    "/cases/harbour?token=" + TOKEN.replace(" ", "+"),
)
# Places on the disk that a path may be made to mean.
TRAVERSALS = (
    "/..%2f..%2fetc/passwd",
    "/cases/..%2f..%2fmonitor.toml",
    "/articles/%2e%2e%2f%2e%2e%2fmonitor.db",
    "/cases/%00",
    "/cases/harbour%0d%0aSet-Cookie:%20a=b",
    "/developments/<script>alert(1)</script>",
)


@dataclass(frozen=True)
class Desk:
    """A daemon at work with its pages.

    Attributes:
        base: where the pages are.
    """

    world: World
    database: Path
    base: str

    def work_until(self, alerts: int) -> None:
        """Has the feeds polled until so many alerts have come."""
        until = time.monotonic() + PATIENCE_S
        while len(self.world.hook.arrivals.ids) < alerts and time.monotonic() < until:
            with closing(
                sqlite3.connect(self.database, isolation_level=None, timeout=30)
            ) as opened:
                opened.execute("UPDATE feeds SET next_poll_at = '2020-01-01 00:00:00.000000'")
            time.sleep(POLL_S)

    def link(self, secret: str, act: Act) -> str:
        """The link of a mail about the first alert, signed with a secret."""
        alert = next(iter(self.world.hook.arrivals.ids))
        what = SignedAct(act, alert, datetime.now(UTC) + timedelta(days=1))
        return f"{self.base}/act/{sign(what, secret)}"

    def count(self, table: str) -> int:
        with closing(sqlite3.connect(self.database)) as opened:
            return int(opened.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    def waits(self) -> list[float]:
        """The seconds from each verdict to the arrival of its alert, in order."""
        with closing(sqlite3.connect(self.database)) as opened:
            born = dict(opened.execute("SELECT uid, created_at FROM alerts").fetchall())
        first = self.world.hook.arrivals.first_at
        return sorted(
            (first[uid] - datetime.fromisoformat(at).replace(tzinfo=UTC)).total_seconds()
            if uid in first
            else float("inf")
            for uid, at in born.items()
        )


@contextmanager
def _at_work(folder: Path, broken: str) -> Iterator[Desk]:
    world = open_world(STANDS, lambda: datetime.now(UTC))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    http = (
        f'[http]\nlisten = "127.0.0.1:{port}"\ntoken = "{TOKEN}"\nlink_secret = "{SECRET}"\n'
        'public_url = "https://monitor.example.org"\n'
    )
    config = write_config(folder / "config", world, extra=http)
    daemon = Daemon(config, broken=broken)
    try:
        yield Desk(world, config / "monitor.db", f"http://127.0.0.1:{port}")
    finally:
        daemon.stop()
        daemon.kill()
        world.close()


def many_readers(readers: int = READERS, alerts: int = 10, *, broken: str = "") -> list[Finding]:
    """Reads the pages in all these ways while the daemon works.

    Args:
        alerts: how many have to come while pages are read.
    """
    with scratch() as folder, _at_work(folder, broken) as desk, ExitStack() as slow:
        desk.work_until(2)
        for _ in range(SLOW):
            client = slow.enter_context(socket.create_connection(_address(desk), timeout=60))
            client.sendall(b"GET /cases/harbour HTTP/1.1\r\nHost: monitor\r\nX-Slow: ")
        answered = _at_once(readers, lambda: _status(f"{desk.base}/cases/harbour", TOKEN))
        seen = [path for path in (*PRIVATE, *TRAVERSALS) if _shows(f"{desk.base}{path}")]
        desk.work_until(2 + alerts)
        desk.world.stop_publishing()
        # What was born a moment ago is still on its way.
        time.sleep(LATENCY_S)
        waits = desk.waits()
        # Afterwards: a silence keeps back what comes next.
        findings = [*_links(desk)]
    late = waits[int(len(waits) * 0.95)] if waits else float("inf")
    name = f"{readers} readers at once and {SLOW} that never finish"
    return [
        Figure(f"{name}: answered", answered.count(200), readers),
        Figure(f"{name}: p95 from verdict to arrival, s", round(late, 1), LATENCY_S, "<="),
        Figure(f"{name}: alerts beside them", len(waits), alerts, ">="),
        Figure("pages seen without the token", len(seen), 0, note=", ".join(seen)),
        *findings,
    ]


def _address(desk: Desk) -> tuple[str, int]:
    host, port = desk.base.removeprefix("http://").split(":")
    return host, int(port)


def _at_once(times: int, ask: Callable[[], int]) -> list[int]:
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(lambda _: ask(), range(times)))


def _status(url: str, token: str = "", method: str = "GET") -> int:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.request(method, url, headers=headers, timeout=60).status_code


def _shows(url: str) -> bool:
    """Says whether a page shows something of the case, or of the machine, to a stranger."""
    answer = httpx.get(url, timeout=60)
    words = ("Stand 1", "pier", "root:", "database_url", "alert(1)")
    return answer.status_code == 200 and any(word in answer.text for word in words)


def _links(desk: Desk) -> Iterator[Finding]:
    """Yields what came of forged links, of those that were only opened, and of one used often."""
    forged = [desk.link(secret, act) for secret in (SECRET[::-1], TOKEN, "x") for act in Act]
    taken = sum(_status(url, method="POST") == 200 for url in forged)
    yield Figure("forged links of mails that were taken", taken, 0)
    for act in Act:
        _status(desk.link(SECRET, act))
    opened = desk.count("silences") + desk.count("feedback")
    yield Figure("links that acted when they were opened", opened, 0)
    link = desk.link(SECRET, Act.SILENCE)
    used = _at_once(20, lambda: _status(link, method="POST"))
    yield Figure("of twenty uses of one link at once: taken", used.count(200), 1)
    yield Figure("silences that came of them", desk.count("silences"), 1)
