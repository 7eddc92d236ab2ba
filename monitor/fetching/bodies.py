"""Reading bodies within bounds, decompressed by what they are rather than by what their headers
say.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterable

_GZIP_MAGIC = b"\x1f\x8b"
_ZLIB_MAGICS = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_TEXT_STARTS = (b"<", b"{", b"[", b"\xef\xbb\xbf", b"\xff\xfe<\x00", b"\xfe\xff\x00<")
_OFFERED = ("gzip", "x-gzip", "deflate")
_GZIP_BITS = zlib.MAX_WBITS | 16
_STEP = 65_536  # of output at a time
_INPUT_STEP = 4_096  # what is left of a step is copied with each member, so it is short
_MAX_MEMBERS = 10_000  # of gzip in a row; a file that was packed in parallel has hundreds


class TooLarge(Exception):
    """The body is over the limit, as sent or decompressed."""


class BrokenBody(Exception):
    """The body's compression is broken, cut short, or was not offered."""


async def read_body(chunks: AsyncIterable[bytes], encoding: str, limit: int) -> bytes:
    """Reads a body to its end, decompressed; never holds more than `limit` bytes and a chunk.

    Args:
        chunks: the bytes as sent.
        encoding: the Content-Encoding header. A compressed body without it is decompressed; a plain
            body with it is taken as it is.

    Raises:
        TooLarge: more than `limit` bytes, sent or decompressed. BrokenBody: broken or cut
        compression, or one that was not offered (br, zstd, several in a row: each can be a bomb).
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
        BrokenBody: broken compression, or one that was not offered.
    """
    raw = bytearray()
    async for chunk in chunks:
        raw += chunk
        if len(raw) >= limit:
            break
    start = bytes(raw[:limit])
    bits = _bits(start, _names(encoding))
    if bits is None:
        return start
    try:
        return zlib.decompressobj(bits).decompress(start, limit)
    except zlib.error as error:
        raise BrokenBody(f"broken compression: {error}") from error


def _names(encoding: str) -> list[str]:
    """Returns the names in a Content-Encoding header, "identity" left out.

    Raises:
        BrokenBody: one was not offered.
    """
    names = [
        name.strip()
        for name in encoding.lower().split(",")
        if name.strip() and name.strip() != "identity"
    ]
    if len(names) > 1 or (names and names[0] not in _OFFERED):
        raise BrokenBody(f"compressed as {encoding[:60]!r}, which was not offered")
    return names


def _bits(raw: bytes, names: list[str]) -> int | None:
    """Returns how zlib has to read a body, None for a plain one: its first bytes tell, a header
    only where they do not.
    """
    if raw.startswith(_GZIP_MAGIC):
        return _GZIP_BITS
    if raw.startswith(_ZLIB_MAGICS):
        return zlib.MAX_WBITS
    if names == ["deflate"] and raw:
        is_zlib = len(raw) > 1 and raw[0] & 0x0F == 8 and (raw[0] << 8 | raw[1]) % 31 == 0
        return zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS
    return None


def _decompressed(raw: bytes, encoding: str, limit: int) -> bytes:
    """Returns the body; text is text whatever its header says: some say "utf-8" there."""
    is_text = raw.lstrip().startswith(_TEXT_STARTS)
    # A deflated body may begin like text by chance, nothing else does.
    if is_text and encoding.strip().lower() != "deflate":
        return raw
    names = _names(encoding)
    bits = _bits(raw, names)
    if bits is None:
        return raw
    try:
        return _inflate(raw, limit, bits)
    except BrokenBody:
        if is_text or (not names and bits != _GZIP_BITS):
            return raw
        raise


def _inflate(raw: bytes, limit: int, bits: int) -> bytes:
    """Decompresses step by step, so that a bomb ends at the limit; gzip members in a row are one
    body (RFC 1952 §2.2).
    """
    out = bytearray()
    inflater = zlib.decompressobj(bits)
    members = 1
    for start in range(0, len(raw), _INPUT_STEP):
        piece = raw[start : start + _INPUT_STEP]
        while piece:
            if inflater.eof:
                if piece[0] != _GZIP_MAGIC[0]:
                    return bytes(out)  # padding behind the last member
                members += 1
                inflater = zlib.decompressobj(bits)
            if members > _MAX_MEMBERS:
                raise BrokenBody("compressed in too many parts")
            try:
                out += inflater.decompress(piece, _STEP)
            except zlib.error as error:
                raise BrokenBody(f"broken compression: {error}") from error
            piece = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
            if len(out) > limit:
                raise TooLarge
    if not inflater.eof:
        raise BrokenBody("the compressed body breaks off")
    return bytes(out)
