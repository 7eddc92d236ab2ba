"""The words of a sentence with what stands between them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.novelty.nlp.tokens import Tokens, read_tokens


def marked(tokens: Tokens, places: frozenset[int]) -> list[str]:
    return [tokens.raws[place] for place in sorted(places)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The U.S. judge's order.", ["the", "us", "judge", "order"]),
        ("EE. UU. negó", ["eeuu", "nego"]),
        ("Ábrego-García", ["abrego", "garcia"]),
        ("It paid $1,200.50, or 7 %.", ["it", "paid", "1,200.50", "or", "7%"]),
        ("GREENBELT, Md. (CP) - A judge ruled.", ["a", "judge", "ruled"]),
        ("17:55 - A judge ruled at 5 p.m. there.", ["a", "judge", "ruled", "at", "there"]),
        ("...", []),
        ("", []),
    ],
)
def test_words_are_folded_without_dateline_clock_and_dots(text: str, words: list[str]) -> None:
    assert list(read_tokens(text).words) == words


def test_marks_between_words_are_remembered() -> None:
    tokens = read_tokens('Ferrol, Brook said: "Now (or later) Alma-Rosa goes." So he did.')

    assert marked(tokens, tokens.breaks) == ["Brook", "Now", "or", "Alma", "So"]
    assert marked(tokens, tokens.opens) == ["Ferrol", "Now", "So"]
    assert marked(tokens, tokens.quoted) == ["Now", "or", "later", "Alma", "Rosa", "goes"]


def test_an_open_quotation_goes_on_to_the_end() -> None:
    tokens = read_tokens('She said "wait for me')

    assert marked(tokens, tokens.quoted) == ["wait", "for", "me"]


def test_a_sentence_is_read_for_four_hundred_words() -> None:
    assert len(read_tokens("word " * 500).words) == 400


@given(st.text(max_size=200))
def test_raws_and_words_stand_side_by_side(text: str) -> None:
    tokens = read_tokens(text)

    assert len(tokens.raws) == len(tokens.words)
    assert all(tokens.words)
    assert [word for _, _, word in tokens.pairs()] == list(tokens.words)
    for places in (tokens.opens, tokens.breaks, tokens.quoted):
        assert all(0 <= place < len(tokens.words) for place in places)
