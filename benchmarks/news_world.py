"""A news world on loopback for load: feeds over many hosts, with what real servers do to pollers.

    python -m benchmarks.news_world [--feeds 300] [--hosts 60] [--items 40]

Prints its port, then serves until it is stopped: `/feed/7.xml` (RSS and Atom in turn, with
validators), `/article/7-3.html`, `/addresses`, `/figures`, and `/set?…`, which changes `mode`
(`validators`, `plain`: none are sent, `volatile`: and the bytes differ each time), `delay` and
`spread` (milliseconds before an answer) and `editions` (items published since the start). Places,
people and words are invented.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import hashlib
import itertools
import json
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qsl, urlsplit

from benchmarks.copies import Writer

BEGAN = datetime(2026, 3, 1, tzinfo=UTC)
# Ten thousand sentences serve for millions of items: each takes some, by its number.
_STOCK = 4_000
_PARAGRAPHS, _SENTENCES = 12, 4
_STATUS = {200: "OK", 304: "Not Modified", 404: "Not Found"}


@functools.cache
def _stock() -> list[str]:
    words = Writer(11).words
    commons = list(itertools.accumulate(1 / (rank + 5) for rank in range(len(words))))
    chosen = random.Random(11)
    lengths = [chosen.randint(8, 26) for _ in range(_STOCK)]
    drawn = (chosen.choices(words, cum_weights=commons, k=length) for length in lengths)
    return [f"{' '.join(sentence).capitalize()}." for sentence in drawn]


def invent_sentences(seed: str, count: int) -> list[str]:
    """Returns sentences of invented words, the same for the same seed."""
    chosen = random.Random(seed)
    return [_stock()[chosen.randrange(_STOCK)] for _ in range(count)]


@dataclass
class World:
    """What is served, and what was asked.

    Attributes:
        term: stands in every item whose number is divisible by `every`; in none at 0.
        began: the time of the first item; the others follow it by half an hour each.
    """

    feeds: int
    hosts: int
    items: int
    term: str = ""
    every: int = 0
    began: datetime = BEGAN
    port: int = 0
    mode: str = "validators"
    delay: float = 0.0
    spread: float = 0.0
    editions: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    waiting: Counter[str] = field(default_factory=Counter)
    chance: random.Random = field(default_factory=lambda: random.Random(3))
    drawn: dict[tuple[int, int], bytes] = field(default_factory=dict)

    def host(self, number: int) -> str:
        place = number % self.hosts
        return f"127.3.{place // 200}.{place % 200 + 1}:{self.port}"

    def address(self, number: int) -> str:
        return f"http://{self.host(number)}/feed/{number}.xml"

    def document(self, number: int) -> bytes:
        """Returns a feed as it stands, newest item first."""
        key = (number, self.editions)
        if key not in self.drawn:
            self.drawn.pop((number, self.editions - 1), None)
            newest = self.items + self.editions
            items = range(newest - 1, newest - self.items - 1, -1)
            self.drawn[key] = _DRAW[number % 2](self, number, items)
        return self.drawn[key]

    def story(self, number: int, item: int) -> tuple[str, str]:
        """Returns headline and teaser of an item."""
        headline, *teaser = invent_sentences(f"{number}/{item}", 4)
        name = f"{self.term}: " if self.every and (number + item) % self.every == 0 else ""
        return f"{name}{headline.rstrip('.')}", " ".join(teaser)

    def page(self, number: int, item: int) -> bytes:
        """Returns an article's page, with the usual frame around its text."""
        headline, teaser = self.story(number, item)
        body = invent_sentences(f"{number}/{item}/body", _PARAGRAPHS * _SENTENCES)
        if self.every and (number + item) % self.every == 0:
            body[::_SENTENCES] = [f"{self.term} {text}" for text in body[::_SENTENCES]]
        groups = (body[at : at + _SENTENCES] for at in range(0, len(body), _SENTENCES))
        text = "".join(f"<p>{' '.join(group)}</p>\n" for group in groups)
        menu = "".join(f'<li><a href="/part/{at}">Part {at}</a></li>' for at in range(60))
        return (
            f'<!doctype html><html lang="en"><head><title>{headline}</title>'
            f'<meta property="og:title" content="{headline}"></head><body><nav><ul>{menu}</ul>'
            f"</nav><article><h1>{headline}</h1><p>{teaser}</p>\n{text}</article>"
            f"<footer><ul>{menu}</ul></footer></body></html>"
        ).encode()


def _time_of(world: World, number: int, item: int) -> datetime:
    return world.began + timedelta(minutes=30 * item, seconds=number % 1_500)


def _rss(world: World, number: int, items: range) -> bytes:
    parts = []
    for item in items:
        headline, teaser = world.story(number, item)
        link = f"http://{world.host(number)}/article/{number}-{item}.html"
        parts.append(
            f"<item><title>{headline}</title><link>{link}</link><guid>{link}</guid>"
            f"<pubDate>{format_datetime(_time_of(world, number, item), usegmt=True)}</pubDate>"
            f"<description><![CDATA[<p>{teaser} <a href='{link}'>On</a></p>]]></description>"
            "</item>\n"
        )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>'
        f"<title>Post {number}</title><link>http://{world.host(number)}/</link>"
        f"<description>News of ward {number}</description>\n{''.join(parts)}</channel></rss>"
    ).encode()


def _atom(world: World, number: int, items: range) -> bytes:
    parts = []
    for item in items:
        headline, teaser = world.story(number, item)
        link = f"http://{world.host(number)}/article/{number}-{item}.html"
        parts.append(
            f'<entry><title>{headline}</title><link href="{link}"/>'
            f"<id>urn:ward:{number}:{item}</id>"
            f"<updated>{_time_of(world, number, item).isoformat()}</updated>"
            f'<summary type="html">&lt;p&gt;{teaser}&lt;/p&gt;</summary></entry>\n'
        )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>Courier {number}</title><id>urn:ward:{number}</id>"
        f"<updated>{world.began.isoformat()}</updated>\n{''.join(parts)}</feed>"
    ).encode()


_DRAW = (_rss, _atom)


class Connection(asyncio.Protocol):
    """One connection; answers what is asked on it, one after the other."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, rest = self._received.partition(b"\r\n\r\n")
        if not end:
            return
        self._received = rest
        first, *lines = head.decode("latin-1").split("\r\n")
        pairs = (line.partition(": ") for line in lines)
        headers = {name.lower(): value for name, _, value in pairs}
        self._answer_later(first.split(" ")[1], headers)

    def _answer_later(self, path: str, headers: dict[str, str]) -> None:
        world = self._world
        pause = world.delay + world.chance.random() * world.spread
        if not pause or not path.startswith(("/feed", "/article")):
            self._answer(path, headers)
            return
        host = headers["host"]
        world.waiting[host] += 1
        world.asked["most at once of a host"] = max(
            world.asked["most at once of a host"], world.waiting[host]
        )
        loop = asyncio.get_running_loop()
        loop.call_later(pause / 1000, self._answer_waiting, path, headers)

    def _answer_waiting(self, path: str, headers: dict[str, str]) -> None:
        self._world.waiting[headers["host"]] -= 1
        self._answer(path, headers)

    def _answer(self, path: str, headers: dict[str, str]) -> None:
        if self._transport.is_closing():
            return
        status, extra, body = respond(self._world, path, headers)
        self._world.asked[str(status)] += 1
        head = f"HTTP/1.1 {status} {_STATUS[status]}\r\nContent-Length: {len(body)}\r\n{extra}\r\n"
        self._transport.write(head.encode() + body)
        if headers.get("connection", "").lower() == "close":
            self._transport.close()


Answer = tuple[int, str, bytes]


def respond(world: World, path: str, headers: dict[str, str]) -> Answer:
    """Returns status, further headers and body for a request."""
    if path.startswith("/feed/"):
        return _respond_feed(world, int(path[6:-4]), headers.get("if-none-match", ""))
    if path.startswith("/article/"):
        number, item = map(int, path[9:-5].split("-"))
        return 200, "Content-Type: text/html; charset=utf-8\r\n", world.page(number, item)
    if path.startswith("/set?"):
        _change(world, path)
        return 200, "", b"{}"
    if path == "/figures":
        figures, world.asked = world.asked, Counter()
        return 200, "", json.dumps(figures).encode()
    if path == "/addresses":
        return 200, "", "\n".join(map(world.address, range(world.feeds))).encode()
    return 404, "", b""


def _respond_feed(world: World, number: int, known: str) -> Answer:
    body = world.document(number)
    kind = "Content-Type: application/xml; charset=utf-8\r\n"
    if world.mode == "volatile":
        body += f"<!-- drawn {next(_DRAWN)} -->".encode()
    if world.mode != "validators":
        return 200, kind, body
    tag = f'"{hashlib.blake2b(body, digest_size=8).hexdigest()}"'
    if known == tag:
        return 304, f"ETag: {tag}\r\n", b""
    return 200, f"{kind}ETag: {tag}\r\n", body


_DRAWN = itertools.count()


def _change(world: World, path: str) -> None:
    for name, value in parse_qsl(urlsplit(path).query):
        setattr(world, name, type(getattr(world, name))(value))


async def serve(world: World) -> None:
    """Serves on all hosts, on one port that is free everywhere; prints the port."""
    loop = asyncio.get_running_loop()
    first = await loop.create_server(lambda: Connection(world), "127.0.0.1", 0, backlog=4096)
    world.port = first.sockets[0].getsockname()[1]
    hosts = [world.host(number).partition(":")[0] for number in range(world.hosts)]
    rest = await loop.create_server(lambda: Connection(world), hosts, world.port, backlog=1024)
    for number in range(world.feeds):
        world.document(number)
    print(world.port, flush=True)
    async with first, rest:
        await rest.serve_forever()


def main() -> None:
    """Reads the options and serves."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, default in (("feeds", 300), ("hosts", 60), ("items", 40), ("every", 0)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--term", default="")
    parser.add_argument("--began", type=datetime.fromisoformat, default=BEGAN)
    asyncio.run(serve(World(**vars(parser.parse_args()))))


if __name__ == "__main__":
    main()
