"""Brotli and Zstandard, where their libraries are there: read whole, held to a limit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from monitor.fetching.bodies import (
    TooLarge,
    UnknownEncoding,
    offered_encodings,
    read_body,
    read_start,
)
from monitor.fetching.lenient.unpacking import find_unpackers

BODY = b"<rss>" + b"The harbour master closed the pier. " * 4_000 + b"</rss>"


def pack(encoding: str, body: bytes) -> bytes:
    library: Any = pytest.importorskip({"br": "brotli", "zstd": "zstandard"}[encoding])
    if encoding == "br":
        return bytes(library.compress(body))
    return bytes(library.ZstdCompressor().compress(body))


async def chunks(raw: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(raw), 1_000):
        yield raw[start : start + 1_000]


def read(raw: bytes, encoding: str, limit: int = 1_000_000) -> bytes:
    return asyncio.run(read_body(chunks(raw), encoding, limit))


@pytest.mark.parametrize("encoding", ["br", "zstd"])
def test_a_body_is_read_whole(encoding: str) -> None:
    assert read(pack(encoding, BODY), encoding) == BODY
    assert encoding in offered_encodings().split(", ")


@pytest.mark.parametrize("encoding", ["br", "zstd"])
def test_a_bomb_ends_at_the_limit(encoding: str) -> None:
    with pytest.raises(TooLarge):
        read(pack(encoding, bytes(50_000_000)), encoding, limit=1_000_000)


@pytest.mark.parametrize("encoding", ["br", "zstd"])
@pytest.mark.parametrize("spoil", [lambda raw: raw[:-9], lambda raw: b"\xff" * 40 + raw])
def test_a_body_that_breaks_off_or_is_broken_says_so(
    encoding: str, spoil: Callable[[bytes], bytes]
) -> None:
    with pytest.raises(UnknownEncoding):
        read(spoil(pack(encoding, BODY)), encoding)


@pytest.mark.parametrize("encoding", ["br", "zstd"])
def test_the_beginning_of_a_body_is_read_as_far_as_it_comes(encoding: str) -> None:
    raw = pack(encoding, BODY)

    start = asyncio.run(read_start(chunks(raw), encoding, 500))

    assert BODY.startswith(start)
    assert len(start) <= 500


def test_text_that_is_called_brotli_is_text() -> None:
    pytest.importorskip("brotli")

    assert read(BODY, "br") == BODY


def test_frames_in_a_row_are_one_body() -> None:
    assert read(pack("zstd", b"<a>") + pack("zstd", b"</a>"), "zstd") == b"<a></a>"


@pytest.mark.parametrize("encoding", ["compress", "exi", "br, gzip", "gzip, zstd"])
def test_what_nobody_here_can_undo_is_named(encoding: str) -> None:
    with pytest.raises(UnknownEncoding, match=encoding):
        read(b"\x1b\x2b\x00", encoding)


def test_only_what_can_be_read_is_offered() -> None:
    assert offered_encodings().split(", ") == ["gzip", "deflate", *find_unpackers()]
