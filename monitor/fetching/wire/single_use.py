"""Connections that are used once.

A feed is asked again in minutes at the earliest, when its server has closed the connection long
ago. A pool keeps it all the same, and looks at all that it keeps for each request: with 256
requests at a time that cost five times what the request did."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from functools import lru_cache

import h11
import httpcore
import httpx

from monitor.fetching.wire.exchange import Exchange
from monitor.fetching.wire.reply import Reply, WireRequest, write_headers

CONNECT_SECONDS = 10.0
# What is sent with every request unless it says otherwise.
_DEFAULTS = {"Accept": "*/*", "Connection": "keep-alive"}


@dataclass(frozen=True, slots=True)
class _Target:
    """Where a request goes, as it is written on the wire."""

    is_tls: bool
    host: str
    port: int
    path: bytes
    netloc: bytes


# Feeds are asked again and again, and reading an address costs as much as writing a request.
@lru_cache(maxsize=10_000)
def _target_of(url: str) -> _Target:
    """Reads an address.

    Raises:
        httpx.InvalidURL: it is none.
    """
    read = httpx.URL(url)
    is_tls = read.scheme == "https"
    port = read.port or (443 if is_tls else 80)
    return _Target(is_tls, read.raw_host.decode("ascii"), port, read.raw_path, read.netloc)


class SingleUseConnections:
    """Makes a connection for each request; it is closed with the reply.

    Args:
        ssl_context: trusted authorities.
        backend: what connects.
    """

    def __init__(self, ssl_context: ssl.SSLContext, backend: httpcore.AsyncNetworkBackend) -> None:
        ssl_context.set_alpn_protocols(["http/1.1"])
        self._ssl_context = ssl_context
        self._backend = backend

    async def send(self, request: WireRequest) -> Reply:
        """Sends a request and reads the head of its answer.

        Raises:
            httpcore's errors, httpx.InvalidURL, and what the backend raises.
        """
        target = _target_of(request.url)
        stream = await self._connect(target)
        try:
            return await _converse(stream, target, request)
        except BaseException:
            await stream.aclose()
            raise

    async def _connect(self, target: _Target) -> httpcore.AsyncNetworkStream:
        stream = await self._backend.connect_tcp(target.host, target.port, timeout=CONNECT_SECONDS)
        if not target.is_tls:
            return stream
        # A connection that fails here closes by itself.
        return await stream.start_tls(self._ssl_context, target.host, CONNECT_SECONDS)

    async def aclose(self) -> None:
        """Closes nothing: each connection ends with its reply."""


async def _converse(
    stream: httpcore.AsyncNetworkStream, target: _Target, request: WireRequest
) -> Reply:
    exchange = Exchange(stream)
    headers = _headers_of(target, request)
    try:
        await exchange.ask(request.method.encode("ascii"), target.path, headers, request.body)
    except h11.LocalProtocolError as error:
        raise httpcore.LocalProtocolError(str(error)) from error
    head = await exchange.read_head()
    return Reply(head.status_code, head.headers.raw_items(), exchange.parts, stream.aclose)


def _headers_of(target: _Target, request: WireRequest) -> list[tuple[bytes, bytes]]:
    own = {**_DEFAULTS, **request.headers}
    if request.body:
        own["Content-Length"] = str(len(request.body))
    return [(b"Host", target.netloc), *write_headers(own)]
