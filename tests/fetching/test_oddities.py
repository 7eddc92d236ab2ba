"""What real servers do to a client that browsers put up with, on real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from monitor.errors import AddressBlocked, FetchError
from monitor.fetching import Client
from monitor.model import Fetched
from tests.fetching.server import Answer, Request, Server, Visit, fixed, response
from tests.fetching.test_client import OPTIONS, fetching, visiting

PAGE = b"<!doctype html><title>Pier</title><p>The harbour master closed the pier."
HTML = (("Content-Type", "text/html"),)


def routed(answer: Callable[[Request], bytes], *, closes: bool = False) -> Answer:
    """Answers each request by what it is."""

    async def respond(visit: Visit) -> None:
        await visit.send(answer(visit.request))
        if closes:
            visit.writer.close()

    return respond


def get_page(answer: Answer, path: str = "/start") -> tuple[Fetched, Server]:
    async def use(client: Client, server: Server) -> tuple[Fetched, Server]:
        got = await client.fetch_page(server.url(path))
        assert isinstance(got, Fetched)
        server.requests = [it for it in server.requests if it.target != "/robots.txt"]
        return got, server

    return visiting(answer, use)


def to(target: bytes) -> bytes:
    return b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + target + b"\r\n\r\n"


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ("/notizie/città".encode(), "/notizie/citt%C3%A0"),
        ("/notizie/città".encode("latin-1"), "/notizie/citt%C3%A0"),
        (
            "/новости?слово=пирс".encode(),
            "/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8?"
            "%D1%81%D0%BB%D0%BE%D0%B2%D0%BE=%D0%BF%D0%B8%D1%80%D1%81",
        ),
        (b"/already%20escaped?a=1&b=%C3%A0", "/already%20escaped?a=1&b=%C3%A0"),
    ],
)
def test_a_redirect_in_raw_utf8_or_latin1_is_followed(raw: bytes, path: str) -> None:
    got, server = get_page(
        routed(lambda request: to(raw) if request.target == "/start" else response(PAGE))
    )

    assert [request.target for request in server.requests] == ["/start", path]
    assert got.final_url == server.url(path)


@pytest.mark.parametrize(
    "odd",
    [
        b"Content Security Policy: default-src *",
        b"nothing like a header",
        b"X-Cache: a\x00b",
        b"Server : nginx",
        b"<b>Warning</b>:  Cannot modify header information in <b>/srv/www/rss.php</b>",
        b"Transfer-Encoding: identity",
    ],
)
def test_one_odd_header_line_does_not_cost_the_answer(odd: bytes) -> None:
    raw = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + odd
    raw += b"\r\nContent-Length: %d\r\n\r\n" % len(PAGE) + PAGE

    assert fetching(fixed(raw)).body == PAGE


def test_chunks_that_are_announced_twice_are_read() -> None:
    lines = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"

    assert fetching(fixed(lines + b"5\r\n<rss>\r\n0\r\n\r\n")).body == b"<rss>"


def test_answers_on_one_connection_are_each_mended() -> None:
    raw = b"HTTP/1.1 200 OK\r\nodd line\r\nContent-Length: 5\r\n\r\n<rss>"

    async def use(client: Client, server: Server) -> int:
        for _ in range(3):
            got = await client.fetch(server.url())
            assert isinstance(got, Fetched)
            assert got.body == b"<rss>"
        return server.connections

    assert visiting(fixed(raw), use) == 1


def gate(request: Request) -> bytes:
    """Sends everybody back to where they are until they bring its cookie."""
    if request.headers.get("cookie") == "gate=open":
        return response(PAGE, headers=HTML)
    line = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nSet-Cookie: gate=open; Path=/\r\n"
    return line + b"Location: " + request.target.encode() + b"\r\n\r\n"


def test_a_page_that_sets_a_cookie_and_redirects_to_itself_is_read() -> None:
    got, server = get_page(routed(gate))

    assert (got.body, len(server.requests)) == (PAGE, 2)


def test_cookies_are_forgotten_at_the_end_of_the_journey() -> None:
    async def use(client: Client, server: Server) -> list[str | None]:
        for _ in range(2):
            await client.fetch(server.url("/feed"))
        return [request.headers.get("cookie") for request in server.requests]

    assert visiting(routed(gate), use) == [None, "gate=open", None, "gate=open"]


def test_a_cookie_of_a_gate_in_between_stays_with_the_gate() -> None:
    def answer(request: Request) -> bytes:
        if request.headers["host"].startswith("localhost"):
            back = f"http://127.0.0.1:{request.headers['host'].split(':')[1]}/story"
            return to(back.encode()).replace(b"\r\n\r\n", b"\r\nSet-Cookie: theirs=1\r\n\r\n")
        if request.target == "/story" and "cookie" in request.headers:
            return response(request.headers["cookie"].encode(), headers=HTML)
        host = f"http://localhost:{request.headers['host'].split(':')[1]}/gate"
        return to(host.encode()).replace(b"\r\n\r\n", b"\r\nSet-Cookie: ours=1; Path=/\r\n\r\n")

    got = fetching(routed(answer))

    assert got.body == b"ours=1"


REFRESH = b'<html><head><meta http-equiv="refresh" content="0;url=%s"></head></html>'


def test_a_page_that_sends_its_readers_on_is_followed_once() -> None:
    def answer(request: Request) -> bytes:
        if request.target == "/robots.txt":
            return response(status="404 Not Found")
        following = {"/start": b"/second", "/second": b"/third"}[request.target]
        return response(REFRESH % following, headers=HTML)

    got, server = get_page(routed(answer))

    assert [request.target for request in server.requests] == ["/start", "/second"]
    assert (got.final_url, got.permanent_url) == (server.url("/second"), None)


def test_a_page_that_loads_itself_anew_is_read_as_it_is() -> None:
    got, server = get_page(fixed(response(REFRESH % b"/start", headers=HTML)))

    assert len(server.requests) == 1
    assert got.final_url == server.url("/start")


def test_the_guard_judges_where_a_page_sends_its_readers() -> None:
    away = response(REFRESH % b"http://169.254.169.254/latest", headers=HTML)

    with pytest.raises(AddressBlocked):
        get_page(fixed(away))


def test_robots_txt_is_asked_before_a_page_is_followed() -> None:
    def answer(request: Request) -> bytes:
        if request.target == "/robots.txt":
            return response(b"User-agent: *\nDisallow: /private")
        return response(REFRESH % b"/private/story", headers=HTML)

    with pytest.raises(FetchError, match="robots"):
        get_page(routed(answer))


def test_an_encoding_that_nobody_can_undo_is_refused_for_good() -> None:
    packed = response(b"\x1b\x2b\x00", headers=(("Content-Encoding", "exi"),))

    with pytest.raises(FetchError, match="exi") as refused:
        fetching(fixed(packed))

    assert refused.value.permanent


def test_pages_are_asked_for_as_html_first_and_feeds_as_feeds_first() -> None:
    async def use(client: Client, server: Server) -> dict[str, str]:
        await client.fetch(server.url("/feed"))
        await client.fetch_page(server.url("/page"))
        return {request.target: request.headers["accept"] for request in server.requests}

    accepted = visiting(fixed(response(b"x")), use)

    assert accepted["/feed"].startswith("application/rss+xml, application/atom+xml")
    assert accepted["/page"].startswith("text/html, ")
    assert "rss" not in accepted["/page"]


HANGING = b"HTTP/1.1 %s\r\nContent-Length: 900\r\n\r\nok"


@pytest.mark.parametrize(
    ("raw", "status", "closes"),
    [
        (HANGING % b"200 OK", 200, False),
        (HANGING % b"500 Broken", 500, False),
        (HANGING % b"202 Accepted", 202, True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 200, True),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 3\r\n\r\nabc", 200, False),
        (b"HTTP/1.1 204 No Content\r\nodd line\r\n\r\n", 204, False),
    ],
)
def test_the_status_of_an_answer_to_a_post_counts_whatever_its_body_does(
    raw: bytes, status: int, closes: bool
) -> None:
    async def answer(visit: Visit) -> None:
        await visit.send(raw)
        if closes:
            visit.writer.close()
        else:
            await asyncio.sleep(60)

    async def use(client: Client, server: Server) -> int:
        second = timedelta(seconds=1)
        return (await client.post(server.url(), body=b"{}", headers={}, deadline=second)).status

    assert visiting(answer, use, OPTIONS) == status


@pytest.mark.parametrize("encoding", ["br", "zstd"])
def test_a_body_that_is_called_compressed_and_cannot_be_undone_is_refused_for_good(
    encoding: str,
) -> None:
    broken = response(b"\x1b\x2b\x00", headers=(("Content-Encoding", encoding),))

    async def use(client: Client, server: Server) -> tuple[bool, list[str]]:
        with pytest.raises(FetchError) as refused:
            await client.fetch(server.url())
        asked = [request.headers["accept-encoding"] for request in server.requests]
        return refused.value.permanent, asked

    is_permanent, asked = visiting(fixed(broken), use)

    assert is_permanent
    assert asked[-1] == "identity"
