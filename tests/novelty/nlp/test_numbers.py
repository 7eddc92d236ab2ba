"""Numbers have one form, however they are written."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.novelty.nlp.dates import ArticleDay, read_days
from monitor.novelty.nlp.numbers import read_numbers
from monitor.novelty.nlp.tokens import read_tokens

TODAY = ArticleDay(date(2025, 7, 23), date(2025, 7, 23))


def numbers(text: str, lang: str = "en") -> tuple[str, ...]:
    tokens = read_tokens(text)
    return read_numbers(tokens.words, read_days(tokens.words, tokens.raws, TODAY), lang)


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        ("6,000,000", "en", "6m"),
        ("6.000.000", "es", "6m"),
        ("6 million", "en", "6m"),
        ("six million", "en", "6m"),
        ("6m", "en", "6m"),
        ("6 millones", "es", "6m"),
        ("seis millones", "es", "6m"),
        ("1.5 million", "en", "1.5m"),
        ("1,5 millones", "es", "1.5m"),
        ("1.4bn", "en", "1.4b"),
        ("2 billion", "en", "2b"),
        ("2 billones", "es", "2000b"),
        ("999,999", "en", "999999"),
        ("two hundred thousand", "en", "200000"),
        ("dos mil", "es", "2000"),
        ("a hundred", "en", "100"),
        ("one thousand", "en", "1000"),
        ("a hundred and twenty-five", "en", "125"),
        ("twenty-five", "en", "25"),
        ("treinta y un", "es", "31"),
        ("a dozen", "en", "12"),
        ("2.50", "en", "2.5"),
        ("07", "en", "7"),
    ],
)
def test_a_number_has_one_form(text: str, lang: str, expected: str) -> None:
    assert numbers(f"There are {text} of them.", lang) == (expected,)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("7%", "en"),
        ("7 %", "en"),
        ("7 per cent", "en"),
        ("7 percent", "en"),
        ("7 por ciento", "es"),
    ],
)
def test_a_share_is_told_from_a_count(text: str, lang: str) -> None:
    assert numbers(f"It rose by {text}.", lang) == ("7%",)


@pytest.mark.parametrize("text", ["two weeks", "fourteen days", "14 days", "2 weeks"])
def test_weeks_are_days(text: str) -> None:
    assert numbers(f"He lost it in {text}.") == ("14",)


@pytest.mark.parametrize(
    "text",
    [
        "They came in hundreds.",
        "One of them came.",
        "He left on April 10.",
        "He left in 2019.",
        "It began at 5 p.m. and at 17:30.",
        "The code is 1234567890123456.",
        "It is version 1.2.3 now.",
    ],
)
def test_dates_clock_times_codes_and_articles_are_no_numbers(text: str) -> None:
    assert numbers(text) == ()


def test_each_number_counts_once_in_the_order_of_first_mention() -> None:
    assert numbers("Of 12 men, 3 left, then 12 more.") == ("12", "3")


def test_a_number_in_an_unknown_language_is_read_in_all_of_them() -> None:
    assert numbers("Seis came with seven.", "") == ("6", "7")
    assert numbers("Seis came with seven.", "en") == ("7",)


@given(st.integers(1, 10**11))
def test_a_number_with_and_without_separators_is_the_same(value: int) -> None:
    if not 1800 <= value < 2100:
        assert numbers(f"It cost {value:,} crowns.") == numbers(f"It cost {value} crowns.")


WORDS = ["a", "one", "two", "hundred", "and", "y", "thousand", "7", "%", "m", "1,5", "week"]


@given(st.lists(st.sampled_from(WORDS)))
def test_any_words_are_read_to_their_end(words: list[str]) -> None:
    assert all(numbers(" ".join(words)))


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        ("Divers brought up a third body.", "en", "3"),
        ("The 4th round of talks began.", "en", "4"),
        ("It is the third expert report.", "en", "3"),
        ("She is the twenty-third victim.", "en", "23"),
        ("Se abre el segundo tramo del túnel.", "es", "2"),
        ("El juez firmó la tercera prórroga.", "es", "3"),
        ("Es el 2º informe de los peritos.", "es", "2"),
        ("Es la quinta vez que ocurre.", "en", "5"),
        ("Third Mellin bridge collapse victim found.", "en", "3"),
        ("The 6th and final passenger was found.", "en", "6"),
        ("A second temporary channel opens.", "en", "2"),
        ("Rescatan al cuarto minero.", "es", "4"),
    ],
)
def test_an_ordinal_that_counts_a_step_is_its_number(text: str, lang: str, expected: str) -> None:
    assert numbers(text, lang) == (expected,)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("The first report was wrong.", "en"),
        ("The Fourth Circuit heard the case.", "en"),
        ("He was sent to a third country.", "en"),
        ("The Second Division lost the ship.", "en"),
        ("It was over in a second.", "en"),
        ("She lives on Fifth Street.", "en"),
        ("The trial opened on May 3rd.", "en"),
        ("Tardó un cuarto de hora.", "es"),
        ("Habló ante la Sala Segunda del Supremo.", "es"),
        ("Vive en el tercer piso.", "es"),
    ],
)
def test_an_ordinal_in_a_name_a_date_or_a_place_is_no_number(text: str, lang: str) -> None:
    assert numbers(text, lang) == ()
