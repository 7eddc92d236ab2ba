"""When to poll again: the feed's rhythm, overlap, what the server asks for, back-off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds import Rhythm, has_possible_gap, next_interval

NOW = datetime(2025, 4, 11, 21, tzinfo=UTC)
SHORTEST = timedelta(minutes=10)
LONGEST = timedelta(hours=6)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def planned(rhythm: Rhythm, *, jitter: float = 0.0) -> timedelta:
    return next_interval(rhythm, now=NOW, shortest=SHORTEST, longest=LONGEST, jitter=jitter)


def every(gap: timedelta, count: int = 20, since: timedelta = timedelta()) -> tuple[datetime, ...]:
    return tuple(NOW - since - gap * number for number in range(count))


def test_before_anything_is_known_a_feed_is_polled_hourly() -> None:
    assert planned(Rhythm()) == HOUR


def test_a_feed_is_polled_twice_per_usual_gap() -> None:
    assert planned(Rhythm(published=every(HOUR), last=HOUR, overlap=0.9)) == HOUR / 2


@pytest.mark.parametrize(("gap", "interval"), [(MINUTE, SHORTEST), (timedelta(days=3), LONGEST)])
def test_the_interval_stays_within_its_bounds(gap: timedelta, interval: timedelta) -> None:
    assert planned(Rhythm(published=every(gap), last=HOUR)) == interval


def test_a_feed_that_fell_silent_is_polled_less_often() -> None:
    busy = Rhythm(published=every(20 * MINUTE), last=HOUR)
    quiet = Rhythm(published=every(20 * MINUTE, since=timedelta(hours=12)), last=HOUR)

    assert planned(busy) < planned(quiet) == 3 * HOUR


def test_little_overlap_makes_the_next_poll_come_sooner_and_none_as_soon_as_allowed() -> None:
    def interval(overlap: float) -> timedelta:
        return planned(Rhythm(published=every(2 * HOUR), last=HOUR, overlap=overlap))

    assert interval(0.9) == HOUR
    assert interval(0.25) == HOUR / 4
    assert interval(0.0) == SHORTEST


def test_undated_feeds_slow_down_while_nothing_is_new() -> None:
    assert planned(Rhythm(last=HOUR, overlap=1.0)) == 1.5 * HOUR
    assert planned(Rhythm(last=HOUR, overlap=0.8)) == HOUR


def test_items_dated_alike_say_nothing_about_the_rhythm() -> None:
    assert planned(Rhythm(published=(NOW - HOUR,) * 30, last=HOUR, overlap=0.9)) == HOUR


def test_items_dated_in_the_future_say_nothing_about_the_rhythm() -> None:
    assert planned(Rhythm(published=every(-HOUR), last=2 * HOUR, overlap=0.9)) == 2 * HOUR


def test_what_the_server_asks_for_is_a_lower_bound() -> None:
    busy = every(MINUTE)

    assert planned(Rhythm(published=busy, max_age=HOUR)) == HOUR
    assert planned(Rhythm(published=busy, ttl=2 * HOUR, max_age=HOUR)) == 2 * HOUR
    assert planned(Rhythm(published=busy, retry_after=9 * HOUR)) == 9 * HOUR


def test_no_wish_of_a_server_is_longer_than_a_day() -> None:
    assert planned(Rhythm(ttl=timedelta(days=30))) == timedelta(days=1)
    assert planned(Rhythm(retry_after=timedelta(days=30))) == timedelta(days=1)


def test_a_pinned_feed_is_polled_as_pinned_but_for_retry_after_and_failures() -> None:
    pin = 5 * MINUTE

    assert planned(Rhythm(pinned=pin, published=every(HOUR), ttl=HOUR)) == pin
    assert planned(Rhythm(pinned=pin, retry_after=HOUR)) == HOUR
    assert planned(Rhythm(pinned=pin, failures=2)) == 2 * pin


def test_a_failed_poll_is_repeated_soon_then_ever_more_slowly_up_to_a_day() -> None:
    intervals = [planned(Rhythm(last=HOUR, failures=failures)) for failures in range(1, 12)]

    assert intervals[:3] == [SHORTEST, 2 * SHORTEST, 4 * SHORTEST]
    assert intervals[-1] == timedelta(days=1)


def test_a_server_that_refuses_is_left_alone_for_an_hour_at_least() -> None:
    assert [planned(Rhythm(failures=failures, is_refused=True)) for failures in (1, 2)] == [HOUR, 2 * HOUR]


def test_jitter_only_adds_and_at_most_a_tenth() -> None:
    assert planned(Rhythm(), jitter=0.0) == HOUR
    assert planned(Rhythm(), jitter=1.0) == 1.1 * HOUR


def test_a_gap_is_possible_only_when_something_was_known() -> None:
    assert has_possible_gap(0.0, known_before=30)
    assert not has_possible_gap(0.0, known_before=0)
    assert not has_possible_gap(0.1, known_before=30)


SPANS = st.timedeltas(timedelta(), timedelta(days=60))


@given(
    st.builds(
        Rhythm,
        published=st.lists(SPANS.map(lambda span: NOW + timedelta(days=10) - span), max_size=30).map(tuple),
        overlap=st.floats(0, 1),
        last=st.none() | st.timedeltas(MINUTE, timedelta(days=1)),
        pinned=st.none() | st.timedeltas(MINUTE, timedelta(days=1)),
        max_age=st.none() | SPANS,
        ttl=st.none() | SPANS,
        failures=st.integers(0, 10_000),
        retry_after=st.none() | SPANS,
    ),
    st.floats(0, 1),
)
def test_whatever_is_known_the_next_poll_is_neither_at_once_nor_after_two_days(rhythm: Rhythm, jitter: float) -> None:
    interval = planned(rhythm, jitter=jitter)

    assert min(SHORTEST, rhythm.pinned or SHORTEST) <= interval <= 1.1 * timedelta(days=1)
