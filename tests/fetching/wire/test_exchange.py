"""A request over a connection of its own: what goes over the wire, and how answers are read."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from datetime import timedelta
from itertools import pairwise
from typing import Any, TypeVar

import httpcore
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import FetchError
from monitor.fetching import Client, FetchOptions
from monitor.fetching.wire.exchange import Exchange
from monitor.model import Fetched, Validators
from tests.fetching.server import Server, Visit, response, serving

OPTIONS = FetchOptions("quay-reader/1", per_host_delay=timedelta(), allow_private=True)
BODY = b"<rss><channel><title>Quay Courier</title></channel></rss>"
T = TypeVar("T")


class Played(httpcore.AsyncNetworkStream):
    """A connection that says its parts one after the other and keeps what it is sent."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self.left = [part for part in parts if part]
        self.sent = b""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.left.pop(0) if self.left else b""

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.sent += buffer


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


async def converse(*parts: bytes) -> tuple[int, bytes]:
    """Asks over a connection that answers with these parts; returns status and body."""
    exchange = Exchange(Played(parts))
    await exchange.ask(httpx.Request("GET", "http://quay.example/feed"))
    head = await exchange.read_head()
    return head.status_code, b"".join([part async for part in exchange.parts()])


def chunked(*parts: bytes) -> bytes:
    lines = [b"%x\r\n%s\r\n" % (len(part), part) for part in parts]
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"".join(lines) + b"0\r\n\r\n"


ANSWERS = [
    (b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntide", (200, b"tide")),
    (b"HTTP/1.1 200 OK\r\n\r\nuntil the end", (200, b"until the end")),
    (b"HTTP/1.0 404 Gone fishing\r\n\r\nno", (404, b"no")),
    (chunked(b"high ", b"water"), (200, b"high water")),
    (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", (304, b"")),
    (b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", (200, b"x")),
]


@pytest.mark.parametrize(("answer", "expected"), ANSWERS)
def test_an_answer_is_read_by_what_its_head_says_of_its_length(
    answer: bytes, expected: tuple[int, bytes]
) -> None:
    assert run(converse(answer)) == expected


@given(st.sampled_from(ANSWERS), st.lists(st.integers(0, 120), max_size=6))
def test_it_is_the_same_in_however_many_pieces_it_comes(
    case: tuple[bytes, tuple[int, bytes]], cuts: list[int]
) -> None:
    answer, expected = case
    places = [0, *sorted(min(cut, len(answer)) for cut in cuts), len(answer)]
    parts = [answer[start:end] for start, end in pairwise(places)]

    assert run(converse(*parts)) == expected


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"", "without sending a response"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", "without sending complete"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "illegal chunk"),
        (b"SSH-2.0-harbour\r\n\r\n", "illegal status line"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 300_000, "too long|Receive buffer"),
    ],
    ids=["nothing", "cut short", "chunks", "no http", "endless head"],
)
def test_what_is_no_answer_is_an_error_of_the_server(answer: bytes, words: str) -> None:
    with pytest.raises(httpcore.RemoteProtocolError, match=words):
        run(converse(answer))


def test_a_body_is_sent_behind_its_head() -> None:
    stream = Played(())

    run(Exchange(stream).ask(httpx.Request("POST", "http://quay.example/hook", content=b"tide")))

    assert (
        stream.sent == b"POST /hook HTTP/1.1\r\nHost: quay.example\r\nContent-Length: 4\r\n\r\ntide"
    )


def test_a_server_that_hangs_up_while_it_is_asked_is_heard_all_the_same() -> None:
    class Refusing(Played):
        async def write(self, buffer: bytes, timeout: float | None = None) -> None:
            raise httpcore.WriteError("it has hung up")

    async def ask() -> int:
        exchange = Exchange(Refusing([b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n"]))
        await exchange.ask(httpx.Request("POST", "http://quay.example/hook", content=b"tide"))
        return (await exchange.read_head()).status_code

    assert run(ask()) == 413


def test_a_request_that_h11_does_not_send_is_an_error_of_ours() -> None:
    request = httpx.Request("GET", "http://quay.example/", headers={"X-Tide": "high\nlow"})

    with pytest.raises(httpcore.LocalProtocolError):
        run(Exchange(Played(())).ask(request))


async def heads_of(path: str, validators: Validators) -> list[dict[str, str]]:
    """Returns the headers that a server gets over both ways: for a feed, and for a page."""
    seen: list[dict[str, str]] = []

    async def answer(visit: Visit) -> None:
        seen.append({"": visit.request.target, **visit.request.headers})
        await visit.send(response(BODY))

    async with serving(answer) as server, Client(OPTIONS) as client:
        await client.fetch_feed(server.url(path), validators=validators)
        await client.fetch(server.url(path), validators=validators)
    return seen


@pytest.mark.parametrize(
    "path",
    [
        "/feed.xml",
        "/news?tag=a&b=%20c",
        "/día/ñ",
        "/a#part",
        "/%e9",
        "",
        "/a//b/../c",
    ],
)
def test_a_feed_is_asked_for_as_a_page_would_be(path: str) -> None:
    known = Validators('"caf\xe9"', "Fri, 11 Apr 2025 21:00:00 GMT")

    single, pooled = run(heads_of(path, known))

    assert single == pooled
    assert single["user-agent"] == "quay-reader/1"


@pytest.mark.parametrize(
    "url", ["http://[::zz]/", "http://a\x00b/", f"http://{'x' * 70}.example/", "http://a:99999/"]
)
def test_an_address_that_is_none_fails_alike_over_both_ways(url: str) -> None:
    async def ask() -> list[str]:
        async with Client(OPTIONS) as client:
            return [await words_of(fetch(url)) for fetch in (client.fetch_feed, client.fetch)]

    single, pooled = run(ask())

    assert single == pooled


async def words_of(fetching: Coroutine[Any, Any, object]) -> str:
    with pytest.raises(FetchError) as told:
        await fetching
    return str(told.value)


def test_of_several_locations_the_first_counts() -> None:
    async def answer(visit: Visit) -> None:
        if visit.request.target == "/old":
            places = (("Location", "/new"), ("location", "/other"))
            await visit.send(response(status="301 Moved", headers=places))
        else:
            await visit.send(response(visit.request.target.encode()))

    async def ask(server: Server, client: Client) -> list[bytes]:
        got = [await fetch(server.url("/old")) for fetch in (client.fetch_feed, client.fetch)]
        return [one.body for one in got if isinstance(one, Fetched)]

    async def main() -> list[bytes]:
        async with serving(answer) as server, Client(OPTIONS) as client:
            return await ask(server, client)

    assert run(main()) == [b"/new", b"/new"]
