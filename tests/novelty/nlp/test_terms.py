"""The notation of word lists, found in folded words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.novelty.nlp.terms import Terms


def places(term: str, text: str) -> list[int]:
    return [place for _, place in Terms({"x": [term]}).places(text.split())]


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        ("judge", "the judge and the judges", [1]),
        ("judge*", "the judge and the judges", [1, 4]),
        ("ju*", "j ju jury", [1, 2]),
        ("supreme court", "the supreme court of supreme courts", [1]),
        ("supreme court*", "the supreme court of supreme courts", [1, 4]),
        ("struck ~ off", "struck off", [0]),
        ("struck ~ off", "struck the old ferry alondra today off", [0]),
        ("struck ~ off", "struck the old ferry alondra once today off", []),
        ("held in ~ prison", "held in a small prison", [0]),
        ("held in ~ prison", "held at a small prison", []),
        ("release !video", "release him", [0]),
        ("release !video", "release video", []),
        ("release !vid*", "release videos", []),
        ("release !video", "release", [0]),
        ("set free !of", "set free", [0]),
        ("judge", "", []),
    ],
)
def test_a_term_is_found_where_it_begins(term: str, text: str, expected: list[int]) -> None:
    assert places(term, text) == expected


def test_labels_are_found_once_and_places_in_order() -> None:
    terms = Terms({"court": ["court*", "bench"], "judge": ["judge"]})
    words = ["the", "bench", "the", "judge", "and", "the", "court"]

    assert terms.find(words) == {"court", "judge"}
    assert terms.places(words) == [("court", 1), ("judge", 3), ("court", 6)]


@pytest.mark.parametrize(
    ("text", "expected"), [("read more here", True), ("to read more", False), ("", False)]
)
def test_words_start_with_a_term_or_not(text: str, expected: bool) -> None:
    assert Terms({"": ["read more"]}).starts(text.split()) is expected


def test_two_terms_with_one_first_word_are_both_found() -> None:
    terms = Terms({1: ["set free"], 2: ["set a"], 3: ["set*"]})

    assert terms.find(["set", "free"]) == {1, 3}


WORDS = st.lists(st.sampled_from(["a", "ab", "abc", "b", "bc", "c"]), max_size=8)


@given(WORDS, WORDS)
def test_a_run_of_words_is_found_wherever_it_stands(before: list[str], after: list[str]) -> None:
    words = [*before, "ab", "c", *after]

    assert len(before) in [place for _, place in Terms({"": ["ab c"]}).places(words)]


BEGINNINGS = st.text("abc", min_size=2, max_size=4)


@given(st.lists(BEGINNINGS, max_size=6), st.lists(st.text("abc", min_size=1, max_size=5)))
def test_a_beginning_is_found_in_the_words_that_have_it(
    beginnings: list[str], words: list[str]
) -> None:
    terms = Terms({f"{one}*": [f"{one}*"] for one in beginnings} | {"b": ["b"]})

    # Each once: a longer beginning must not find a shorter one again.
    expected = [
        (f"{one}*", place)
        for one in set(beginnings)
        for place, word in enumerate(words)
        if word.startswith(one)
    ]
    expected += [("b", place) for place, word in enumerate(words) if word == "b"]
    assert sorted(terms.places(words)) == sorted(expected)
