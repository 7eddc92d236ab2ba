"""Connections that are used once.

A feed is asked again in minutes at the earliest, when its server has closed the connection long
ago. A pool keeps it all the same, and looks at all that it keeps for each request: with 256
requests at a time that cost five times what the request did."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator

import httpcore


class SingleUseConnections:
    """Makes a connection for each request, and closes it with the response.

    Args:
        ssl_context: trusted authorities.
        backend: what connects.
    """

    def __init__(self, ssl_context: ssl.SSLContext, backend: httpcore.AsyncNetworkBackend) -> None:
        self._ssl_context = ssl_context
        self._backend = backend

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        """Sends a request; errors are httpcore's."""
        connection = httpcore.AsyncHTTPConnection(
            request.url.origin, ssl_context=self._ssl_context, network_backend=self._backend
        )
        # A request that fails closes its connection by itself.
        response = await connection.handle_async_request(request)
        return httpcore.Response(
            response.status,
            headers=response.headers,
            content=_LastBody(response, connection),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        """Closes nothing: each connection ends with its response."""


class _LastBody:
    """The body of the only response of a connection."""

    def __init__(
        self, response: httpcore.Response, connection: httpcore.AsyncHTTPConnection
    ) -> None:
        self._response = response
        self._connection = connection

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._response.aiter_stream():
            yield part

    async def aclose(self) -> None:
        """Closes the connection."""
        try:
            await self._response.aclose()
        finally:
            await self._connection.aclose()
