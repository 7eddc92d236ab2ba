"""Mending the heads of answers before the parser sees them.

Servers put lines into their heads that are no headers: names with spaces in them, a PHP warning, a
NUL. The parser refuses the whole answer for one such line, and a feed is lost for years. As
browsers do, the line is dropped and the answer is read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from ssl import SSLContext
from typing import Any

import httpcore

# As the parser's own limit: a longer head is left to it, which refuses it.
_MAX_HEAD_BYTES = 100 * 1024
_END = re.compile(rb"\r?\n\r?\n")
_LINE_END = re.compile(rb"\r?\n")
_STATUS_LINE = re.compile(rb"HTTP/\d")
_INTERIM = re.compile(rb"HTTP/1\.[01] 1(?!01)\d\d")  # another head follows it, but after 101
# RFC 9110 §5.1 and §5.5: what a name and a value are made of.
_NAME = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_NO_VALUE = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_LENGTH = b"content-length"
_CODING = b"transfer-encoding"


def mend_head(head: bytes) -> bytes:
    """Returns the head of an answer without the lines that no parser reads; what begins otherwise
    than a head comes back as it is.

    Args:
        head: status line and headers, with the empty line after them.
    """
    status, *lines = _LINE_END.split(head)
    if not _STATUS_LINE.match(status):
        return head
    headers = [header for line in _unfold(lines) if (header := _read_header(line))]
    mended = [*_mend_framing(headers)]
    return b"\r\n".join([status, *(name + b": " + value for name, value in mended), b"", b""])


def _unfold(lines: Iterable[bytes]) -> list[bytes]:
    """Returns the lines with those that go on with the one before joined to it (RFC 9112 §5.2)."""
    unfolded: list[bytes] = []
    for line in filter(None, lines):
        if line[:1] not in (b" ", b"\t"):
            unfolded.append(line)
        elif unfolded:
            unfolded[-1] += b" " + line.strip()
    return unfolded


def _read_header(line: bytes) -> tuple[bytes, bytes] | None:
    """Returns name and value of a line, None where it is no header."""
    name, colon, value = line.partition(b":")
    # A space before the colon is against the rules, and clear all the same.
    name, value = name.rstrip(b" \t"), value.strip(b" \t")
    if not colon or not _NAME.fullmatch(name) or _NO_VALUE.search(value):
        return None
    return name, value


def _mend_framing(headers: list[tuple[bytes, bytes]]) -> Iterable[tuple[bytes, bytes]]:
    """Yields the headers so that chunks are said once or not at all: other codings end with the
    connection, as if nothing had been said.
    """
    is_chunked = any(
        name.lower() == _CODING and b"chunked" in value.lower() for name, value in headers
    )
    for name, value in headers:
        is_framing = name.lower() == _CODING or (is_chunked and name.lower() == _LENGTH)
        if not is_framing:
            yield name, value
    if is_chunked:
        yield _CODING, b"chunked"


class MendingStream(httpcore.AsyncNetworkStream):
    """A connection whose answers have mended heads.

    An answer begins with the first bytes after a request was written: requests are not written
    before the answer to the one before was read.
    """

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream
        self._head: bytes | None = b""  # of the answer, as far as it came; None once it was read
        self._ready = b""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Reads what came, the head of an answer in one piece."""
        while self._head is not None and not self._ready:
            data = await self._stream.read(max_bytes, timeout)
            self._take(self._head + data, is_over=not data)
        if self._ready:
            taken, self._ready = self._ready[:max_bytes], self._ready[max_bytes:]
            return taken
        return await self._stream.read(max_bytes, timeout)

    def _take(self, data: bytes, *, is_over: bool) -> None:
        """Takes in the beginning of an answer: what of its head is whole, or will not be, is ready
        to be read.
        """
        while (end := _END.search(data)) is not None:
            head, data = data[: end.end()], data[end.end() :]
            self._ready += mend_head(head)
            if not _INTERIM.match(head):
                self._head, self._ready = None, self._ready + data
                return
        self._head = data
        if is_over or len(data) > _MAX_HEAD_BYTES:
            self._head, self._ready = None, self._ready + data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Writes a part of a request; what comes next is the head of its answer."""
        self._head = b""
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        """Closes the connection."""
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Returns the connection under TLS, with mended heads as well."""
        secured = await self._stream.start_tls(ssl_context, server_hostname, timeout)
        return MendingStream(secured)

    def get_extra_info(self, info: str) -> Any:
        """Returns what the connection below knows."""
        return self._stream.get_extra_info(info)
