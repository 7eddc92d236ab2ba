"""News, opinion, explainer, digest or live blog."""

from datetime import UTC, datetime

import pytest

from monitor.model import Genre
from monitor.novelty import analyse

AT = datetime(2025, 7, 23, 16, tzinfo=UTC)
NEWS = (
    "The judge freed the captain on Wednesday.\n\nHis lawyers had asked for it.\n\nThe "
    "prosecutor will appeal."
)


def genre_of(title: str, text: str, summary: str = "") -> Genre:
    return analyse(title, text, summary=summary, published_at=AT).genre


@pytest.mark.parametrize(
    ("title", "summary"),
    [
        ("Judge frees captain", ""),
        ("Company has not explained why the ship sailed", ""),
        ("Judge demands answers to questions", ""),
    ],
)
def test_a_report_is_news_whatever_words_its_headline_uses(title, summary):
    assert genre_of(title, NEWS, summary) is Genre.NEWS


@pytest.mark.parametrize(
    ("title", "summary"),
    [
        ("Opinion | The captain must be heard", ""),
        ("The captain must be heard", "Commentary"),
        ("Tribuna: la nave y la ley", ""),
    ],
)
def test_a_label_makes_an_opinion(title, summary):
    assert genre_of(title, NEWS, summary) is Genre.OPINION


@pytest.mark.parametrize(
    ("title", "summary"),
    [
        ("Opinion 14 of 2025 frees the captain", ""),
        ("Letters seen by the Gazette: crew warned of rust", ""),
        ("The captain's letters", "Letters seen by the Gazette"),
        ("Column of smoke over the harbour", ""),
        ("Owner declines to comment", ""),
        ("No comment", ""),
        ("Second letter from jailed captain made public", ""),
        ("Captain freed", 'He said: "I think of the drowned each day."'),
    ],
)
def test_a_word_of_a_label_is_none_by_itself(title: str, summary: str) -> None:
    assert genre_of(title, NEWS, summary) is Genre.NEWS


@pytest.mark.parametrize(
    ("title", "summary"),
    [
        ("Comment by Ann Lee: the captain's silence", ""),
        ("The captain's silence", "Weekend essay. Photographs by the author."),
        ("Letter from Port Amber: the wheel", ""),
    ],
)
def test_a_label_ends_its_part_or_is_signed(title: str, summary: str) -> None:
    assert genre_of(title, NEWS, summary) is Genre.OPINION


def test_a_disaster_in_a_mine_is_told_by_nobody_in_the_first_person() -> None:
    text = (
        "A gallery of the Torre mine fell in on Tuesday.\n\nNine people work at the mine.\n\n"
        "The owner has closed it."
    )

    assert genre_of("Nine trapped in mine", text) is Genre.NEWS


def test_a_quotation_goes_on_over_sentences() -> None:
    text = (
        'The talks broke down on Friday.\n\n"I am told that they sit in two rooms. I have raised '
        'teenagers," the mediator said.\n\nThe strike goes on.'
    )

    assert genre_of("Talks break down", text) is Genre.NEWS


def test_a_quotation_that_is_not_closed_ends_with_its_paragraph() -> None:
    text = 'He wrote: "The sea is deep.\n\nI have sailed with him.\n\nMy view is that he is honest.'

    assert genre_of("The man at the wheel", text) is Genre.OPINION


def test_first_person_outside_quotations_makes_an_opinion():
    text = (
        "I have sailed with him.\n\nMy view is that he is honest.\n\nThe court will see "
        "it.\n\nThe sea is deep."
    )

    assert genre_of("The man at the wheel", text) is Genre.OPINION
    assert (
        genre_of("The man at the wheel", NEWS + '\n\n"I am free and my son is here," he said.')
        is Genre.NEWS
    )


def test_questions_make_an_explainer():
    text = (
        "Who is accused? The captain.\n\nWhat happened? The ferry sank in March.\n\nWhat comes "
        "next? A trial."
    )

    assert genre_of("The ferry case", text) is Genre.EXPLAINER


@pytest.mark.parametrize(
    ("title", "summary"),
    [
        ("Analysis by Ann Lee: the captain's silence", ""),
        ("The captain's silence", "Análisis"),
        ("News analysis | The captain's silence", ""),
    ],
)
def test_an_analysis_explains(title: str, summary: str) -> None:
    assert genre_of(title, NEWS, summary) is Genre.EXPLAINER


def test_an_explainer_in_the_headline_needs_a_text_without_fresh_news():
    assert (
        genre_of("What we know about the ferry", "The ferry sank in March.\n\nMany died then.")
        is Genre.EXPLAINER
    )
    assert genre_of("What we know about the ferry", NEWS) is Genre.NEWS


def test_numbered_paragraphs_make_a_digest():
    assert (
        genre_of(
            "Saturday",
            "1. The ferry was raised.\n\n2. Rain fell on the hills.\n\n3. A goat was found.",
        )
        is Genre.DIGEST
    )


def test_clock_times_make_a_live_blog():
    assert (
        genre_of(
            "Ferry trial",
            "10:26 - The trial opens.\n\n10:40 - The judge enters.\n\n11:02 - A break.",
        )
        is Genre.LIVE
    )
