"""How usual a term is in a case, and how much of a text one article has."""

import math
from datetime import UTC, datetime, timedelta

import pytest

from monitor.model import KnownArticle, Sentence
from monitor.novelty.index.article_index import ArticleIndex, Coverage
from monitor.novelty.nlp.event_keys import TermKind, TypedTerm

AT = datetime(2025, 7, 23, 16, tzinfo=UTC)
TITLE = Sentence(-1, -1, "A headline", 1)


def names(*values: str) -> list[TypedTerm]:
    return [TypedTerm("name", value) for value in values]


def index_of(*articles: tuple[int, float, list[TypedTerm]]) -> ArticleIndex:
    """Returns an index of articles, each with its id, age in hours and terms."""
    index = ArticleIndex()
    for number, (article_id, age, terms) in enumerate(articles):
        at = AT - timedelta(hours=age)
        index.add(KnownArticle(number, article_id, TITLE, (), "en", at, at), terms)
    return index


def test_a_revision_counts_as_the_same_article() -> None:
    index = index_of((1, 0, names("alder")), (1, 0, names("alder")), (2, 0, names("brome")))

    assert index.count == 2
    assert index.name_share("alder") == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("articles_with_name", "is_known"),
    [(0, False), (1, False), (2, True), (4, True), (5, True), (6, False), (10, False)],
)
def test_a_name_of_the_case_is_in_several_articles_and_not_in_most(
    articles_with_name: int, is_known: bool
) -> None:
    others = [names("stell") if number < articles_with_name else [] for number in range(10)]
    index = index_of(*((number, 0, terms) for number, terms in enumerate(others)))

    assert index.is_known_name("stell") is is_known


@pytest.mark.parametrize(
    ("kind", "weight"),
    [("day", 2.5), ("number", 2.0), ("name", 2.0), ("class", 1.5), ("role", 0.8)],
)
def test_a_term_weighs_by_its_kind_and_rarity(kind: TermKind, weight: float) -> None:
    term = TypedTerm(kind, "x")
    index = index_of((1, 0, [term]), (2, 0, []))

    assert index.term_weight(term) == pytest.approx(weight * math.log(1 + 22 / 2))
    assert index.article_idf(term) == pytest.approx(weight * math.log(23 / 2))


def test_what_many_articles_all_have_does_not_tell_them_apart() -> None:
    index = index_of(*((number, 0, names("marlow")) for number in range(2_000)))
    (term,) = names("marlow")

    assert index.article_idf(term) < 0.03
    assert index.term_weight(term) > 2 * math.log(2)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (["alder", "brome"], Coverage(1.0, 1)),
        (["alder", "cray"], Coverage(0.5, 1)),
        (["dunn"], Coverage(0.0, None)),
        ([], Coverage(0.0, None)),
    ],
)
def test_coverage_is_by_the_one_article_that_has_most(
    wanted: list[str], expected: Coverage
) -> None:
    index = index_of((1, 1, names("alder", "brome")), (2, 1, names("cray")), (3, 1, []))

    found = index.recent_coverage(names(*wanted), AT)

    assert found.article_id == expected.article_id
    assert found.share == pytest.approx(expected.share, abs=0.1)


def test_of_two_articles_with_the_same_the_earlier_is_named() -> None:
    index = index_of((7, 1, names("alder")), (3, 2, names("alder")))

    assert index.recent_coverage(names("alder"), AT) == Coverage(1.0, 7)


@pytest.mark.parametrize(
    ("age", "is_recent", "is_archived"),
    [
        (0, True, False),
        (96, True, False),
        (97, False, True),
        (-96, True, False),
        (-97, False, False),
    ],
)
def test_four_days_make_an_article_old_and_later_ones_are_neither(
    age: float, is_recent: bool, is_archived: bool
) -> None:
    index = index_of((1, age, names("alder")))

    assert bool(index.recent_coverage(names("alder"), AT).share) is is_recent
    assert bool(index.archive_coverage(names("alder"), AT).share) is is_archived
