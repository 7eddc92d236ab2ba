"""httpx's way to the network, with the guarded backend below it.

httpx takes no network backend of one's own, so its transport is written here once more: a request
goes to a connection pool of httpcore as it is, a response comes back as a stream of raw bytes.
Nothing is decided here."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpcore
import httpx

LOCATION = (
    "monitor_location"  # the extension of a response that holds its raw Location header, or None
)


class GuardedTransport(httpx.AsyncBaseTransport):
    """Sends requests through a pool whose backend judges every address.

    Args:
        pool: owned by the transport and closed with it.
    """

    def __init__(self, pool: httpcore.AsyncConnectionPool) -> None:
        self._pool = pool

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends one request; httpcore's errors are raised as they are and translated by the client."""
        url = request.url
        target = httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        )
        response = await self._pool.handle_async_request(
            httpcore.Request(
                request.method,
                target,
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        # httpx would build the next request from a Location by itself, and fail on a wrong one
        # before we can judge it.
        headers = [(name, value) for name, value in response.headers if name.lower() != b"location"]
        location = next(
            (value for name, value in response.headers if name.lower() == b"location"), None
        )
        extensions = {**response.extensions, LOCATION: location}
        return httpx.Response(
            response.status, headers=headers, stream=_RawBody(response), extensions=extensions
        )

    async def aclose(self) -> None:
        """Closes idle connections."""
        await self._pool.aclose()


class _RawBody(httpx.AsyncByteStream):
    """A response's body as it comes over the wire."""

    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._response.aiter_stream():
            yield part

    async def aclose(self) -> None:
        await self._response.aclose()
