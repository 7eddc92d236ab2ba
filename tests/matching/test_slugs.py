"""Words in URL slugs, which lose letters with their accents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.matching.folding import FoldedText
from monitor.matching.nodes import Piece
from monitor.matching.slugs import find_in_slug, slug_forms

WORDS = st.text(alphabet="abcdefghilmnorstu", min_size=1, max_size=12)


def find(term: str, slug: str) -> str | None:
    pieces = tuple(Piece(word.rstrip("*"), is_prefix=word.endswith("*")) for word in term.split())
    return find_in_slug(pieces, FoldedText(slug.replace("-", " ")))


@pytest.mark.parametrize(
    ("term", "slug", "found"),
    [
        ("abrego garcia", "judge-orders-abrego-garcia-back", "abrego garcia"),
        # The accented letter is dropped, or the first letter with it.
        ("abrego garcia", "kilmar-brego-garca-hearing", "brego garca"),
        ("abrego garcia", "abrego-garcia", "abrego garcia"),
        ("garcia", "garca", "garca"),
        ("abrego garcia", "abrego-and-garcia", None),
        ("abrego garcia", "garcia-abrego", None),
        ("abrego garcia", "abrego", None),
        ("deport*", "wrongly-deported-man", "deported"),
        # Of a short word too little would be left.
        ("lima", "lma", None),
        ("lima", "lima", "lima"),
    ],
)
def test_a_term_is_found_in_a_slug_whose_letters_are_lost(
    term: str, slug: str, found: str | None
) -> None:
    assert find(term, slug) == found


@pytest.mark.parametrize("slug", ["", "a", "2025-04-11"])
def test_a_slug_without_the_words_has_none(slug: str) -> None:
    assert find("abrego garcia", slug) is None


@given(word=WORDS)
def test_a_word_is_one_of_its_own_forms_and_none_is_much_shorter(word: str) -> None:
    forms = slug_forms(word)

    assert word in forms
    assert all(len(word) - len(form) <= 1 for form in forms)
    assert len(forms) == 1 or len(word) >= 5


@given(words=st.lists(WORDS, min_size=1, max_size=4), before=WORDS, after=WORDS)
def test_what_stands_in_a_slug_as_it_is_written_is_found(
    words: list[str], before: str, after: str
) -> None:
    assert find(" ".join(words), "-".join([before, *words, after])) is not None
