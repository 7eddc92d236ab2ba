"""Durations, sizes, and the times at which digests are due."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from monitor.settings import Cadence
from monitor.settings.values import (
    print_duration,
    read_cadence,
    read_duration,
    read_held,
    read_size,
)

ZONES = st.sampled_from(
    [
        "UTC",
        "America/New_York",
        "America/Sao_Paulo",
        "Australia/Lord_Howe",
        "Europe/Berlin",
        "Pacific/Apia",
    ]
)
CADENCES = st.builds(
    Cadence, st.times().map(lambda at: time(at.hour, at.minute)), st.none() | st.integers(0, 6)
)
MOMENTS = st.integers(0, 12_000 * 86_400).map(
    lambda seconds: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30s", timedelta(seconds=30)),
        ("10m", timedelta(minutes=10)),
        ("6h", timedelta(hours=6)),
        ("7d", timedelta(days=7)),
        ("0s", timedelta(0)),
    ],
)
def test_durations_are_a_number_and_a_unit(text, expected):
    assert read_duration(text) == expected
    assert print_duration(expected) == text


@pytest.mark.parametrize(
    "text", ["", "5", "m", "5 m", "-5m", "5M", "1.5h", "5w", 5, None, "٥m", "99999999s"]
)
def test_other_durations_are_refused(text):
    with pytest.raises(PydanticCustomError):
        read_duration(text)


@pytest.mark.parametrize(
    ("text", "expected"), [("500kB", 500_000), ("10MB", 10_000_000), ("1GB", 10**9), (4096, 4096)]
)
def test_sizes_are_a_number_and_a_unit(text, expected):
    assert read_size(text) == expected


@pytest.mark.parametrize("text", ["", "10", "10mb", "-1MB", "0MB", True, 0, -5, None])
def test_other_sizes_are_refused(text):
    with pytest.raises(PydanticCustomError):
        read_size(text)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("now", "now"),
        ("daily 08:00", "daily 08:00"),
        ("daily 8:05", "daily 08:05"),
        ("weekly mon 08:00", "weekly mon 08:00"),
        ("Weekly Sunday 23:59", "weekly sun 23:59"),
    ],
)
def test_a_cadence_is_printed_as_it_is_read(text, printed):
    assert str(read_cadence(text)) == printed
    assert read_cadence(printed) == read_cadence(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "daily",
        "weekly 08:00",
        "now 08:00",
        "daily 24:00",
        "daily 08:60",
        "weekly mo 08:00",
        "weekly xyz 08:00",
        8,
    ],
)
def test_other_cadences_are_refused(text):
    with pytest.raises(PydanticCustomError):
        read_cadence(text)


@pytest.mark.parametrize("text", ["daily 08:00", "weekly mon 08:00"])
def test_what_is_held_back_has_a_time_like_a_digest(text):
    assert read_held(text) == read_cadence(text)


def test_what_is_held_back_may_be_told_never_or_be_left_open():
    assert (read_held("none"), read_held(None)) == ("none", None)


@pytest.mark.parametrize("text", ["", "now", "never", "daily", "08:00", 8, True])
def test_other_times_of_what_is_held_back_are_refused(text):
    with pytest.raises(PydanticCustomError):
        read_held(text)


def test_now_is_due_at_once():
    now = datetime(2025, 6, 6, tzinfo=UTC)

    assert Cadence.NOW.next_after(now, UTC) == now


@pytest.mark.parametrize(
    ("cadence", "now", "zone", "expected"),
    [
        ("daily 08:00", "2025-06-06T05:59:59+00:00", "Europe/Berlin", "2025-06-06T06:00:00+00:00"),
        ("daily 08:00", "2025-06-06T06:00:00+00:00", "Europe/Berlin", "2025-06-07T06:00:00+00:00"),
        ("weekly mon 08:00", "2025-06-06T12:00:00+00:00", "UTC", "2025-06-09T08:00:00+00:00"),
        # 01:30 comes twice on the night of 2 November 2025 in New York, and counts the first time.
        (
            "daily 01:30",
            "2025-11-02T05:00:00+00:00",
            "America/New_York",
            "2025-11-02T05:30:00+00:00",
        ),
        (
            "daily 01:30",
            "2025-11-02T05:30:00+00:00",
            "America/New_York",
            "2025-11-03T06:30:00+00:00",
        ),
        # 02:30 does not come on 9 March 2025; it counts as 03:30.
        (
            "daily 02:30",
            "2025-03-09T06:00:00+00:00",
            "America/New_York",
            "2025-03-09T07:30:00+00:00",
        ),
    ],
)
def test_a_digest_is_due_at_its_local_time(cadence, now, zone, expected):
    due = read_cadence(cadence).next_after(datetime.fromisoformat(now), ZoneInfo(zone))

    assert due.isoformat() == expected


@given(CADENCES, MOMENTS, ZONES)
def test_the_next_digest_is_after_now_and_within_a_week_and_a_bit(cadence, now, zone):
    due = cadence.next_after(now, ZoneInfo(zone))

    assert now < due <= now + timedelta(days=9)


@given(
    CADENCES.filter(lambda cadence: cadence.weekday is None),
    MOMENTS,
    st.sampled_from(["America/New_York", "Australia/Lord_Howe", "UTC"]),
)
def test_every_local_day_has_exactly_one_digest(cadence, now, zone):
    local, days, due = ZoneInfo(zone), [], now
    for _ in range(400):
        due = cadence.next_after(due, local)
        days.append(due.astimezone(local).date())

    assert days == [days[0] + timedelta(days=number) for number in range(400)]


@given(CADENCES, MOMENTS, ZONES, st.timedeltas(timedelta(0), timedelta(days=8)))
def test_asking_earlier_never_gives_a_later_digest(cadence, now, zone, span):
    local = ZoneInfo(zone)

    assert cadence.next_after(now, local) <= cadence.next_after(now + span, local)
