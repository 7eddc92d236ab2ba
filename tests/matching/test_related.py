"""Items without a term of the query: worth reading when their words belong to the case much more
than to the feeds at large.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.matching.related import WordCounts, is_live_on_case, is_related, relatedness
from monitor.text import fold_words


def counts(*texts: str) -> WordCounts:
    counted = WordCounts()
    for text in texts:
        counted.add(fold_words(text))
    return counted


CASE = counts(
    "The ferry Aurelia sank off Calder Bay",
    "Inquiry into the Aurelia opens in Calder Bay",
    "Ferry inquiry hears the captain",
)
EVERYWHERE = counts(
    *["Rain in the north", "Minister opens school", "Club wins at home", "Prices rise again"] * 20,
    "Ferry inquiry hears the captain",
)


def test_a_headline_of_the_cases_own_words_is_related() -> None:
    assert is_related(fold_words("Inquiry hears how the ferry was loaded"), CASE, EVERYWHERE)


def test_a_headline_of_everyday_words_is_not() -> None:
    assert not is_related(fold_words("Minister opens school in the north"), CASE, EVERYWHERE)


def test_a_single_shared_word_is_not_enough() -> None:
    assert not is_related(
        fold_words("Captain of the home club injured"),
        counts("The captain spoke", "Another text"),
        counts("The captain spoke", *["x"] * 5),
    )


def test_a_case_without_articles_is_related_to_nothing() -> None:
    assert relatedness(fold_words("Ferry inquiry"), WordCounts(), EVERYWHERE) == 0.0


@pytest.mark.parametrize(
    "title",
    [
        "North coast live: ferry inquiry, prices and the weather",
        "Live: captain before the inquiry",
        "Live updates from Calder Bay: inquiry opens",
        "Calder Bay ferry, minuto a minuto",
        "Ferry captain heard – live",
        "Ferry inquiry as it happened",
    ],
)
def test_a_live_blog_is_worth_reading_for_two_of_the_cases_words(title: str) -> None:
    assert is_live_on_case(title, fold_words(title), CASE)


@pytest.mark.parametrize(
    "title",
    [
        "Live: cup final",
        "Ferry live",
        "Captain of the ferry lives in Calder Bay",
        "Families live near the ferry in Calder Bay",
    ],
)
def test_other_live_blogs_and_those_who_live_somewhere_are_not(title: str) -> None:
    assert not is_live_on_case(title, fold_words(title), CASE)


@given(st.lists(st.text(min_size=1, max_size=10)))
def test_it_is_never_negative_and_does_not_depend_on_order(words: list[str]) -> None:
    value = relatedness(words, CASE, EVERYWHERE)

    assert value >= 0.0
    assert abs(value - relatedness(list(reversed(words)), CASE, EVERYWHERE)) < 1e-9


@pytest.mark.parametrize(
    ("texts", "word", "share"),
    [
        ([], "pier", 0.5),
        ([["pier"]], "pier", 0.75),
        ([["pier"], ["ferry"]], "pier", 0.5),
        ([["pier", "pier"]], "pier", 0.75),
        ([["ferry"]], "pier", 0.25),
    ],
)
def test_a_share_counts_texts_and_is_never_nought(
    texts: list[list[str]], word: str, share: float
) -> None:
    counts = WordCounts()
    for text in texts:
        counts.add(text)

    assert counts.share(word) == share
    assert counts.texts == len(texts)


@pytest.mark.parametrize(
    ("word", "is_counted"), [("pier", True), ("the", False), ("2025", False), ("covid19", True)]
)
def test_short_words_and_numbers_are_not_counted(word: str, is_counted: bool) -> None:
    counts = WordCounts()

    counts.add([word])

    assert bool(counts.shared({word})) is is_counted
