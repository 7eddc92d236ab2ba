"""robots.txt: asked for pages only, once a day and site, and kept to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.errors import FetchError, HostHeld, RobotsDisallow
from monitor.fetching import Client, FetchOptions, MemoryHostState
from monitor.fetching.robots import only_our_agents
from monitor.model import Fetched
from monitor.politeness import RobotsFile
from tests.fetching.server import Server, Visit, response, serving
from tests.fetching.test_client import OPTIONS

NOW = datetime(2025, 4, 14, tzinfo=UTC)


class Clock:
    """The time of day and the monotonic clock, moved by the test and by those who wait."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def time(self) -> float:
        return (self.now - NOW).total_seconds()

    async def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Site:
    """A site whose robots.txt is the test's; everything else is a page."""

    def __init__(
        self, robots: bytes = b"", status: str = "200 OK", headers: tuple[tuple[str, str], ...] = ()
    ) -> None:
        self.robots = robots
        self.status = status
        self.headers = headers
        self.clock = Clock()
        self.hosts = MemoryHostState()
        self.times: list[datetime] = []

    async def answer(self, visit: Visit) -> None:
        self.times.append(self.clock.now)
        if visit.request.target == "/robots.txt":
            await visit.send(response(self.robots, status=self.status, headers=self.headers))
        elif visit.request.target == "/moved":
            await visit.send(response(status="302 Found", headers=(("Location", "/private/x"),)))
        else:
            await visit.send(response(b"page"))

    def visit(
        self, use: Callable[[Client, Server], Awaitable[None]], options: FetchOptions = OPTIONS
    ) -> list[str]:
        """Runs a client on the site and returns the paths that were asked for."""

        async def main() -> list[str]:
            async with serving(self.answer) as server:
                async with Client(
                    options, host_state=self.hosts, clock=self.clock, monotonic=self.clock
                ) as client:
                    await use(client, server)
                return [request.target for request in server.requests]

        return asyncio.run(main())


async def _page(client: Client, server: Server, path: str = "/story") -> None:
    got = await client.fetch_page(server.url(path))
    assert isinstance(got, Fetched)
    assert got.body == b"page"


def test_the_file_is_asked_for_once_a_day_and_site() -> None:
    site = Site(b"User-agent: *\nDisallow: /private/\n")

    async def use(client: Client, server: Server) -> None:
        await _page(client, server, "/1")
        site.clock.now += timedelta(hours=23)
        await _page(client, server, "/2")
        site.clock.now += timedelta(hours=2)
        await _page(client, server, "/3")

    assert site.visit(use) == ["/robots.txt", "/1", "/2", "/robots.txt", "/3"]


def test_a_disallowed_page_is_not_asked_for() -> None:
    site = Site(b"User-agent: *\nDisallow: /private/\n")

    async def use(client: Client, server: Server) -> None:
        with pytest.raises(RobotsDisallow, match=r"robots\.txt disallows") as told:
            await client.fetch_page(server.url("/private/story"))
        assert told.value.permanent

    assert site.visit(use) == ["/robots.txt"]


def test_a_redirect_to_a_disallowed_page_is_not_followed() -> None:
    site = Site(b"User-agent: *\nDisallow: /private/\n")

    async def use(client: Client, server: Server) -> None:
        with pytest.raises(RobotsDisallow):
            await client.fetch_page(server.url("/moved"))

    assert site.visit(use) == ["/robots.txt", "/moved"]


def test_rules_for_us_count_more_than_those_for_all() -> None:
    site = Site(
        b"User-agent: *\nDisallow: /\n\nUser-agent: Monitor\nAllow: /\n\nUser-agent: "
        b"other\nDisallow: /\n"
    )

    assert site.visit(_page) == ["/robots.txt", "/story"]


def test_the_config_can_turn_it_off() -> None:
    site = Site(b"User-agent: *\nDisallow: /\n")

    assert site.visit(_page, replace(OPTIONS, heeds_robots=False)) == ["/story"]


def test_a_feed_that_the_user_chose_is_not_subject_to_it() -> None:
    site = Site(b"User-agent: *\nDisallow: /\n")

    async def use(client: Client, server: Server) -> None:
        await client.fetch(server.url("/feed.xml"))

    assert site.visit(use) == ["/feed.xml"]


@pytest.mark.parametrize(
    "status", ["404 Not Found", "403 Forbidden", "401 Unauthorized", "410 Gone"]
)
def test_a_file_that_is_not_there_allows_everything(status: str) -> None:
    assert Site(b"User-agent: *\nDisallow: /\n", status).visit(_page) == ["/robots.txt", "/story"]


def test_a_file_that_the_server_cannot_give_lets_pages_wait() -> None:
    site = Site(status="500 Broken")

    async def use(client: Client, server: Server) -> None:
        for _ in range(2):
            with pytest.raises(RobotsDisallow, match="cannot be read") as told:
                await client.fetch_page(server.url("/story"))
            assert not told.value.permanent
            assert told.value.retry_after == timedelta(minutes=30)
        site.clock.now += timedelta(minutes=30)
        site.status = "200 OK"
        await _page(client, server)

    assert site.visit(use) == ["/robots.txt", "/robots.txt", "/story"]


def test_a_file_that_asks_to_wait_closes_the_host() -> None:
    site = Site(status="429 Slow Down")

    async def use(client: Client, server: Server) -> None:
        with pytest.raises(RobotsDisallow):
            await client.fetch_page(server.url("/story"))
        with pytest.raises(HostHeld):
            await client.fetch(server.url("/feed.xml"))

    assert site.visit(use) == ["/robots.txt"]


@pytest.mark.parametrize("status", ["200 OK", "503 Busy"])
def test_pages_that_come_together_ask_for_the_file_once(status: str) -> None:
    site = Site(status=status)

    async def use(client: Client, server: Server) -> None:
        pages = (client.fetch_page(server.url(f"/{number}")) for number in range(4))
        await asyncio.gather(*pages, return_exceptions=True)

    assert site.visit(use).count("/robots.txt") == 1


def test_a_file_whose_server_fails_closes_no_feed() -> None:
    site = Site(status="503 Busy")

    async def use(client: Client, server: Server) -> None:
        with pytest.raises(RobotsDisallow):
            await client.fetch_page(server.url("/story"))
        await client.fetch_feed(server.url("/feed.xml"))

    assert site.visit(use) == ["/robots.txt", "/feed.xml"]


@pytest.mark.parametrize(
    ("asked", "kept"),
    [(60, 30), (7_200, 120), (29 * 86_400, 24 * 60)],
    ids=["less", "more", "most"],
)
def test_a_file_is_not_asked_for_before_its_server_wants_for_a_day(asked: int, kept: int) -> None:
    site = Site(status="503 Busy", headers=(("Retry-After", str(asked)),))

    async def use(client: Client, server: Server) -> None:
        for _ in range(2):
            with pytest.raises(RobotsDisallow) as told:
                await client.fetch_page(server.url("/story"))
            assert told.value.retry_after == timedelta(minutes=kept)
        site.clock.now += timedelta(minutes=kept)
        site.status = "200 OK"
        await _page(client, server)

    assert site.visit(use) == ["/robots.txt", "/robots.txt", "/story"]


def test_a_file_that_asks_to_wait_for_weeks_closes_the_host_for_a_day() -> None:
    site = Site(status="429 Slow Down", headers=(("Retry-After", str(29 * 86_400)),))

    async def use(client: Client, server: Server) -> None:
        with pytest.raises(RobotsDisallow):
            await client.fetch_page(server.url("/story"))
        site.clock.now += timedelta(days=1)
        await client.fetch_feed(server.url("/feed.xml"))

    assert site.visit(use) == ["/robots.txt", "/feed.xml"]


@pytest.mark.parametrize(
    ("delay", "seconds"),
    [("7", 7), ("0.5", 1), ("86400", 60), ("1e400", 0), ("-4", 0), ("soon", 0)],
)
def test_crawl_delay_is_kept_up_to_a_minute(delay: str, seconds: float) -> None:
    site = Site(f"User-agent: *\nCrawl-delay: {delay}\n".encode())

    async def use(client: Client, server: Server) -> None:
        await _page(client, server, "/1")
        await _page(client, server, "/2")

    site.visit(use)
    waited = (site.times[2] - site.times[1]).total_seconds()

    assert seconds - 0.5 <= waited <= seconds


def test_a_file_over_the_limit_is_read_as_far_as_the_limit() -> None:
    site = Site(
        b"User-agent: *\nDisallow: /private/\n" + b"# " + b"x" * 2_000_000 + b"\nDisallow: /\n"
    )

    async def use(client: Client, server: Server) -> None:
        await _page(client, server)
        with pytest.raises(RobotsDisallow):
            await client.fetch_page(server.url("/private/1"))

    assert site.visit(use) == ["/robots.txt", "/story"]


def test_a_file_that_a_wrong_clock_stored_is_asked_for_again() -> None:
    site = Site()

    async def use(client: Client, server: Server) -> None:
        origin = server.url().rstrip("/")
        ahead = RobotsFile("", is_readable=False, expires_at=NOW + timedelta(days=365))
        await site.hosts.put_robots(origin, ahead)
        await _page(client, server)

    assert site.visit(use) == ["/robots.txt", "/story"]


@pytest.mark.parametrize(
    "robots",
    [
        b"".join(b"User-agent: bot%d\n" % number for number in range(20_000))
        + b"Disallow: /x\n" * 15_000,
        b"User-agent: *\n" + b"Disallow: /*a*a*a*a*a*a*a*a*b$\n" * 15_000,
        b"\xff\xfe\x00" * 100_000,
        b"User-agent: *\n" * 30_000,
    ],
    ids=["many agents", "many wildcards", "noise", "one agent often"],
)
def test_a_hostile_file_costs_no_more_than_a_moment(robots: bytes) -> None:
    began = time.monotonic()

    Site(robots).visit(_page)

    assert time.monotonic() - began < 60


def test_other_agents_become_one() -> None:
    text = (
        "User-agent: a\nuser agent: MONITOR # us\nUseragent b\nDisallow: /x\nUser-Agent: "
        "*\nAllow: /"
    )

    assert only_our_agents(text).splitlines() == [
        "User-agent: other",
        "User-agent: monitor",
        "User-agent: other",
        "Disallow: /x",
        "User-agent: *",
        "Allow: /",
    ]


def test_a_network_that_is_down_says_nothing_about_what_is_allowed() -> None:
    async def main() -> None:
        async with serving(Site().answer) as server:
            url = server.url("/story")
        async with Client(OPTIONS) as client:
            with pytest.raises(FetchError, match="cannot be read"):
                await client.fetch_page(url)

    asyncio.run(main())
