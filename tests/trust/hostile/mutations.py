"""Twenty thousand inputs with something wrong in them, over parse, extract, match, judge, render.

Each chunk runs in a worker process of the product, under its limits: what a chunk raises beside the
errors that are meant for it is a crash, and a chunk that does not come back hangs.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache

from monitor.alerts.rendering import render_alert
from monitor.bootstrap import build_pool
from monitor.channels.mail import build_mail
from monitor.errors import FeedParseError, MonitorError, QueryError
from monitor.extraction.extract import extract_page
from monitor.feeds.parse import parse_feed
from monitor.matching import Folded, compile_query
from monitor.model import Fields
from tests.alerts.samples import NOW, OPTIONS, PAYLOAD
from tests.novelty.world import PARAGRAPHS, Case, text_of
from tests.trust import breaks
from tests.trust.figures import Figure, Finding
from tests.trust.hostile.feeds import hostile_feeds, item, rss
from tests.trust.hostile.pages import hostile_pages, page

CHUNK = 100
CHUNK_LIMIT = timedelta(minutes=4)
# How many of a hundred go where.
SHARES = {"parse": 55, "extract": 20, "match": 10, "judge": 5, "render": 10}
# What a document costs at most, by the limits of the product.
LIMITS_S = {"parse": 10.0, "extract": 5.0, "match": 5.0, "judge": 10.0, "render": 5.0}
_SMALL = 10_000
_PIECES = (
    b"<", b">", b"&", b";", b'"', b"'", b"\0", b"]]>", b"<![CDATA[", b"-->", b"<!--", b"&#xD800;",
    b"&#0;",
    b"=?utf-8?q?=0D=0A?=", b"\r\n", b"\x1b[2J", "\u202e".encode(), b"\xff", b"\xed\xa0\x80",
    b"&lt;script&gt;", b"{{", b"http://[::1/", b"99999-99-99", b"\\", b"%00", b"<a", b"</", b"<?",
)  # fmt: skip
_WORDS = (
    "harbour", "AND", "OR", "NOT", "-", "(", ")", '"', "NEAR/3", "NEAR/", "title:", "since:7d", "*",
    "/(a+)+$/", "/[/", "lang:", "url:", "~", "quay", "Ábrego‑García’s", "'", "\\", "since:x", "/",
)  # fmt: skip


def mutate(body: bytes, chance: random.Random) -> bytes:
    """Returns bytes with one to four things wrong: cut, doubled, moved, flipped or put in."""
    for _ in range(chance.randint(1, 4)):
        at, to = sorted(chance.randrange(len(body) + 1) for _ in range(2))
        match chance.randrange(6):
            case 0:
                body = body[:at] + body[to:]
            case 1:
                body = body[:to] + body[at:to] * chance.randint(1, 20) + body[to:]
            case 2:
                body = body[to:] + body[:to]
            case 3:
                body = body[:at] + bytes([chance.randrange(256)]) + body[at + 1 :]
            case _:
                body = body[:at] + chance.choice(_PIECES) * chance.randint(1, 9) + body[at:]
        body = body[:_SMALL]
    return body


def mutate_text(text: str, chance: random.Random) -> str:
    return mutate(text.encode(), chance).decode("utf-8", "surrogateescape")


def _small(corpus: dict[str, bytes]) -> list[bytes]:
    return [body for body in corpus.values() if len(body) < _SMALL]


@cache
def _corpus() -> tuple[list[bytes], list[bytes]]:
    whole = rss("".join(item(f"Harbour {n}") for n in range(4)))
    return [whole, *_small(hostile_feeds())], [page(), *_small(hostile_pages())]


class Subject:
    """What is tried, on inputs of one chance."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.feeds, self.pages = _corpus()
        self.text = text_of(*PARAGRAPHS[:12])
        self.case = Case()
        self.case.store(self.text)
        self.case.store(text_of(*PARAGRAPHS[2:9]))

    def parse(self) -> None:
        body = mutate(self.chance.choice(self.feeds), self.chance)
        try:
            parse_feed(body, url="http://gazette.example/feed.xml")
        except FeedParseError:
            return

    def extract(self) -> None:
        body = mutate(self.chance.choice(self.pages), self.chance)
        extract_page(body, url="http://gazette.example/a", media_type="text/html")

    def match(self) -> None:
        words = [self.chance.choice(_WORDS) for _ in range(self.chance.randint(1, 9))]
        try:
            query = compile_query(mutate_text(" ".join(words), self.chance))
        except QueryError:
            return
        fields = Fields(title="Harbour", text=mutate_text(self.text, self.chance))
        query.match(Folded.of(fields), now=NOW)

    def judge(self) -> None:
        text = mutate_text(self.text, self.chance)
        self.case.judge(text, title=text[:90])

    def render(self) -> None:
        said = mutate_text(PAYLOAD.article.title, self.chance)
        article = replace(PAYLOAD.article, title=said, outlet=said[::-1], author=said)
        development = replace(PAYLOAD.development, summary_sentence=said)
        sentences = tuple(replace(one, text=said) for one in PAYLOAD.new_sentences)
        payload = replace(
            PAYLOAD, article=article, development=development, new_sentences=sentences
        )
        message = render_alert(payload, **OPTIONS)
        message.event.encode()
        build_mail(message, "monitor@example.org", ["desk@example.org"], date="today")


def try_chunk(kind: str, seed: int, count: int, broken: str) -> tuple[float, list[str]]:
    """Tries so many inputs; returns the seconds of work of the slowest, and what crashed."""
    breaks.apply(broken)
    subject, slowest, crashes = Subject(seed), 0.0, []
    step: Callable[[], None] = getattr(subject, kind)
    for _ in range(count):
        began = time.thread_time()
        try:
            step()
        # Whatever it is, it is what is looked for.
        except Exception as error:  # noqa: BLE001
            crashes.append(f"{kind}: {type(error).__name__}: {error}"[:200])
        slowest = max(slowest, time.thread_time() - began)
    return slowest, crashes


def mutations(count: int, *, broken: str = "") -> list[Finding]:
    """Tries so many inputs in the worker processes of the product."""
    chunks = [
        (kind, seed, CHUNK, broken)
        for kind, share in SHARES.items()
        for seed in range(max(1, count * share // 100 // CHUNK))
    ]
    slowest, crashes, hanging = asyncio.run(_try_all(chunks))
    late = [kind for kind, seconds in slowest.items() if seconds > LIMITS_S[kind]]
    seen = " ".join(f"{kind} {seconds:.2f}s" for kind, seconds in sorted(slowest.items()))
    name = f"{len(chunks) * CHUNK} mutations"
    return [
        Figure(f"{name}: crashes", len(crashes), 0, note="; ".join(sorted(set(crashes))[:3])),
        Figure(f"{name}: hanging", hanging, 0),
        Figure(f"{name}: kinds slower than may be", len(late), 0, note=f"slowest: {seen}"),
    ]


async def _try_all(
    chunks: Sequence[tuple[str, int, int, str]],
) -> tuple[Counter[str], list[str], int]:
    slowest: Counter[str] = Counter()
    crashes: list[str] = []
    hanging = 0
    async with build_pool() as pool:

        async def run(chunk: tuple[str, int, int, str]) -> None:
            nonlocal hanging
            try:
                seconds, crashed = await pool.run(try_chunk, *chunk, timeout=CHUNK_LIMIT)
            except MonitorError as error:
                hanging += 1
                crashed, seconds = [str(error)], 0.0
            crashes.extend(crashed)
            slowest[chunk[0]] = max(slowest[chunk[0]], seconds)

        await asyncio.gather(*map(run, chunks))
    return slowest, crashes, hanging
