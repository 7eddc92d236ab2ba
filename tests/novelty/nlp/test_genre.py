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
