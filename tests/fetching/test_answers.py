"""Odd answers, each of a kind that was met in the wild: what passes for a document, and what is
refused and how.
"""

from __future__ import annotations

import asyncio
import gzip
import zlib
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.errors import BotProtection, DeadlineExceeded, FetchError
from monitor.fetching import Client, is_challenge
from monitor.model import NotModified, Validators
from tests.fetching.server import Server, Visit, fixed, response, serving
from tests.fetching.test_client import BRIEF, OPTIONS, fetching, visiting

TEXT = b"<rss><channel><title>Quarry News</title></channel></rss>"


@pytest.mark.parametrize(
    "status",
    ["201 Created", "202 Accepted", "204 No Content", "205 Reset", "206 Partial Content", "226 IM"],
)
def test_a_success_that_brings_no_whole_document_is_refused(status: str) -> None:
    with pytest.raises(FetchError, match=status.split()[0]):
        fetching(fixed(response(b"" if status.startswith("204") else TEXT, status=status)))


def test_a_transformed_document_is_a_document() -> None:
    assert fetching(fixed(response(TEXT, status="203 Non-Authoritative"))).body == TEXT


def test_several_choices_are_no_redirect() -> None:
    with pytest.raises(FetchError, match="300") as told:
        fetching(
            fixed(response(b"", status="300 Multiple Choices", headers=(("Location", "/other"),)))
        )
    assert told.value.permanent


def test_interim_answers_are_passed_over() -> None:
    assert (
        fetching(fixed(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 3 + response(TEXT))).body
        == TEXT
    )


def test_a_flood_of_interim_answers_ends_at_the_deadline() -> None:
    async def answer(visit: Visit) -> None:
        while True:
            await visit.send(b"HTTP/1.1 102 Processing\r\n\r\n" * 500)

    with pytest.raises(DeadlineExceeded):
        fetching(answer, BRIEF)


@pytest.mark.parametrize("kind", ["text/html", "application/rss+xml", "", "image/png; charset=x"])
def test_a_304_means_not_modified_whatever_its_content_type(kind: str) -> None:
    async def use(client: Client, server: Server) -> None:
        got = await client.fetch(server.url(), validators=Validators('"a"'))
        assert isinstance(got, NotModified)

    visiting(fixed(f"HTTP/1.1 304 Not Modified\r\nContent-Type: {kind}\r\n\r\n".encode()), use)


def test_a_304_may_bring_new_validators_and_keeps_the_others() -> None:
    async def use(client: Client, server: Server) -> None:
        got = await client.fetch(server.url(), validators=Validators('"a"', "once"))
        assert Validators('"b"', "once") == got.validators

    visiting(fixed(b'HTTP/1.1 304 Not Modified\r\nETag: "b"\r\n\r\n'), use)


@pytest.mark.parametrize("etag", ["33a64df5", '"a b c"', 'W/"x', "W/33", '"caf\xe9"', "0", '""'])
def test_an_etag_goes_back_as_it_came(etag: str) -> None:
    async def answer(visit: Visit) -> None:
        await visit.send(response(TEXT, headers=(("ETag", etag), ("Last-Modified", "some day"))))

    async def use(client: Client, server: Server) -> None:
        got = await client.fetch(server.url())
        await client.fetch(server.url(), validators=got.validators)
        assert server.requests[1].headers["if-none-match"] == etag
        assert server.requests[1].headers["if-modified-since"] == "some day"

    visiting(answer, use)


def test_of_repeated_validators_the_first_counts_and_endless_ones_are_none() -> None:
    twice = fetching(fixed(response(TEXT, headers=(("ETag", '"a"'), ("ETag", '"b"')))))
    endless = fetching(fixed(response(TEXT, headers=(("ETag", f'"{"x" * 9_000}"'),))))

    assert (twice.validators.etag, endless.validators.etag) == ('"a"', None)


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (zlib.compress(TEXT), ""),
        (zlib.compress(TEXT, 1), "gzip"),
        (gzip.compress(TEXT, mtime=0), "deflate"),
        (TEXT, "deflate"),
        (TEXT, "x-gzip"),
        (b"\xef\xbb\xbf" + TEXT, "deflate"),
        (gzip.compress(TEXT[:20], mtime=0) + gzip.compress(TEXT[20:], mtime=0), ""),
        (gzip.compress(TEXT, mtime=0) + b"\0" * 64, "gzip"),
    ],
    ids=[
        "zlib, unsaid",
        "zlib as gzip",
        "gzip as deflate",
        "plain as deflate",
        "plain as x-gzip",
        "BOM",
        "members",
        "padding",
    ],
)
def test_the_bytes_tell_how_a_body_is_compressed(body: bytes, encoding: str) -> None:
    headers = (("Content-Encoding", encoding),) if encoding else ()

    assert (
        fetching(fixed(response(body, headers=headers))).body.removeprefix(b"\xef\xbb\xbf") == TEXT
    )


def test_text_that_begins_like_compression_is_text() -> None:
    assert fetching(fixed(response(b"x^2 + y^2"))).body == b"x^2 + y^2"


@pytest.mark.parametrize(
    ("broken", "encoding"),
    [
        (b"\x1f\x8b\x08broken", "gzip"),
        (gzip.compress(TEXT, mtime=0)[:-9], "gzip"),
        (b"\x8b\x02\x80", "br"),
        (b"\xff\xfe\xfd", "zstd"),
    ],
)
def test_a_body_that_cannot_be_decompressed_is_asked_for_once_more_without(
    broken: bytes, encoding: str
) -> None:
    async def answer(visit: Visit) -> None:
        is_plain = visit.request.headers["accept-encoding"] == "identity"
        await visit.send(
            response(TEXT)
            if is_plain
            else response(broken, headers=(("Content-Encoding", encoding),))
        )

    async def use(client: Client, server: Server) -> None:
        got = await client.fetch(server.url(), validators=Validators('"a"'))
        assert not isinstance(got, NotModified)
        assert got.body == TEXT
        assert [request.headers["if-none-match"] for request in server.requests] == ['"a"', '"a"']

    visiting(answer, use)


def test_it_is_asked_for_only_once_more() -> None:
    async def use(client: Client, server: Server) -> None:
        with pytest.raises(FetchError, match="cannot be read"):
            await client.fetch(server.url())
        assert len(server.requests) == 2

    visiting(fixed(response(b"\x1f\x8b\x08broken", headers=(("Content-Encoding", "gzip"),))), use)


CHALLENGES = [
    (403, {"cf-mitigated": "challenge"}, b""),
    (403, {}, b"<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>"),
    (503, {}, b"<html><head><title>Attention Required! | Cloudflare</title></head></html>"),
    (429, {}, b"<html><body><script>window._cf_chl_opt={a: 1}</script></body></html>"),
    (
        403,
        {},
        b'<html><body><script src="https://ct.captcha-delivery.com/c.js"></script></body></html>',
    ),
    (
        403,
        {},
        b'<html style="height:100%"><body><iframe src="/_Incapsula_Resource?x=1">'
        b"</iframe></body></html>",
    ),
    (202, {"x-amzn-waf-action": "challenge"}, b""),
    (405, {"x-amzn-waf-action": "captcha"}, b""),
    (
        403,
        {},
        b"<HTML><HEAD>\n<TITLE>Access Denied</TITLE>\n</HEAD><BODY>Reference #18.2 "
        b"errors.edgesuite.net</BODY></HTML>",
    ),
    (
        200,
        {},
        b"<!doctype html><title>Checking your browser before accessing quarry.example</title>",
    ),
    (403, {}, b'<html><body><div id="px-captcha"></div></body></html>'),
]


@pytest.mark.parametrize(("status", "headers", "body"), CHALLENGES)
def test_challenges_are_told_by_headers_scripts_and_titles(
    status: int, headers: dict[str, str], body: bytes
) -> None:
    assert is_challenge(status, headers, body)


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (403, {"server": "cloudflare"}, b"<html><title>Subscribers only</title></html>"),
        (404, {"cf-mitigated": "challenge"}, b"<title>Just a moment...</title>"),
        (
            200,
            {},
            b"<?xml version='1.0'?><rss><channel><title>Just a moment</title></channel></rss>",
        ),
        (200, {}, b'{"title": "Just a moment"}'),
        (503, {}, b""),
    ],
)
def test_what_a_site_says_itself_is_no_challenge(
    status: int, headers: dict[str, str], body: bytes
) -> None:
    assert not is_challenge(status, headers, body)


def test_a_challenge_is_an_error_of_its_own_however_it_is_compressed() -> None:
    page = gzip.compress(b"<!doctype html><title>Just a moment...</title>", mtime=0)
    for status in ("403 Forbidden", "503 Unavailable"):
        with pytest.raises(BotProtection, match="bot protection") as told:
            fetching(fixed(response(page, status=status, headers=(("Content-Encoding", "gzip"),))))
        assert told.value.status == int(status[:3])


def test_an_error_page_that_does_not_come_leaves_its_status() -> None:
    async def answer(visit: Visit) -> None:
        await visit.send(b"HTTP/1.1 410 Gone\r\nContent-Length: 1000\r\n\r\n<html>")
        visit.writer.close()

    with pytest.raises(FetchError) as told:
        fetching(answer)
    assert told.value.status == 410


class Clock:
    """A clock that those who wait move."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def time(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds


def test_a_refusal_without_a_time_closes_the_host_for_an_hour_and_doubles() -> None:
    async def main() -> list[float]:
        clock, waits = Clock(), []
        refusal = fixed(response(status="429 Slow Down", headers=(("Retry-After", "-5"),)))
        async with serving(refusal) as server, Client(OPTIONS, monotonic=clock) as client:
            for _ in range(7):
                with pytest.raises(FetchError, match="429"):
                    await client.fetch(server.url())
                with pytest.raises(FetchError, match="no requests") as held:
                    await client.fetch(server.url("/other"))
                assert held.value.retry_after is not None
                waits.append(held.value.retry_after / timedelta(hours=1))
                clock.seconds += held.value.retry_after.total_seconds()
        return waits

    assert asyncio.run(main()) == [1, 2, 4, 8, 16, 24, 24]


def test_one_good_answer_forgets_the_refusals() -> None:
    statuses = iter(["429 No", "200 OK", "429 No"])

    async def answer(visit: Visit) -> None:
        await visit.send(response(TEXT, status=next(statuses)))

    async def main() -> timedelta | None:
        clock = Clock()
        async with serving(answer) as server, Client(OPTIONS, monotonic=clock) as client:
            for _ in range(3):
                try:
                    await client.fetch(server.url())
                except FetchError:
                    clock.seconds += 3_600
            clock.seconds -= 1
            with pytest.raises(FetchError) as held:
                await client.fetch(server.url())
            return held.value.retry_after

    assert asyncio.run(main()) == timedelta(seconds=1)


def test_requests_to_a_host_are_spaced_from_the_end_of_one_to_the_start_of_the_next() -> None:
    times: list[float] = []

    clock = Clock()

    async def answer(visit: Visit) -> None:
        times.append(clock.seconds)
        clock.seconds += 5  # a slow server
        await visit.send(response(TEXT))

    async def main() -> None:
        options = replace(OPTIONS, per_host=1, per_host_delay=timedelta(seconds=2))
        async with serving(answer) as server, Client(options, monotonic=clock) as client:
            for _ in range(2):
                await client.fetch(server.url())
            await client.fetch(server.url(), pause=timedelta(seconds=10))

    asyncio.run(main())

    assert times == [0, 7, 22]
