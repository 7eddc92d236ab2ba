"""What a site's robots.txt says about a page, and how long it is remembered (RFC 9309).

It is asked for article pages only, once a day and site: feeds are addresses that the user chose. A
file that is not there allows everything; one that the server cannot give lets pages wait."""

from __future__ import annotations

import asyncio
import math
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from protego import Protego

from monitor.decoding import decode
from monitor.errors import FetchError, HostHeld, RobotsDisallow
from monitor.fetching.answers import HttpAnswer
from monitor.fetching.waiting import retry_after
from monitor.politeness import HostStateStore, RobotsFile

MAX_ROBOTS_BYTES = 500_000  # RFC 9309 §2.5 asks for 500 KiB at least; what is behind is not read
KEPT_FOR = timedelta(hours=24)
# How long pages wait when the file could not be read, before it is asked for again.
ASKED_AGAIN_AFTER = timedelta(minutes=30)
MAX_CRAWL_DELAY = timedelta(seconds=60)
PRODUCT = "monitor"

_AGENT = re.compile(r"^\s*user[- ]?agent\s*:?\s*([^#\s]*).*$", re.IGNORECASE)
_PARSED_FILES = 64
_CLOCKS_DIFFER = timedelta(minutes=5)  # of several workers
_LONG_SECONDS = 1e6


class Robots:
    """Asks for robots.txt files and remembers what they say.

    Args:
        hosts: keeps them over a restart.
        get: fetches one, of its text the beginning; raises FetchError when no answer came.
        clock: the time of day.
    """

    def __init__(
        self,
        hosts: HostStateStore,
        get: Callable[[str], Awaitable[HttpAnswer]],
        clock: Callable[[], datetime],
    ) -> None:
        self._hosts = hosts
        self._get = get
        self._clock = clock
        self._parsed: OrderedDict[tuple[str, datetime], Protego] = OrderedDict()
        # Weak: a turn that nobody takes or waits for is gone.
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def allow(self, url: str) -> timedelta:
        """Returns the least time between two pages of the site; zero when it asks for none.

        Raises:
            RobotsDisallow: the page is not for us, or nobody knows because the file did not come.
            HostHeld: the host has asked to be left alone.
        """
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}".lower()
        robots = await self._get_file(origin)
        if not robots.is_readable:
            wait = max(robots.expires_at - self._clock(), timedelta())
            message = f"the robots.txt of {parts.netloc} cannot be read"
            raise RobotsDisallow(url, message, retry_after=wait)
        rules = self._rules(origin, robots)
        if not rules.can_fetch(url, PRODUCT):
            message = f"robots.txt disallows this page of {parts.netloc}"
            raise RobotsDisallow(url, message, permanent=True)
        return _bounded_delay(rules.crawl_delay(PRODUCT) or 0.0)

    async def _get_file(self, origin: str) -> RobotsFile:
        """Returns the robots.txt of an origin, fetched when it is not known or too old."""
        if robots := await self._get_known(origin):
            return robots
        # Pages of a site come together: one of them asks, the others wait for it.
        turn = self._turns.setdefault(origin, asyncio.Lock())
        async with turn:
            if robots := await self._get_known(origin):
                return robots
            robots = await self._fetch(origin)
            await self._hosts.put_robots(origin, robots)
            return robots

    async def _get_known(self, origin: str) -> RobotsFile | None:
        robots = await self._hosts.get_robots(origin)
        return robots if robots and _holds(robots, self._clock()) else None

    async def _fetch(self, origin: str) -> RobotsFile:
        now = self._clock()
        try:
            answer = await self._get(f"{origin}/robots.txt")
            status, body, wait = answer.status, answer.body, retry_after(answer.headers, now)
        except HostHeld:
            raise
        except FetchError as error:
            status, body, wait = _status_of(error), b"", None
        if status == 429 or status >= 500:
            expires_at = now + _asked_again_after(wait)
            return RobotsFile("", is_readable=False, expires_at=expires_at)
        text = decode(body, "utf-8").text if 200 <= status < 300 else ""
        return RobotsFile(text.replace("\x00", ""), is_readable=True, expires_at=now + KEPT_FOR)

    def _rules(self, origin: str, robots: RobotsFile) -> Protego:
        # Parsing a long file costs more than reading a page. Popped and put back, so that the least
        # recently used one is forgotten first.
        key = (origin, robots.expires_at)
        rules = self._parsed.pop(key, None) or Protego.parse(only_our_agents(robots.text))
        self._parsed[key] = rules
        while len(self._parsed) > _PARSED_FILES:
            self._parsed.popitem(last=False)
        return rules


def _asked_again_after(wait: timedelta | None) -> timedelta:
    """Returns how long a file that could not be had is not asked for.

    Args:
        wait: how long its server asked to wait, None where it did not say.
    """
    return min(max(wait or ASKED_AGAIN_AFTER, ASKED_AGAIN_AFTER), KEPT_FOR)


def _holds(robots: RobotsFile, now: datetime) -> bool:
    """Says whether a stored file is believed: neither too old nor written by a clock that ran
    ahead.
    """
    return timedelta() < robots.expires_at - now <= KEPT_FOR + _CLOCKS_DIFFER


def _status_of(error: FetchError) -> int:
    """Returns the status of a robots.txt that did not come, else one that stands for its error."""
    # A refusal (4xx) allows all, and so does an address that leads nowhere; a network that is down
    # says nothing.
    return error.status or (404 if error.permanent else 503)


def _bounded_delay(seconds: float) -> timedelta:
    # Some files hold "inf", or so many digits that `timedelta` would overflow.
    if not math.isfinite(seconds):
        return MAX_CRAWL_DELAY
    return min(timedelta(seconds=min(seconds, _LONG_SECONDS)), MAX_CRAWL_DELAY)


def only_our_agents(text: str) -> str:
    """Returns a robots.txt in which all agents but us and `*` are one: thousands of names would
    cost minutes to parse.
    """
    return "\n".join(map(_merge_agents, text.splitlines()))


def _merge_agents(line: str) -> str:
    match = _AGENT.match(line)
    if match is None:
        return line
    name = match[1].lower()
    return f"User-agent: {name if name == '*' or name.strip('*') == PRODUCT else 'other'}"
