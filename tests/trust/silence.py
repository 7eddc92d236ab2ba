"""Feeds that go silent in every way there is, and feeds with rhythms of their own, over thirty days
of simulated time.

The program asks when its own schedule says so; only the clock is moved. It says so of a feed that
fails for a day, that its server has called gone for three, or that has brought nothing for longer
than is usual for it: from that moment on, three polls may pass until it is told.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from monitor.bootstrap import build_context
from monitor.pipeline.context import Context
from monitor.pipeline.deliver import seal_due, send_due
from monitor.pipeline.polling.health import tell_silence
from monitor.pipeline.polling.pollers import Pollers
from monitor.pipeline.run_once import prepare
from monitor.settings import load_settings
from tests.trust.figures import Figure, Finding
from tests.trust.hostile.feeds import rss
from tests.trust.kills import scratch
from tests.world import SECRET, Hook, Site

START = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
DAYS, BREAK_DAY, PAST_DAYS = 30, 8, 60
STEP = timedelta(hours=1)
POLLS = 3
FAILS_FOR, GONE_FOR = timedelta(days=1), timedelta(days=3)
# Two days, twenty polls, five of its gaps; the config's longest interval is six hours.
SILENT_FOR = 20 * timedelta(hours=6)
RHYTHMS: Mapping[str, Callable[[datetime], bool]] = {
    "hourly by day": lambda at: 7 <= at.hour < 22,
    "on working days": lambda at: at.weekday() < 5 and at.hour == 9,
    "weekly": lambda at: at.weekday() == 2 and at.hour == 15,
}
COPIES = 2

Answer = tuple[int, str, bytes, dict[str, str]]


@dataclass
class Source:
    """A feed that posts in a rhythm, until it goes silent in a way.

    Attributes:
        asked: when it was asked.
        last_new_at: when it last had something new.
    """

    number: int
    rhythm: Callable[[datetime], bool]
    way: Callable[[Source], Answer] | None = None
    bound: timedelta = timedelta()
    items: list[str] = field(default_factory=list)
    asked: list[datetime] = field(default_factory=list)
    last_new_at: datetime = START
    posted: int = 0

    def document(self, items: list[str]) -> bytes:
        return rss("".join(items))

    def post(self, now: datetime) -> None:
        if self.way and now >= START + timedelta(days=BREAK_DAY):
            return
        if now.minute == 0 and self.rhythm(now):
            link = f"http://gazette.example/{self.number}/{self.posted}"
            self.items.insert(
                0,
                f"<item><title>Notice {self.posted}</title><link>{link}</link>"
                f"<pubDate>{format_datetime(now)}</pubDate></item>",
            )
            del self.items[20:]
            self.last_new_at = now
            self.posted += 1

    def answer(self, now: datetime, headers: Mapping[str, str]) -> Answer:
        self.asked.append(now)
        if self.way and now >= START + timedelta(days=BREAK_DAY):
            return self.way(self)
        return self.whole(headers)

    def whole(self, headers: Mapping[str, str]) -> Answer:
        etag = f'"{self.last_new_at.isoformat()}"'
        if headers.get("if-none-match") == etag:
            return 304, "application/rss+xml", b"", {"ETag": etag}
        return 200, "application/rss+xml", self.document(self.items), {"ETag": etag}

    def late_polls(self, told_at: datetime | None) -> int:
        """Returns how many polls there were from the moment of its bound until it was told."""
        broken_at = START + timedelta(days=BREAK_DAY)
        since = [at for at in self.asked if at >= broken_at]
        begin = self.last_new_at if self.bound == SILENT_FOR else since[0]
        until = told_at or since[-1]
        return sum(begin + self.bound <= at <= until for at in since)


def _says(status: int, body: bytes = b"no", media_type: str = "text/plain", **headers: str) -> Any:
    return lambda _: (status, media_type, body, headers)


_PAGE = b"<!doctype html><html><body><h1>Welcome to the new site</h1></body></html>"
WAYS: Mapping[str, tuple[Callable[[Source], Answer], timedelta]] = {
    "404": (_says(404), FAILS_FOR),
    "403": (_says(403), FAILS_FOR),
    "500": (_says(500), FAILS_FOR),
    "410": (_says(410), GONE_FOR),
    "a page in its place": (_says(200, _PAGE, "text/html"), FAILS_FOR),
    "an empty answer": (_says(200, b""), FAILS_FOR),
    "noise": (_says(200, bytes(range(256)) * 20), FAILS_FOR),
    "on to the home page": (_says(302, b"", Location="/home"), FAILS_FOR),
    "a document cut off": (_says(200, b"<rss><channel><item><title>No"), SILENT_FOR),
    "no items": (lambda source: (200, "application/rss+xml", source.document([]), {}), SILENT_FOR),
    "the same for ever": (lambda source: source.whole({}), SILENT_FOR),
    "not modified for ever": (_says(304, b""), SILENT_FOR),
    "the same in another order": (
        lambda source: (200, "application/rss+xml", _shuffled(source), {}),
        SILENT_FOR,
    ),
}


def _shuffled(source: Source) -> bytes:
    at = len(source.asked) % len(source.items)
    return source.document([*source.items[at:], *source.items[:at]])


class Town(Site):
    """All sources, each on a host of its own."""

    def __init__(self, sources: list[Source], clock: Callable[[], datetime]) -> None:
        self.sources, self._clock = sources, clock
        super().__init__("0.0.0.0")

    def answer(self, path: str, headers: dict[str, str]) -> Answer:
        number = path.strip("/").removesuffix(".xml")
        if not number.isdecimal():
            return 200, "text/html", _PAGE, {}
        return self.sources[int(number)].answer(self._clock(), headers)

    def url(self, source: Source) -> str:
        port = self.server.server_address[1]
        return f"http://127.0.7.{source.number + 1}:{port}/{source.number}.xml"


def make_sources() -> list[Source]:
    rhythms = [rhythm for rhythm in RHYTHMS.values() for _ in range(COPIES)]
    sources = [Source(number, rhythm) for number, rhythm in enumerate(rhythms)]
    hourly = RHYTHMS["hourly by day"]
    for way, bound in WAYS.values():
        sources.append(Source(len(sources), hourly, way, bound))
    for source in sources:
        # A feed was there before anybody followed it.
        for hours in range(PAST_DAYS * 24, 0, -1):
            source.post(START - timedelta(hours=hours))
    return sources


def silent_feeds(*, days: int = DAYS) -> list[Finding]:
    """Lets the days go by and compares what was told with what happened."""
    now = [START]
    sources = make_sources()
    town, hook = Town(sources, lambda: now[0]), Hook()
    try:
        with scratch() as folder:
            config = _write(folder / "config", town, hook)
            told = asyncio.run(_live(config, town, hook, now, days))
    finally:
        town.close()
        hook.close()
    broken = [source for source in sources if source.way]
    late = {
        name: source.late_polls(told[source.number].get("feed.silent"))
        for name, source in zip(WAYS, broken, strict=True)
    }
    untold = [
        name
        for name, source in zip(WAYS, broken, strict=True)
        if "feed.silent" not in told[source.number]
    ]
    false = [one.number for one in sources if not one.way and told[one.number]]
    polls = sum(len(source.asked) for source in sources)
    return [
        Figure("ways to go silent: tried", len(WAYS), 12, ">="),
        Figure("ways to go silent: untold", len(untold), 0, note=", ".join(untold)),
        Figure(
            "ways to go silent: polls until it is told, most",
            max(late.values()),
            POLLS,
            "<=",
            _worst(late),
        ),
        Figure(
            f"told falsely in {days} days of 3 rhythms, {polls} polls",
            len(false),
            0,
            note=str(false or ""),
        ),
    ]


def _worst(late: Mapping[str, int]) -> str:
    return max(late, key=lambda name: late[name])


async def _live(
    config: Path, town: Town, hook: Hook, now: list[datetime], days: int
) -> dict[int, dict[str, datetime]]:
    """Returns when which sources were told of, by their number."""
    told: dict[int, dict[str, datetime]] = defaultdict(dict)
    async with build_context(load_settings(config, {}), lambda: now[0]) as ctx:
        await prepare(ctx)
        while now[0] < START + timedelta(days=days):
            for source in town.sources:
                source.post(now[0])
            await _step(ctx)
            for _, event in hook.events:
                _note(event, town, told, now[0])
            hook.events.clear()
            now[0] += STEP
    return told


async def _step(ctx: Context) -> None:
    await Pollers().run(ctx)
    if await tell_silence(ctx):
        await seal_due(ctx)
        await send_due(ctx)


def _note(
    event: dict[str, Any], town: Town, told: dict[int, dict[str, datetime]], now: datetime
) -> None:
    text = json.dumps(event)
    for source in town.sources:
        if town.url(source) in text:
            told[source.number].setdefault(event["type"], now)


def _write(folder: Path, town: Town, hook: Hook) -> Path:
    (folder / "cases").mkdir(parents=True)
    (folder / "monitor.toml").write_text(
        'database_url = "sqlite:///monitor.db"\n[fetch]\nallow_private = true\n'
        'per_host_delay = "0s"\n[judge]\nsemantic = "off"\n'
        '[schedule]\nmin_interval = "1h"\nmax_interval = "6h"\n'
    )
    feeds = (f'[[feed]]\nurl = "{town.url(source)}"\n' for source in town.sources)
    (folder / "feeds.toml").write_text("".join(feeds))
    (folder / "channels.toml").write_text(
        f'[hook]\ntype = "webhook"\nurl = "{hook.url}"\nsecret = "{SECRET}"\n'
    )
    (folder / "cases" / "night-ferry.toml").write_text(
        'title = "Night ferry"\nquery = "ferry"\nfeeds = ["*"]\n'
        '[[alert]]\nchannel = "hook"\nwhen = "now"\n'
    )
    return folder
