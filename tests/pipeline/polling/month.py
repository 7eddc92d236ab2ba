"""Thirty days over twenty feeds in a few seconds: a clock that jumps, servers that keep a record of
every request.

The servers know nothing of the program. Each says what it wants (how long to wait, which hours to
skip), and the record is judged against that: what came too early, at the same time, or without
need."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from random import Random

from sqlalchemy import func, select
from sqlmodel import Session

from monitor.bootstrap import build_context
from monitor.pipeline.cases.sync import sync_config
from monitor.pipeline.context import Context
from monitor.pipeline.polling.pollers import Pollers
from monitor.settings import load_settings
from monitor.store.schema.tables import feeds
from monitor.store.views.feeds import FeedView, list_feeds
from tests.fetching.server import Request, Server, Visit, response, serving

START = datetime(2025, 4, 14, tzinfo=UTC)  # a Monday
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DAYS = 30
SHOWN = 20
FLOOR = 15 * MINUTE
UNCONDITIONAL = 30 * MINUTE  # least time between whole documents
LONGEST = 6 * HOUR
PINNED = 180 * MINUTE
HOST_DELAY = timedelta(seconds=2)
RESTARTS = (11.12, 15.5, 22.25)  # in days


@dataclass
class JumpingClock:
    """A clock that goes forward only when somebody waits for it; also the client's pace."""

    now: datetime = START

    def time(self) -> float:
        return (self.now - START).total_seconds()

    async def sleep(self, seconds: float) -> None:
        self.now = max(self.now, START + timedelta(seconds=self.time() + seconds))
        await asyncio.sleep(0)

    def read(self) -> datetime:
        return self.now


Reply = tuple[str, dict[str, str], bytes]


@dataclass(frozen=True)
class Kind:
    """A feed: how often it publishes, and what its server wants.

    Attributes:
        host: feeds of the same host share it.
        gap: between items.
        headers: of every answer with a document, and of every 304.
        channel: elements of the document.
        wait: what headers and channel ask for together, as the judge of the record reads them.
        odd: answers for a moment that is not usual, None for one that is.
        validators: "etag", "date", "both", "none", or "frozen" for dates that never change.
    """

    name: str
    host: str
    gap: timedelta = 16 * HOUR
    headers: dict[str, str] = field(default_factory=dict)
    channel: str = ""
    wait: timedelta = timedelta()
    validators: str = "etag"
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    odd: Callable[[datetime, str], Reply | None] = lambda _now, _path: None
    pinned: timedelta | None = None

    @property
    def path(self) -> str:
        return f"/{self.name}.xml"

    def answer(self, now: datetime, request: Request) -> Reply:
        odd = self.odd(now, request.target)
        if odd is not None:
            return odd
        count = int((now - START + 30 * DAY) / self.gap)
        newest = START - 30 * DAY + count * self.gap
        headers = {**self.headers, **self.validate(count, newest)}
        if self.knows(request, headers):
            return "304 Not Modified", headers, b""
        numbers = range(count, count - SHOWN, -1)
        items = "".join(
            self.item(number, START - 30 * DAY + number * self.gap) for number in numbers
        )
        syndication = "http://purl.org/rss/1.0/modules/syndication/"
        rss = f'<rss version="2.0" xmlns:sy="{syndication}"><channel><title>{self.name}</title>'
        return "200 OK", headers, f"{rss}{self.channel}{items}</channel></rss>".encode()

    def item(self, number: int, at: datetime) -> str:
        link = f"https://{self.name}.example/{number}"
        return (
            f"<item><title>Item {number}</title><link>{link}</link><pubDate>"
            f"{format_datetime(at)}</pubDate></item>"
        )

    def validate(self, count: int, newest: datetime) -> dict[str, str]:
        date = format_datetime(newest, usegmt=True)
        given = {"etag": {"ETag": f'W/"{count}"'}, "date": {"Last-Modified": date}, "none": {}}
        given["both"] = {**given["etag"], **given["date"]}
        given["frozen"] = {"Last-Modified": "Thu, 12 Jan 2017 00:12:01 GMT"}
        return given[self.validators]

    def knows(self, request: Request, headers: dict[str, str]) -> bool:
        if "if-none-match" in request.headers:
            return request.headers["if-none-match"] == headers.get("ETag")
        return "if-modified-since" in request.headers and request.headers[
            "if-modified-since"
        ] == headers.get("Last-Modified")


def between(
    start: float, end: float, reply: Callable[[datetime], Reply]
) -> Callable[[datetime, str], Reply | None]:
    """An odd answer from one day to another, counted from the beginning."""
    return lambda now, _path: reply(now) if START + start * DAY <= now < START + end * DAY else None


def moved(now: datetime, path: str) -> Reply | None:
    """From the third day on the feed is at another path, for good."""
    here = now >= START + 3 * DAY
    return (
        ("301 Moved Permanently", {"Location": "/moved-to.xml"}, b"")
        if here and path == "/moved.xml"
        else None
    )


def maintained(now: datetime, path: str) -> Reply | None:
    """On the sixth day everybody is sent to a page."""
    if path == "/maintenance":
        return (
            "200 OK",
            {"Content-Type": "text/html"},
            b"<!doctype html><html><body>Back soon</body></html>",
        )
    return (
        ("302 Found", {"Location": "/maintenance"}, b"") if 6 <= (now - START) / DAY < 7 else None
    )


def kinds() -> list[Kind]:
    """The twenty feeds."""
    later = {"Expires": "Mon, 14 Apr 2025 02:30:00 GMT", "Date": "Mon, 14 Apr 2025 00:00:00 GMT"}
    two_hours = between(
        11, 11.2, lambda _: ("429 Too Many Requests", {"Retry-After": "7200"}, b"slow down")
    )

    def until(now: datetime) -> Reply:
        dates = {
            "Date": format_datetime(now, usegmt=True),
            "Retry-After": format_datetime(now + 50 * HOUR, usegmt=True),
        }
        return "503 Service Unavailable", dates, b""

    return [
        Kind("etag", "127.0.4.1", gap=5 * HOUR),
        Kind("date", "127.0.4.2", gap=7 * HOUR, validators="date"),
        Kind(
            "fresh",
            "127.0.4.3",
            gap=HOUR,
            headers={"Cache-Control": "max-age=10800"},
            wait=3 * HOUR,
            validators="both",
        ),
        Kind("expires", "127.0.4.4", gap=HOUR, headers=later, wait=2.5 * HOUR),
        Kind("ttl", "127.0.4.5", gap=HOUR, channel="<ttl>240</ttl>", wait=4 * HOUR),
        Kind("period", "127.0.4.6", gap=HOUR, wait=12 * HOUR, channel=SY_TWICE_DAILY),
        Kind(
            "hours",
            "127.0.4.7",
            gap=8 * HOUR,
            channel=skip_hours(range(6)),
            skip_hours=frozenset(range(6)),
        ),
        Kind("days", "127.0.4.8", channel=WEEKEND, skip_days=frozenset({5, 6})),
        Kind("moved", "127.0.4.9", odd=moved),
        Kind("maintained", "127.0.4.10", odd=maintained),
        Kind("limited", "127.0.4.11", gap=8 * HOUR, odd=two_hours),
        Kind("busy", "127.0.4.12", odd=between(4, 4.5, until)),
        Kind(
            "broken",
            "127.0.4.13",
            odd=between(8, 10, lambda _: ("500 Internal Server Error", {}, b"")),
        ),
        Kind("gone", "127.0.4.14", odd=between(10, 99, lambda _: ("410 Gone", {}, b""))),
        Kind("missing", "127.0.4.15", odd=between(2, 99, lambda _: ("404 Not Found", {}, b""))),
        Kind("bare", "127.0.4.16", validators="none"),
        Kind("frozen", "127.0.4.17", gap=6 * HOUR, validators="frozen"),
        Kind("one", "127.0.4.18", validators="both"),
        Kind("two", "127.0.4.18"),
        Kind(
            "pinned",
            "127.0.4.18",
            gap=HOUR,
            headers={"Cache-Control": "max-age=86400"},
            pinned=PINNED,
        ),
    ]


SY_TWICE_DAILY = (
    "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>"
)
WEEKEND = "<skipDays><day>Saturday</day><day>Sunday</day></skipDays>"


def skip_hours(hours: range) -> str:
    return f"<skipHours>{''.join(f'<hour>{hour}</hour>' for hour in hours)}</skipHours>"


@dataclass(frozen=True)
class Hit:
    """A request as its server saw it, and the status that it answered with."""

    at: datetime
    kind: str
    host: str
    path: str
    status: int
    is_conditional: bool
    headers: dict[str, str]
    method: str


@dataclass
class Month:
    """What the servers saw, and what the program says of its feeds in the end.

    Attributes:
        crowds: hosts that were asked twice at once.
        asked_at_restart: requests in the moment in which a program started anew looked for work.
    """

    kinds: dict[str, Kind] = field(default_factory=lambda: {kind.name: kind for kind in kinds()})
    hits: list[Hit] = field(default_factory=list)
    crowds: Counter[str] = field(default_factory=Counter)
    inside: Counter[str] = field(default_factory=Counter)
    feeds: dict[str, FeedView] = field(default_factory=dict)
    asked_at_restart: int = 0

    def of(self, name: str) -> list[Hit]:
        return [hit for hit in self.hits if hit.kind == name]

    def share_conditional(self) -> float:
        """Of the requests to servers that give something to ask with."""
        able = [hit for hit in self.hits if self.kinds[hit.kind].validators != "none"]
        return sum(hit.is_conditional for hit in able) / len(able)

    def early(self) -> list[Hit]:
        """Requests that came before the server, the feed or the floor allowed them."""
        return [hit for kind in self.kinds.values() for hit in self._early(kind)]

    def _early(self, kind: Kind) -> list[Hit]:
        wait = kind.pinned or max(FLOOR, kind.wait)
        if kind.validators == "none":
            wait = max(wait, UNCONDITIONAL)
        last: dict[str, datetime] = {}
        early = []
        for hit in self.of(kind.name):
            if hit.path in last and hit.at - last[hit.path] < wait:
                early.append(hit)
            last[hit.path] = hit.at
        return early

    def too_close(self) -> list[tuple[Hit, Hit]]:
        """Pairs of requests to one host with less than two seconds between."""
        by_host: dict[str, list[Hit]] = {}
        for hit in self.hits:
            by_host.setdefault(hit.host, []).append(hit)
        pairs = [pair for hits in by_host.values() for pair in itertools.pairwise(hits)]
        return [(first, second) for first, second in pairs if second.at - first.at < HOST_DELAY]


def live(folder: Path) -> Month:
    """Lets the month pass."""
    return asyncio.run(_live(folder))


async def _live(folder: Path) -> Month:
    month, clock, rng, before = Month(), JumpingClock(), Random(20250414), 0

    async def answer(visit: Visit) -> None:
        host = visit.request.headers["host"].partition(":")[0]
        month.inside[host] += 1
        month.crowds[host] += month.inside[host] > 1
        kind = _find(month, host, visit.request.target)
        status, headers, body = kind.answer(clock.now, visit.request)
        month.hits.append(_hit(clock.now, kind, host, visit.request, status))
        for _ in range(3):  # long enough for another request to show
            await asyncio.sleep(0)
        month.inside[host] -= 1
        await visit.send(response(body, status=status, headers=tuple(headers.items())))

    async with serving(answer, "0.0.0.0") as server:
        write_month(folder, month, server)
        for number, end in enumerate((*RESTARTS, DAYS)):
            async with _program(folder, clock, rng) as ctx:
                await Pollers().run(ctx)
                month.asked_at_restart += len(month.hits) - before if number else 0
                await _pass_time(ctx, clock, START + end * DAY)
                views = await ctx.read(list_feeds)
                before = len(month.hits)
        month.feeds = {feed.title: feed for feed in views}
    return month


async def _pass_time(ctx: Context, clock: JumpingClock, end: datetime) -> None:
    """Polls whatever is due when it is due, as the daemon does."""
    while True:
        due = await ctx.read(_next_due)
        if due > end:
            clock.now = max(clock.now, end)
            return
        clock.now = max(clock.now, due)
        await Pollers().run(ctx)


def _next_due(session: Session) -> datetime:
    """Asked thousands of times a month, unlike what people are shown of feeds."""
    due = select(func.min(feeds.c.next_poll_at)).where(feeds.c.state != "gone")
    return session.execute(due).scalar_one()


@asynccontextmanager
async def _program(folder: Path, clock: JumpingClock, rng: Random) -> AsyncIterator[Context]:
    async with build_context(load_settings(folder, {}), clock.read, monotonic=clock) as ctx:
        ctx = replace(ctx, jitter=rng.random)
        await sync_config(ctx)
        yield ctx


def _find(month: Month, host: str, path: str) -> Kind:
    return next(
        kind
        for kind in month.kinds.values()
        if kind.host == host and (kind.path == path or host not in ("127.0.4.18",))
    )


def _hit(now: datetime, kind: Kind, host: str, request: Request, status: str) -> Hit:
    is_conditional = bool({"if-none-match", "if-modified-since"} & set(request.headers))
    return Hit(
        now,
        kind.name,
        host,
        request.target,
        int(status[:3]),
        is_conditional,
        request.headers,
        request.method,
    )


def write_month(folder: Path, month: Month, server: Server) -> None:
    (folder / "cases").mkdir(parents=True)
    (folder / "monitor.toml").write_text(
        'database_url = "sqlite:///monitor.db"\n[fetch]\nallow_private = true\n'
    )
    rows = []
    for kind in month.kinds.values():
        url = server.url(kind.path, host=kind.host)
        every = f'every = "{int(kind.pinned / MINUTE)}m"\n' if kind.pinned else ""
        rows.append(f"[[feed]]\nurl = {json.dumps(url)}\ntitle = {json.dumps(kind.name)}\n{every}")
    (folder / "feeds.toml").write_text("\n".join(rows))
    (folder / "cases" / "quarry.toml").write_text('title = "Quarry"\nquery = "quarry"\n')
