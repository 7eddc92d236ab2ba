"""What keeps an exchange bounded and a host unharmed: sizes, decompression, pauses between requests, waiting times that servers
ask for.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterable, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

MAX_WAIT = timedelta(hours=24)  # for Retry-After: a server that asks for more has a typing error more often than a reason
MAX_AGE = timedelta(days=7)
_PLENTY_OF_HOSTS = 1_000  # from here on, idle hosts are forgotten
_GZIP_MAGIC = b"\x1f\x8b"
_STEP = 65_536


class TooLarge(Exception):
    """The body is over the limit, as sent or decompressed."""


class BrokenBody(Exception):
    """The body's compression is broken, cut short, or was not offered."""


async def read_body(chunks: AsyncIterable[bytes], encoding: str, limit: int) -> bytes:
    """Reads a body to its end, decompressed; never holds more than `limit` bytes and a chunk.

    Args:
        chunks: the bytes as sent.
        encoding: the Content-Encoding header. A gzip body without it is decompressed; a plain body with it is taken as it is.

    Raises:
        TooLarge: more than `limit` bytes, sent or decompressed.
        BrokenBody: broken or cut compression, or one that was not offered (br, zstd, several in a row: each can be a bomb).
    """
    raw = bytearray()
    async for chunk in chunks:
        raw += chunk
        if len(raw) > limit:
            raise TooLarge
    names = [name.strip() for name in encoding.lower().split(",") if name.strip() and name.strip() != "identity"]
    if len(names) > 1 or (names and names[0] not in ("gzip", "x-gzip", "deflate")):
        raise BrokenBody(f"compressed as {encoding[:60]!r}, which was not offered")
    if raw.startswith(_GZIP_MAGIC):
        return _inflate(raw, limit, zlib.MAX_WBITS | 16)
    if names == ["deflate"] and raw:
        is_zlib = raw[0] & 0x0F == 8 and (raw[0] << 8 | (raw[1] if len(raw) > 1 else 0)) % 31 == 0
        return _inflate(raw, limit, zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)
    return bytes(raw)


def _inflate(raw: bytearray, limit: int, bits: int) -> bytes:
    """Decompresses step by step, so that a bomb ends at the limit; gzip members in a row are one body (RFC 1952 §2.2)."""
    out = bytearray()
    rest: bytes = bytes(raw)
    while rest:
        inflater = zlib.decompressobj(bits)
        while not inflater.eof and (rest or inflater.unconsumed_tail):
            try:
                out += inflater.decompress(rest, _STEP)
            except zlib.error as error:
                raise BrokenBody(f"broken compression: {error}") from error
            rest = inflater.unconsumed_tail
            if len(out) > limit:
                raise TooLarge
        if not inflater.eof:
            raise BrokenBody("the compressed body breaks off")
        rest = inflater.unused_data if inflater.unused_data.startswith(_GZIP_MAGIC) else b""
    return bytes(out)


def retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """Reads Retry-After, seconds or an HTTP date (counted from the response's own Date), 0 to 24 hours.

    Source: RFC 9110 §10.2.3.
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdecimal():
        return min(timedelta(seconds=int(value[:9])), MAX_WAIT)
    at, now = _http_date(value), _http_date(headers.get("date", ""))
    return min(max(at - now, timedelta()), MAX_WAIT) if at and now else None


def max_age(headers: Mapping[str, str]) -> timedelta | None:
    """Reads how long a response stays fresh: Cache-Control's `max-age`, else Expires less Date; at most 7 days.

    Source: RFC 9111 §4.2.1.
    """
    directives = [directive.strip() for directive in headers.get("cache-control", "").lower().split(",")]
    if "no-store" in directives or "no-cache" in directives:
        return None
    for directive in directives:
        name, _, value = directive.partition("=")
        value = value.strip('" ')
        if name == "max-age" and value.isascii() and value.isdecimal():
            return min(timedelta(seconds=int(value[:9])), MAX_AGE) or None
    at, now = _http_date(headers.get("expires", "")), _http_date(headers.get("date", ""))
    return min(at - now, MAX_AGE) if at and now and at > now else None


def _http_date(value: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


@dataclass(slots=True)
class _Host:
    slots: asyncio.Semaphore
    next_start: float = 0.0
    closed_until: float = 0.0
    users: int = field(default=0)


class HostLimits:
    """Spares hosts: few requests at a time, a pause between their starts, none before the moment that a host has asked for.

    Times are the event loop's, so a clock that is set back or forth changes nothing.
    """

    def __init__(self, *, per_host: int, delay: timedelta) -> None:
        self._per_host = per_host
        self._delay = delay.total_seconds()
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """Waits for the host's turn and holds it while the block runs."""
        loop = asyncio.get_running_loop()
        host = self._host(name, loop.time())
        host.users += 1
        try:
            async with host.slots:
                now = loop.time()
                start = max(now, host.next_start)
                host.next_start = start + self._delay
                if start > now:
                    await asyncio.sleep(start - now)
                yield
        finally:
            host.users -= 1

    def closed_for(self, name: str) -> timedelta | None:
        """Returns for how long the host has asked not to be asked, None when it may be."""
        host = self._hosts.get(name)
        left = host.closed_until - asyncio.get_running_loop().time() if host else 0.0
        return timedelta(seconds=left) if left > 0 else None

    def close(self, name: str, wait: timedelta) -> None:
        """Remembers that a host asked to be left alone for a while."""
        now = asyncio.get_running_loop().time()
        host = self._host(name, now)
        host.closed_until = max(host.closed_until, now + wait.total_seconds())

    def _host(self, name: str, now: float) -> _Host:
        if name not in self._hosts and len(self._hosts) >= _PLENTY_OF_HOSTS:
            self._hosts = {
                key: host for key, host in self._hosts.items() if host.users or max(host.next_start, host.closed_until) > now
            }
        return self._hosts.setdefault(name, _Host(asyncio.Semaphore(self._per_host)))
