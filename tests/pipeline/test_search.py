"""Searching: the best match first, and only what the query really matches."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session

from monitor.errors import QueryError
from monitor.model import NewSentence, Outcome, Reason, Verdict
from monitor.model.matching import Facet
from monitor.pipeline.search import SearchHit, count_hits, search_articles
from monitor.store import Store
from monitor.store.verdicts import AlertTarget
from monitor.store.views.articles import ArticleView
from tests.store.rows import NOW, add_article, add_case, add_development, fetched, judged

ARTICLES = {
    "Quarry reopens": "Lorries came back to the valley on Sunday.",
    "Mayor speaks": "The quarry, she said, is to reopen; a quarry needs lorries.",
    "Rain until Sunday": "No word of stone.",
}


def add_all(session: Session) -> None:
    for number, (title, text) in enumerate(ARTICLES.items(), start=1):
        add_article(session, fetched(number, text, title=title))


@pytest.fixture
def stocked(store: Store) -> Store:
    store.write(add_all)
    return store


def search(store: Store, query: str, *, limit: int = 9, is_new_only: bool = False) -> list[str]:
    """The titles that a query finds."""
    hits = store.read(search_articles, query, now=NOW, limit=limit, is_new_only=is_new_only)
    return [hit.article.title for hit in hits]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("quarry", ["Quarry reopens", "Mayor speaks"]),
        ("lorries AND NOT mayor", ["Quarry reopens"]),
        ('"quarry needs lorries"', ["Mayor speaks"]),
        ("lorr*", ["Mayor speaks", "Quarry reopens"]),
        ("granite", []),
    ],
)
def test_the_headline_counts_most_and_equals_come_newest_first(
    stocked: Store, query: str, titles: list[str]
) -> None:
    assert search(stocked, query) == titles


def test_an_old_headline_comes_before_many_newer_mentions(store: Store) -> None:
    def add(session: Session) -> None:
        add_article(session, fetched(1, "It is about stone.", title="The quarry"))
        for number in range(2, 90):
            add_article(session, fetched(number, "A quarry.", title=f"Notes {number}"))

    store.write(add)

    assert search(store, "quarry", limit=3)[0] == "The quarry"


@pytest.mark.parametrize(
    ("query", "titles"), [("राम", ["राम आए"]), ("रोम", ["रोम गए"]), ("बंदर*", ["रोम गए"])]
)
def test_words_whose_vowels_are_marks_are_told_apart(
    store: Store, query: str, titles: list[str]
) -> None:
    def add(session: Session) -> None:
        add_article(session, fetched(1, "वे घर आए।", title="राम आए"))
        add_article(session, fetched(2, "वे बंदरगाह गए।", title="रोम गए"))

    store.write(add)

    assert search(store, query) == titles


def test_what_only_seems_to_match_takes_nobodys_place(store: Store) -> None:
    def add(session: Session) -> None:
        add_article(session, fetched(1, "The old quarry road is long.", title="Far"))
        for number in range(2, 90):
            text = "The road is old; the quarry is not."
            add_article(session, fetched(number, text, title=f"Near {number}"))

    store.write(add)

    assert search(store, '"quarry road"', limit=3) == ["Far"]


def test_only_the_best_are_shown(stocked: Store) -> None:
    assert search(stocked, "quarry", limit=1) == ["Quarry reopens"]


def test_a_hit_shows_the_words_around_the_match_in_the_text(stocked: Store) -> None:
    hits = stocked.read(search_articles, "quarry", now=NOW, limit=9)

    assert [hit.words for hit in hits] == [frozenset({"quarry"})] * 2
    assert "quarry" in hits[1].snippet
    assert hits[0].score > hits[1].score > 0


def test_what_brought_news_can_be_asked_for_alone(stocked: Store) -> None:
    assert search(stocked, "quarry", is_new_only=True) == []

    stocked.write(add_news)

    assert search(stocked, "quarry", is_new_only=True) == ["Quarry closes"]


def add_news(session: Session) -> None:
    article = fetched(9, "The quarry closed on Monday.", title="Quarry closes")
    given = judged(add_case(session), add_article(session, article), article)
    new = NewSentence(article.text, 0, 42, None)
    verdict = Verdict(Outcome.ALERT, 0.9, 0.5, (Reason("event", "new"),), (new,))
    add_development(session, given, verdict, [AlertTarget("desk", "now", NOW)])


def test_a_query_that_cannot_be_read_is_refused(stocked: Store) -> None:
    with pytest.raises(QueryError):
        search(stocked, "quarry AND (")


FOREIGN = {
    "港口": "港口管理局周二被法官命令公开过去四年的账目。",
    "帳簿": "裁判官は港湾局に帳簿を公開するよう命じた。",
    "ميناء": "أمرت المحكمة والميناء مغلق منذ شهر",
    "נמל": "השופט אמר שבנמל אין איש",
}


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("管理局", ["港口"]),
        ("公開", ["帳簿"]),
        ("管局", []),
        ("الميناء", ["ميناء"]),
        ("נמל", ["נמל"]),
    ],
)
def test_words_inside_texts_without_spaces_and_behind_prefixes_are_found(
    store: Store, query: str, titles: list[str]
) -> None:
    for number, (title, text) in enumerate(FOREIGN.items(), start=1):
        store.write(add_article, fetched(number, text, title=title))

    assert search(store, query) == titles


def hit_of(outlet: str, at: str) -> SearchHit:
    published = datetime.fromisoformat(at).replace(tzinfo=UTC)
    article = ArticleView("a", "u", "t", outlet, "en", published, NOW, "full", (), 1, "")
    return SearchHit(article, "", frozenset(), 1.0)


def test_hits_are_counted_by_outlet_most_first() -> None:
    hits = [hit_of(name, "2025-06-06") for name in ("Post", "Gazette", "Courier", "Gazette")]

    counted = [(one.value, one.articles) for one in count_hits(hits, Facet.OUTLET, UTC)]

    assert counted == [("Gazette", 2), ("Courier", 1), ("Post", 1)]


def test_hits_are_counted_by_month_where_the_reader_is_newest_first() -> None:
    late, early = hit_of("Post", "2025-06-30T23:30:00"), hit_of("Post", "2025-06-01T12:00:00")

    here = count_hits([late, early], Facet.MONTH, UTC)
    east = count_hits([late, early], Facet.MONTH, ZoneInfo("Asia/Tokyo"))

    assert [(one.value, one.articles) for one in here] == [("2025-06", 2)]
    assert [one.value for one in east] == ["2025-07", "2025-06"]
    assert (here[0].first_at.day, here[0].last_at.day) == (1, 30)
