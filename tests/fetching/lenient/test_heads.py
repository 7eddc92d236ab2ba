"""Odd lines in the head of an answer are dropped; what is right stays byte for byte."""

from __future__ import annotations

import asyncio

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.fetching.lenient.heads import MendingStream, mend_head

STATUS = b"HTTP/1.1 200 OK"


def head(*lines: bytes, status: bytes = STATUS, end: bytes = b"\r\n") -> bytes:
    return end.join([status, *lines, b"", b""])


@pytest.mark.parametrize(
    "odd",
    [
        b"Content Security Policy: default-src *",
        b"no colon at all",
        b"X-Nul: a\x00b",
        b"X-Bell: \x07",
        b"<br />",
        b"<b>Warning</b>: Undefined index in <b>/srv/www/feed.php</b>",
        b"PHP Warning:  date(): It is not safe to rely on the system's timezone",
        b": no name",
        "Größe: 1".encode(),
        b"Transfer-Encoding: identity",
        b" begins with a blank",
    ],
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_line_that_is_no_header_is_dropped_wherever_it_stands(odd: bytes, place: int) -> None:
    good = [b"Content-Type: text/html", b"Content-Length: 5"]
    # A line that begins with a blank goes on with the one before.
    if place and odd.startswith(b" "):
        pytest.skip("it goes on with the line before")

    mended = mend_head(head(*good[:place], odd, *good[place:]))

    assert mended == head(*good)


def test_a_space_before_the_colon_is_taken_out() -> None:
    assert mend_head(head(b"Content-Type : text/html")) == head(b"Content-Type: text/html")


@pytest.mark.parametrize(
    "lines",
    [
        [b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked"],
        [b"Transfer-Encoding: chunked, chunked"],
        [b"Transfer-Encoding: identity, chunked"],
        [b"Transfer-Encoding : Chunked"],
        [b"Content-Length: 5", b"Transfer-Encoding: chunked"],
    ],
)
def test_chunks_are_said_once_and_alone(lines: list[bytes]) -> None:
    assert mend_head(head(*lines)).lower() == head(b"transfer-encoding: chunked").lower()


def test_a_value_over_several_lines_is_one_value() -> None:
    assert mend_head(head(b"X-A: one", b"\ttwo", b"X-B: 3")) == head(b"X-A: one two", b"X-B: 3")


def test_a_line_that_goes_on_with_a_dropped_one_is_dropped_too() -> None:
    assert mend_head(head(b"no colon", b"  more of it", b"X-B: 3")) == head(b"X-B: 3")


def test_line_feeds_alone_end_lines_as_well() -> None:
    assert mend_head(head(b'ETag: "a"', end=b"\n")) == head(b'ETag: "a"')


@pytest.mark.parametrize("data", [b"not http at all\r\n\r\n", b"\r\n\r\n", b"<html>\n\n"])
def test_what_is_no_head_is_left_to_the_parser(data: bytes) -> None:
    assert mend_head(data) == data


NAMES = st.from_regex(rb"[A-Za-z][A-Za-z0-9-]{0,20}", fullmatch=True).filter(
    lambda name: name.lower() != b"transfer-encoding"
)
VALUES = st.from_regex(rb"[!-~\x80-\xff]([ -~\x80-\xff]{0,30}[!-~\x80-\xff])?", fullmatch=True)


@given(st.lists(st.tuples(NAMES, VALUES), max_size=8))
def test_a_head_without_faults_stays_byte_for_byte(headers: list[tuple[bytes, bytes]]) -> None:
    whole = head(*(name + b": " + value for name, value in headers))

    assert mend_head(whole) == whole


@given(st.lists(st.binary(max_size=60), max_size=8))
def test_no_bytes_make_it_fail_and_mending_twice_is_mending_once(lines: list[bytes]) -> None:
    once = mend_head(head(*lines))

    assert mend_head(once) == once


class Wire(httpcore.AsyncNetworkStream):
    """A connection on which these pieces come, one a read."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = list(pieces)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        piece = self.pieces.pop(0) if self.pieces else b""
        if len(piece) > max_bytes:
            self.pieces.insert(0, piece[max_bytes:])
        return piece[:max_bytes]

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        return


def read_all(wire: Wire, step: int = 7) -> bytes:
    async def main() -> bytes:
        stream, got = MendingStream(wire), b""
        await stream.write(b"GET / HTTP/1.1\r\n\r\n")
        while piece := await stream.read(step):
            assert len(piece) <= step
            got += piece
        return got

    return asyncio.run(main())


@given(st.integers(1, 90), st.integers(1, 40))
def test_an_answer_is_mended_however_it_comes_in_pieces(size: int, step: int) -> None:
    body = b"odd line in the body\r\n\r\nno: header"
    raw = head(b"a b: c", b"X-A: 1") + body
    pieces = [raw[start : start + size] for start in range(0, len(raw), size)]

    assert read_all(Wire(*pieces), step) == head(b"X-A: 1") + body


def test_the_head_after_an_interim_one_is_mended_too() -> None:
    early = head(b"Link: </a.css>; rel=preload", status=b"HTTP/1.1 103 Early Hints")

    assert read_all(Wire(early + head(b"a b: c") + b"body")) == early + head() + b"body"


@pytest.mark.parametrize("raw", [b"HTTP/1.1 200 OK\r\nX-A: 1", b"noise", b""])
def test_a_head_that_breaks_off_is_left_to_the_parser(raw: bytes) -> None:
    assert read_all(Wire(raw)) == raw


def test_a_head_without_an_end_is_not_kept_for_ever() -> None:
    line = b"X-A: " + b"y" * 1_000 + b"\r\n"

    got = read_all(Wire(STATUS + b"\r\n", *[line] * 200), step=100_000)

    assert got == STATUS + b"\r\n" + line * 200
