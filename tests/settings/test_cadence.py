"""Digests and quiet hours by the clocks of a place, also on nights on which these are changed."""

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from monitor.errors import ConfigErrors
from monitor.settings import load_settings
from monitor.settings.values import Cadence, Quiet, read_quiet

MOMENTS = st.integers(1_480_000_000, 1_800_000_000).map(lambda at: datetime.fromtimestamp(at, UTC))
NIGHT = Quiet(time(22), time(7))
ZONES = ("America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "Europe/Berlin")
# Days around which clocks were changed, by zone: forward and back.
CHANGES = [
    *(("America/New_York", "2025-03-09"), ("America/New_York", "2025-11-02")),
    *(("America/Sao_Paulo", "2018-11-04"), ("America/Sao_Paulo", "2018-02-18")),
    *(("Australia/Lord_Howe", "2025-04-06"), ("Australia/Lord_Howe", "2025-10-05")),
]


@pytest.mark.parametrize(("zone", "day"), CHANGES)
@pytest.mark.parametrize("at", ["00:00", "00:30", "01:30", "01:45", "02:15", "23:30"])
def test_a_digest_comes_exactly_once_a_day_when_clocks_change(zone, day, at):
    place, hour = ZoneInfo(zone), time.fromisoformat(at)
    now = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=UTC) - timedelta(days=3)
    last, days = now.date() + timedelta(days=6), Counter()

    while now.astimezone(place).date() <= last:
        now = Cadence(hour).next_after(now, place)
        days[now.astimezone(place).date()] += 1

    # A day whose hour does not exist has its digest as much later; never none, never two.
    assert set(days.values()) == {1}
    assert len(days) >= 6


@given(
    MOMENTS,
    st.sampled_from(ZONES),
    st.times(),
)
def test_two_digests_of_a_day_are_a_day_apart(now, zone, at):
    place, cadence = ZoneInfo(zone), Cadence(at.replace(second=0, microsecond=0))

    first = cadence.next_after(now, place)
    second = cadence.next_after(first, place)

    assert timedelta(hours=22) <= second - first <= timedelta(hours=26)


def moment(text: str, zone: str = "Europe/Berlin") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "end"),
    [
        ("2025-06-06T21:59", None),
        ("2025-06-06T22:00", "2025-06-07T07:00"),
        ("2025-06-07T00:30", "2025-06-07T07:00"),
        ("2025-06-07T06:59", "2025-06-07T07:00"),
        ("2025-06-07T07:00", None),
        ("2025-06-07T12:00", None),
    ],
)
def test_quiet_hours_over_midnight_end_in_the_morning(at, end):
    found = NIGHT.end_after(moment(at), ZoneInfo("Europe/Berlin"))

    assert found == (moment(end) if end else None)


def test_quiet_hours_of_a_day_end_on_it():
    lunch = Quiet(time(12), time(14))

    assert lunch.end_after(moment("2025-06-06T13:00"), ZoneInfo("Europe/Berlin")) == moment(
        "2025-06-06T14:00"
    )


@given(
    MOMENTS,
    st.sampled_from(ZONES),
    st.sampled_from([Quiet(time(22), time(7)), Quiet(time(23, 30), time(1, 30))]),
)
def test_quiet_hours_last_no_longer_than_they_say(now, zone, quiet):
    end = quiet.end_after(now, ZoneInfo(zone))

    # An hour more on the night on which one comes twice.
    assert end is None or timedelta() < end - now <= timedelta(hours=10)
    assert end is None or quiet.end_after(end, ZoneInfo(zone)) is None


@pytest.mark.parametrize(
    ("quiet", "zone", "noon"),
    [
        ("02:30-03:00", "Europe/Berlin", "2026-03-28T11:00"),
        ("02:30-03:15", "Europe/Berlin", "2026-03-28T11:00"),
        ("00:15-01:00", "America/Santiago", "2026-09-05T16:00"),
        ("03:00-02:30", "Europe/Berlin", "2026-03-28T01:45"),
    ],
)
def test_a_bound_that_the_clocks_leap_over_does_not_stretch_to_the_day_before(quiet, zone, noon):
    found = read_quiet(quiet).end_after(datetime.fromisoformat(f"{noon}Z"), ZoneInfo(zone))

    assert found is None


def test_hours_around_a_bound_that_the_clocks_leap_over_are_quiet_the_day_before():
    found = read_quiet("03:00-02:30").end_after(
        moment("2026-03-28T12:00"), ZoneInfo("Europe/Berlin")
    )

    assert found is not None


@pytest.mark.parametrize("text", ["22:00", "22:00-24:00", "22-7", "07:00-07:00", "", 7])
def test_what_are_no_quiet_hours_is_refused(text):
    with pytest.raises(PydanticCustomError):
        read_quiet(text)


def test_a_case_is_told_by_its_own_clock_else_by_that_of_the_service(tmp_path: Path):
    (tmp_path / "cases").mkdir()
    (tmp_path / "monitor.toml").write_text('timezone = "Europe/Berlin"\n')
    (tmp_path / "feeds.toml").write_text('[[feed]]\nurl = "https://gazette.example/rss"\n')
    for slug, line in (("ferry", 'timezone = "America/New_York"'), ("quarry", "")):
        case = f'title = "A case"\nquery = "word"\n{line}\n'
        (tmp_path / "cases" / f"{slug}.toml").write_text(case)
    settings = load_settings(tmp_path, {})

    zones = [str(settings.zone_of(slug)) for slug in ("ferry", "quarry", "gone")]

    assert zones == ["America/New_York", "Europe/Berlin", "Europe/Berlin"]


def test_quiet_hours_print_as_they_are_read():
    assert str(read_quiet("22:00 - 7:05")) == "22:00-07:05"
    assert read_quiet(str(NIGHT)) == NIGHT


@pytest.mark.parametrize(
    ("rules", "error"),
    [
        ('channel = "desk"\ntiers = [1]\n[[alert]]\nchannel = "desk"\ntiers = [2, 3]', ""),
        ('channel = "desk"\ntiers = [1]\n[[alert]]\nchannel = "desk"', "gets the alerts already"),
        ('channel = "desk"\ntiers = [1]\n[[alert]]\nchannel = "desk"\ntiers = [1, 2]', "already"),
        ('channel = "desk"\ntiers = [4]', "tiers"),
        ('channel = "desk"\nlanguages = ["English"]', "no language code"),
        ('channel = "desk"\nquiet = "late"', "no quiet hours"),
        ('channel = "desk"\nquiet = "25:00-07:00"', 'two times, such as "22:00-07:00"'),
        ('channel = "desk"\nwhen = "daily 08:00"\nquiet = "22:00-07:00"', "its own hour"),
        ('channel = "desk"\nurgent = "died"', "quiet hours, and there are none"),
        ('channel = "desk"\nquiet = "22:00-07:00"\nurgent = \'"died\'', "urgent"),
        ('channel = "desk"\nquiet = "22:00-07:00"\nurgent = "died"', ""),
    ],
)
def test_what_a_rule_says_is_checked(tmp_path: Path, rules: str, error: str) -> None:
    (tmp_path / "cases").mkdir()
    (tmp_path / "monitor.toml").write_text("")
    (tmp_path / "feeds.toml").write_text("")
    (tmp_path / "channels.toml").write_text('[desk]\ntype = "console"\n')
    case = f'title = "Pier"\nquery = "pier"\n[[alert]]\n{rules}\n'
    (tmp_path / "cases" / "pier.toml").write_text(case)

    if not error:
        load_settings(tmp_path, {})
        return
    with pytest.raises(ConfigErrors, match=error):
        load_settings(tmp_path, {})
