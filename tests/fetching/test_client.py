"""The client against real sockets: what it takes, what it refuses, and how long it lets itself be
held.
"""

from __future__ import annotations

import asyncio
import gzip
import resource
import ssl
import time
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

import pytest
import trustme

from monitor.errors import AddressBlocked, BodyTooLarge, DeadlineExceeded, FetchError, HostHeld
from monitor.fetching import Client, FetchOptions
from monitor.fetching.bodies import offered_encodings
from monitor.fetching.transport import remembered_url
from monitor.model import Fetched, NotModified, Validators
from tests.fetching.server import Answer, Server, Visit, fixed, response, serving

T = TypeVar("T")
OPTIONS = FetchOptions(
    user_agent="monitor/test (+https://desk.example)",
    per_host=2,
    concurrency=32,
    per_host_delay=timedelta(),
    deadline=timedelta(seconds=5),
    max_bytes=1_000_000,
    allow_private=True,
)
BRIEF = replace(OPTIONS, deadline=timedelta(seconds=0.5))


def visiting(
    answer: Answer, use: Callable[[Client, Server], Awaitable[T]], options: FetchOptions = OPTIONS
) -> T:
    async def main() -> T:
        async with serving(answer) as server, Client(options) as client:
            return await use(client, server)

    return asyncio.run(main())


def fetching(answer: Answer, options: FetchOptions = OPTIONS, path: str = "/feed") -> Fetched:
    async def use(client: Client, server: Server) -> Fetched:
        got = await client.fetch(server.url(path))
        assert isinstance(got, Fetched)
        return got

    return visiting(answer, use, options)


def gzipped(body: bytes, *, cut: int = 0) -> bytes:
    packed = gzip.compress(body)
    return packed[: len(packed) - cut]


def test_a_document_comes_with_its_headers_read() -> None:
    headers = (
        ("Content-Type", 'Application/RSS+XML; charset="UTF-8"'),
        ("Content-Language", "es"),
        ("ETag", 'W/"33a64df5"'),
        ("Last-Modified", "Fri, 11 Apr 2025 21:00:00 GMT"),
        ("Cache-Control", "public, max-age=600"),
    )

    got = fetching(fixed(response(b"<rss/>", headers=headers)))

    assert (
        got.status,
        got.body,
        got.media_type,
        got.charset,
        got.content_language,
    ) == (200, b"<rss/>", "application/rss+xml", "UTF-8", "es")
    assert Validators('W/"33a64df5"', "Fri, 11 Apr 2025 21:00:00 GMT") == got.validators
    assert timedelta(minutes=10) == got.max_age
    assert got.final_url == got.url
    assert got.permanent_url is None


def test_requests_name_the_program_and_offer_only_what_can_be_bounded() -> None:
    async def use(client: Client, server: Server) -> None:
        await client.fetch(server.url())
        headers = server.requests[0].headers
        assert headers["user-agent"] == "monitor/test (+https://desk.example)"
        assert headers["accept-encoding"] == offered_encodings()
        assert f"127.0.0.1:{server.port}" == headers["host"]
        assert not {"cookie", "referer", "authorization"} & set(headers)

    visiting(fixed(response(b"x")), use)


def test_cookies_are_not_sent_back() -> None:
    async def use(client: Client, server: Server) -> None:
        await client.fetch(server.url())
        await client.fetch(server.url())
        assert "cookie" not in server.requests[1].headers

    visiting(fixed(response(b"x", headers=(("Set-Cookie", "id=1"),))), use)


def test_validators_are_sent_byte_for_byte_and_304_means_not_modified() -> None:
    async def use(client: Client, server: Server) -> None:
        known = Validators('W/"a,b\xe9"', "yesterday, more or less")
        got = await client.fetch(server.url(), validators=known)
        assert NotModified(server.url(), known, timedelta(hours=1), server.url()) == got
        assert server.requests[0].headers["if-none-match"] == 'W/"a,b\xe9"'
        assert server.requests[0].headers["if-modified-since"] == "yesterday, more or less"

    answer = (
        b"HTTP/1.1 304 Not Modified\r\nContent-Type: text/html\r\nCache-Control: "
        b"max-age=3600\r\n\r\n"
    )
    visiting(fixed(answer), use)


def test_a_304_that_nobody_asked_for_is_an_error() -> None:
    with pytest.raises(FetchError, match="304"):
        fetching(fixed(b"HTTP/1.1 304 Not Modified\r\n\r\n"))


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzipped(b"text " * 1000), "gzip"),
        (gzipped(b"text " * 500) + gzipped(b"text " * 500), "gzip"),
        (gzipped(b"text " * 1000), ""),
        (b"text " * 1000, "gzip"),
        (zlib.compress(b"text " * 1000), "deflate"),
        (zlib.compress(b"text " * 1000)[2:-4], "deflate"),
        (b"text " * 1000, "identity"),
    ],
    ids=[
        "gzip",
        "two members",
        "unannounced",
        "announced but plain",
        "zlib",
        "raw deflate",
        "identity",
    ],
)
def test_bodies_are_decompressed_by_what_they_are(body: bytes, encoding: str) -> None:
    headers = (("Content-Encoding", encoding),) if encoding else ()

    assert fetching(fixed(response(body, headers=headers))).body == b"text " * 1000


@pytest.mark.parametrize("encoding", ["exi", "compress", "gzip, gzip", "gzip,br"])
def test_compression_that_was_not_offered_is_refused(encoding: str) -> None:
    with pytest.raises(FetchError, match="not offered"):
        fetching(fixed(response(b"\x00" * 10, headers=(("Content-Encoding", encoding),))))


def test_a_truncated_gzip_body_is_an_error_not_a_short_feed() -> None:
    with pytest.raises(FetchError, match="breaks off"):
        fetching(
            fixed(
                response(gzipped(b"text " * 1000, cut=10), headers=(("Content-Encoding", "gzip"),))
            )
        )


def test_a_body_shorter_than_announced_is_an_error() -> None:
    async def answer(visit: Visit) -> None:
        await visit.send(response(b"short", length=5_000))
        visit.writer.close()

    with pytest.raises(FetchError, match="cannot be reached"):
        fetching(answer)


def test_a_gzip_bomb_ends_at_the_limit_and_costs_no_memory() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    bomb = b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(300)) + packer.flush()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(BodyTooLarge):
        fetching(fixed(response(bomb, headers=(("Content-Encoding", "gzip"),))))

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 32_000  # kB


def drip(start: bytes) -> Answer:
    async def answer(visit: Visit) -> None:
        await visit.send(start)
        while True:
            await visit.send(b"x")
            await asyncio.sleep(0.05)

    return answer


@pytest.mark.parametrize(
    "start",
    [b"", b"HTTP/1.1 200 OK\r\nX-Name: ", b"HTTP/1.1 200 OK\r\n\r\n"],
    ids=["status", "headers", "body"],
)
def test_a_dripping_server_is_left_at_the_deadline(start: bytes) -> None:
    begin = time.monotonic()

    with pytest.raises(DeadlineExceeded):
        fetching(drip(start), BRIEF)

    assert time.monotonic() - begin < 30


def test_an_endless_body_ends_at_the_limit() -> None:
    async def answer(visit: Visit) -> None:
        await visit.send(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            await visit.send(b"x" * 65_536)

    with pytest.raises(BodyTooLarge, match="larger than allowed"):
        fetching(answer)


def test_an_announced_length_over_the_limit_is_not_read() -> None:
    with pytest.raises(BodyTooLarge):
        fetching(fixed(response(b"", length=2_000_000)))


def test_a_caller_may_ask_for_less_than_the_limit() -> None:
    async def use(client: Client, server: Server) -> None:
        with pytest.raises(BodyTooLarge):
            await client.fetch(server.url(), max_bytes=10)

    visiting(fixed(response(b"x" * 11)), use)


@pytest.mark.parametrize(
    "data",
    [
        b"not http at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n"
        + b"".join(b"X-%d: %s\r\n" % (i, b"y" * 1000) for i in range(1_000))
        + b"\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 999 ?\r\nContent-Length: 0\r\n\r\n",
        b"",
    ],
    ids=["noise", "1 MB of headers", "bad chunk", "negative length", "status 999", "silence"],
)
def test_broken_answers_are_errors_of_ours(data: bytes) -> None:
    async def answer(visit: Visit) -> None:
        await visit.send(data)
        visit.writer.close()

    with pytest.raises(FetchError):
        fetching(answer)


def redirecting(*statuses: int) -> Answer:
    """Sends visitors from `/0` to `/1` and so on, one hop a status, then answers."""

    async def answer(visit: Visit) -> None:
        place = int(visit.request.target.strip("/"))
        if place < len(statuses):
            headers = (("Location", f"/{place + 1}"),)
            await visit.send(response(status=f"{statuses[place]} Moved", headers=headers))
        else:
            await visit.send(response(b"here"))

    return answer


@pytest.mark.parametrize(
    ("statuses", "final", "permanent"),
    [
        ((301,), "/1", "/1"),
        ((302,), "/1", None),
        ((301, 308, 302), "/3", "/2"),
        ((307, 301), "/2", None),
        ((303, 302, 301, 307, 308), "/5", None),
    ],
)
def test_only_the_leading_run_of_permanent_redirects_is_permanent(
    statuses: tuple[int, ...], final: str, permanent: str | None
) -> None:
    async def use(client: Client, server: Server) -> None:
        got = await client.fetch(server.url("/0"))
        assert isinstance(got, Fetched)
        assert (server.url(final), server.url(permanent) if permanent else None) == (
            got.final_url,
            got.permanent_url,
        )

    visiting(redirecting(*statuses), use)


def test_a_redirect_loop_ends_after_five_hops() -> None:
    async def use(client: Client, server: Server) -> None:
        with pytest.raises(FetchError, match="more than 5 times"):
            await client.fetch(server.url())
        assert len(server.requests) == 6

    visiting(fixed(response(status="302 Found", headers=(("Location", "/again"),))), use)


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
@pytest.mark.parametrize("location", ["", "   ", "#top"])
def test_a_redirect_that_leads_nowhere_is_an_error(status: str, location: str) -> None:
    with pytest.raises(FetchError) as told:
        fetching(fixed(response(status=status, headers=(("Location", location),))))
    assert told.value.status == int(status[:3])


@pytest.mark.parametrize(
    "location",
    [
        "",
        "file:///etc/passwd",
        "data:text/html,x",
        "gopher://a.example/",
        "javascript:alert(1)",
        "http://[::1/",
    ],
)
def test_redirects_lead_to_web_addresses_only(location: str) -> None:
    headers = (("Location", location),) if location else ()

    with pytest.raises(FetchError, match="no web address"):
        fetching(fixed(response(status="302 Found", headers=headers)))


def test_a_redirect_with_credentials_is_not_followed() -> None:
    with pytest.raises(FetchError, match="no web address") as told:
        fetching(
            fixed(
                response(
                    status="301 Moved", headers=(("Location", "http://jane:sekret@a.example/"),)
                )
            )
        )
    assert "sekret" not in str(told.value)


def test_one_deadline_stands_round_all_hops() -> None:
    async def answer(visit: Visit) -> None:
        await asyncio.sleep(0.2)
        await visit.send(response(status="302 Found", headers=(("Location", "/next"),)))

    with pytest.raises(DeadlineExceeded):
        fetching(answer, BRIEF)


@pytest.mark.parametrize(
    ("status", "permanent"),
    [
        (401, True),
        (403, True),
        (404, True),
        (410, True),
        (451, True),
        (408, False),
        (500, False),
        (502, False),
    ],
)
def test_statuses_say_whether_asking_again_helps(status: int, permanent: bool) -> None:
    with pytest.raises(FetchError) as told:
        fetching(fixed(response(b"no", status=f"{status} No")))

    assert (status, permanent) == (told.value.status, told.value.permanent)


def test_bot_protection_is_named() -> None:
    with pytest.raises(FetchError, match="bot protection"):
        fetching(
            fixed(response(b"x", status="403 Forbidden", headers=(("cf-mitigated", "challenge"),)))
        )


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Unavailable"])
def test_a_host_that_asks_to_wait_is_not_asked_again(status: str) -> None:
    async def use(client: Client, server: Server) -> None:
        with pytest.raises(FetchError) as first:
            await client.fetch(server.url("/a"))
        with pytest.raises(FetchError, match="asked for no requests") as second:
            await client.fetch(server.url("/b"))
        assert timedelta(hours=1) == first.value.retry_after
        assert second.value.retry_after is not None
        assert timedelta(minutes=59) < second.value.retry_after <= timedelta(hours=1)
        assert len(server.requests) == 1

    visiting(fixed(response(status=status, headers=(("Retry-After", "3600"),))), use)


@pytest.mark.parametrize(("kind", "days"), [("fetch_feed", 20), ("fetch_page", 1)])
def test_a_feed_closes_its_host_for_weeks_and_a_page_for_a_day(kind: str, days: int) -> None:
    async def use(client: Client, server: Server) -> None:
        with pytest.raises(FetchError, match="503"):
            await getattr(client, kind)(server.url())
        with pytest.raises(HostHeld) as told:
            await client.fetch_feed(server.url("/feed.xml"))
        assert told.value.retry_after is not None
        assert timedelta() <= timedelta(days=days) - told.value.retry_after < timedelta(minutes=1)

    weeks = response(status="503 Busy", headers=(("Retry-After", str(20 * 86_400)),))
    visiting(fixed(weeks), use, replace(OPTIONS, heeds_robots=False))


def test_another_host_may_still_be_asked() -> None:
    async def use(client: Client, server: Server) -> None:
        async with serving(fixed(response(b"fine"))) as other:
            with pytest.raises(FetchError):
                await client.fetch(server.url())
            got = await client.fetch(other.url())
            assert isinstance(got, Fetched)
            assert got.body == b"fine"

    visiting(fixed(response(status="429 Slow Down", headers=(("Retry-After", "9"),))), use)


def test_retry_after_on_other_statuses_closes_nothing() -> None:
    async def use(client: Client, server: Server) -> None:
        for _ in range(2):
            with pytest.raises(FetchError, match="404"):
                await client.fetch(server.url())
        assert len(server.requests) == 2

    visiting(fixed(response(status="404 Not Found", headers=(("Retry-After", "9"),))), use)


class Crowd:
    """Counts visitors that are inside at once and lets them out when told."""

    def __init__(self) -> None:
        self.inside = 0
        self.most = 0
        self.door = asyncio.Event()
        self.came = asyncio.Condition()

    async def answer(self, visit: Visit) -> None:
        self.inside += 1
        self.most = max(self.most, self.inside)
        async with self.came:
            self.came.notify_all()
        await self.door.wait()
        self.inside -= 1
        await visit.send(response(b"x"))

    async def wait_for(self, count: int) -> None:
        async with self.came:
            await self.came.wait_for(lambda: self.inside >= count)


def test_no_more_than_per_host_requests_are_in_flight() -> None:
    async def main() -> None:
        crowd = Crowd()
        async with (
            serving(crowd.answer) as server,
            Client(OPTIONS) as client,
            asyncio.TaskGroup() as group,
        ):
            for number in range(8):
                group.create_task(client.fetch(server.url(f"/{number}")))
            await crowd.wait_for(2)
            crowd.door.set()
        assert crowd.most == 2
        assert len(server.requests) == 8

    asyncio.run(main())


def test_no_more_than_concurrency_requests_are_in_flight_over_all_hosts() -> None:
    async def main() -> None:
        crowd = Crowd()
        options = replace(OPTIONS, concurrency=3)
        async with (
            serving(crowd.answer) as a,
            serving(crowd.answer) as b,
            Client(options) as client,
            asyncio.TaskGroup() as group,
        ):
            for number in range(4):
                group.create_task(client.fetch(a.url(f"/{number}")))
                group.create_task(client.fetch(b.url(f"/{number}")))
            await crowd.wait_for(3)
            crowd.door.set()
        assert crowd.most == 3

    asyncio.run(main())


def test_starts_with_one_host_are_spaced_and_waiting_does_not_use_up_the_deadline() -> None:
    options = replace(
        OPTIONS, per_host_delay=timedelta(seconds=0.3), deadline=timedelta(seconds=0.5)
    )

    async def use(client: Client, server: Server) -> float:
        start = asyncio.get_running_loop().time()
        await asyncio.gather(*(client.fetch(server.url(f"/{number}")) for number in range(4)))
        return asyncio.get_running_loop().time() - start

    assert visiting(fixed(response(b"x")), use, options) >= 0.9


def test_without_a_delay_nothing_waits() -> None:
    async def use(client: Client, server: Server) -> float:
        start = asyncio.get_running_loop().time()
        await asyncio.gather(*(client.fetch(server.url(f"/{number}")) for number in range(40)))
        return asyncio.get_running_loop().time() - start

    assert visiting(fixed(response(b"x")), use) < 2


def test_a_post_sends_its_bytes_and_returns_the_answer() -> None:
    async def use(client: Client, server: Server) -> None:
        got = await client.post(
            server.url("/hook"),
            body=b'{"a": 1}',
            headers={"webhook-id": "m1"},
            deadline=timedelta(seconds=5),
        )
        request = server.requests[0]
        assert (got.status, got.body, got.retry_after) == (200, b"thanks", None)
        assert (
            request.method,
            request.target,
            request.body,
            request.headers["webhook-id"],
        ) == ("POST", "/hook", b'{"a": 1}', "m1")

    visiting(fixed(response(b"thanks")), use)


def test_what_a_receiver_sends_beyond_its_answer_is_no_answer_to_the_next() -> None:
    async def use(client: Client, server: Server) -> None:
        for _ in range(3):
            got = await client.post(
                server.url(), body=b"x", headers={}, deadline=timedelta(seconds=5)
            )
            assert got.status == 204

    visiting(fixed(b"HTTP/1.1 204 No Content\r\n\r\nok"), use)


def test_a_post_follows_no_redirect() -> None:
    async def use(client: Client, server: Server) -> None:
        got = await client.post(server.url(), body=b"x", headers={}, deadline=timedelta(seconds=5))
        assert got.status == 302
        assert len(server.requests) == 1

    visiting(fixed(response(status="302 Found", headers=(("Location", "/other"),))), use)


def test_a_post_reports_retry_after_and_no_more_than_four_kilobytes() -> None:
    async def use(client: Client, server: Server) -> None:
        got = await client.post(server.url(), body=b"x", headers={}, deadline=timedelta(seconds=5))
        assert (503, timedelta(minutes=2), 4_096) == (got.status, got.retry_after, len(got.body))

    visiting(
        fixed(response(b"y" * 100_000, status="503 No", headers=(("Retry-After", "120"),))), use
    )


def test_a_post_has_its_own_deadline() -> None:
    async def use(client: Client, server: Server) -> None:
        with pytest.raises(DeadlineExceeded):
            await client.post(server.url(), body=b"x", headers={}, deadline=timedelta(seconds=0.3))

    visiting(drip(b""), use)


def test_private_addresses_are_refused_without_a_connection() -> None:
    async def use(client: Client, server: Server) -> None:
        with pytest.raises(AddressBlocked, match=r"127\.0\.0\.1 is no public address") as told:
            await client.fetch(server.url())
        with pytest.raises(AddressBlocked):
            await client.post(server.url(), body=b"x", headers={}, deadline=timedelta(seconds=1))
        assert told.value.permanent
        assert server.connections == 0

    visiting(fixed(response(b"x")), use, replace(OPTIONS, allow_private=False))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "feed",
        "ftp://a.example/",
        "http://",
        "http://jane:sekret@127.0.0.1/",
        "http://a\\@127.0.0.1/",
    ],
)
def test_what_is_no_web_address_is_refused_with_an_error_of_ours(url: str) -> None:
    async def use(client: Client, server: Server) -> None:
        with pytest.raises(FetchError) as told:
            await client.fetch(url)
        assert told.value.permanent
        assert "sekret" not in str(told.value)

    visiting(fixed(b""), use)


def test_errors_show_neither_credentials_nor_keys_in_queries() -> None:
    async def use(client: Client, server: Server) -> None:
        with pytest.raises(FetchError) as told:
            await client.fetch(server.url("/feed?token=sekret#sekret"))
        assert "sekret" not in str(told.value)
        assert "/feed?token=…" in str(told.value)

    visiting(fixed(response(status="500 No")), use)


def test_a_proxy_in_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with (
            serving(fixed(response(b"proxy"))) as proxy,
            serving(fixed(response(b"direct"))) as server,
        ):
            for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
                monkeypatch.setenv(name, proxy.url())
            async with Client(OPTIONS) as client:
                got = await client.fetch(server.url())
            assert isinstance(got, Fetched)
            assert (got.body, proxy.connections) == (b"direct", 0)

    asyncio.run(main())


def test_a_closed_port_is_an_error_of_ours() -> None:
    async def main() -> None:
        async with serving(fixed(b"")) as server:
            url = server.url()
        async with Client(OPTIONS) as client:
            with pytest.raises(FetchError, match="cannot be reached"):
                await client.fetch(url)

    asyncio.run(main())


def test_tls_names_are_checked_though_the_address_was_resolved_before() -> None:
    authority = trustme.CA()
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("herald.example").configure_cert(server_side)
    client_side = ssl.create_default_context()
    authority.configure_trust(client_side)
    seen: list[str | None] = []
    server_side.sni_callback = lambda _socket, name, _context: seen.append(name)

    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(response(b"secure"))
        await writer.drain()
        writer.close()

    async def main() -> None:
        listener = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=server_side)
        port = listener.sockets[0].getsockname()[1]
        async with Client(OPTIONS, ssl_context=client_side, lookup=resolve) as client:
            got = await client.fetch(f"https://herald.example:{port}/")
            assert isinstance(got, Fetched)
            assert (got.body, seen[0]) == (b"secure", "herald.example")
            with pytest.raises(FetchError, match="cannot be reached"):
                await client.fetch(f"https://other.example:{port}/")
        listener.close()

    asyncio.run(main())


def test_the_address_of_a_feed_is_remembered_and_that_of_a_page_is_not() -> None:
    # A year of pages would be remembered otherwise, each of which is asked for once.
    async def use(client: Client, server: Server) -> None:
        # Another test may have had the same port.
        remembered_url.cache_clear()
        for number in range(3):
            await client.fetch_page(server.url(f"/page/{number}"))
            await client.fetch_feed(server.url("/feed.xml"))
        assert remembered_url.cache_info().currsize == 1

    visiting(fixed(response(b"<p>news</p>")), use)
