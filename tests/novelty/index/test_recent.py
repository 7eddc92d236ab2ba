"""The articles learned last, and how much of a text one of them has."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.novelty.index.recent import (
    ASSUMED_COPIES,
    ASSUMED_COVERAGE,
    ASSUMED_STRENGTH,
    ArticleProfile,
    RecentArticles,
    WeightedTerms,
)
from monitor.novelty.nlp.event_keys import TypedTerm

AT = datetime(2025, 7, 23, 16, tzinfo=UTC)
ALDER, BROME = TypedTerm("name", "alder"), TypedTerm("name", "brome")


def profile(
    number: int = 1,
    *,
    age: float = 0,
    title_coverage: float = 0.0,
    known_share: float = 0.0,
    event_strength: float = 0.0,
) -> ArticleProfile:
    return ArticleProfile(
        article_id=number,
        at=AT - timedelta(hours=age),
        lang="en",
        terms=frozenset(),
        sentence_terms=(),
        words=(),
        word_ends=(),
        norm=0.0,
        head_norm=0.0,
        event_keys=(),
        title_coverage=title_coverage,
        known_share=known_share,
        event_strength=event_strength,
    )


def recent(*profiles: ArticleProfile, limit: int = 300) -> RecentArticles:
    articles = RecentArticles(limit)
    for one in profiles:
        articles.add(one)
    return articles


@pytest.mark.parametrize(("age", "is_near"), [(0, True), (96, True), (97, False), (-96, True)])
def test_near_is_within_the_span_before_and_after(age: float, is_near: bool) -> None:
    found = list(recent(profile(age=age)).near(AT, timedelta(hours=96)))

    assert bool(found) is is_near


def test_the_oldest_is_forgotten_first() -> None:
    articles = recent(*(profile(number) for number in range(5)), limit=3)

    assert [one.article_id for one in articles.near(AT, timedelta(hours=1))] == [2, 3, 4]
    assert [one.article_id for one in articles.all()] == [2, 3, 4]


def test_without_articles_the_usual_is_what_other_cases_have() -> None:
    assert recent().usual_copies() == pytest.approx(ASSUMED_COPIES)
    assert recent().usual_event_strength() == pytest.approx(ASSUMED_STRENGTH)


def test_copies_say_nothing_of_what_headlines_usually_share() -> None:
    copies = recent(profile(title_coverage=1.0), profile(title_coverage=0.97))

    assert copies.usual_title_coverage() == recent().usual_title_coverage() == ASSUMED_COVERAGE
    assert recent(profile(title_coverage=0.9)).usual_title_coverage() > ASSUMED_COVERAGE


def test_many_articles_outweigh_what_was_assumed() -> None:
    articles = recent(*(profile(known_share=0.9, event_strength=2.0) for _ in range(60)))

    assert articles.usual_copies() == pytest.approx((60 + 8 * ASSUMED_COPIES) / 68)
    assert articles.usual_event_strength() == pytest.approx((60 * 2.0 + 8 * 0.6) / 68)


@pytest.mark.parametrize(("known_share", "is_copy"), [(1.0, 1), (0.9, 1), (0.89, 0), (0.5, 0)])
def test_news_with_old_background_is_no_copy(known_share: float, is_copy: int) -> None:
    articles = recent(*(profile(known_share=known_share) for _ in range(60)))

    assert articles.usual_copies() == pytest.approx((60 * is_copy + 8 * ASSUMED_COPIES) / 68)


def test_only_the_latest_sixty_tell_what_is_usual() -> None:
    old = [profile(known_share=0.9) for _ in range(100)]

    usual = recent(*old, *([profile()] * 60)).usual_copies()

    assert usual == pytest.approx(8 * ASSUMED_COPIES / 68)


WEIGHTED = WeightedTerms({ALDER: 3.0, BROME: 1.0}, {"alder": 1.0, "left": 1.0}, 4.0, 2.0)


@pytest.mark.parametrize(
    ("known", "coverage"), [(set(), 0), ({ALDER}, 0.75), ({BROME}, 0.25), ({ALDER, BROME}, 1)]
)
def test_term_coverage_is_a_share_of_weights(known: set[TypedTerm], coverage: float) -> None:
    assert WEIGHTED.term_coverage(known) == coverage


def test_word_coverage_is_a_share_of_weights() -> None:
    assert WEIGHTED.word_coverage({"left", "right"}) == 0.5


def test_nothing_is_covered_of_nothing() -> None:
    empty = WeightedTerms({}, {}, 0.0, 0.0)

    assert empty.term_coverage({ALDER}) == empty.word_coverage({"alder"}) == 0


@given(st.lists(st.floats(0, 1), max_size=80))
def test_the_usual_share_is_a_share(shares: list[float]) -> None:
    articles = recent(*(profile(known_share=share) for share in shares))

    assert 0 <= articles.usual_copies() <= 1
