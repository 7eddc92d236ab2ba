"""Connections of the event loop, as httpcore wants them.

httpcore brings a backend of its own, which serves another event loop, too, and pays for that at
each connect, read and write: a poll that brings nothing is half of it. Bytes are kept here as they
come and handed out when they are asked for; who reads slowly makes the sender wait."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import httpcore

# Of bytes that came and were not asked for yet; the sender waits while there are more.
MAX_BUFFERED_BYTES = 256 * 1024
_INFO = {
    "ssl_object": "ssl_object",
    "socket": "socket",
    "client_addr": "sockname",
    "server_addr": "peername",
}


class _Received(asyncio.Protocol):
    """What came over a connection and was not read yet.

    Attributes:
        transport: the connection; with TLS, what runs over the one that was made first.
        is_over: nothing more will come.
    """

    transport: asyncio.Transport

    def __init__(self) -> None:
        self.is_over = False
        self._bytes = bytearray()
        self._error: Exception | None = None
        self._is_paused = False
        self._has_more = asyncio.Event()
        self._may_write = asyncio.Event()
        self._may_write.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._bytes += data
        if len(self._bytes) > MAX_BUFFERED_BYTES and not self._is_paused:
            self._is_paused = True
            self.transport.pause_reading()
        self._has_more.set()

    def eof_received(self) -> None:
        self.is_over = True
        self._has_more.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_over = True
        self._error = exc
        self._has_more.set()
        self._may_write.set()

    def pause_writing(self) -> None:
        self._may_write.clear()

    def resume_writing(self) -> None:
        self._may_write.set()

    @property
    def is_readable(self) -> bool:
        """Whether a read would return at once; on an idle connection that is its end."""
        return self.is_over or bool(self._bytes)

    async def take(self, max_bytes: int) -> bytes:
        """Returns what came; nothing when the other side has ended.

        Raises:
            OSError: the connection broke.
        """
        while not self.is_readable:
            self._has_more.clear()
            await self._has_more.wait()
        if not self._bytes and self._error is not None:
            raise self._error
        taken = bytes(self._bytes[:max_bytes])
        del self._bytes[:max_bytes]
        if self._is_paused and len(self._bytes) <= MAX_BUFFERED_BYTES:
            self._is_paused = False
            self.transport.resume_reading()
        return taken

    async def send(self, data: bytes) -> None:
        """Sends bytes; returns when the other side keeps up.

        Raises:
            OSError: the connection broke.
        """
        if self._error is not None:
            raise self._error
        if self.transport.is_closing():
            raise ConnectionResetError("the connection is closed")
        self.transport.write(data)
        await self._may_write.wait()


class LoopStream(httpcore.AsyncNetworkStream):
    """A connection, in the clear or under TLS."""

    def __init__(self, received: _Received) -> None:
        self._received = received

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Returns what came, nothing at the end.

        Raises:
            ReadError, ReadTimeout: nothing can be read.
        """
        with _translated(httpcore.ReadError, httpcore.ReadTimeout):
            if timeout is None:
                return await self._received.take(max_bytes)
            async with asyncio.timeout(timeout):
                return await self._received.take(max_bytes)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Sends bytes.

        Raises:
            WriteError, WriteTimeout: they cannot be sent.
        """
        if not buffer:
            return
        with _translated(httpcore.WriteError, httpcore.WriteTimeout):
            if timeout is None:
                await self._received.send(buffer)
                return
            async with asyncio.timeout(timeout):
                await self._received.send(buffer)

    async def aclose(self) -> None:
        """Ends the connection at once: whoever closes it wants nothing of it any more."""
        self._received.transport.abort()
        await asyncio.sleep(0)  # the loop lets go of the socket

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Returns the connection under TLS.

        Raises:
            ConnectError, ConnectTimeout: no TLS with this server.
        """
        received = self._received
        try:
            with _translated(httpcore.ConnectError, httpcore.ConnectTimeout):
                async with asyncio.timeout(timeout):
                    secured = await asyncio.get_running_loop().start_tls(
                        received.transport, received, ssl_context, server_hostname=server_hostname
                    )
                    if secured is None:
                        raise ConnectionResetError("the connection was closed")
        except BaseException:
            received.transport.abort()
            raise
        received.transport = secured
        return self

    def get_extra_info(self, info: str) -> Any:
        """Returns what is known of the connection; None for what is not."""
        if info == "is_readable":
            return self._received.is_readable
        name = _INFO.get(info)
        return self._received.transport.get_extra_info(name) if name else None


class LoopBackend(httpcore.AsyncNetworkBackend):
    """Makes connections of the running event loop."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connects to an address.

        Raises:
            ConnectError, ConnectTimeout: nobody answers there.
        """
        local = (local_address, 0) if local_address else None
        with _translated(httpcore.ConnectError, httpcore.ConnectTimeout):
            async with asyncio.timeout(timeout):
                transport, received = await asyncio.get_running_loop().create_connection(
                    _Received, host, port, local_addr=local
                )
        for option in socket_options or ():
            transport.get_extra_info("socket").setsockopt(*option)
        return LoopStream(received)


@contextmanager
def _translated(
    failed: type[httpcore.NetworkError], late: type[httpcore.TimeoutException]
) -> Iterator[None]:
    """Raises what went wrong as httpcore's errors, with its cause."""
    try:
        yield
    except TimeoutError as error:
        # A time limit of ours has no text; the operating system's own says what it was.
        raise (failed(str(error)) if error.errno else late(str(error))) from error
    except OSError as error:
        raise failed(str(error)) from error
