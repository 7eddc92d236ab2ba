"""The full-text index narrows a store to what may match, alike on both databases."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from monitor.store import Store
from monitor.store.articles import index_article
from monitor.store.views.search import find_articles
from tests.store.rows import NOW, add_article, fetched
from tests.store.views.stored import judge
from tests.world import at

TEXTS = {
    1: "El juez ordenó el regreso de Ábrego García, deportado por error.",
    2: "A soft\u00adhyphen stands in this text about deportations.",
    3: "Nothing to see here, it's the weather; O'Neill's boat sails at 8:25.",
}


def add(session: Session, number: int, text: str) -> int:
    article = fetched(number, text, title="Title", summary="Zwischenruf")
    return add_article(session, article).article_id


@pytest.fixture
def ids(store: Store) -> dict[int, int]:
    return {store.write(add, number, text): number for number, text in TEXTS.items()}


@pytest.mark.parametrize(
    ("required", "found"),
    [
        ([["abrego"], ["garcia"]], {1}),
        ([["deport*"]], {1, 2}),
        ([["softhyphen", "weather"]], {2, 3}),
        ([["neill"], ["25"]], {3}),
        ([["title"]], {1, 2, 3}),
        ([["number"], ["2"]], {2}),
        ([["zwischenruf"]], {1, 2, 3}),
        ([["nowhere"]], set()),
        (None, {1, 2, 3}),
    ],
)
def test_each_required_group_must_be_there(
    store: Store, ids: dict[int, int], required: list[list[str]] | None, found: set[int]
) -> None:
    assert {ids[article_id] for article_id in store.read(find_articles, required)} == found


def test_new_text_replaces_what_is_found(store: Store, ids: dict[int, int]) -> None:
    article_id = next(iter(ids))

    store.write(index_article, article_id, "Title: entirely different words")

    assert article_id not in store.read(find_articles, [["abrego"]])
    assert article_id in store.read(find_articles, [["different"]])


def test_words_that_are_operators_elsewhere_are_words_here(
    store: Store, ids: dict[int, int]
) -> None:
    assert store.read(find_articles, [["and"], ["or"], ["not"], ["near"]]) == []


def test_case_and_time_narrow_too(store: Store, ids: dict[int, int]) -> None:
    assert store.read(find_articles, None, case="nobody") == []
    assert store.read(find_articles, None, since=at("2025-06-02T00:00:00")) == []
    assert len(store.read(find_articles, None, until=at("2025-06-02T00:00:00"))) == 3


def test_each_article_is_found_once_however_often_it_was_judged(store: Store) -> None:
    key = store.write(judge, 1)
    store.write(judge, 2, slug="quarry")

    assert store.read(find_articles, None, case="harbour") == [key.article_id]


def test_what_is_found_last_is_kept_where_there_is_room_for_few(store: Store) -> None:
    rows = [store.write(judge, number, hours=number).article_id for number in range(1, 6)]
    other = store.write(judge, 9, slug="quarry").article_id

    found = store.read(find_articles, [["pier"]], case="harbour", limit=2)

    assert found == [rows[4], rows[3]]
    assert other in store.read(find_articles, [["pier"]], limit=6)


def test_words_case_and_time_narrow_together(store: Store) -> None:
    rows = [store.write(judge, number, hours=number).article_id for number in range(1, 5)]
    span = {"since": NOW + timedelta(hours=2), "until": NOW + timedelta(hours=4)}

    assert store.read(find_articles, [["pier"]], case="harbour", **span) == [rows[2], rows[1]]
    assert store.read(find_articles, [["pier"]], case="quarry", **span) == []


def test_the_newest_published_is_found_first(store: Store) -> None:
    rows = [store.write(judge, number, hours=number).article_id for number in (2, 3, 1)]

    assert store.read(find_articles, [["pier"]]) == [rows[1], rows[0], rows[2]]
