"""The days of a case: when something happened is not when it was published or found."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.calendar import Agenda, event_day, said_on, untold_day
from tests.alerts.samples import PAYLOAD

FRIDAY = date(2025, 6, 6)
THURSDAY = date(2025, 6, 5)


@pytest.mark.parametrize(
    ("keys", "summary", "expected"),
    [
        (["class ORDER 2025-06-05"], "A court opened the logbooks on Thursday.", THURSDAY),
        (["class ORDER 2025-06-06", "class ORDER 2025-06-05"], "On Thursday it ruled.", THURSDAY),
        (["class ORDER 2025-06-06", "class ORDER 2025-06-05"], "It ruled.", FRIDAY),
        (
            ["class STAY 2025-06-05", "role JUDGE STAY 2025-06-05", "class A 2025-06-06"],
            "",
            THURSDAY,
        ),
        (["name ferris 2025-06-06", "class STAY 2025-06-05"], "Ferris was told.", THURSDAY),
        (["name ferris 2025-06-06"], "Ferris spoke.", FRIDAY),
        ([], "Ferris spoke on Thursday.", None),
    ],
    ids=["one day", "named", "latest of equals", "most keys", "acts first", "a name", "none"],
)
def test_the_day_of_an_event_is_the_one_that_its_reports_mean(keys, summary, expected):
    assert event_day(keys, summary, FRIDAY) == expected


def next_day(*reports: str, told_on: date = FRIDAY, today: date = FRIDAY) -> date | None:
    """The next day that reports name, the newest one first."""
    agenda = Agenda(today)
    for text in reports:
        agenda.read([text], told_on)
    return agenda.next_day.day if agenda.next_day else None


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["The hearing is on 12 June.", "The trial begins on 30 June."], date(2025, 6, 12)),
        (["She will testify on Monday."], date(2025, 6, 9)),
        (["The hearing was on 2 June."], None),
        (["The hearing is on 6 June."], None),
        ([], None),
    ],
    ids=["nearest", "weekday", "past", "today", "nothing"],
)
def test_the_next_day_is_the_nearest_that_lies_ahead(texts, expected):
    assert next_day(*texts) == expected


def test_a_day_that_has_come_is_not_ahead_any_more():
    told = ("The hearing is on 12 June.", "The trial begins on 30 June.")

    assert next_day(*told, today=date(2025, 6, 12)) == date(2025, 6, 30)


def test_the_next_day_comes_with_the_newest_sentence_that_names_it():
    agenda = Agenda(FRIDAY)
    agenda.read(["He ruled.", "She testifies on 12 June."], FRIDAY)
    agenda.read(["The hearing is on 12 June."], THURSDAY)

    assert agenda.next_day
    assert agenda.next_day.text == "She testifies on 12 June."


@pytest.mark.parametrize(
    "text",
    [
        "The judge cancelled the trial, which was to begin on 27 June.",
        "The hearing on 27 June has been postponed.",
        "She vacated the hearing that had been set for 27 June.",
        "La jueza aplazó la vista del 27 de junio.",
    ],
)
def test_a_day_that_a_newer_report_calls_off_is_not_ahead(text):
    assert next_day(text, "The trial begins on 27 June.") is None
    assert next_day(text, "It begins on 27 June.", "It ends on 30 June.") == date(2025, 6, 30)


@pytest.mark.parametrize(
    "text",
    [
        "On Monday, the judge will hear the motion.",
        "El lunes comparecerá ante la jueza.",
        "The judge moved the hearing to Monday.",
    ],
)
def test_a_weekday_that_is_planned_is_ahead(text):
    assert next_day(text) == date(2025, 6, 9)


def test_a_day_of_next_year_is_ahead():
    assert next_day("The trial is set for January 12.") == date(2026, 1, 12)


def test_the_day_of_an_event_is_read_as_the_judge_reads_it():
    monday = ["class HEARING 2025-06-02", "class ORDER 2025-06-06"]

    assert event_day(monday, "On Monday she is to hear it.", FRIDAY) == date(2025, 6, 2)


def test_a_day_that_is_set_again_is_ahead():
    told = ("The hearing is on 27 June after all.", "The hearing on 27 June is cancelled.")

    assert next_day(*told) == date(2025, 6, 27)


@pytest.mark.parametrize(
    "text",
    [
        "He cancelled the trial, which was to begin on 20 June, and set a hearing for 27 June.",
        "He postponed the trial from 20 June to 27 June.",
        "The hearing on 20 June was adjourned until 27 June, the clerk said.",
        "La vista del 20 de junio se aplaza al 27 de junio.",
    ],
)
def test_the_day_that_takes_the_place_of_another_is_ahead(text):
    assert next_day(text, "The trial begins on 20 June.") == date(2025, 6, 27)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He walked out before 5 p.m. on Friday.", None),
        ("He has to answer by 13 June.", date(2025, 6, 13)),
        ("She will rule by Monday.", date(2025, 6, 9)),
    ],
    ids=["the day itself", "written out", "another weekday"],
)
def test_a_weekday_that_is_the_day_of_the_report_is_no_day_of_next_week(text, expected):
    assert next_day(text) == expected


@given(st.lists(st.text(max_size=60), max_size=4))
def test_any_text_has_a_next_day_ahead_or_none(texts):
    found = next_day(*texts)

    assert found is None or found > FRIDAY


@pytest.mark.parametrize(
    ("days_before", "expected"), [(None, FRIDAY), (0, FRIDAY), (4, date(2025, 6, 2)), (-3, FRIDAY)]
)
def test_a_text_speaks_from_the_day_on_which_it_was_published(days_before, expected):
    found_at = datetime(2025, 6, 6, 12, tzinfo=UTC)
    published = None if days_before is None else found_at - timedelta(days=days_before)

    assert said_on(published, found_at) == expected


def test_a_text_speaks_from_the_day_at_the_place_of_the_case():
    late_on_friday = datetime(2025, 6, 7, 2, tzinfo=UTC)

    assert said_on(late_on_friday, late_on_friday, timezone(timedelta(hours=-4))) == FRIDAY
    assert said_on(late_on_friday, late_on_friday) == FRIDAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2025-06-12", None), ("2025-06-13", None), ("2025-06-18", "2025-06-18"), (None, None)],
    ids=["quoted", "in the summary", "another", "none"],
)
def test_a_day_that_the_alerts_name_is_told_by_them(day, expected):
    assert untold_day(day, [PAYLOAD]) == expected
    assert untold_day(day, []) == day


def test_a_weekday_of_an_alert_is_meant_from_its_later_text():
    later = replace(PAYLOAD.article, revised_at=PAYLOAD.article.found_at - timedelta(days=7))

    told = replace(PAYLOAD, article=later, new_sentences=())

    # "By Friday", said a week ago.
    assert untold_day("2025-06-13", [told]) == "2025-06-13"
