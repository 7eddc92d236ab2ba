"""Which words of an article are proper names."""

import pytest

from monitor.novelty.nlp.proper_names import find_names, is_name
from monitor.novelty.nlp.tokens import read_tokens


def names(*sentences: str) -> list[tuple[str, ...]]:
    return find_names([read_tokens(sentence) for sentence in sentences])


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("Marlow", True),
        ("marlow", False),
        ("Ng", False),
        ("Judge", False),
        ("Monday", False),
        ("March", False),
        ("7th", False),
    ],
)
def test_a_name_is_written_large_and_is_no_title_or_day(word: str, expected: bool) -> None:
    assert is_name(word, word.lower()) is expected


@pytest.mark.parametrize(
    ("sentences", "expected"),
    [
        (["They met Ada Marlow there."], [("ada", "marlow")]),
        (["Ada Marlow came."], [("ada", "marlow")]),
        (["Marlow came."], [()]),
        (["Marlow came.", "They met Marlow."], [("marlow",), ("marlow",)]),
        (["Lawyers Guild members came.", "The lawyers left."], [("guild",), ()]),
        (["They saw the Bridge.", "The bridge fell."], [("bridge",), ()]),
        (['She said: "Marlow came."'], [()]),
        (["Marlow, Marlow and Brook met Marlow."], [("marlow", "brook")]),
    ],
    ids=[
        "inside",
        "two capitals at the start",
        "one capital at the start",
        "seen elsewhere",
        "small elsewhere",
        "inside but small elsewhere",
        "at the start of a quotation",
        "each once",
    ],
)
def test_a_capital_at_the_start_needs_more(
    sentences: list[str], expected: list[tuple[str, ...]]
) -> None:
    assert names(*sentences) == expected
