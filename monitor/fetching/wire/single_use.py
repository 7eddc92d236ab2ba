"""Connections that are used once.

A feed is asked again in minutes at the earliest, when its server has closed the connection long
ago. A pool keeps it all the same, and looks at all that it keeps for each request: with 256
requests at a time that cost five times what the request did. A connection of httpcore by itself
takes locks and keeps states for requests that never come: a poll that brings nothing costs a fifth
less without."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator

import httpcore
import httpx

from monitor.fetching.wire.exchange import Exchange
from monitor.fetching.wire.responses import build_response

_PORTS = {"http": 80, "https": 443}


class SingleUseTransport(httpx.AsyncBaseTransport):
    """httpx's way to the network by a connection for each request, closed with the response.

    Args:
        ssl_context: trusted authorities.
        backend: what connects.
    """

    def __init__(self, ssl_context: ssl.SSLContext, backend: httpcore.AsyncNetworkBackend) -> None:
        ssl_context.set_alpn_protocols(["http/1.1"])
        self._ssl_context = ssl_context
        self._backend = backend

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends one request; httpcore's errors pass as they are, to be translated by the client."""
        stream = await self._connect(request)
        try:
            exchange = Exchange(stream)
            await exchange.ask(request)
            head = await exchange.read_head()
        except BaseException:
            await stream.aclose()
            raise
        body = _OnlyBody(exchange, stream)
        return build_response(head.status_code, head.headers.raw_items(), body)

    async def _connect(self, request: httpx.Request) -> httpcore.AsyncNetworkStream:
        url, limit = request.url, request.extensions["timeout"]["connect"]
        host = url.raw_host.decode("ascii")
        stream = await self._backend.connect_tcp(
            host, url.port or _PORTS[url.scheme], timeout=limit
        )
        if url.scheme == "http":
            return stream
        # A connection that fails here closes by itself.
        return await stream.start_tls(self._ssl_context, host, limit)


class _OnlyBody(httpx.AsyncByteStream):
    """The body of the only response of a connection, as it comes over the wire."""

    def __init__(self, exchange: Exchange, stream: httpcore.AsyncNetworkStream) -> None:
        self._exchange = exchange
        self._stream = stream

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._exchange.parts()

    async def aclose(self) -> None:
        """Closes the connection."""
        await self._stream.aclose()
