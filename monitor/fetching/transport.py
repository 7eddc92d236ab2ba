"""httpx's way to the network, with the guarded backend below it.

httpx takes no network backend of one's own, so its transport is written here once more: a request
goes to a connection pool of httpcore as it is, a response comes back as a stream of raw bytes.
Nothing is decided here. Feeds have a transport of their own, `wire.single_use`."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

import httpcore
import httpx

from monitor.fetching.headers import write_headers
from monitor.fetching.lanes import SLOW
from monitor.fetching.wire.responses import build_response
from monitor.fetching.wire.single_use import SingleUseTransport

_KEEP_ALIVE_SECONDS = 15.0
_CONNECT_SECONDS = 10.0
# What is sent with every request unless it says otherwise.
_DEFAULT_HEADERS = {"Accept": "*/*", "Connection": "keep-alive"}
# The deadline of each exchange stands for all other timeouts.
_TIMEOUTS = {"timeout": httpx.Timeout(None, connect=_CONNECT_SECONDS).as_dict()}


@dataclass(frozen=True, slots=True)
class HttpClients:
    """Ways to the network through one guard.

    Attributes:
        pooled: for hosts that are asked more than once in a while.
        single: a connection for each request.
    """

    pooled: httpx.AsyncClient
    single: httpx.AsyncClient

    async def aclose(self) -> None:
        """Closes idle connections."""
        await self.pooled.aclose()
        await self.single.aclose()


class PooledTransport(httpx.AsyncBaseTransport):
    """Sends requests over connections that are kept for a while.

    Args:
        pool: owned by the transport and closed with it.
    """

    def __init__(self, pool: httpcore.AsyncConnectionPool) -> None:
        self._pool = pool

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends one request; httpcore's errors pass as they are, to be translated by the client."""
        response = await self._pool.handle_async_request(_core_request(request))
        return build_response(response.status, response.headers, _RawBody(response))

    async def aclose(self) -> None:
        """Closes idle connections."""
        await self._pool.aclose()


def _core_request(request: httpx.Request) -> httpcore.Request:
    url = request.url
    target = httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )
    return httpcore.Request(
        request.method,
        target,
        headers=request.headers.raw,
        content=request.stream,
        extensions=request.extensions,
    )


class _RawBody(httpx.AsyncByteStream):
    """A response's body as it comes over the wire."""

    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._response.aiter_stream():
            yield part

    async def aclose(self) -> None:
        await self._response.aclose()


class _NoCookies(httpx.Cookies):
    """Takes no cookie: two polls must look alike to the server."""

    def extract_cookies(self, response: httpx.Response) -> None:
        """Leaves the cookies of an answer where they are.

        A jar with a policy that allows none does the same, but makes a request and a response of
        the standard library of each answer first.
        """


class _Client(httpx.AsyncClient):
    """httpx's client without a jar."""

    # What is a property there would be copied into a jar of httpx's own.
    cookies = _NoCookies()  # type: ignore[override]


def build_clients(
    backend: httpcore.AsyncNetworkBackend, concurrency: int, ssl_context: ssl.SSLContext | None
) -> HttpClients:
    """Returns httpx's clients over a guarded backend, with what they do by themselves switched off.

    Args:
        concurrency: exchanges at a time.
        ssl_context: trusted authorities; certifi's where None.
    """
    trusted = ssl_context or _public_authorities()
    # More connections than exchanges: one that is being closed still counts.
    pool = httpcore.AsyncConnectionPool(
        ssl_context=trusted,
        max_connections=2 * concurrency + SLOW,
        max_keepalive_connections=concurrency,
        keepalive_expiry=_KEEP_ALIVE_SECONDS,
        network_backend=backend,
    )
    return HttpClients(_over(PooledTransport(pool)), _over(SingleUseTransport(trusted, backend)))


def _over(transport: httpx.AsyncBaseTransport) -> httpx.AsyncClient:
    return _Client(transport=transport, follow_redirects=False, trust_env=False)


@lru_cache(maxsize=4_096)
def remembered_url(url: str) -> httpx.URL:
    """Returns the address of a feed, which is asked for again and again: reading it costs as much
    as sending a request. A page is asked for once, and thousands of them would be remembered.

    Raises:
        httpx.InvalidURL: it is none.
    """
    return httpx.URL(url)


def build_request(
    method: str, url: httpx.URL, headers: Mapping[str, str], body: bytes = b""
) -> httpx.Request:
    """Returns a request that is sent as it is; a client would merge it with its own defaults, which
    costs as much as sending it.
    """
    return httpx.Request(
        method,
        url,
        headers=write_headers({**_DEFAULT_HEADERS, **headers}),
        content=body or None,
        extensions=_TIMEOUTS,
    )


@cache
def _public_authorities() -> ssl.SSLContext:
    """Returns what checks certificates by certifi's list; reading it costs CPU each time."""
    return httpx.create_ssl_context(trust_env=False)
