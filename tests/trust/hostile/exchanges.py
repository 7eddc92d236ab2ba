"""Forty ways of a server to answer, over raw sockets, that no good server has."""

from __future__ import annotations

import contextlib
import gzip
import socket
import socketserver
import threading
import time
import zlib
from collections.abc import Callable, Iterable

from tests.trust.hostile.feeds import item, rss

Behaviour = Callable[[socket.socket], None]

_FEED = rss(item())
_BOMB = gzip.compress(bytes(64_000_000))
# A server that hangs lets go when its time is up: the harness has to end, too.
_PATIENCE_S = 120.0


def raw(data: bytes) -> Behaviour:
    return lambda peer: peer.sendall(data)


def answered(
    body: bytes = _FEED, *headers: str, status: str = "200 OK", length: int | None = None
) -> bytes:
    size = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {size}", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def dripping(head: bytes, drop: bytes, every_s: float = 0.2) -> Behaviour:
    def drip(peer: socket.socket) -> None:
        peer.sendall(head)
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            peer.sendall(drop)
            time.sleep(every_s)

    return drip


def redirect(to: str, status: str = "302 Found") -> Behaviour:
    return raw(answered(b"", f"Location: {to}", status=status))


def reset(peer: socket.socket) -> None:
    peer.sendall(answered(length=1_000_000))
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def _slowly() -> dict[str, Behaviour]:
    chunk = b"10000\r\n" + bytes(0x10000) + b"\r\n"
    return {
        "a body in drops": dripping(answered(b"", length=1_000_000), b"x"),
        "a head in drops": dripping(b"HTTP/1.1 200 OK\r\n", b"X"),
        "a body without end": dripping(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", chunk, 0
        ),
        "headers without end": dripping(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n" * 1_000, 0.01),
        "silence": lambda _: time.sleep(_PATIENCE_S),
        "less than it says": dripping(answered(_FEED, length=10_000), b"", 1.0),
    }


def _heads() -> dict[str, Behaviour]:
    return {
        "a header of ten megabytes": raw(answered(_FEED, "X-Long: " + "x" * 10_000_000)),
        "a hundred thousand first answers": raw(b"HTTP/1.1 100 Continue\r\n\r\n" * 100_000),
        "no status line": raw(b"hello\r\n\r\n"),
        "HTTP of before": raw(_FEED),
        "status 999": raw(answered(status="999 What")),
        "status 000": raw(answered(status="000 What")),
        "another protocol": raw(answered(b"", "Upgrade: tea", status="101 Switching Protocols")),
        "not modified, unasked": raw(b"HTTP/1.1 304 Not Modified\r\n\r\n"),
        "no content": raw(b"HTTP/1.1 204 No Content\r\n\r\n"),
        "a part": raw(answered(_FEED, "Content-Range: bytes 5-9/9", status="206 Partial Content")),
        "two lengths": raw(answered(_FEED, "Content-Length: 3")),
        "a length below zero": raw(answered(_FEED, length=-5)),
        "a length and chunks": raw(answered(_FEED, "Transfer-Encoding: chunked")),
        "chunks of no size": raw(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nabc"
        ),
        "a long note on a chunk": raw(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;"
            + b"x" * 1_000_000
            + b"\r\nabc"
        ),
        "an ETag of a megabyte": raw(answered(_FEED, f'ETag: "{"e" * 1_000_000}"')),
        "a thousand cookies": raw(answered(_FEED, *["Set-Cookie: a=b"] * 1_000)),
        "a type in IDNA": raw(answered(_FEED, "Content-Type: application/rss+xml; charset=idna")),
        "zeros in a header": raw(answered(_FEED, "X-Zero: a\0b", "X-High: \xff\xfe")),
        "bare line feeds": raw(answered(_FEED).replace(b"\r\n", b"\n")),
        "come back in a million years": raw(
            answered(b"", "Retry-After: " + "9" * 30, status="429 Too Many Requests")
        ),
        "come back yesterday": raw(
            answered(b"", "Retry-After: -1", status="503 Service Unavailable")
        ),
    }


def _packed() -> dict[str, Behaviour]:
    def packed(body: bytes, coding: str) -> Behaviour:
        return raw(answered(body, f"Content-Encoding: {coding}"))

    return {
        "a bomb": packed(_BOMB, "gzip"),
        "a bomb in a bomb": packed(gzip.compress(_BOMB), "gzip, gzip"),
        "a deflated bomb": packed(zlib.compress(bytes(64_000_000)), "deflate"),
        "half an archive": packed(gzip.compress(_FEED)[:-20], "gzip"),
        "an archive of nothing": packed(b"nothing of the kind", "gzip"),
        "brotli that is none": packed(b"nothing of the kind", "br"),
        "zstd that is none": packed(b"nothing of the kind", "zstd"),
        "two thousand codings": packed(_FEED, ", ".join(["gzip"] * 2_000)),
        "a coding of no name": packed(_FEED, "x-harbour"),
    }


def _journeys() -> dict[str, Behaviour]:
    places = ("file:///etc/hostname", "data:text/xml,x", "javascript:x", "gopher://127.0.0.1/", "")
    return {
        "round in a circle": redirect("?"),
        **{f"on to {place[:12] or 'nowhere'}": redirect(place) for place in places},
        "on to a host of 300 letters": redirect(f"http://{'h' * 300}.example/"),
        "on to a host of no letters": redirect("http://[::1/"),
        "for good, to itself": redirect("?", "301 Moved Permanently"),
        "gone at once": lambda peer: peer.close(),
        "a connection reset": reset,
    }


def hostile_exchanges() -> dict[str, Behaviour]:
    """Returns behaviours by what they do."""
    return {**_slowly(), **_heads(), **_packed(), **_journeys()}


class RawServer:
    """Serves behaviours, the path of each being its number."""

    def __init__(self, behaviours: Iterable[Behaviour]) -> None:
        self._behaviours = list(behaviours)
        server = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with contextlib.suppress(OSError, ValueError):
                    head = self.request.recv(65_536)
                    number = int(head.split(b" ", 2)[1].strip(b"/?").split(b"?")[0])
                    server._behaviours[number](self.request)

        class Threads(socketserver.ThreadingTCPServer):
            daemon_threads = True
            block_on_close = False
            request_queue_size = 128

        self._server = Threads(("0.0.0.0", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def urls(self) -> list[str]:
        """Returns the addresses, each on a host of its own: feeds of one wait for each other."""
        port = self._server.server_address[1]
        numbers = range(len(self._behaviours))
        return [f"http://127.0.5.{number + 1}:{port}/{number}" for number in numbers]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
