"""What a site's robots.txt says about a page, and how long it is remembered (RFC 9309).

It is asked for article pages only, once a day and site: feeds are addresses that the user chose. A
file that is not there allows everything; one that the server cannot give lets pages wait."""

from __future__ import annotations

import math
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from protego import Protego

from monitor.decoding import decode
from monitor.errors import FetchError, HostHeld, RobotsDisallow
from monitor.politeness import HostBook, RobotsFile

MAX_ROBOTS_BYTES = 500_000  # RFC 9309 §2.5 asks for 500 KiB at least; what is behind is not read
KEPT_FOR = timedelta(hours=24)
# How long pages wait when the file could not be read, before it is asked for again.
ASKED_AGAIN_AFTER = timedelta(minutes=30)
MAX_CRAWL_DELAY = timedelta(seconds=60)
PRODUCT = "monitor"

_AGENT = re.compile(r"^\s*user[- ]?agent\s*:?\s*([^#\s]*).*$", re.IGNORECASE)
_PARSED_FILES = 64


class Robots:
    """Asks for robots.txt files and remembers what they say.

    Args:
        book: keeps them over a restart.
        get: fetches one and returns its status and first bytes; raises FetchError when no answer
            came.
        clock: the time of day.
    """

    def __init__(
        self,
        book: HostBook,
        get: Callable[[str], Awaitable[tuple[int, bytes]]],
        clock: Callable[[], datetime],
    ) -> None:
        self._book = book
        self._get = get
        self._clock = clock
        self._parsed: OrderedDict[tuple[str, datetime], Protego] = OrderedDict()

    async def allow(self, url: str) -> timedelta:
        """Returns the least time between two pages of the site; zero when it asks for none.

        Raises:
            RobotsDisallow: the page is not for us, or nobody knows because the file could not be
            had. HostHeld: the host has asked to be left alone.
        """
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}".lower()
        robots = await self._book.get_robots(origin)
        if robots is None or robots.expires_at <= self._clock():
            robots = await self._fetch(origin)
            await self._book.put_robots(origin, robots)
        if not robots.is_readable:
            wait = max(robots.expires_at - self._clock(), timedelta())
            raise RobotsDisallow(
                url, f"the robots.txt of {parts.netloc} cannot be read", retry_after=wait
            )
        rules = self._rules(origin, robots)
        if not rules.can_fetch(url, PRODUCT):
            raise RobotsDisallow(
                url, f"robots.txt disallows this page of {parts.netloc}", permanent=True
            )
        delay = rules.crawl_delay(PRODUCT) or 0.0
        return (
            min(timedelta(seconds=min(delay, 1e6)), MAX_CRAWL_DELAY)
            if math.isfinite(delay)
            else MAX_CRAWL_DELAY
        )

    async def _fetch(self, origin: str) -> RobotsFile:
        now = self._clock()
        try:
            status, body = await self._get(f"{origin}/robots.txt")
        except HostHeld:
            raise
        except FetchError as error:
            # A refusal (4xx) allows all, and so does an address that leads nowhere; a network that
            # is down says nothing.
            status, body = error.status or (404 if error.permanent else 503), b""
        if status == 429 or status >= 500:
            return RobotsFile("", is_readable=False, expires_at=now + ASKED_AGAIN_AFTER)
        text = decode(body, "utf-8").text if 200 <= status < 300 else ""
        return RobotsFile(text.replace("\x00", ""), is_readable=True, expires_at=now + KEPT_FOR)

    def _rules(self, origin: str, robots: RobotsFile) -> Protego:
        key = (origin, robots.expires_at)
        rules = self._parsed.pop(key, None) or Protego.parse(only_our_agents(robots.text))
        self._parsed[key] = rules
        while len(self._parsed) > _PARSED_FILES:
            self._parsed.popitem(last=False)
        return rules


def only_our_agents(text: str) -> str:
    """Returns a robots.txt in which all agents but us and `*` are one: thousands of names would
    cost minutes to parse.
    """

    def renamed(line: str) -> str:
        match = _AGENT.match(line)
        if match is None:
            return line
        name = match[1].lower()
        return f"User-agent: {name if name == '*' or name.strip('*') == PRODUCT else 'other'}"

    return "\n".join(renamed(line) for line in text.splitlines())
