"""The words around a hit, and words of slugs that lost letters."""

from __future__ import annotations

import pytest

from monitor.matching.folding import FoldedText
from monitor.matching.nodes import Piece
from monitor.matching.slugs import find_in_slug, slug_forms
from monitor.matching.snippets import MAX_SNIPPET, make_snippet

LONG = "The night ferry left the harbor. " * 10


def test_a_short_text_is_shown_whole() -> None:
    assert make_snippet("The ferry left.", 4, 9) == "The ferry left."


def test_a_long_text_is_cut_at_words_on_both_sides() -> None:
    start = LONG.index("ferry", 120)
    snippet = make_snippet(LONG, start, start + 5)

    assert snippet.startswith("…")
    assert snippet.endswith("…")
    assert len(snippet) <= MAX_SNIPPET
    assert set(snippet.strip("…").split()) <= set(LONG.split())


def test_a_hit_that_is_too_long_is_cut_itself() -> None:
    snippet = make_snippet(LONG, 0, len(LONG))

    assert len(snippet) == MAX_SNIPPET
    assert snippet.endswith("…")


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("pier", {"pier"}),
        ("garcia", {"garcia", "arcia", "grcia", "garia", "garca", "garci"}),
    ],
)
def test_slugs_lose_first_and_accented_letters_of_longer_words(word: str, forms: set[str]) -> None:
    assert slug_forms(word) == forms


@pytest.mark.parametrize(
    ("slug", "found"),
    [
        ("the-brego-garca-case", "brego garca"),
        ("abrego-garcia", "abrego garcia"),
        ("abrego-the-garcia", None),
        ("", None),
    ],
)
def test_a_term_is_found_in_a_slug_with_its_letters_lost(slug: str, found: str | None) -> None:
    pieces = (Piece("abrego"), Piece("garcia"))

    assert find_in_slug(pieces, FoldedText(slug)) == found
