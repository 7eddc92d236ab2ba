"""A connection of the event loop: bytes come in order, slow readers slow the sender, and what goes
wrong has httpcore's names."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpcore
import pytest
import trustme

from monitor.fetching.wire.streams import MAX_BUFFERED_BYTES, LoopBackend

Peer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
PATIENCE_S = 20.0


@asynccontextmanager
async def listening(peer: Peer, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A peer on loopback; yields its port."""

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await peer(reader, writer)
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(meet, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[httpcore.AsyncNetworkStream]:
    stream = await LoopBackend().connect_tcp("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        yield stream
    finally:
        await stream.aclose()


def talk(peer: Peer, work: Callable[[httpcore.AsyncNetworkStream], Awaitable[None]]) -> None:
    """Connects to a peer and works with the stream."""

    async def main() -> None:
        async with (
            asyncio.timeout(PATIENCE_S),
            listening(peer) as port,
            connected(port) as stream,
        ):
            await work(stream)

    asyncio.run(main())


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(1000):
        writer.write(data)
        await writer.drain()


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


def test_what_is_written_comes_back_in_pieces_as_they_are_asked_for() -> None:
    async def work(stream: httpcore.AsyncNetworkStream) -> None:
        await stream.write(b"harbour")
        await stream.write(b"")
        first = await stream.read(3)
        rest = b""
        while len(first + rest) < len(b"harbour"):
            rest += await stream.read(100)

        assert (first, first + rest) == (b"har", b"harbour")

    talk(echo, work)


def test_the_end_is_read_as_nothing_however_often_after_what_came_before_it() -> None:
    async def say_goodbye(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"bye")

    async def work(stream: httpcore.AsyncNetworkStream) -> None:
        got = [await stream.read(100)]
        while got[-1]:
            got.append(await stream.read(100))

        assert b"".join(got) == b"bye"
        assert await stream.read(100) == b""
        assert stream.get_extra_info("is_readable") is True

    talk(say_goodbye, work)


def test_an_idle_connection_is_not_readable_until_something_comes() -> None:
    async def work(stream: httpcore.AsyncNetworkStream) -> None:
        assert stream.get_extra_info("is_readable") is False
        await stream.write(b"x")
        while not stream.get_extra_info("is_readable"):
            await asyncio.sleep(0)
        assert await stream.read(10) == b"x"
        assert stream.get_extra_info("is_readable") is False

    talk(echo, work)


def test_a_sender_waits_for_a_slow_reader_and_nothing_is_lost() -> None:
    size, sent = 16 * MAX_BUFFERED_BYTES, 0

    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        piece = bytes(range(256)) * 64
        while sent < size:
            writer.write(piece)
            await writer.drain()
            sent += len(piece)

    async def work(stream: httpcore.AsyncNetworkStream) -> None:
        # Whoever reads nothing has little on its hands, whatever is sent.
        before = -1
        while sent != before:
            before = sent
            await asyncio.sleep(0.05)
        assert sent < size
        received = bytearray()
        while data := await stream.read(65_536):
            received += data
        assert len(received) == size
        assert received[:512] == received[-512:] == bytes(range(256)) * 2

    talk(pour, work)


def test_a_writer_waits_for_a_peer_that_does_not_read_until_its_time_is_up() -> None:
    async def idle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(PATIENCE_S)

    async def work(stream: httpcore.AsyncNetworkStream) -> None:
        async def write_much() -> None:
            for _ in range(1_000):
                await stream.write(b"x" * 1_000_000, timeout=0.2)

        with pytest.raises(httpcore.WriteTimeout):
            await write_much()

    talk(idle, work)


def test_a_peer_that_says_nothing_is_a_read_timeout() -> None:
    async def work(stream: httpcore.AsyncNetworkStream) -> None:
        with pytest.raises(httpcore.ReadTimeout):
            await stream.read(10, timeout=0.05)

    talk(silent, work)


def test_a_connection_that_is_reset_is_a_read_error_and_then_a_write_error() -> None:
    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        # Without lingering the kernel answers with a reset instead of an end.
        linger = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.transport.abort()

    async def work(stream: httpcore.AsyncNetworkStream) -> None:
        await stream.write(b"x")
        with pytest.raises(httpcore.ReadError):
            await stream.read(10)
        with pytest.raises(httpcore.WriteError):
            await stream.write(b"x")

    talk(reset, work)


def test_a_closed_port_is_a_connect_error() -> None:
    async def main() -> None:
        async with listening(silent) as port:
            pass
        with pytest.raises(httpcore.ConnectError):
            await LoopBackend().connect_tcp("127.0.0.1", port)

    asyncio.run(main())


def test_tls_is_spoken_over_the_same_connection() -> None:
    authority, server_side = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("herald.example").configure_cert(server_side)
    client_side = ssl.create_default_context()
    authority.configure_trust(client_side)

    async def main() -> None:
        async with listening(echo, server_side) as port:
            async with connected(port) as stream:
                secured = await stream.start_tls(client_side, "herald.example")
                await secured.write(b"harbour" * 20_000)
                received = b""
                while len(received) < 7 * 20_000:
                    received += await secured.read(65_536)

                assert received == b"harbour" * 20_000
                assert secured.get_extra_info("ssl_object") is not None
                assert secured.get_extra_info("server_addr") == ("127.0.0.1", port)
            async with connected(port) as stream:
                with pytest.raises(httpcore.ConnectError, match="certificate"):
                    await stream.start_tls(client_side, "other.example")

    asyncio.run(main())
