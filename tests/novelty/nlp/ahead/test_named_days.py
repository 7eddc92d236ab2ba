"""Which days a sentence names when it may look ahead."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.novelty.nlp.ahead.named_days import NamedDay, read_named_days
from monitor.novelty.nlp.dates import ArticleDay, read_days
from monitor.novelty.nlp.tokens import read_tokens

FRIDAY = date(2025, 6, 6)


def read(text: str, told_on: date = FRIDAY) -> list[str]:
    found = read_named_days(read_tokens(text), told_on)
    return [str(one.day) for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The judge scheduled the trial of Otto Quern for January 12.", "2026-01-12"),
        ("The trial will begin on Jan. 27.", "2026-01-27"),
        ("The sentencing is set for March 3.", "2026-03-03"),
        ("El juicio comenzará el 12 de enero.", "2026-01-12"),
        ("El juicio está fijado para el 12 de enero.", "2026-01-12"),
        ("The trial will begin on Jan. 27, 2027.", "2027-01-27"),
    ],
)
def test_a_date_without_a_year_that_is_planned_lies_ahead(text: str, expected: str) -> None:
    assert read(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Otto Quern was arrested on January 12.", "2025-01-12"),
        ("The trial had been scheduled for January 12.", "2025-01-12"),
        ("He must be freed by June 2, the judge ruled.", "2025-06-02"),
    ],
    ids=["told", "planned before", "a deadline that has just passed"],
)
def test_another_date_without_a_year_has_passed(text: str, expected: str) -> None:
    assert read(text) == [expected]


def test_a_trial_that_is_seven_months_away_is_next_year() -> None:
    text = "The judge scheduled the trial for July 27."

    assert read(text, date(2026, 11, 26)) == ["2027-07-27"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("On Monday, the judge will hear the motion.", "2025-06-09"),
        ("On Monday, she is scheduled to hear the motion.", "2025-06-09"),
        ("El lunes comparecerá ante la jueza.", "2025-06-09"),
        ("The judge moved the hearing to Tuesday.", "2025-06-10"),
        ("The hearing was rescheduled to Wednesday.", "2025-06-11"),
        ("La audiencia fue aplazada para el martes.", "2025-06-10"),
        ("La jueza ha fijado para el jueves la vista.", "2025-06-12"),
        ("Officials have until noon Tuesday to answer.", "2025-06-10"),
        ("The strike ends Sunday.", "2025-06-08"),
        ("The court hears arguments Monday.", "2025-06-09"),
        ("El plazo vence el lunes.", "2025-06-09"),
    ],
)
def test_a_weekday_of_what_is_to_happen_lies_ahead(text: str, expected: str) -> None:
    assert read(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He was freed on Thursday.", "2025-06-05"),
        ("On Monday, the judge ruled that he will be freed.", "2025-06-02"),
        ("On Tuesday she told reporters that she will appeal.", "2025-06-03"),
        ("El lunes declaró que volverá.", "2025-06-02"),
        ("The ferry that ends its season sank on Monday.", "2025-06-02"),
        ("He was freed last Friday.", "2025-05-30"),
        ("El pasado viernes salió de la cárcel.", "2025-05-30"),
    ],
)
def test_a_weekday_of_what_has_happened_has_passed(text: str, expected: str) -> None:
    assert read(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pasado mañana declara ante la jueza.", ["2025-06-08"]),
        ("Mañana declara ante la jueza.", ["2025-06-07"]),
        ("Declara mañana por la mañana.", ["2025-06-07"]),
        ("Declaró esta misma mañana.", []),
        ("She testifies the day after tomorrow.", ["2025-06-08"]),
        ("He was freed the day before yesterday.", ["2025-06-04"]),
        ("Anteayer salió de prisión.", ["2025-06-04"]),
        ("He was freed yesterday.", ["2025-06-05"]),
        ("He was freed on 2025-06-05.", ["2025-06-05"]),
        ("The code is 2025-13-40.", []),
        ("On a Tuesday he sails.", []),
    ],
)
def test_days_are_named_by_distance_and_in_figures(text: str, expected: list[str]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hearings will be held June 10, 11 and 12.", [10, 11, 12]),
        ("Las audiencias serán el 10, 11 y 12 de junio.", [10, 11, 12]),
        ("The hearing moved from June 10 to 17.", [10, 17]),
        ("The hearings are on June 10 and 11, 2025.", [10, 11]),
        ("By June 10 and 11 people will have left.", [10]),
        ("The trial is set for June 10, 12 jurors said.", [10]),
        ("The hearing is set for Monday, June 16.", [16]),
        ("La vista será el lunes 16 de junio.", [16]),
    ],
)
def test_days_that_share_a_month_are_several(text: str, expected: list[int]) -> None:
    assert read(text) == [f"2025-06-{day}" for day in expected]


def test_a_day_says_where_it_stands() -> None:
    named = read_named_days(read_tokens("The hearing of June 10 is on Tuesday."), FRIDAY)

    assert named == (
        NamedDay(date(2025, 6, 10), 3, 5),
        NamedDay(date(2025, 6, 10), 7, 8, is_weekday=True),
    )


def test_what_the_judge_reads_is_as_it_was() -> None:
    tokens = read_tokens("On Monday, the judge will schedule the trial for January 12.")

    assert read_days(tokens.words, tokens.raws, ArticleDay(FRIDAY, FRIDAY)).named == (
        date(2025, 6, 2),
        date(2025, 1, 12),
    )


@given(st.text(max_size=80), st.dates(date(2, 1, 1), date(9998, 12, 1)))
def test_any_sentence_has_its_days_in_order(text: str, told_on: date) -> None:
    starts = [one.start for one in read_named_days(read_tokens(text), told_on)]

    assert starts == sorted(starts)
