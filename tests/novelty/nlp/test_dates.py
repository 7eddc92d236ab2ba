"""Which days a sentence speaks of, counted from the article's own."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.novelty.nlp.dates import ArticleDay, SentenceDays, event_days, read_days
from monitor.novelty.nlp.tokens import read_tokens

WEDNESDAY = date(2025, 7, 23)
TODAY = ArticleDay(WEDNESDAY, WEDNESDAY)


def read(text: str, day: ArticleDay = TODAY) -> SentenceDays:
    tokens = read_tokens(text)
    return read_days(tokens.words, tokens.raws, day)


@pytest.mark.parametrize(
    "text",
    [
        "The hearing is on Tuesday.",
        "The hearings are on Tuesday and later.",
        "The trial begins on Tuesday.",
        "The tariff takes effect on Tuesday.",
        "La vista es el martes.",
        "El juicio empieza el martes.",
        "La norma entra en vigor el martes.",
    ],
)
def test_the_present_tense_of_what_is_planned_looks_ahead(text: str) -> None:
    assert read(text).named[0] == date(2025, 7, 29)


def test_a_weekday_that_is_called_past_is_past_whatever_stands_before_it() -> None:
    assert read("Tuvo hasta el martes pasado.").named == (date(2025, 7, 22),)
    assert read("Tuvo hasta el miércoles pasado.").named == (date(2025, 7, 16),)


@pytest.mark.parametrize(
    "text",
    ["He is away since Tuesday.", "It began on Tuesday.", "Fue el martes.", "Empezó el martes."],
)
def test_other_weekdays_are_the_last_ones(text: str) -> None:
    assert read(text).named == (date(2025, 7, 22),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("April 10", date(2025, 4, 10)),
        ("10 April", date(2025, 4, 10)),
        ("the 10th of April", date(2025, 4, 10)),
        ("10 de abril", date(2025, 4, 10)),
        ("1o de mayo", date(2025, 5, 1)),
        ("Sept. 3rd", date(2025, 9, 3)),
        ("March 15, 2024", date(2024, 3, 15)),
        ("15 de marzo de 2024", date(2024, 3, 15)),
        ("15 de marzo del 2024", date(2024, 3, 15)),
        ("February 29, 2024", date(2024, 2, 29)),
        ("10 April, 25 minutes later", date(2025, 4, 10)),
        ("10 de abril, 25 minutos después", date(2025, 4, 10)),
    ],
)
def test_a_month_and_a_day_are_a_day_in_every_order(text: str, expected: date) -> None:
    assert read(f"They met on {text}.").named == (expected,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("May 5", date(2025, 5, 5)),
        ("December 30", date(2025, 12, 30)),
        ("February 8", date(2026, 2, 8)),
        ("February 9", date(2025, 2, 9)),
    ],
    ids=["past", "ahead", "200 days ahead", "201 days ahead"],
)
def test_a_day_without_a_year_is_the_nearest_or_up_to_200_days_ahead(
    text: str, expected: date
) -> None:
    assert read(f"They meet on {text}.").named == (expected,)


@pytest.mark.parametrize("text", ["February 30", "31 de abril", "February 29"])
def test_a_day_that_does_not_exist_is_an_older_time(text: str) -> None:
    days = read(f"They met on {text}.")

    assert days.named == ()
    assert days.is_coarse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on Wednesday", date(2025, 7, 23)),
        ("on Tuesday", date(2025, 7, 22)),
        ("on Thursday", date(2025, 7, 17)),
        ("by Thursday", date(2025, 7, 24)),
        ("until Wednesday", date(2025, 7, 30)),
        ("next Wednesday", date(2025, 7, 30)),
        ("the next Tuesday", date(2025, 7, 29)),
        ("el próximo martes", date(2025, 7, 29)),
        ("el martes próximo", date(2025, 7, 29)),
        ("este miércoles", date(2025, 7, 23)),
        ("antes del viernes", date(2025, 7, 25)),
    ],
)
def test_a_weekday_is_the_last_one_unless_the_words_beside_it_look_ahead(
    text: str, expected: date
) -> None:
    assert read(f"They met {text}.").named == (expected,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They will meet on Wednesday.", date(2025, 7, 23)),
        ("They will meet on Tuesday.", date(2025, 7, 29)),
        ("They are expected to meet on Tuesday.", date(2025, 7, 29)),
        ("Se reunirán el martes.", date(2025, 7, 29)),
        ("She will, he said on Tuesday.", date(2025, 7, 22)),
        ("They will not be there in the old hall of the town on Tuesday.", date(2025, 7, 22)),
    ],
    ids=["today", "ahead", "expected", "Spanish future", "said of tomorrow", "too far before"],
)
def test_a_clause_that_looks_ahead_makes_its_weekday_lie_ahead(text: str, expected: date) -> None:
    assert read(text).named == (expected,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It sank overnight.", date(2025, 7, 22)),
        ("It sank this morning.", WEDNESDAY),
        ("It opens tomorrow.", date(2025, 7, 24)),
        ("Se hundió anoche.", date(2025, 7, 22)),
        ("Se abre mañana por la tarde.", date(2025, 7, 24)),
    ],
)
def test_days_are_named_by_their_distance_too(text: str, expected: date) -> None:
    assert read(text).named == (expected,)


def test_several_days_keep_the_order_in_which_they_are_named() -> None:
    assert read("From July 9 to July 3, then on July 9.").named == (
        date(2025, 7, 9),
        date(2025, 7, 3),
    )


@pytest.mark.parametrize(
    "text",
    [
        "In March the judge barred it.",
        "It closed in March 2024.",
        "It began in early May.",
        "He had ruled that they must go.",
        "They had never once been told.",
        "It was built in 1951.",
        "It closed last month.",
        "La jueza había ordenado su regreso.",
    ],
)
def test_an_older_time_without_a_day_is_coarse(text: str) -> None:
    assert read(text).is_coarse


@pytest.mark.parametrize(
    "text",
    [
        "They may march with us.",
        "He had a goat.",
        "In 2025 it opens.",
        "Some 2000 people came.",
        "March was asked.",
        "It met on March 3.",
    ],
)
def test_words_that_only_look_like_an_older_time_are_none(text: str) -> None:
    assert not read(text).is_coarse


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("It was built in 1951 and closed in 2019.", (1951, 2019)),
        ("In 2019, yes, in 2019.", (2019,)),
        ("Some 2000 people and 1999 euros.", ()),
        ("It has 1700 doors and 3000 rooms.", ()),
    ],
)
def test_years_are_named_but_amounts_are_none(text: str, years: tuple[int, ...]) -> None:
    assert read(text).years == years


def test_the_words_of_a_date_are_used_up() -> None:
    tokens = read_tokens("On April 10 they paid 10 crowns.")

    assert {tokens.words[place] for place in read("On April 10 they paid 10 crowns.").used} == {
        "april",
        "10",
    }
    assert len(read("On April 10 they paid 10 crowns.").used) == 2


def days(*named: date, is_coarse: bool = False) -> SentenceDays:
    return SentenceDays(named, (), is_coarse, frozenset())


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (days(), (WEDNESDAY,)),
        (days(is_coarse=True), ()),
        (days(date(2025, 7, 21)), (date(2025, 7, 21),)),
        (days(date(2025, 7, 21), is_coarse=True), (date(2025, 7, 21),)),
        (days(date(2025, 7, 20)), ()),
        (days(date(2025, 8, 1)), (WEDNESDAY,)),
        (days(date(2025, 8, 1), is_coarse=True), ()),
        (days(date(2025, 7, 20), date(2025, 7, 23)), (WEDNESDAY,)),
    ],
    ids=[
        "no day",
        "an older time",
        "two days ago",
        "two days ago, of something older",
        "three days ago",
        "ahead",
        "ahead, of something older",
        "an old day and today",
    ],
)
def test_what_is_news_happened_at_most_two_days_ago(
    said: SentenceDays, expected: tuple[date, ...]
) -> None:
    assert event_days(said, TODAY) == expected


def test_a_newsroom_further_east_may_be_a_day_ahead() -> None:
    east = ArticleDay(WEDNESDAY, date(2025, 7, 24))

    assert read("It sank on Thursday.", east).named == (date(2025, 7, 24),)
    assert event_days(days(date(2025, 7, 24)), east) == (date(2025, 7, 24),)


@given(st.text(max_size=80), st.dates(date(2, 1, 1), date(9998, 12, 31)))
def test_any_sentence_has_days_of_which_those_of_news_are_near(text: str, today: date) -> None:
    day = ArticleDay(today, today)

    happened = event_days(read(text, day), day)

    assert all(-2 <= (one - today).days <= 0 for one in happened)
