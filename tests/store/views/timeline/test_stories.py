"""Stories: who carries what, by whose text it is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.errors import NotFound
from monitor.store import Store
from monitor.store.articles import set_newsroom
from monitor.store.views.timeline.stories import (
    StoryArticle,
    fold_texts,
    get_stories_of,
    get_story,
    list_stories,
)
from tests.store.rows import NOW
from tests.store.views.stored import HOUR, alert, judge


@pytest.fixture
def told(store: Store) -> Store:
    """A story of the harbour with news, and a silent one of the quarry, two hours later."""
    store.write(alert, 1, hours=1)
    store.write(judge, 2, slug="quarry", hours=3, title="Blast", outlet="Courier")
    return store


def test_stories_come_with_the_newest_article_first(told: Store) -> None:
    found = told.read(list_stories, limit=9)

    assert [(one.case, one.title, one.outlet, one.articles, one.outlets) for one in found] == [
        ("quarry", "Blast", "Courier", 1, 1),
        ("harbour", "Closed", "Gazette", 1, 1),
    ]
    assert found[1].first_at == found[1].last_at == NOW + HOUR


def test_stories_are_narrowed_by_case_time_and_number(told: Store) -> None:
    assert [one.case for one in told.read(list_stories, limit=1)] == ["quarry"]
    assert [one.case for one in told.read(list_stories, limit=9, case="harbour")] == ["harbour"]
    late = told.read(list_stories, limit=9, since=NOW + 2 * HOUR)
    assert [one.case for one in late] == ["quarry"]


def test_a_story_is_found_by_its_id_and_by_its_article(told: Store) -> None:
    harbour = told.read(list_stories, limit=9, case="harbour")[0]

    story, texts = told.read(get_story, harbour.id[:6])

    assert story == harbour
    ((article,),) = (text.articles for text in texts)
    assert (article.title, article.relation, article.has_news) == ("Closed", article.relation, True)
    assert told.read(get_stories_of, 1) == [harbour.id]


def test_an_id_of_no_story_is_told(told: Store) -> None:
    with pytest.raises(NotFound, match="no story"):
        told.read(get_story, "ffffff")


def test_whose_text_it_is_comes_from_the_store(told: Store) -> None:
    told.write(set_newsroom, 1, "Bay Wire")
    harbour = told.read(list_stories, limit=9, case="harbour")[0]

    _, (text,) = told.read(get_story, harbour.id)

    assert text.newsroom == "Bay Wire"


def article(number: int, site: str, newsroom: str, *, hours: int = 0) -> StoryArticle:
    at = NOW + timedelta(hours=hours)
    url = f"https://{site}.example/{number}"
    return StoryArticle(f"id{number}", site, "Closed", url, at, at, "copy", newsroom, False)


def test_what_one_newsroom_wrote_is_one_text_and_the_first_comes_first() -> None:
    texts = fold_texts(
        [
            article(1, "gazette", "Bay Wire", hours=2),
            article(2, "courier", "courier.example", hours=1),
            article(3, "post", "Bay Wire", hours=3),
        ]
    )

    assert [(one.newsroom, one.basis, len(one.articles)) for one in texts] == [
        ("courier.example", "earliest", 1),
        ("Bay Wire", "credit_line", 2),
    ]
    assert texts[1].first_at == NOW + 2 * HOUR


def test_articles_of_which_nobody_knows_whose_they_are_stand_alone() -> None:
    texts = fold_texts([article(1, "one", ""), article(2, "two", "")])

    assert [(one.newsroom, one.basis, len(one.articles)) for one in texts] == [
        ("", "unknown", 1),
        ("", "unknown", 1),
    ]


def test_an_article_without_a_date_counts_from_when_it_was_found() -> None:
    undated = StoryArticle("x", "one", "", "https://one.example/", None, NOW, "new", "", False)

    (text,) = fold_texts([undated])

    assert text.first_at == NOW
