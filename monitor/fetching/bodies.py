"""Reading bodies within bounds, decompressed by what they are rather than by what their headers
say.
"""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import AsyncIterable

from monitor.fetching.lenient.unpacking import Unpack, find_unpackers

_GZIP_MAGIC = b"\x1f\x8b"
_ZLIB_MAGICS = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_TEXT_STARTS = (b"<", b"{", b"[", b"\xef\xbb\xbf", b"\xff\xfe<\x00", b"\xfe\xff\x00<")
_INFLATED = frozenset({"gzip", "x-gzip", "deflate"})
_UNMARKED = frozenset({"deflate", "br"})
_GZIP_BITS = zlib.MAX_WBITS | 16
_MAX_SHOWN_CHARS = 60
_PLAIN_BYTES = 1_000
_STEP = 65_536  # of output at a time
_INPUT_STEP = 4_096  # what is left of a step is copied with each member, so it is short
_MAX_MEMBERS = 10_000  # of gzip in a row; a file that was packed in parallel has hundreds


class TooLarge(Exception):
    """The body is over the limit, as sent or decompressed."""


class BrokenBody(Exception):
    """The body's compression is broken, cut short, or not one that can be read here."""


class UnknownEncoding(BrokenBody):
    """The body's compression cannot be undone here, and will not be at the next attempt."""


def offered_encodings() -> str:
    """Returns the Accept-Encoding header: what can be read within bounds."""
    return ", ".join(("gzip", "deflate", *find_unpackers()))


async def read_body(chunks: AsyncIterable[bytes], encoding: str, limit: int) -> bytes:
    """Reads a body to its end, decompressed; never holds more than `limit` bytes and a chunk.

    Args:
        chunks: the bytes as sent.
        encoding: the Content-Encoding header. A compressed body without it is decompressed; a plain
            body with it is taken as it is.

    Raises:
        TooLarge: more than `limit` bytes, sent or decompressed. BrokenBody: broken or cut
        compression, or one that cannot be read here.
    """
    raw = bytearray()
    async for chunk in chunks:
        raw += chunk
        if len(raw) > limit:
            raise TooLarge
    return _decompressed(bytes(raw), encoding, limit)


async def read_start(chunks: AsyncIterable[bytes], encoding: str, limit: int) -> bytes:
    """Reads the beginning of a body, at most `limit` bytes of it, decompressed as far as it came.

    Raises:
        BrokenBody: broken compression, or one that cannot be read here.
    """
    raw = bytearray()
    async for chunk in chunks:
        raw += chunk
        if len(raw) >= limit:
            break
    start = bytes(raw[:limit])
    encodings = _read_encodings(encoding)
    if unpack := _find_unpacker(encodings):
        return _unpack_start(unpack, start, limit)
    bits = _window_bits(start, encodings)
    if bits is None:
        return start
    try:
        return zlib.decompressobj(bits).decompress(start, limit)
    except zlib.error as error:
        raise BrokenBody(f"broken compression: {error}") from error


def _unpack_start(unpack: Unpack, start: bytes, limit: int) -> bytes:
    """Returns what comes out of the beginning of a body, at most `limit` bytes."""
    out = bytearray()
    # It was cut here, so it breaks off: what came before that counts.
    with contextlib.suppress(ValueError):
        for piece in unpack(start):
            out += piece
            if len(out) >= limit:
                break
    return bytes(out[:limit])


def _is_plain(raw: bytes) -> bool:
    """Whether bytes are text in UTF-8, which what was compressed never is for long."""
    return "\ufffd" not in raw[:_PLAIN_BYTES].decode("utf-8", "replace")[:-1]


def _find_unpacker(encodings: list[str]) -> Unpack | None:
    return find_unpackers().get(encodings[0]) if encodings else None


def _read_encodings(encoding: str) -> list[str]:
    """Returns the names in a Content-Encoding header, "identity" left out.

    Raises:
        UnknownEncoding: one cannot be read here, or several stand in a row: each can be a bomb.
    """
    names = map(str.strip, encoding.lower().split(","))
    encodings = [name for name in names if name not in ("", "identity")]
    if len(encodings) > 1 or not set(encodings) <= {*_INFLATED, *find_unpackers()}:
        shown = encoding[:_MAX_SHOWN_CHARS]
        raise UnknownEncoding(f"compressed as {shown!r}, which was not offered")
    return encodings


def _window_bits(raw: bytes, encodings: list[str]) -> int | None:
    """Returns the `wbits` with which zlib has to read a body, None for a plain one: its first bytes
    say, a header only where they do not.
    """
    if raw.startswith(_GZIP_MAGIC):
        return _GZIP_BITS
    if raw.startswith(_ZLIB_MAGICS):
        return zlib.MAX_WBITS
    if encodings == ["deflate"] and raw:
        # "deflate" is zlib's format by the standard, and the raw one on some servers.
        return zlib.MAX_WBITS if _has_zlib_header(raw) else -zlib.MAX_WBITS
    return None


def _has_zlib_header(raw: bytes) -> bool:
    """Whether a body begins as RFC 1950 §2.2 says: method 8, and a check value."""
    return len(raw) > 1 and raw[0] & 0x0F == 8 and (raw[0] << 8 | raw[1]) % 31 == 0


def _decompressed(raw: bytes, encoding: str, limit: int) -> bytes:
    """Returns the body; text is text whatever its header says: some say "utf-8" there."""
    is_text = raw.lstrip().startswith(_TEXT_STARTS)
    # A body without a mark of its own at its beginning may begin like text by chance.
    if is_text and (encoding.strip().lower() not in _UNMARKED or _is_plain(raw)):
        return raw
    encodings = _read_encodings(encoding)
    if unpack := _find_unpacker(encodings):
        return _unpack(unpack, raw, limit)
    bits = _window_bits(raw, encodings)
    if bits is None:
        return raw
    try:
        return _inflate(raw, limit, bits)
    except BrokenBody:
        # zlib's two bytes occur in plain bodies, gzip's do not.
        if is_text or (not encodings and bits != _GZIP_BITS):
            return raw
        raise


def _unpack(unpack: Unpack, raw: bytes, limit: int) -> bytes:
    """Unpacks piece by piece, so that a bomb ends at the limit.

    Raises:
        TooLarge: more than `limit` bytes come out. UnknownEncoding: it breaks off, or is broken:
        the transfer was whole, so the server made it so.
    """
    out = bytearray()
    try:
        for piece in unpack(raw):
            out += piece
            if len(out) > limit:
                raise TooLarge
    except ValueError as error:
        raise UnknownEncoding(str(error)) from error
    return bytes(out)


def _inflate(raw: bytes, limit: int, bits: int) -> bytes:
    """Decompresses step by step, so that a bomb ends at the limit.

    Raises:
        TooLarge: more than `limit` bytes come out. BrokenBody: it breaks off, or is broken.
    """
    inflation = _Inflation(bits)
    for start in range(0, len(raw), _INPUT_STEP):
        inflation.feed(raw[start : start + _INPUT_STEP], limit)
        if inflation.is_over:
            break
    if not inflation.is_whole:
        raise BrokenBody("the compressed body breaks off")
    return bytes(inflation.out)


class _Inflation:
    """A body being decompressed; gzip members in a row are one body (RFC 1952 §2.2).

    Attributes:
        out: what came out so far.
        is_over: something else follows the last member, which is padding.
    """

    def __init__(self, bits: int) -> None:
        self.out = bytearray()
        self.is_over = False
        self._bits = bits
        self._members = 1
        self._inflater = zlib.decompressobj(bits)

    @property
    def is_whole(self) -> bool:
        """Whether the last member has come to its end."""
        return self._inflater.eof

    def feed(self, piece: bytes, limit: int) -> None:
        """Decompresses one more piece of the body."""
        while piece and not self.is_over:
            if self._inflater.eof:
                self._begin_member(piece)
            else:
                piece = self._step(piece)
                if len(self.out) > limit:
                    raise TooLarge

    def _begin_member(self, piece: bytes) -> None:
        if piece[0] != _GZIP_MAGIC[0]:
            self.is_over = True
            return
        self._members += 1
        if self._members > _MAX_MEMBERS:
            raise BrokenBody("compressed in too many parts")
        self._inflater = zlib.decompressobj(self._bits)

    def _step(self, piece: bytes) -> bytes:
        """Adds at most `_STEP` bytes to what came out; returns what is left of the piece."""
        try:
            self.out += self._inflater.decompress(piece, _STEP)
        except zlib.error as error:
            raise BrokenBody(f"broken compression: {error}") from error
        return self._inflater.unused_data if self._inflater.eof else self._inflater.unconsumed_tail
