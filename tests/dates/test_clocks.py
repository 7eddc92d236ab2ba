"""The time of day in a date string."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.dates.clocks import cut_time
from monitor.dates.zones import TIME_MARK


def clock(hours: int, minutes: int = 0, seconds: int = 0) -> timedelta:
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("21:00", clock(21)),
        ("9:05", clock(9, 5)),
        ("21:00:30", clock(21, 0, 30)),
        ("21:00:30.123", clock(21, 0, 30)),
        ("21:00:30,5", clock(21, 0, 30)),
        ("21h05", clock(21, 5)),
        ("9 pm", clock(21)),
        ("9 PM", clock(21)),
        ("9 p.m.", clock(21)),
        ("9:30 a.m.", clock(9, 30)),
        ("12 am", clock(0)),
        ("12 pm", clock(12)),
        ("12:15 a. m.", clock(0, 15)),
        # It occurs, and means what it says.
        ("14:30 pm", clock(14, 30)),
        ("24:00", clock(24)),
        # A leap second has no place in a datetime.
        ("23:59:60", clock(23, 59, 59)),
    ],
)
def test_a_time_is_read_as_people_write_it(text: str, expected: timedelta) -> None:
    assert cut_time(f"11 April 2025 {text}").clock == expected


@pytest.mark.parametrize(
    "text", ["25:00", "21:60", "21:00:61", "14 am", "9", "2100", "9 plums", "+02:00", "1.30"]
)
def test_what_no_clock_shows_stays_in_the_text(text: str) -> None:
    cut = cut_time(f"11 April {text}")

    assert cut.clock is None
    assert cut.rest == f"11 April {text}"


def test_where_the_time_stood_a_mark_is_left_for_the_zone() -> None:
    cut = cut_time("Fri 21:00:00 UTC 2025")

    assert cut.rest.split() == ["Fri", TIME_MARK, "UTC", "2025"]


@given(hour=st.integers(0, 23), minute=st.integers(0, 59), second=st.integers(0, 59))
def test_every_time_of_a_day_is_read_in_both_ways_of_counting(
    hour: int, minute: int, second: int
) -> None:
    half = f"{hour % 12 or 12}:{minute:02}:{second:02} {'am' if hour < 12 else 'pm'}"

    assert cut_time(f"{hour:02}:{minute:02}:{second:02}").clock == clock(hour, minute, second)
    assert cut_time(half).clock == clock(hour, minute, second)


@given(st.text(max_size=60))
def test_any_text_has_a_time_of_at_most_a_day_or_is_left_alone(text: str) -> None:
    cut = cut_time(text)

    if cut.clock is None:
        assert cut.rest == text
    else:
        assert timedelta() <= cut.clock < timedelta(hours=25)
