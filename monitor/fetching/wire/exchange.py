"""One request and its answer over a connection of its own, as h11 reads and writes them.

It reads and writes what httpcore's connection does, without what only a connection with several
requests has a use for."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

import h11
import httpcore
import httpx

_READ_BYTES = 64 * 1024
# Of the head of an answer, and of the line before a chunk.
_MAX_HEAD_BYTES = 100 * 1024


class Exchange:
    """A request over a connection that serves no other.

    Args:
        stream: the connection; it stays the caller's to close.
    """

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream
        self._state = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MAX_HEAD_BYTES)

    async def ask(self, request: httpx.Request) -> None:
        """Sends a request.

        Raises:
            LocalProtocolError: it cannot be sent as it is.
        """
        sent = self._written(request)
        # A server may refuse and close before it has read everything: its answer tells why.
        with contextlib.suppress(httpcore.WriteError):
            await self._stream.write(sent)

    def _written(self, request: httpx.Request) -> bytes:
        target, method = request.url.raw_path, request.method.encode("ascii")
        try:
            head = h11.Request(method=method, target=target, headers=request.headers.raw)
            parts = [self._state.send(head)]
            if request.content:
                parts.append(self._state.send(h11.Data(data=request.content)))
            parts.append(self._state.send(h11.EndOfMessage()))
        except h11.LocalProtocolError as error:
            raise httpcore.LocalProtocolError(str(error)) from error
        return b"".join(filter(None, parts))

    async def read_head(self) -> h11.Response:
        """Returns the head of the answer; interim ones are passed over.

        Raises:
            RemoteProtocolError: none came, or it cannot be read.
            ReadError: the connection broke.
        """
        while True:
            event = await self._next_event()
            if isinstance(event, h11.Response):
                return event

    async def parts(self) -> AsyncIterator[bytes]:
        """Yields the body as it comes.

        Raises:
            RemoteProtocolError: it is cut short, or its chunks cannot be read.
            ReadError: the connection broke.
        """
        while isinstance(event := await self._next_event(), h11.Data):
            yield bytes(event.data)

    async def _next_event(self) -> object:
        try:
            while (event := self._state.next_event()) is h11.NEED_DATA:
                await self._receive()
        except h11.RemoteProtocolError as error:
            raise httpcore.RemoteProtocolError(str(error)) from error
        return event

    async def _receive(self) -> None:
        data = await self._stream.read(_READ_BYTES)
        # h11 would say that the state is wrong, which tells nobody what has happened.
        if not data and self._state.their_state is h11.SEND_RESPONSE:
            raise httpcore.RemoteProtocolError("Server disconnected without sending a response.")
        self._state.receive_data(data)
