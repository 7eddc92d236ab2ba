"""Days and moments as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.dates.printing import (
    day_of,
    is_day,
    name_days,
    print_date,
    print_day,
    print_iso_day,
    print_moment,
)

NEW_YORK = ZoneInfo("America/New_York")
MIDNIGHT = datetime(2025, 6, 6, tzinfo=UTC)
JUST_AFTER = datetime(2025, 6, 6, 0, 1, tzinfo=UTC)


def test_a_day_has_no_leading_zero() -> None:
    assert print_date(date(2025, 6, 6)) == "6 June 2025"
    assert print_day(date(2025, 6, 6)) == "Friday 6 June 2025"


def test_a_day_that_came_as_text_is_named_and_none_is_nothing() -> None:
    assert print_iso_day("2025-06-06") == "Friday 6 June 2025"
    assert print_iso_day(None) == print_iso_day("") == ""


def test_a_moment_is_told_in_its_zone() -> None:
    moment = datetime(2025, 6, 6, 2, 5, tzinfo=UTC)
    assert print_moment(moment, NEW_YORK) == "5 June 2025, 22:05 EDT"


def test_midnight_in_utc_is_a_day_without_a_time() -> None:
    assert is_day(MIDNIGHT)
    assert is_day(MIDNIGHT.astimezone(NEW_YORK))
    assert not is_day(JUST_AFTER)


def test_a_day_without_a_time_is_that_day_west_of_greenwich_too() -> None:
    assert day_of(MIDNIGHT, NEW_YORK) == date(2025, 6, 6)
    assert day_of(JUST_AFTER, NEW_YORK) == date(2025, 6, 5)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("set for 2026-01-28", "set for 28 January 2026"),
        ("2025-06-06 or 2025-06-07", "6 June 2025 or 7 June 2025"),
        # Numbers that are no day stay as they are.
        ("case 2025-13-40", "case 2025-13-40"),
        ("12025-06-06", "12025-06-06"),
    ],
)
def test_days_within_a_text_are_named(text: str, shown: str) -> None:
    assert name_days(text) == shown


@given(st.dates(), st.text())
def test_every_day_in_a_text_is_named_and_nothing_is_lost(day: date, beside: str) -> None:
    around = beside.replace("-", " ")
    shown = name_days(f"{around} {day.isoformat()} {around}")
    assert shown == f"{around} {print_date(day)} {around}"
