"""The suites' raw HTTP responses, replayed on a loopback socket through the real fetch and poll path.

Each case is a function named after its file that raises AssertionError where the product does not do what `cases/index.md`
expects. The inputs lie in the suites; what is here is how each is met.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import resource
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select
from sqlmodel import Session

from monitor.bootstrap import build_context
from monitor.pipeline.context import Context
from monitor.pipeline.poll import PollResult, poll_due
from monitor.pipeline.sync import sync_config
from monitor.settings import load_settings
from monitor.store.feeds import get_watched_feeds
from monitor.store.queries import FeedView, list_feeds
from monitor.store.tables import entries
from tests.conformance.suites import find_suites
from tests.fetching.server import Server, Visit, response, serving

HOUR = timedelta(hours=1)
START = datetime(2025, 4, 12, tzinfo=UTC)
HOSTS = (b"https://news.example", b"https://maint.news.example", b"https://feeds.example")


@dataclass
class Room:
    """One feed, `/feed.xml`, whose server answers with raw bytes, path by path; and a clock that the case moves.

    Attributes:
        raw: the case's own response, its hosts rewritten to the loopback server.
        answers: what a path answers with; the case's response elsewhere.
        conditional: what requests with validators are answered with, where that is another thing.
    """

    raw: bytes
    server: Server
    folder: Path
    now: datetime = START
    answers: dict[str, bytes] = field(default_factory=dict)
    conditional: bytes | None = None

    async def poll(self, *, after: timedelta = timedelta(), times: int = 1) -> PollResult:
        """Polls the feed in a program started anew, `times` times with `after` before each; returns the last result."""
        for _ in range(times):
            self.now += after
            async with self.program() as ctx:
                (feed_id, _, _), *_ = await ctx.read(get_watched_feeds)
                results: Sequence[PollResult] = await poll_due(ctx, only=[feed_id])
        return results[0]

    @asynccontextmanager
    async def program(self) -> AsyncIterator[Context]:
        async with build_context(load_settings(self.folder, {}), lambda: self.now) as ctx:
            await sync_config(ctx)
            yield ctx

    async def feed(self) -> FeedView:
        async with self.program() as ctx:
            return (await ctx.read(list_feeds))[0]

    async def titles(self) -> list[str]:
        async with self.program() as ctx:
            return await ctx.read(_titles)

    @property
    def asked(self) -> list[str]:
        """The paths of all requests."""
        return [request.target for request in self.server.requests]

    def sent(self, name: str) -> str | None:
        """A header of the last request."""
        return self.server.requests[-1].headers.get(name)


def _titles(session: Session) -> list[str]:
    return list(session.execute(select(entries.c.title).order_by(entries.c.id)).scalars())


Case = Callable[[Room], Awaitable[None]]
CASES: dict[str, Case] = {}


def case(name: str) -> Callable[[Case], Case]:
    def add(function: Case) -> Case:
        CASES[name] = function
        return function

    return add


def replay(name: str) -> None:
    """Runs a case; raises AssertionError where the expectation is not met."""
    asyncio.run(_replay(name))


async def _replay(name: str) -> None:
    with TemporaryDirectory() as folder:
        room: Room

        async def answer(visit: Visit) -> None:
            default = room.raw if visit.request.target == "/feed.xml" else response(status="404 Not Found")
            data = room.answers.get(visit.request.target, default)
            if room.conditional is not None and {"if-none-match", "if-modified-since"} & set(visit.request.headers):
                data = room.conditional
            await visit.send(data)
            visit.writer.close()

        async with serving(answer) as server:
            raw = read_raw(name)
            for host in HOSTS:
                raw = raw.replace(b"Location: " + host, b"Location: " + server.url("").encode())
            room = Room(raw, server, write_room(Path(folder), server.url("/feed.xml")))
            await CASES[name](room)


def read_raw(name: str) -> bytes:
    folder = find_suites()
    assert folder is not None
    return (folder / "cases" / "http" / f"{name}.http").read_bytes()


def list_cases() -> list[str]:
    """The names of all responses in the suites; none without the suites."""
    folder = find_suites()
    return sorted(path.stem for path in (folder / "cases" / "http").glob("*.http")) if folder else []


def write_room(folder: Path, url: str) -> Path:
    (folder / "cases").mkdir()
    (folder / "monitor.toml").write_text(
        'database_url = "sqlite:///monitor.db"\n[fetch]\nallow_private = true\nper_host_delay = "0s"\ndeadline = "10s"\n'
    )
    (folder / "feeds.toml").write_text(f"[[feed]]\nurl = {json.dumps(url)}\n")
    (folder / "cases" / "reports.toml").write_text('title = "Reports"\nquery = "quarry"\n')
    return folder


@case("01-weak-etag-200")
async def weak_etag(room: Room) -> None:
    await room.poll()
    await room.poll(after=HOUR)

    assert (await room.feed()).etag == 'W/"33a64df5"'
    assert room.sent("if-none-match") == 'W/"33a64df5"'
    assert room.sent("if-modified-since") == "Fri, 11 Apr 2025 21:00:00 GMT"


@case("02-304-as-text-html")
async def not_modified_as_html(room: Room) -> None:
    answer, room.raw = room.raw, read_raw("01-weak-etag-200")
    await room.poll()
    room.raw = answer

    result = await room.poll(after=HOUR)

    feed = await room.feed()
    assert (result.outcome, result.error, feed.state, feed.error) == ("not_modified", "", "ok", "")
    assert feed.etag == 'W/"33a64df5"'
    assert len(await room.titles()) == 1


@case("04-301-new-feed")
async def moved_for_good(room: Room) -> None:
    room.answers["/new-feed.xml"] = read_raw("01-weak-etag-200")
    await room.poll()
    assert await room.titles() == ["Judge orders daily reports"]
    await room.poll(after=HOUR, times=2)
    assert (await room.feed()).moved_to is None, "three sightings within a day are not enough"
    await room.poll(after=23 * HOUR)

    feed = await room.feed()
    assert (feed.url, feed.moved_to) == (room.server.url("/feed.xml"), room.server.url("/new-feed.xml"))
    before = len(room.asked)
    await room.poll(after=HOUR)
    assert room.asked[before:] == ["/new-feed.xml"]
    assert len(await room.titles()) == 1


@case("05-302-maintenance")
async def maintenance(room: Room) -> None:
    answer, room.raw = room.raw, read_raw("01-weak-etag-200")
    await room.poll()
    room.raw = answer
    page = b"<!doctype html><html><head><title>Maintenance</title></head><body><p>Back soon.</p></body></html>"
    room.answers["/"] = response(page, headers=(("Content-Type", "text/html"), ("ETag", '"m"')))

    result = await room.poll(after=HOUR, times=4)

    feed = await room.feed()
    assert (result.outcome, feed.state) == ("not_a_feed", "failing")
    assert "not a feed" in feed.error
    assert (feed.etag, feed.moved_to, feed.redirects_to) == ('W/"33a64df5"', None, None)
    assert len(await room.titles()) == 1


@case("07-redirect-loop")
async def redirect_loop(room: Room) -> None:
    result = await room.poll()

    assert (result.outcome, len(room.asked)) == ("failed", 6)
    assert "more than 5 times" in result.error


@case("08-302-without-location")
async def redirect_without_location(room: Room) -> None:
    result = await room.poll()

    assert (result.outcome, (await room.feed()).status) == ("failed", 302)
    assert "302" in result.error


@case("10-302-to-private-address")
async def redirect_to_private_address(room: Room) -> None:
    result = await room.poll()

    assert result.outcome == "blocked"
    assert "169.254.169.254" in result.error
    assert "no public address" in result.error
    assert room.asked == ["/feed.xml"]


async def _paused(room: Room) -> timedelta:
    assert (await room.poll()).outcome == "rate_limited"
    feed = await room.feed()
    assert feed.host_paused_until is not None
    assert feed.next_poll_at >= feed.host_paused_until
    pause = feed.host_paused_until - room.now
    room.raw = read_raw("01-weak-etag-200")
    assert (await room.poll(after=pause - timedelta(seconds=1))).outcome == "postponed"
    assert len(room.asked) == 1
    assert (await room.poll(after=timedelta(seconds=1))).outcome == "new"
    return pause


@case("11-429-retry-after-seconds")
async def rate_limited(room: Room) -> None:
    assert await _paused(room) == HOUR


@case("13-429-retry-after-absurd")
async def rate_limited_for_ten_years(room: Room) -> None:
    assert await _paused(room) == 24 * HOUR


@case("14-cloudflare-challenge-403")
async def challenge(room: Room) -> None:
    result = await room.poll()

    feed = await room.feed()
    assert (result.outcome, feed.outcome, feed.state) == ("blocked", "blocked", "failing")
    assert feed.next_poll_at - room.now >= 6 * HOUR
    assert "bot protection" in feed.error


@case("16-gzip-without-header")
@case("17-gzip-header-on-plain-body")
async def wrongly_declared_compression(room: Room) -> None:
    assert (await room.poll()).outcome == "new"
    assert await room.titles() == ["Judge orders daily reports"]


@case("19-short-body")
async def short_body(room: Room) -> None:
    result = await room.poll()

    feed = await room.feed()
    assert (result.outcome, feed.etag, feed.items) == ("failed", None, None)
    assert "cannot be reached" in result.error
    assert await room.titles() == []


@case("20-frozen-last-modified")
async def frozen_validators(room: Room) -> None:
    room.conditional = b'HTTP/1.1 304 Not Modified\r\nETag: "e9e8f36c"\r\n\r\n'
    wholes = []
    for _ in range(72):
        before = len(room.server.requests)
        await room.poll(after=HOUR)
        if "if-none-match" not in room.server.requests[before].headers:
            wholes.append(room.now)

    assert (await room.feed()).is_frozen
    assert 3 <= len(wholes) <= 4
    assert all(later - earlier <= 24 * HOUR for earlier, later in zip(wholes, wholes[1:], strict=False))


@case("22-gzip-bomb")
async def gzip_bomb(room: Room) -> None:
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")  # begins the peak anew, where the system allows it
    before = _peak_kb()

    result = await room.poll()

    assert result.outcome == "too_large"
    assert _peak_kb() - before < 32_000
    assert await room.titles() == []


def _peak_kb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@case("23-wrong-content-type-valid-feed")
async def wrong_content_type(room: Room) -> None:
    assert (await room.poll()).outcome == "new"
    assert await room.titles() == ["El señor García"]
