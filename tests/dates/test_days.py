"""The day of a date string, once its time and its zone are cut out."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.dates.days import is_american, make_date, read_day

DAYS = st.dates(date(1970, 1, 1), date(2069, 12, 31))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("11 April 2025", date(2025, 4, 11)),
        ("April 11, 2025", date(2025, 4, 11)),
        ("Friday, April 11th, 2025", date(2025, 4, 11)),
        ("11-Apr-25", date(2025, 4, 11)),
        ("2025 April 11", date(2025, 4, 11)),
        ("11 de abril de 2025", date(2025, 4, 11)),
        ("1er décembre 2020", date(2020, 12, 1)),
        ("1 DÉC. 2020", date(2020, 12, 1)),
        ("Nov. 2020", date(2020, 11, 1)),
        ("Nov. 20", None),
        ("April", None),
        ("31 April 2025", None),
        ("11 April 2025 12", None),
        ("11 Aprilish 2025", None),
    ],
)
def test_a_day_beside_the_name_of_its_month(text: str, day: date | None) -> None:
    assert read_day(text, None) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        # French has a word that is both Tuesday and March.
        ("mar., 01 déc. 2020", date(2020, 12, 1)),
        ("mar. 3 mars 2020", date(2020, 3, 3)),
        ("3 mar 2020", date(2020, 3, 3)),
        ("mar 3 2020", date(2020, 3, 3)),
    ],
)
def test_a_word_for_a_weekday_and_a_month_is_what_the_rest_leaves(text: str, day: date) -> None:
    assert read_day(text, "fr") == day


@pytest.mark.parametrize(
    ("text", "lang", "day"),
    [
        ("2025/4/11", None, date(2025, 4, 11)),
        ("2025.04.11", None, date(2025, 4, 11)),
        ("11.04.2025", "de", date(2025, 4, 11)),
        ("04/11/2025", "en-US", date(2025, 4, 11)),
        ("04/11/2025", "en-GB", date(2025, 11, 4)),
        ("04/13/2025", "en-GB", date(2025, 4, 13)),
        ("13/04/2025", "en-US", date(2025, 4, 13)),
        ("Fri 04/11/2025", "en-GB", date(2025, 4, 11)),
        ("Tue 04/11/2025", "en-US", date(2025, 11, 4)),
        ("11/4/25", None, date(2025, 4, 11)),
        ("11/4/69", None, date(2069, 4, 11)),
        ("11/4/70", None, date(1970, 4, 11)),
        ("11/4/325", None, None),
        ("325/4/11", None, None),
        ("31/31/2025", None, None),
        ("2025-13-01", None, None),
        ("11/4", None, None),
    ],
)
def test_a_day_in_numbers_alone(text: str, lang: str | None, day: date | None) -> None:
    assert read_day(text, lang) == day


@given(day=DAYS)
def test_a_year_in_front_decides_the_order(day: date) -> None:
    for mark in "/-.":
        assert read_day(f"{day.year}{mark}{day.month}{mark}{day.day}", "en-US") == day


@given(day=DAYS, lang=st.sampled_from(["en-US", "en-GB", "de", None]))
def test_the_weekday_settles_what_the_numbers_leave_open(day: date, lang: str | None) -> None:
    weekday = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[day.weekday()]
    other = make_date(day.year, day.day, day.month)

    read = read_day(f"{weekday} {day.day}/{day.month}/{day.year}", lang)

    # Where both orders fall on the same weekday, the language decides.
    is_open = other is not None and other.weekday() == day.weekday()
    assert read == (other if is_open and is_american(lang) else day)


@given(day=DAYS)
def test_a_month_by_name_needs_no_order(day: date) -> None:
    name = day.strftime("%B")

    assert read_day(f"{name} {day.day}, {day.year}", "en-GB") == day
    assert read_day(f"{day.day} {name} {day.year}", "en-US") == day


@given(st.text(max_size=40))
def test_any_text_is_a_day_or_none(text: str) -> None:
    try:
        read = read_day(text, None)
    # The caller takes a year that Python has not for no date.
    except ValueError:
        return
    assert read is None or isinstance(read, date)


@pytest.mark.parametrize(
    ("lang", "american"),
    [("en-US", True), ("en-us", True), ("en", False), ("en-GB", False), ("", False), (None, False)],
)
def test_only_american_documents_put_the_month_first(lang: str | None, american: bool) -> None:
    assert is_american(lang) is american


def test_a_day_that_the_calendar_has_not_is_none() -> None:
    assert make_date(2024, 2, 29) == date(2024, 2, 29)
    assert make_date(2025, 2, 29) is None
    assert make_date(0, 1, 1) is None
