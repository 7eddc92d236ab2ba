"""The words that an article is found by: what no index holds whole is cut alike in each."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from monitor.store import Store
from monitor.store.articles import MAX_INDEXED_WORDS, MAX_WORD_CHARS, fit_index, index_article
from monitor.store.articles.indexing import MAX_INDEXED_BYTES
from monitor.store.upkeep.copying import _iter_words
from monitor.store.views.search import find_articles
from monitor.text import fold_words
from tests.store.rows import add_article, fetched

# A character of each length that UTF-8 has.
LETTERS = ("x", "\u0434", "\u10d0", "\U00010330")
MANY = " ".join(f"w{number:029}" for number in range(MAX_INDEXED_WORDS))


@pytest.fixture
def article_id(store: Store) -> int:
    return store.write(add_article, fetched(1, "The pier of Calder Bay was closed.")).article_id


def read_words(session: Session) -> list[str]:
    ((_, words),) = _iter_words(session)
    return words


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.parametrize("length", [MAX_WORD_CHARS, MAX_WORD_CHARS + 1, 2_047, 2_048, 3_000])
def test_a_long_word_is_stored_by_its_beginning(
    store: Store, article_id: int, letter: str, length: int
) -> None:
    store.write(index_article, article_id, f"pier {letter * length} closed")

    assert store.read(read_words) == sorted(["pier", letter * MAX_WORD_CHARS, "closed"])


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.parametrize("length", [MAX_WORD_CHARS, 2_048, 3_000])
@pytest.mark.parametrize("ending", ["", "*"])
def test_a_long_word_is_found(
    store: Store, article_id: int, letter: str, length: int, ending: str
) -> None:
    store.write(index_article, article_id, f"pier {letter * length} closed")

    assert store.read(find_articles, [[letter * length + ending]]) == [article_id]
    assert store.read(find_articles, [["pier"], [letter * (MAX_WORD_CHARS - 1)]]) == []


def test_a_text_of_many_long_words_is_found_by_as_many_as_fit(
    store: Store, article_id: int
) -> None:
    store.write(index_article, article_id, MANY)

    stored = store.read(read_words)

    assert stored == fold_words(MANY)[: MAX_INDEXED_BYTES // 30]
    assert store.read(find_articles, [[stored[-1]]]) == [article_id]


def test_words_of_before_are_found_uncut_too(store: Store, article_id: int) -> None:
    """An SQLite file may hold them as an older version wrote them."""
    if not store.is_sqlite:
        return
    long = "x" * 3_000
    older = sa.text("UPDATE article_search SET words = :words WHERE rowid = :id")
    store.write(lambda session: session.execute(older, {"words": long, "id": article_id}))

    assert store.read(find_articles, [[long]]) == [article_id]


@given(st.lists(st.text("ab\u10d0", min_size=1, max_size=MAX_WORD_CHARS + 3)))
def test_what_fits_stays_as_it_is(words: list[str]) -> None:
    once = fit_index(words)

    assert fit_index(once) == once
    assert all(word.startswith(cut) for word, cut in zip(words, once, strict=True))


def test_a_word_that_comes_again_takes_no_room() -> None:
    words = ["x" * MAX_WORD_CHARS] * 3_000

    assert fit_index(words) == words
