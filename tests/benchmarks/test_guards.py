"""Small variants of the benchmarks: each beside a peer in the same run, with wide margins.

What is only slow does not fail here; what costs several times its peer does."""

from __future__ import annotations

import functools
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from benchmarks.rows import storage, texts
from benchmarks.rows.storage import _join_filter, _library, _Words
from benchmarks.stored import NOW
from monitor.matching import Folded, compile_query
from monitor.model import Facts
from monitor.novelty.index.packing import PackedSentences, StoredSentence
from monitor.novelty.nlp.event_keys import stems
from monitor.pipeline.search import search_articles
from monitor.store import Store
from monitor.store.articles import find_copies, get_stored
from monitor.store.views.search import find_articles
from tests.costs import least

ARTICLES = 3_000
CASE = "case-3"


@pytest.fixture(scope="module")
def library() -> Iterator[Store]:
    """A store with some thousand articles in twenty cases."""
    with open_library(ARTICLES) as store:
        yield store


@pytest.fixture(scope="module")
def small_library() -> Iterator[Store]:
    """A store with a tenth of them."""
    with open_library(ARTICLES // 10) as store:
        yield store


@contextmanager
def open_library(size: int) -> Iterator[Store]:
    url, folder = _library(size)
    with closing(Store(url)) as store:
        yield store
    folder.cleanup()
    _library.cache_clear()


def test_a_feed_costs_at_most_six_bare_feedparsers() -> None:
    documents = texts.feed_documents()[1][:4]
    ours = least(lambda: [texts.parse_own(one) for one in documents], 3)
    bare = least(lambda: [texts.parse_off(one) for one in documents], 3)
    assert ours < 6 * bare


def test_what_does_not_match_costs_less_than_ten_alternations_of_re() -> None:
    reading = texts._invented_reading()
    entries, terms = reading.entries[:60], reading.terms[:100]
    query = compile_query(" AND ".join(f'"{term} unheard-of"' for term in terms))

    def look() -> int:
        return sum(query.match(Folded.of(one), now=NOW) is not None for one in entries)

    assert look() == 0
    ours = least(look) / len(entries)
    assert 1e6 * ours < 10 * texts._alternation_cost(entries, terms)


def test_a_long_query_costs_less_than_ten_alternations_of_re() -> None:
    reading = texts._invented_reading()
    entries, terms = reading.entries[:20], reading.terms[:200]
    query = compile_query(" OR ".join(f'"{term} unheard-of"' for term in terms))

    def look() -> int:
        return sum(query.match(Folded.of(one), now=NOW) is not None for one in entries)

    assert look() == 0
    ours = least(look, 3) / len(entries)
    assert 1e6 * ours < 30 * texts._alternation_cost(entries, terms)


def test_newest_in_a_case_costs_no_more_among_ten_times_as_many(
    library: Store, small_library: Store
) -> None:
    word = _Words().word(2)

    def ask(session: Session) -> float:
        newest = functools.partial(find_articles, session, [[word]], case=CASE, limit=5)
        assert newest() == _join_filter(session, word, CASE)[:5]
        return least(newest)

    assert library.read(ask) < 4 * small_library.read(ask)


def test_a_ranked_search_reads_few_of_the_texts_that_match(library: Store) -> None:
    word = _Words().word(2)

    def ask(session: Session) -> tuple[float, float]:
        few = functools.partial(search_articles, session, word, now=NOW, limit=5)
        many = functools.partial(search_articles, session, word, now=NOW, limit=ARTICLES)
        assert len(few()) == 5
        assert len(many()) > 500
        return least(few, 2), least(many, 2)

    ours, all_of_them = library.read(ask)
    assert ours < all_of_them / 2


def test_an_article_costs_no_more_among_ten_times_as_many(
    library: Store, small_library: Store
) -> None:
    def ask(session: Session) -> float:
        assert get_stored(session, 9).text == _Words().text(9)
        return least(lambda: [get_stored(session, 9) for _ in range(10)])

    assert library.read(ask) < 4 * small_library.read(ask)


def test_copies_are_looked_up_in_far_less_than_it_takes_to_read_them_all(library: Store) -> None:
    hashes = storage._hashes(42)

    def ask(session: Session) -> tuple[float, float]:
        case_id = 42 % storage._CASES + 1
        found = find_copies(session, case_id, hashes, article_id=None)
        assert [one.article_id for one in found] == [42]
        whole = sa.text("SELECT count(*) FROM fingerprints WHERE hash % 7 = 1")
        ours = least(lambda: find_copies(session, case_id, hashes, article_id=None))
        return ours, least(lambda: session.execute(whole).all())

    ours, peer = library.read(ask)
    assert ours < 2 * peer


def test_packed_sentences_take_less_than_a_third_of_objects() -> None:
    writer, at = _Words(), datetime(2026, 1, 1, tzinfo=UTC)

    def make(number: int) -> StoredSentence:
        text = " ".join(writer.text(number).split()[:20])
        return StoredSentence(text, number, at, Facts(numbers=("2",)), stems(text))

    def held(keep: Callable[[StoredSentence], object]) -> int:
        tracemalloc.start()
        for number in range(600):
            keep(make(number))
        size, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return size

    objects: list[StoredSentence] = []
    packed, before = PackedSentences(), PackedSentences()
    # The table of interned words belongs to the whole process, and grows by megabytes at once.
    for number in range(600):
        before.add(make(number))
    as_objects, as_packed = held(objects.append), held(packed.add)

    assert len(packed) == len(objects) == 600
    assert as_packed < as_objects / 3
