"""The two plain rules: all that matches, and all that is no near-copy."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.training.articles import START, article
from training.plain_rules import CopyFilter, alert_on, without_near_copies, word_shingles

TEXT = "The old bridge over the Tarn was closed on Monday after an engineer found a crack"


def test_a_text_is_its_runs_of_five_words() -> None:
    assert word_shingles("One two three four five six") == {
        ("one", "two", "three", "four", "five"),
        ("two", "three", "four", "five", "six"),
    }


@pytest.mark.parametrize(("text", "count"), [("", 0), ("Bridge closed", 1), ("a b c d e", 1)])
def test_a_short_text_is_one_run_an_empty_one_none(text: str, count: int) -> None:
    assert len(word_shingles(text)) == count


@pytest.mark.parametrize(
    ("text", "is_copy"),
    [
        (TEXT, True),
        (TEXT.upper(), True),
        (f"{TEXT} here", True),
        (f"{TEXT}. It will be mended by the end of the year, the mayor said.", False),
        ("The old bridge over the Tarn is open", False),
        ("", False),
    ],
)
def test_a_near_copy_has_four_fifths_of_its_runs_in_one_earlier_text(
    text: str, is_copy: bool
) -> None:
    copies = CopyFilter()
    copies.add(TEXT)

    assert copies.add(text) is is_copy


def test_two_halves_of_earlier_texts_do_not_make_a_copy() -> None:
    other = "Divers searched the river for the missing lorry until the light failed at five"
    copies = CopyFilter()
    copies.add(TEXT)
    copies.add(other)

    assert not copies.add(f"{TEXT} {other}")


def test_copies_of_what_the_case_knows_are_left_out() -> None:
    first = article("first", paragraphs=(TEXT,))
    second = article("second", paragraphs=("Divers searched the river for a lorry.",))

    assert without_near_copies([first, second], [TEXT]) == [second]


def test_each_article_alerts_in_the_poll_that_brings_it() -> None:
    rows = alert_on([article("a"), article("b", hours=7)], START, timedelta(hours=6))

    assert [(one.step, one.article.id, one.verdict.outcome) for one in rows] == [
        (0, "a", "alert"),
        (1, "b", "alert"),
    ]
