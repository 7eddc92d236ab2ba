"""A feed's connection serves one request, and ends with its answer."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from datetime import timedelta

import pytest
import trustme

from monitor.errors import FetchError
from monitor.fetching import Client, FetchOptions
from monitor.model import Fetched, NotModified, Validators
from tests.fetching.server import Server, Visit, fixed, response, serving

OPTIONS = FetchOptions("test", per_host=4, per_host_delay=timedelta(), allow_private=True)
PATIENCE_S = 20.0


async def poll(client: Client, server: Server, times: int) -> list[bytes]:
    got = [await client.fetch_feed(server.url("/feed.xml")) for _ in range(times)]
    return [one.body for one in got if isinstance(one, Fetched)]


def test_each_poll_of_a_feed_has_a_connection_of_its_own_and_pages_share_theirs() -> None:
    async def main() -> None:
        async with serving(fixed(response(b"<rss/>"))) as server, Client(OPTIONS) as client:
            assert await poll(client, server, 3) == [b"<rss/>"] * 3
            assert server.connections == 3
            for _ in range(3):
                await client.fetch(server.url("/page"))
            assert server.connections == 4

    asyncio.run(main())


@pytest.mark.parametrize(
    "answer",
    [
        response(b"<rss/>"),
        response(status="304 Not Modified"),
        response(b"gone", status="410 Gone"),
        response(b"x" * 200_000, length=400_000),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense",
        b"no answer at all",
        b"",
    ],
    ids=["whole", "304", "error", "cut", "chunks", "no http", "nothing"],
)
def test_the_connection_is_closed_however_the_exchange_ends(answer: bytes) -> None:
    closed = asyncio.Event()

    async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        if not answer or b"400000" in answer:
            writer.close()
        # It is the client that closes: the server would go on.
        while await reader.read(100):
            pass
        closed.set()
        writer.close()

    async def main() -> None:
        server = await asyncio.start_server(reply, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        options = FetchOptions(
            "test", per_host_delay=timedelta(), allow_private=True, deadline=timedelta(seconds=1)
        )
        async with asyncio.timeout(PATIENCE_S), Client(options) as client:
            url = f"http://127.0.0.1:{port}/feed.xml"
            with contextlib.suppress(FetchError):
                await client.fetch_feed(url, validators=Validators('"a"'))
            await closed.wait()
        server.close()

    asyncio.run(main())

    assert closed.is_set()


def test_redirects_are_followed_over_connections_of_their_own() -> None:
    async def answer(visit: Visit) -> None:
        if visit.request.target == "/old":
            await visit.send(response(status="302 Found", headers=(("Location", "/new"),)))
        else:
            await visit.send(response(b"<rss/>"))

    async def main() -> None:
        async with serving(answer) as server, Client(OPTIONS) as client:
            got = await client.fetch_feed(server.url("/old"))
            assert isinstance(got, Fetched)
            assert got.final_url == server.url("/new")
            assert server.connections == 2

    asyncio.run(main())


def test_many_feeds_at_once_are_all_answered() -> None:
    async def main() -> None:
        not_modified = fixed(response(status="304 Not Modified"))
        options = FetchOptions(
            "test", concurrency=256, per_host=256, per_host_delay=timedelta(), allow_private=True
        )
        async with serving(not_modified) as server, Client(options) as client:
            asked = (
                client.fetch_feed(server.url(f"/{number}"), validators=Validators('"a"'))
                for number in range(400)
            )
            got = await asyncio.gather(*asked)
            assert all(isinstance(one, NotModified) for one in got)
            assert server.connections == len({one.url for one in got}) == 400

    asyncio.run(main())


def test_a_feed_behind_tls_is_checked_by_its_name() -> None:
    authority, server_side = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("herald.example").configure_cert(server_side)
    client_side = ssl.create_default_context()
    authority.configure_trust(client_side)

    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(response(b"<rss/>"))
        await writer.drain()
        writer.close()

    async def main() -> None:
        listener = await asyncio.start_server(reply, "127.0.0.1", 0, ssl=server_side)
        port = listener.sockets[0].getsockname()[1]
        async with Client(OPTIONS, ssl_context=client_side, lookup=resolve) as client:
            got = await client.fetch_feed(f"https://herald.example:{port}/rss")
            assert isinstance(got, Fetched)
            assert got.body == b"<rss/>"
            with pytest.raises(FetchError, match="cannot be reached"):
                await client.fetch_feed(f"https://other.example:{port}/rss")
        listener.close()

    asyncio.run(main())
