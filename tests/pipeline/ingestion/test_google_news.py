"""Links of Google News are followed to their articles: opt-in, over real HTTP to an invented
server, once for ever.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.extraction.googlenews import ORIGIN, page_url, read_answer, read_token
from monitor.pipeline.context import Context
from monitor.pipeline.ingestion.google_news import MAX_WAITING, GoogleNewsResolver, ResolverBusy
from monitor.pipeline.run_once import PassResult, run_pass
from monitor.store.views.articles import list_articles
from tests.pipeline.conftest import Newsroom
from tests.world import Story

pytest.importorskip("googlenewsdecoder", reason="the extra google-news is not installed")

TOKEN = "CBMiAU_yqLinvented-token_1"
LINK = f"https://news.google.com/rss/articles/{TOKEN}?oc=5"
PAGE_PATH = f"/rss/articles/{TOKEN}?hl=en-US&gl=US&ceid=US%3Aen"
ANSWER_PATH = "/_/DotsSplashUi/data/batchexecute"
SIGNED = (
    b'<html><body><c-wiz><div jscontroller="x" data-n-a-sg="sig" data-n-a-ts="1744405200"></div>'
    b"</c-wiz></body></html>"
)


def answer(target: object) -> bytes:
    rows = [
        ["wrb.fr", "Fbv4je", json.dumps(["garturlres", target, 1]), None, None, None, "0"],
        ["di", 9],
        ["e", 4],
    ]
    return f")]}}'\n\n{json.dumps(rows)}".encode()


class Aggregator:
    """A newsroom whose second outlet plays Google News, with one item whose article the first
    outlet has.
    """

    def __init__(self, newsroom: Newsroom) -> None:
        self.room = newsroom
        self.paper, self.google = newsroom.outlets[:2]
        self.target = f"{self.paper.base}/us/hearing"
        self.google.answers[PAGE_PATH] = lambda: (200, "text/html", SIGNED)
        self.answer(answer(self.target))
        body = [
            "A hearing on Abrego Garcia was moved to Friday, a court clerk said.",
            "Abrego Garcia's lawyers had asked for it.",
        ]
        self.article = Story("/us/hearing", "Abrego Garcia hearing moved", body, newsroom.now)
        newsroom.poll()

    def answer(self, body: bytes, status: int = 200) -> None:
        self.google.answers[f"POST {ANSWER_PATH}"] = lambda: (status, "text/plain", body)

    def poll(self) -> PassResult:
        feed = (
            f"<rss version='2.0'><channel><title>Search</title><item><title>"
            f"{self.article.title}</title><link>{LINK}</link>"
            f"<guid isPermaLink='false'>{TOKEN}</guid></item></channel></rss>"
        )
        self.google.answers["/feed.xml"] = lambda: (200, "application/rss+xml", feed.encode())
        self.paper.answers["/us/hearing"] = lambda: (
            200,
            "text/html",
            self.paper.page(self.article).encode(),
        )
        self.room.now += timedelta(hours=1)

        async def inside(ctx: Context) -> PassResult:
            resolver = GoogleNewsResolver(
                ctx.client, ctx.pool, origin=self.google.base, pause=timedelta(0)
            )
            return await run_pass(replace(ctx, resolver=resolver))

        return self.room.run(inside)

    @property
    def asked(self) -> list[tuple[str, str]]:
        return [
            (method, path)
            for method, path, _ in self.google.requests
            if path in (PAGE_PATH, ANSWER_PATH)
        ]

    @property
    def articles(self) -> list[tuple[str, str]]:
        found = self.room.read(list_articles, limit=20)
        return [
            (article.url, article.extraction)
            for article in found
            if article.title == self.article.title
        ]


@pytest.fixture
def aggregator(newsroom: Newsroom) -> Aggregator:
    return Aggregator(newsroom)


def test_the_article_behind_a_link_is_read(aggregator: Aggregator) -> None:
    aggregator.poll()

    assert aggregator.articles == [(aggregator.target, "full")]
    assert aggregator.asked == [("GET", PAGE_PATH), ("POST", ANSWER_PATH)]


def test_a_link_is_asked_for_once_for_ever(aggregator: Aggregator) -> None:
    aggregator.poll()

    async def again(ctx: Context) -> str | None:
        aggregator.room.now += timedelta(days=900)
        resolver = GoogleNewsResolver(
            ctx.client, ctx.pool, origin=aggregator.google.base, pause=timedelta(0)
        )
        return await resolver.resolve(ctx, LINK)

    assert aggregator.room.run(again) == aggregator.target
    assert len(aggregator.asked) == 2


@pytest.mark.parametrize(
    "spoil",
    [
        lambda it: it.google.answers.update({PAGE_PATH: lambda: (404, "text/html", b"")}),
        lambda it: it.google.answers.update(
            {PAGE_PATH: lambda: (200, "text/html", b"<p>Before you continue</p>")}
        ),
        lambda it: it.answer(b"busy", 503),
        lambda it: it.answer(b")]}'\n\n[[[[["),
        lambda it: it.answer(answer("javascript:alert(1)")),
        lambda it: it.answer(answer(7)),
    ],
    ids=[
        "page missing",
        "page unsigned",
        "answer refused",
        "answer broken",
        "answer no web address",
        "answer a number",
    ],
)
def test_what_cannot_be_resolved_stays_a_headline(
    aggregator: Aggregator, spoil: Callable[[Aggregator], None]
) -> None:
    spoil(aggregator)

    aggregator.poll()

    assert aggregator.articles == [(LINK, "feed_only")]


def test_a_refusal_is_heeded_by_the_next_link_too(aggregator: Aggregator) -> None:
    aggregator.answer(b"slow down", 429)

    async def two(ctx: Context) -> list[str | None]:
        resolver = GoogleNewsResolver(
            ctx.client, ctx.pool, origin=aggregator.google.base, pause=timedelta(0)
        )
        return [await resolver.resolve(ctx, link) for link in (LINK, LINK.replace("_1", "_2"))]

    assert aggregator.room.run(two) == [None, None]
    assert len(aggregator.asked) == 2
    assert not [path for _, path, _ in aggregator.google.requests if "token_2" in path]


def test_without_the_option_nothing_is_asked(aggregator: Aggregator) -> None:
    assert aggregator.room.run(_resolver_of) is None


async def _resolver_of(ctx: Context) -> object:
    return ctx.resolver


def test_links_beyond_a_few_come_later(aggregator: Aggregator) -> None:
    links = [f"https://news.google.com/rss/articles/CBMiother{n}" for n in range(MAX_WAITING + 2)]
    is_let_go = threading.Event()

    def answer_late() -> tuple[int, str, bytes]:
        is_let_go.wait(10)
        return 404, "text/plain", b"not found"

    async def many(ctx: Context) -> list[object]:
        resolver = GoogleNewsResolver(
            ctx.client, ctx.pool, origin=aggregator.google.base, pause=timedelta(0)
        )
        asked = [asyncio.ensure_future(resolver.resolve(ctx, link)) for link in links]
        while sum(task.done() for task in asked) < len(links) - MAX_WAITING:
            await asyncio.wait(
                [task for task in asked if not task.done()],
                timeout=5,
                return_when=asyncio.FIRST_COMPLETED,
            )
        is_let_go.set()
        return await asyncio.gather(*asked, return_exceptions=True)

    for link in links:
        aggregator.google.answers[page_url(read_token(link), link).removeprefix(ORIGIN)] = (
            answer_late
        )
    found = aggregator.room.run(many)

    assert [isinstance(one, ResolverBusy) for one in found].count(True) == 2


@pytest.mark.parametrize(
    ("url", "token"),
    [
        (LINK, TOKEN),
        (f"https://news.google.com/read/{TOKEN}", TOKEN),
        (f"https://news.google.com.evil.example/articles/{TOKEN}", ""),
        ("https://news.google.com/articles/../../etc", ""),
        ("https://news.google.com/", ""),
    ],
)
def test_a_token_is_read_from_links_of_google_news_alone(url: str, token: str) -> None:
    assert read_token(url) == token


def test_an_answer_that_leads_back_to_google_news_is_none() -> None:
    assert read_answer(answer("https://news.google.com/articles/x").decode()) is None
