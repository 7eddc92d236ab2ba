"""The zone of a time: an offset, an abbreviation, a name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.dates.zones import TIME_MARK, cut_zone

# Read as times of day where they are asked for.
SUMMER, WINTER = datetime(2025, 7, 1, 12, tzinfo=UTC), datetime(2025, 1, 1, 12, tzinfo=UTC)


def offset(text: str, at: datetime = WINTER) -> float | None:
    """Returns the hours from UTC of the zone behind a time."""
    zone = cut_zone(f"11 April 2025 {TIME_MARK} {text}", has_time=True).zone
    shift = zone.utcoffset(at) if zone else None
    return None if shift is None else shift / timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("Z", 0),
        ("UTC", 0),
        ("GMT", 0),
        ("+02:00", 2),
        ("+0200", 2),
        ("+2", 2),
        ("-0330", -3.5),
        ("GMT-07:00", -7),
        ("UTC+5:45", 5.75),
        ("-04:00Z", -4),
        ("CEST", 2),
        ("MESZ", 2),
        ("EDT", -4),
        ("PST", -8),
        # India's and America's, as news from the largest country means them.
        ("IST", 5.5),
        ("CST", -6),
    ],
)
def test_offsets_and_abbreviations_are_hours_from_utc(text: str, hours: float) -> None:
    assert offset(text) == hours


@pytest.mark.parametrize(
    ("text", "winter", "summer"),
    [
        ("ET", -5, -4),
        ("PT", -8, -7),
        ("America/Los_Angeles", -8, -7),
        ("Europe/Madrid", 1, 2),
        ("America/Argentina/Ushuaia", -3, -3),
    ],
)
def test_a_place_has_the_offset_of_the_day(text: str, winter: float, summer: float) -> None:
    assert offset(text, WINTER) == winter
    assert offset(text, SUMMER) == summer


@pytest.mark.parametrize("text", ["", "Est", "art", "Nowhere/Atlantis", "+24:00", "+99:00", "XYZ"])
def test_words_and_offsets_that_no_place_has_are_no_zone(text: str) -> None:
    assert offset(text) is None


def test_a_zone_behind_the_time_is_taken_out_of_the_text() -> None:
    cut = cut_zone(f"Fri {TIME_MARK} EDT 2025", has_time=True)

    assert cut.rest.split() == ["Fri", "2025"]


def test_letters_before_the_time_are_no_zone() -> None:
    cut = cut_zone(f"EST {TIME_MARK} 2025", has_time=True)

    assert cut.zone is None
    assert cut.rest.split() == ["EST", "2025"]


def test_without_a_time_only_a_long_abbreviation_is_a_zone() -> None:
    assert cut_zone("11 April 2025 EDT", has_time=False).zone is not None
    assert cut_zone("11 April 2025 Z", has_time=False).zone is None
    assert cut_zone("11 April 2025 ET", has_time=False).zone is None


@given(minutes=st.integers(-14 * 60, 14 * 60))
def test_every_offset_is_read_with_and_without_its_colon(minutes: int) -> None:
    sign, size = "-" if minutes < 0 else "+", abs(minutes)
    hours, rest = divmod(size, 60)

    for text in (f"{sign}{hours:02}:{rest:02}", f"{sign}{hours:02}{rest:02}"):
        assert offset(text) == minutes / 60


@given(st.text(max_size=40), st.booleans())
def test_any_text_has_a_zone_or_is_kept(text: str, has_time: bool) -> None:
    cut = cut_zone(text, has_time=has_time)

    if cut.zone is None:
        assert cut.rest.replace(" ", "") == text.replace(TIME_MARK, "", 1).replace(" ", "") or (
            cut.rest == text
        )
