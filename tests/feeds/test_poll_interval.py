"""When to poll again: the feed's factors, overlap, what the server asks for, back-off."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.poll_interval import (
    PollFactors,
    PollPlan,
    UpdatePattern,
    has_possible_gap,
    is_skipped,
    leave_skipped,
    measure_pattern,
    plan_poll,
    spread_of,
)

NOW = datetime(2025, 4, 11, 21, tzinfo=UTC)
SHORTEST = timedelta(minutes=10)
LONGEST = timedelta(hours=6)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def plan(factors: PollFactors, *, jitter: float = 0.0) -> PollPlan:
    return plan_poll(factors, now=NOW, shortest=SHORTEST, longest=LONGEST, jitter=jitter)


def planned(factors: PollFactors, *, jitter: float = 0.0) -> timedelta:
    return plan(factors, jitter=jitter).wait


def every(gap: timedelta, count: int = 20, since: timedelta = timedelta()) -> UpdatePattern:
    return measure_pattern([NOW - since - gap * number for number in range(count)], count, NOW)


def test_before_anything_is_known_a_feed_is_polled_hourly() -> None:
    assert planned(PollFactors()) == HOUR


def test_a_feed_is_polled_twice_per_usual_gap() -> None:
    assert planned(PollFactors(pattern=every(HOUR), last_interval=HOUR, overlap=0.9)) == HOUR / 2


@pytest.mark.parametrize(("gap", "interval"), [(MINUTE, SHORTEST), (timedelta(days=3), LONGEST)])
def test_the_interval_stays_within_its_bounds(gap: timedelta, interval: timedelta) -> None:
    assert planned(PollFactors(pattern=every(gap), last_interval=HOUR)) == interval


def test_a_feed_that_fell_silent_is_polled_less_often() -> None:
    busy = PollFactors(pattern=every(20 * MINUTE), last_interval=HOUR)
    quiet = PollFactors(pattern=every(20 * MINUTE, since=timedelta(hours=12)), last_interval=HOUR)

    assert planned(busy) < planned(quiet) == 3 * HOUR


def test_little_overlap_makes_the_next_poll_come_sooner_and_none_as_soon_as_allowed() -> None:
    def interval(overlap: float) -> timedelta:
        return planned(PollFactors(pattern=every(2 * HOUR), last_interval=HOUR, overlap=overlap))

    assert interval(0.9) == HOUR
    assert interval(0.25) == HOUR / 4
    assert interval(0.0) == SHORTEST


def test_undated_feeds_slow_down_while_nothing_is_new() -> None:
    assert planned(PollFactors(last_interval=HOUR, overlap=1.0)) == 1.5 * HOUR
    assert planned(PollFactors(last_interval=HOUR, overlap=0.8)) == HOUR


def test_items_dated_alike_say_nothing_about_the_rhythm() -> None:
    assert (
        planned(
            PollFactors(
                pattern=measure_pattern((NOW - HOUR,) * 30, 30, NOW),
                last_interval=HOUR,
                overlap=0.9,
            )
        )
        == HOUR
    )


def test_items_dated_in_the_future_say_nothing_about_the_rhythm() -> None:
    assert (
        planned(PollFactors(pattern=every(-HOUR), last_interval=2 * HOUR, overlap=0.9)) == 2 * HOUR
    )


def test_what_the_server_asks_for_is_a_lower_bound() -> None:
    busy = every(MINUTE)

    assert planned(PollFactors(pattern=busy, max_age=HOUR)) == HOUR
    assert planned(PollFactors(pattern=busy, ttl=2 * HOUR, max_age=HOUR)) == 2 * HOUR
    assert planned(PollFactors(pattern=busy, retry_after=9 * HOUR)) == 9 * HOUR


def test_no_wish_of_a_feed_is_longer_than_a_day_but_a_host_may_ask_for_thirty() -> None:
    assert planned(PollFactors(ttl=timedelta(days=30), max_age=timedelta(days=6))) == timedelta(
        days=1
    )
    assert planned(PollFactors(retry_after=timedelta(days=60))) == timedelta(days=30)


@pytest.mark.parametrize("pattern", [every(2 * HOUR, 30), every(HOUR), every(timedelta(days=9))])
def test_a_server_without_validators_is_asked_as_often_as_any_other(pattern: UpdatePattern) -> None:
    with_them, without = (
        PollFactors(pattern=pattern, last_interval=HOUR, has_validators=has)
        for has in (True, False)
    )

    assert plan(without) == plan(with_them)


def test_a_server_without_validators_is_first_asked_again_within_an_hour_or_two() -> None:
    assert planned(PollFactors(has_validators=False)) == HOUR
    assert planned(PollFactors(has_validators=False, spread=1.0)) == 2 * HOUR


def test_without_validators_half_an_hour_is_the_least() -> None:
    busy = PollFactors(pattern=every(MINUTE), last_interval=HOUR, has_validators=False)
    lossy = PollFactors(last_interval=HOUR, overlap=0.0, has_validators=False)

    assert (planned(busy), planned(lossy)) == (HOUR / 2, HOUR / 2)
    assert "validators" in plan(busy).because


def test_a_max_interval_under_half_an_hour_holds_for_a_server_without_validators() -> None:
    factors = PollFactors(has_validators=False)

    assert plan_poll(factors, now=NOW, shortest=MINUTE, longest=5 * MINUTE).interval == 5 * MINUTE


def test_every_holds_for_a_server_without_validators_too() -> None:
    assert planned(PollFactors(pinned=15 * MINUTE, has_validators=False)) == 15 * MINUTE


def test_the_plan_says_in_words_what_set_it() -> None:
    assert (
        "usual gap"
        in plan(PollFactors(pattern=every(HOUR), last_interval=HOUR, overlap=0.9)).because
    )
    assert "every" in plan(PollFactors(pinned=HOUR)).because
    assert "ttl" in plan(PollFactors(ttl=9 * HOUR)).because
    assert "Cache-Control" in plan(PollFactors(max_age=9 * HOUR)).because
    assert "failed 3 times" in plan(PollFactors(failures=3)).because
    assert "bot protection" in plan(PollFactors(failures=1, is_blocked=True)).because
    assert "max_interval" in plan(PollFactors(pattern=every(timedelta(days=9)))).because


def test_a_bot_protection_is_left_alone_for_six_hours_at_least() -> None:
    assert [
        planned(PollFactors(failures=n, is_refused=True, is_blocked=True)) for n in (1, 2, 3)
    ] == [
        6 * HOUR,
        12 * HOUR,
        24 * HOUR,
    ]


def test_a_feed_that_has_been_missing_for_two_weeks_is_asked_once_a_week() -> None:
    def interval(days: int) -> timedelta:
        return planned(PollFactors(failures=20, is_refused=True, missing_for=timedelta(days=days)))

    assert [interval(13), interval(14), interval(90)] == [
        timedelta(days=1),
        timedelta(days=7),
        timedelta(days=7),
    ]


def test_the_second_poll_is_spread_over_the_interval_but_never_comes_early() -> None:
    spreads = [spread_of(f"https://{number}.example/feed") for number in range(50)]
    waits = [planned(PollFactors(spread=spread)) for spread in spreads]

    assert spreads == [spread_of(f"https://{number}.example/feed") for number in range(50)]
    assert all(HOUR <= wait < 2 * HOUR for wait in waits)
    assert len({wait // (6 * MINUTE) for wait in waits}) >= 8
    assert planned(PollFactors(spread=0.5, pinned=HOUR)) == HOUR
    assert plan(PollFactors(spread=0.5)).interval == HOUR


def test_skipped_hours_and_days_are_left_for_the_next_moment_that_is_allowed() -> None:
    assert is_skipped(NOW, {21}, ())
    assert leave_skipped(NOW, {21, 22, 23}, ()) == NOW + 3 * HOUR
    assert leave_skipped(NOW, (), {4, 5, 6}) == NOW + 51 * HOUR  # a Friday evening
    assert leave_skipped(NOW, {3}, {2}) == NOW


def test_a_feed_that_skips_every_hour_or_day_is_not_heeded() -> None:
    assert leave_skipped(NOW, range(24), ()) == NOW
    assert leave_skipped(NOW, (), range(7)) == NOW


@given(st.frozensets(st.integers(0, 23), max_size=23), st.frozensets(st.integers(0, 6), max_size=6))
def test_there_is_always_a_moment_within_a_week_that_is_not_skipped(
    hours: frozenset[int], days: frozenset[int]
) -> None:
    at = leave_skipped(NOW, hours, days)

    assert not is_skipped(at, hours, days)
    assert NOW <= at <= NOW + timedelta(days=8)


def test_a_pinned_feed_is_polled_as_pinned_but_for_retry_after_and_failures() -> None:
    pin = 5 * MINUTE

    assert planned(PollFactors(pinned=pin, pattern=every(HOUR), ttl=HOUR)) == pin
    assert planned(PollFactors(pinned=pin, retry_after=HOUR)) == HOUR
    assert planned(PollFactors(pinned=pin, failures=2)) == 2 * pin


def test_a_failed_poll_is_repeated_soon_then_ever_more_slowly_up_to_a_day() -> None:
    intervals = [
        planned(PollFactors(last_interval=HOUR, failures=failures)) for failures in range(1, 12)
    ]

    assert intervals[:3] == [SHORTEST, 2 * SHORTEST, 4 * SHORTEST]
    assert intervals[-1] == timedelta(days=1)


def test_a_server_that_refuses_is_left_alone_for_an_hour_at_least() -> None:
    assert [planned(PollFactors(failures=failures, is_refused=True)) for failures in (1, 2)] == [
        HOUR,
        2 * HOUR,
    ]


def test_jitter_only_adds_and_at_most_a_tenth() -> None:
    assert planned(PollFactors(), jitter=0.0) == HOUR
    assert planned(PollFactors(), jitter=1.0) == 1.1 * HOUR


def test_what_moves_a_poll_never_makes_it_later_than_max_interval() -> None:
    slow = every(timedelta(days=3))
    waits = [planned(PollFactors(pattern=slow, spread=spread)) for spread in (0.1, 0.5, 0.9)]

    assert planned(PollFactors(pattern=slow), jitter=1.0) == 0.9 * LONGEST
    assert len(set(waits)) == 3
    assert max(waits) < LONGEST


def test_what_a_server_asks_for_is_never_cut_short_by_what_moves_a_poll() -> None:
    just_under = PollFactors(ttl=LONGEST - MINUTE)

    assert planned(just_under, jitter=1.0) == LONGEST - MINUTE
    assert planned(PollFactors(ttl=2 * LONGEST), jitter=1.0) == 2.2 * LONGEST


def test_a_gap_is_possible_only_when_something_was_known() -> None:
    assert has_possible_gap(0.0, known_before=30)
    assert not has_possible_gap(0.0, known_before=0)
    assert not has_possible_gap(0.1, known_before=30)


SPANS = st.timedeltas(timedelta(), timedelta(days=60))
FACTORS = st.builds(
    PollFactors,
    pattern=st.lists(SPANS.map(lambda span: NOW + timedelta(days=10) - span), max_size=30).map(
        lambda dates: measure_pattern(dates, len(dates), NOW)
    ),
    overlap=st.floats(0, 1),
    last_interval=st.none() | st.timedeltas(MINUTE, timedelta(days=1)),
    pinned=st.none() | st.timedeltas(MINUTE, timedelta(days=1)),
    max_age=st.none() | SPANS,
    ttl=st.none() | SPANS,
    has_validators=st.booleans(),
    failures=st.integers(0, 10_000),
    is_blocked=st.booleans(),
    missing_for=st.none() | SPANS,
    retry_after=st.none() | SPANS,
    spread=st.floats(0, 1),
)


@given(FACTORS, st.floats(0, 1))
def test_whatever_is_known_the_next_poll_is_neither_at_once_nor_too_late(
    factors: PollFactors, jitter: float
) -> None:
    interval = planned(factors, jitter=jitter)

    longest = max(
        factors.retry_after or timedelta(), timedelta(days=7 if factors.missing_for else 1)
    )
    assert min(SHORTEST, factors.pinned or SHORTEST) <= interval <= 1.1 * longest + LONGEST


@given(FACTORS, st.floats(0, 1))
def test_no_plan_waits_longer_than_the_latest_that_it_names(
    factors: PollFactors, jitter: float
) -> None:
    made = plan(factors, jitter=jitter)

    assert made.wait <= made.latest == plan(factors).latest


@given(
    FACTORS.map(
        lambda factors: replace(
            factors, pinned=None, max_age=None, ttl=None, failures=0, retry_after=None
        )
    ),
    st.floats(0, 1),
)
def test_a_feed_that_works_and_asks_for_nothing_keeps_to_max_interval(
    factors: PollFactors, jitter: float
) -> None:
    assert SHORTEST <= planned(factors, jitter=jitter) <= LONGEST
