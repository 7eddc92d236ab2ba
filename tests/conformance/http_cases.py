"""The suites' raw HTTP responses, replayed on a loopback socket through the real fetch and poll
path.

Each case is a function named after its file that raises AssertionError where the product does not
do what `cases/index.md` expects. The inputs lie in the suites; what is here is how each is met."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import resource
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from tests.conformance.suites import find_suites
from tests.fetching.server import response
from tests.pipeline.room import Room, open_room

HOUR = timedelta(hours=1)
HOSTS = (b"https://news.example", b"https://maint.news.example", b"https://feeds.example")


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
    async with open_room(read_raw(name), hosts=HOSTS) as room:
        await CASES[name](room)


def read_raw(name: str) -> bytes:
    folder = find_suites()
    assert folder is not None
    return (folder / "cases" / "http" / f"{name}.http").read_bytes()


def list_cases() -> list[str]:
    """The names of all responses in the suites; none without the suites."""
    folder = find_suites()
    return (
        sorted(path.stem for path in (folder / "cases" / "http").glob("*.http")) if folder else []
    )


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
    assert (feed.url, feed.moved_to) == (
        room.server.url("/feed.xml"),
        room.server.url("/new-feed.xml"),
    )
    before = len(room.asked)
    await room.poll(after=HOUR)
    assert room.asked[before:] == ["/new-feed.xml"]
    assert len(await room.titles()) == 1


@case("05-302-maintenance")
async def maintenance(room: Room) -> None:
    answer, room.raw = room.raw, read_raw("01-weak-etag-200")
    await room.poll()
    room.raw = answer
    page = (
        b"<!doctype html><html><head><title>Maintenance</title></head><body><p>Back"
        b" soon.</p></body></html>"
    )
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
    assert 3 <= len(wholes) <= 6
    assert all(later - earlier <= 24 * HOUR for earlier, later in itertools.pairwise(wholes))


@case("22-gzip-bomb")
async def gzip_bomb(room: Room) -> None:
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text(
            "5"
        )  # begins the peak anew, where the system allows it
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
