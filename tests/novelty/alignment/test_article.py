"""Which sentences of an article count, are explained, and decide."""

from datetime import timedelta

import pytest

from monitor.novelty import DEFAULT_SETTINGS, analyse
from monitor.novelty.alignment.article import AlignedArticle, align_article
from tests.novelty.world import ARREST, SATURDAY, SINKING, TUESDAY, Case, text_of

NEWS = "Police arrested the mate of the Alondra, Dario Finch, on Wednesday."
MORE = tuple(f"A diver named Ada{number} found {number} coats below." for number in range(8))


def aligned(
    text: str, *, stored: str = SINKING, title: str = "", subject: str = ""
) -> AlignedArticle:
    case = Case()
    case.store(stored, TUESDAY)
    analysis = analyse(title, text, published_at=TUESDAY + timedelta(days=1))
    terms = frozenset({subject} if subject else ())
    return align_article(analysis, case.index, DEFAULT_SETTINGS, terms)


def test_a_copy_leaves_nothing_unexplained() -> None:
    article = aligned(SINKING)

    assert article.known_share == 1
    assert article.is_addition
    assert article.is_verbatim
    assert article.unexplained == article.lead == ()
    assert not article.begins_unexplained


@pytest.mark.parametrize(
    ("text", "begins"),
    [(text_of(NEWS, SINKING), True), (text_of(SINKING, NEWS), False)],
    ids=["on top", "at the end"],
)
def test_of_an_addition_what_was_added_decides_wherever_it_stands(text: str, begins: bool) -> None:
    article = aligned(text)

    assert article.is_addition
    assert [row.sentence.text for row in article.lead] == [NEWS]
    assert article.begins_unexplained is begins


def test_of_a_new_text_its_first_sentences_decide() -> None:
    article = aligned(text_of(NEWS, *MORE))

    assert not article.is_addition
    assert [row.sentence.index for row in article.lead] == [0, 1, 2, 3, 4]
    assert len(article.unexplained) == 9


def test_of_an_addition_at_most_four_sentences_decide() -> None:
    article = aligned(text_of(SINKING, *MORE[:5]))

    assert article.is_addition
    assert len(article.lead) == 4


def test_an_old_text_in_other_words_is_an_addition_but_not_verbatim() -> None:
    stored = "The harbour master sold 12 boats to a yard in Corrie Head in spring."
    article = aligned("The harbour master sold boats to a yard in Corrie Head.", stored=stored)

    assert article.is_addition
    assert not article.is_verbatim


def test_notes_of_the_editors_stand_apart() -> None:
    article = aligned(text_of(ARREST, "Correction: the ferry carried 141 people, not 148."))

    assert len(article.notes) == 1
    assert article.notes[0] not in article.aligned


def test_of_a_bare_item_the_headline_counts() -> None:
    article = aligned("", title="Police arrest the mate of the Alondra")

    assert [row.sentence.index for row in article.aligned] == [-1]
    assert aligned("").aligned == ()


LIVE = text_of(
    "18:02 - The minister resigned after a vote.",
    "17:55 - The ferry Alondra sank. Many people were aboard.",
    "17:31 - A new school was opened by the queen.",
)


@pytest.mark.parametrize(
    ("title", "subject", "count"),
    [
        ("Politics live", "alondra", 2),
        ("Alondra live", "alondra", 4),
        ("Politics live", "", 4),
        ("Politics live", "golondrina", 4),
        ("Politics live", "alon", 4),
    ],
    ids=["elsewhere", "in the headline", "no terms", "nowhere", "part of a word"],
)
def test_of_a_live_blog_on_something_else_entries_that_name_the_subject_count(
    title: str, subject: str, count: int
) -> None:
    assert len(aligned(LIVE, title=title, subject=subject).aligned) == count


def test_what_is_cut_off_counts_for_nothing() -> None:
    half = text_of(SINKING.split("\n\n")[0], "The Alondra sent a distress call and then…")

    assert aligned(half).known_share == 1


def test_saturdays_report_is_new_against_tuesdays() -> None:
    assert SATURDAY > TUESDAY
    assert aligned(ARREST).known_share < 0.5
