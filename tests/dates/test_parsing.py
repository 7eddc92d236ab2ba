"""Date strings: read completely or not at all; a wrong instant is worse than none."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.dates import is_plausible, parse_date, why_refused
from monitor.model import DateFlag, Precision

NINE_PM = datetime(2025, 4, 11, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2025-04-11T21:00:00Z",
        "2025-04-11T21:00:00.500Z",
        "2025-04-11T17:00:00-04:00",
        "2025-04-11T17:00:00-0400",
        "2025-04-11 21:00:00 +00:00",
        "2025-04-11T17:00:00-04:00Z",
        "20250411T210000Z",
        "Fri, 11 Apr 2025 21:00:00 GMT",
        "Fri, 11 Apr 2025 21:00:00 Z",
        "Fri, 11 Apr 2025 23:00:00 CEST",
        "Fri, 11 Apr 2025 23:00:00 MEST",
        "Fri, 11 Apr 2025 5:00 PM EDT",
        "Fri, 11 Apr 2025 5 p.m. ET",
        "Fri, 11 Apr 2025 14:00:00 America/Los_Angeles",
        "Fri, 11 Apr 2025 14:00:00 GMT-07:00",
        "Fri Apr 11 2025 21:00:00 GMT+0000 (Coordinated Universal Time)",
        "Thurs, 11th April, 2025 21:00 UTC",
        "Fri Apr 11 21:00:00 2025 UTC",
        "1744405200",
        "1744405200000",
        "viernes, 11 de abril de 2025 a las 21:00 UTC",
        "ven., 11 avr. 2025 23:00:00 +0200",
        "Fr, 11 Apr 2025 23:00:00 +0200",
        "gio, 11 apr 2025 23:00:00 +0200",
    ],
)
def test_one_instant_in_many_forms(text: str) -> None:
    parsed = parse_date(text)

    assert parsed is not None
    assert (parsed.at, parsed.precision, parsed.is_zone_assumed) == (
        NINE_PM,
        Precision.INSTANT,
        False,
    )


@pytest.mark.parametrize(
    "text",
    [
        "2025-04-11T21:00",
        "2025/4/11 21:00:00",
        "April 11 2025 09:00:00 PM",
        "11.04.2025 21:00",
        "04/11/2025 - 21:00, Fri",
    ],
)
def test_without_a_zone_utc_is_taken_and_said_so(text: str) -> None:
    parsed = parse_date(text)

    assert parsed is not None
    assert (parsed.at, parsed.is_zone_assumed) == (NINE_PM, True)


@pytest.mark.parametrize(
    "text",
    [
        "2025-04-11",
        "11 April 2025",
        "April 11th, 2025",
        "viernes 11 de abril de 2025",
        "11.4.25",
        "2025-101",
    ],
)
def test_a_day_alone_is_a_day(text: str) -> None:
    parsed = parse_date(text)

    assert parsed is not None
    assert (parsed.at, parsed.precision) == (datetime(2025, 4, 11, tzinfo=UTC), Precision.DAY)


def test_midnight_written_as_24_is_the_next_day() -> None:
    parsed = parse_date("Fri, 11 Apr 2025 24:00:00 GMT")

    assert parsed is not None
    assert parsed.at == datetime(2025, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "lang", "day"),
    [
        ("08-05-2025", "es", (2025, 5, 8)),
        ("08/05/2025", None, (2025, 5, 8)),
        ("08/05/2025", "en-GB", (2025, 5, 8)),
        ("08/05/2025", "en-US", (2025, 8, 5)),
        ("13/05/2025", "en-US", (2025, 5, 13)),
        ("05/13/2025", "es", (2025, 5, 13)),
        ("Tue, 08/05/2025", "es", (2025, 8, 5)),
        ("2025-08-05", "es", (2025, 8, 5)),
    ],
)
def test_the_order_of_day_and_month_is_told_by_number_weekday_and_language(
    text: str, lang: str | None, day: tuple[int, int, int]
) -> None:
    parsed = parse_date(text, lang=lang)

    assert parsed is not None
    assert (parsed.at.year, parsed.at.month, parsed.at.day) == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        None,
        "yesterday",
        "3 days ago",
        "10d ago",
        "2025-13-01",
        "99999-01-01",
        "12:30",
        "1",
        "Chapter 11 of 2025",
        "not a date",
        "11 12 13 14",
        "0" * 500,
    ],
)
def test_what_is_not_understood_is_not_guessed(text: str | None) -> None:
    assert parse_date(text) is None


def test_other_languages_are_read_when_guessing_is_allowed() -> None:
    text = "perjantaina 11. huhtikuuta 2025 21:00"

    assert parse_date(text, lang="fi", may_guess=False) is None
    parsed = parse_date(text, lang="fi")
    assert parsed is not None
    assert parsed.at == NINE_PM


def test_fractions_are_kept_on_request() -> None:
    parsed = parse_date("2025-04-11T23:00:00.389+02:00", keep_fraction=True)

    assert parsed is not None
    assert parsed.at == NINE_PM + timedelta(milliseconds=389)


@given(st.text(max_size=80))
def test_any_text_is_no_date_or_one_in_utc(text: str) -> None:
    parsed = parse_date(text, may_guess=False)

    assert parsed is None or parsed.at.utcoffset() == timedelta(0)


@given(
    st.datetimes(datetime.fromisoformat("1970-01-01"), datetime.fromisoformat("2099-01-01")),
    st.integers(-14 * 60, 14 * 60),
)
def test_iso_dates_round_trip(naive: datetime, offset: int) -> None:
    at = naive.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=offset)))

    parsed = parse_date(at.isoformat(), may_guess=False)

    assert parsed is not None
    assert parsed.at == at


@given(st.datetimes(datetime.fromisoformat("1970-01-01"), datetime.fromisoformat("2068-01-01")))
def test_mail_dates_round_trip(naive: datetime) -> None:
    at = naive.replace(microsecond=0, tzinfo=UTC)

    parsed = parse_date(format_datetime(at), may_guess=False)

    assert parsed is not None
    assert parsed.at == at


def test_dates_of_the_future_and_of_the_last_century_are_not_believed() -> None:
    assert is_plausible(NINE_PM, now=NINE_PM)
    assert is_plausible(NINE_PM + timedelta(minutes=59), now=NINE_PM)
    assert not is_plausible(NINE_PM + timedelta(hours=2), now=NINE_PM)
    assert not is_plausible(datetime(1970, 1, 1, tzinfo=UTC), now=NINE_PM)


def test_a_date_in_a_rare_language_is_read_where_the_document_names_it() -> None:
    for text, lang in (
        ("3. huhtikuuta 2020", None),
        ("3. apríl 2020", None),
        ("3. апреля 2020", None),
        ("3 aprilo 2020", "eo"),
    ):
        parsed = parse_date(text, lang=lang)
        assert parsed is not None, text
        assert parsed.at == datetime(2020, 4, 3, tzinfo=UTC)


def test_a_string_that_no_language_knows_costs_less_than_asking_all_languages() -> None:
    """The peer is dateparser by itself, each in a fresh process and with its import."""
    ours = cpu_seconds("from monitor.dates import parse_date; assert parse_date(TEXT) is None")
    peer = cpu_seconds("import dateparser; dateparser.parse(TEXT)")

    assert ours < 0.7 * peer


def cpu_seconds(work: str) -> float:
    script = (
        "import time; TEXT = 'Ziday, 03 Quux 2020 10:00'; before = time.process_time();"
        f"{work}; print(time.process_time() - before)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    return float(done.stdout)


BELIEVED_FROM = datetime(1995, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("at", "flag"),
    [
        (NINE_PM, None),
        (NINE_PM + HOUR, None),
        (NINE_PM + HOUR + timedelta(seconds=1), DateFlag.FUTURE),
        (BELIEVED_FROM, None),
        (BELIEVED_FROM - timedelta(seconds=1), DateFlag.TOO_EARLY),
    ],
)
def test_a_date_is_refused_before_1995_and_more_than_an_hour_ahead(
    at: datetime, flag: DateFlag | None
) -> None:
    assert why_refused(at, now=NINE_PM) == flag
    assert is_plausible(at, now=NINE_PM) is (flag is None)


def test_how_far_ahead_a_date_may_be_is_the_callers_choice() -> None:
    tomorrow = NINE_PM + timedelta(days=1)

    assert why_refused(tomorrow, now=NINE_PM, ahead=timedelta(days=1)) is None


@pytest.mark.parametrize(
    ("text", "lang", "day"),
    [
        ("3/4/2025", None, (2025, 4, 3)),
        ("3/4/2025", "en-GB", (2025, 4, 3)),
        ("3/4/2025", "en-US", (2025, 3, 4)),
        ("13/4/2025", "en-US", (2025, 4, 13)),
        ("4/13/2025", "en-GB", (2025, 4, 13)),
        ("Tuesday 3/4/2025", "en-GB", (2025, 3, 4)),
        ("1-Apr-69", None, (2069, 4, 1)),
        ("1-Apr-70", None, (1970, 4, 1)),
        ("2024-366", None, (2024, 12, 31)),
        ("Nov. 2020", None, (2020, 11, 1)),
    ],
)
def test_the_order_of_numbers_is_decided_by_what_can_be_then_by_the_language(
    text: str, lang: str | None, day: tuple[int, int, int]
) -> None:
    parsed = parse_date(text, lang=lang)

    assert parsed is not None
    assert (parsed.at.year, parsed.at.month, parsed.at.day) == day
    assert parsed.precision is Precision.DAY


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("1 Apr 2025 12:00 AM", 0, 0),
        ("1 Apr 2025 12:00 PM", 12, 0),
        ("1 Apr 2025 11:59 pm", 23, 59),
        ("1 Apr 2025 14:30 pm", 14, 30),
        ("1 Apr 2025 9 a.m.", 9, 0),
        ("1 Apr 2025 24:00", 0, 0),
    ],
)
def test_noon_and_midnight_are_where_the_clock_has_them(text: str, hour: int, minute: int) -> None:
    parsed = parse_date(text)

    assert parsed is not None
    assert (parsed.at.hour, parsed.at.minute) == (hour, minute)


@pytest.mark.parametrize("text", ["1 Apr 2025 25:00", "1 Apr 2025 14:30 am", "30 Feb 2025"])
def test_what_no_clock_or_calendar_has_is_not_read(text: str) -> None:
    assert parse_date(text, may_guess=False) is None


@pytest.mark.parametrize(
    ("keep", "microsecond"), [(True, 123_456), (False, 0)], ids=["kept", "cut off"]
)
def test_fractions_of_a_second_are_kept_on_request(keep: bool, microsecond: int) -> None:
    parsed = parse_date("2025-04-11T21:00:00.1234567Z", keep_fraction=keep)

    assert parsed is not None
    assert parsed.at == NINE_PM.replace(microsecond=microsecond)
