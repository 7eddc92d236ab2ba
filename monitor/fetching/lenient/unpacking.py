"""Brotli and Zstandard, which servers send unasked; read where a library is there that can be held
to a limit.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

_STEP = 65_536  # of output at a time
_INPUT_STEP = 4_096
# Zstandard has no bound on what comes out at once: four bytes may hold a block of 128 kB.
_FRAME_STEP = 128
# A window is memory that a body asks for; browsers allow as much (RFC 8878 §3.1.1.1.2).
_MAX_WINDOW_BYTES = 8 * 1024 * 1024

# Yields what comes out, a piece at a time; raises `ValueError` for a broken body.
Unpack = Callable[[bytes], Iterator[bytes]]


@cache
def find_unpackers() -> dict[str, Unpack]:
    """Returns what reads each of these encodings here, by its name in headers."""
    found: dict[str, Unpack] = {}
    brotli, zstandard = _find("brotli"), _find("zstandard")
    # Before 1.2 its output had no bound.
    if brotli is not None and hasattr(brotli.Decompressor, "can_accept_more_data"):
        found["br"] = lambda raw: _unpack_brotli(brotli, raw)
    if zstandard is not None:
        found["zstd"] = lambda raw: _unpack_zstandard(zstandard, raw)
    return found


def _find(name: str) -> Any:
    """Returns a library that may be missing, None where it is."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _unpack_brotli(brotli: Any, raw: bytes) -> Iterator[bytes]:
    inflater = brotli.Decompressor()
    for start in range(0, len(raw), _INPUT_STEP):
        yield from _drain_brotli(brotli, inflater, raw[start : start + _INPUT_STEP])
        if inflater.is_finished():
            return
    if not inflater.is_finished():
        raise ValueError("the compressed body breaks off")


def _drain_brotli(brotli: Any, inflater: Any, piece: bytes) -> Iterator[bytes]:
    """Yields all that comes of a piece of the body."""
    try:
        while out := inflater.process(piece, output_buffer_limit=_STEP):
            yield out
            piece = b""
    except brotli.error as error:
        raise ValueError(f"broken compression: {error}") from error


def _unpack_zstandard(zstandard: Any, raw: bytes) -> Iterator[bytes]:
    unpacker = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW_BYTES)
    frame = unpacker.decompressobj()
    try:
        for start in range(0, len(raw), _FRAME_STEP):
            piece = raw[start : start + _FRAME_STEP]
            while piece:
                # Frames in a row are one body (RFC 8878 §3).
                frame = unpacker.decompressobj() if frame.eof else frame
                yield frame.decompress(piece)
                piece = frame.unused_data if frame.eof else b""
    except zstandard.ZstdError as error:
        raise ValueError(f"broken compression: {error}") from error
    if not frame.eof:
        raise ValueError("the compressed body breaks off")
