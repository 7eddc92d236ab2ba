"""Headers that say how long to wait, and bodies read within bounds."""

from __future__ import annotations

import asyncio
import gzip
import time
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.fetching.bodies import BrokenBody, TooLarge, read_body
from monitor.fetching.limits import HostLimits, LoopClock
from monitor.fetching.waiting import MAX_AGE, MAX_WAIT, max_age, retry_after

DATE = "Fri, 11 Apr 2025 21:00:00 GMT"


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("0", timedelta()),
        ("99999999999999999999", timedelta(hours=24)),
        ("Fri, 11 Apr 2025 21:10:00 GMT", timedelta(minutes=10)),
        ("Fri, 11 Apr 2025 20:00:00 GMT", timedelta()),
        ("Fri, 11 Apr 2099 20:00:00 GMT", timedelta(hours=24)),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("١٢", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_up_to_a_day(value: str, wait: timedelta | None) -> None:
    assert wait == retry_after({"retry-after": value, "date": DATE})


@pytest.mark.parametrize(
    ("headers", "age"),
    [
        ({"cache-control": "max-age=600"}, timedelta(minutes=10)),
        ({"cache-control": 'public, Max-Age="600"'}, timedelta(minutes=10)),
        ({"cache-control": "max-age=31536000"}, timedelta(days=7)),
        ({"cache-control": "max-age=0", "expires": "Fri, 11 Apr 2025 22:00:00 GMT"}, None),
        ({"cache-control": "no-cache, max-age=600"}, None),
        ({"expires": "Fri, 11 Apr 2025 22:00:00 GMT"}, timedelta(hours=1)),
        ({"expires": "0"}, None),
        ({"expires": "Fri, 11 Apr 2025 20:00:00 GMT"}, None),
        ({}, None),
    ],
)
def test_max_age_comes_from_cache_control_then_expires(
    headers: dict[str, str], age: timedelta | None
) -> None:
    assert age == max_age({"date": DATE, **headers})


@given(
    st.dictionaries(
        st.sampled_from(["retry-after", "date", "expires", "cache-control"]), st.text(max_size=60)
    )
)
def test_whatever_a_header_says_stays_within_its_bounds(headers: dict[str, str]) -> None:
    wait, age = retry_after(headers), max_age(headers)

    assert wait is None or timedelta(0) <= wait <= MAX_WAIT
    assert age is None or timedelta(0) <= age <= MAX_AGE


async def _chunks(body: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


def _read(body: bytes, encoding: str = "", limit: int = 100_000, size: int = 7) -> bytes:
    return asyncio.run(read_body(_chunks(body, size), encoding, limit))


@given(st.binary(max_size=2_000), st.integers(1, 300))
def test_compressed_bodies_come_back_whole_however_they_are_cut_up(body: bytes, size: int) -> None:
    assert body == _read(gzip.compress(body), "gzip", size=size)


@given(st.binary(max_size=300), st.sampled_from(["", "gzip", "deflate", "x-gzip"]))
def test_noise_is_a_body_or_a_broken_body(body: bytes, encoding: str) -> None:
    try:
        read = _read(body, encoding)
    except (BrokenBody, TooLarge):
        return
    assert len(read) <= 100_000


def test_every_cut_of_a_gzip_body_is_noticed() -> None:
    whole = gzip.compress(b"Judge orders daily reports " * 20)

    for length in range(2, len(whole)):
        with pytest.raises(BrokenBody):
            _read(whole[:length], "gzip")


def test_millions_of_empty_members_end_soon() -> None:
    began = time.monotonic()

    with pytest.raises(BrokenBody, match="too many parts"):
        _read(gzip.compress(b"") * 500_000, "gzip", limit=20_000_000, size=65_536)

    assert time.monotonic() - began < 60


@given(st.lists(st.binary(max_size=6_000), min_size=1, max_size=8))
def test_members_are_one_body_wherever_they_are_cut(parts: list[bytes]) -> None:
    assert b"".join(parts) == _read(b"".join(gzip.compress(part, 0) for part in parts), size=65_536)


@pytest.mark.parametrize("encoding", ["utf-8", "br", "none", "binary", "gzip, gzip"])
def test_text_is_text_whatever_its_header_says(encoding: str) -> None:
    assert _read(b" <rss/>", encoding) == b" <rss/>"


def test_a_body_of_exactly_the_limit_passes() -> None:
    assert len(_read(b"x" * 100, limit=100)) == 100
    with pytest.raises(TooLarge):
        _read(b"x" * 101, limit=100)


def test_idle_hosts_are_forgotten() -> None:
    async def main() -> int:
        limits = HostLimits(per_host=1, delay=timedelta(), clock=LoopClock())
        for number in range(3_000):
            async with limits.turn(f"{number}.example"):
                pass
        return len(limits._hosts)

    assert asyncio.run(main()) <= 1_001
