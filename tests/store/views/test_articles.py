"""Articles as people see them: by publication, newest first."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import Session

from monitor.errors import NotFound
from monitor.model import DateFlag, DateOrigin, Outcome, Precision
from monitor.store import Store
from monitor.store.articles import make_uid
from monitor.store.verdicts import get_story, insert_verdict
from monitor.store.views.articles import (
    get_article,
    get_feeds_of,
    get_new_sentences,
    list_articles,
    list_revisions,
)
from tests.store.rows import NOW, add_article, add_case, add_revision, fetched, judged
from tests.store.views.stored import (
    FEED,
    FIRST_SENTENCE,
    HOUR,
    TEXT,
    add_feed,
    add_item,
    judge,
    record,
    verdict_of,
)


@pytest.fixture
def library(store: Store) -> Store:
    """Three articles: of the harbour, of the quarry an hour later, and one of no case between."""
    store.write(judge, 1, outlet="Harbour Gazette")
    store.write(judge, 2, slug="quarry", hours=2, outlet="The 100% Courier")
    store.write(add_article, fetched(3, TEXT, outlet="Écho Zürich", published_at=NOW + HOUR))
    return store


def numbers(store: Store, **chosen: Any) -> list[int]:
    """The numbers of the articles that are found."""
    found = store.read(list_articles, **{"limit": 9, **chosen})
    return [int(one.url.rpartition("-")[2]) for one in found]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({}, [2, 3, 1]),
        ({"limit": 2}, [2, 3]),
        ({"case": "harbour"}, [1]),
        ({"case": "castle"}, []),
        ({"outlet": "harbour"}, [1]),
        ({"outlet": "GAZETTE"}, [1]),
        ({"outlet": "ÉCHO"}, [3]),
        ({"outlet": "zurich"}, [3]),
        ({"outlet": "e"}, [2, 3, 1]),
        ({"outlet": "%"}, [2]),
        ({"outlet": "_"}, []),
        ({"since": NOW + HOUR}, [2, 3]),
        ({"until": NOW + HOUR}, [1]),
        ({"since": NOW + HOUR, "until": NOW + 2 * HOUR}, [3]),
        ({"case": "quarry", "until": NOW + HOUR}, []),
        ({"only": []}, []),
    ],
    ids=str,
)
def test_articles_are_narrowed_by_case_outlet_and_time(
    library: Store, chosen: dict[str, Any], expected: list[int]
) -> None:
    assert numbers(library, **chosen) == expected


def test_an_article_without_a_date_stands_where_it_was_found(library: Store) -> None:
    library.write(add_article, fetched(4, TEXT, published_at=None))

    assert numbers(library) == [2, 3, 4, 1]


def test_articles_are_chosen_by_their_rows(library: Store) -> None:
    rows = [one.row_id for one in library.read(list_articles, limit=9)]

    assert numbers(library, only=rows[1:]) == [3, 1]


def test_the_cases_of_an_article_are_sorted_and_named_once(store: Store) -> None:
    key = store.write(judge, 1, slug="quarry")
    store.write(judge_again, key.article_id, "harbour", number=2)
    store.write(judge_again, key.article_id, "harbour", number=3)

    (shown,) = store.read(list_articles, limit=9)

    assert shown.cases == ("harbour", "quarry")


def judge_again(session: Session, article_id: int, slug: str, *, number: int) -> None:
    """Stores another text of an article with a verdict for a case, which has news."""
    read = fetched(1, TEXT)
    key = add_revision(session, article_id, read, number=number)
    given = judged(add_case(session, slug), key, read)
    verdict = verdict_of(session, key, Outcome.DIGEST)
    story_id = get_story(session, given.case_id, [article_id])
    if story_id is None:
        record(session, given, verdict)
    else:
        insert_verdict(session, given, verdict, story_id)


def test_texts_come_oldest_first(store: Store) -> None:
    key = store.write(judge, 1)
    store.write(add_revision, key.article_id, fetched(1, "Another text.", title="New"), number=2)

    texts = store.read(list_revisions, key.article_id)

    assert [(one.number, one.title, one.text) for one in texts] == [
        (1, "Closed", TEXT),
        (2, "New", "Another text."),
    ]


def test_a_sentence_that_was_new_to_several_cases_is_named_once(store: Store) -> None:
    key = store.write(judge, 1, outcome=Outcome.DIGEST)
    store.write(judge_again, key.article_id, "quarry", number=2)

    assert store.read(get_new_sentences, key.article_id) == [FIRST_SENTENCE]


def test_an_article_of_no_verdict_had_nothing_new(store: Store) -> None:
    key = store.write(add_article, fetched(1, TEXT))

    assert store.read(get_new_sentences, key.article_id) == []


@pytest.mark.parametrize(("title", "name"), [("Harbour Gazette", "Harbour Gazette"), ("", FEED)])
def test_an_article_names_the_feeds_that_brought_it(store: Store, title: str, name: str) -> None:
    key = store.write(judge, 1)
    other = store.write(judge, 2)
    store.write(add_item, 1, article_id=key.article_id)
    store.write(add_feed, title)

    found = store.read(get_feeds_of, [key.article_id, other.article_id])

    assert found == {key.article_id: name}


def test_where_a_date_comes_from_is_shown(store: Store) -> None:
    origin = DateOrigin("feed", "1 May 2055", DateFlag.FUTURE, Precision.DAY, True)
    store.write(add_article, fetched(1, TEXT, date_origin=origin))

    (shown,) = store.read(list_articles, limit=1)

    assert (shown.published_raw, shown.published_flag) == ("1 May 2055", "future")
    assert (shown.published_precision, shown.is_zone_assumed) == ("day", True)


def test_an_article_is_found_by_its_id_in_capitals_too(store: Store) -> None:
    store.write(judge, 1)
    uid = make_uid("article", fetched(1, "").url)

    assert store.read(get_article, uid.upper()).id == uid


@pytest.mark.parametrize("prefix", ["", "ab", "xyz", "abc%", "___"])
def test_what_is_no_beginning_of_an_id_is_refused(store: Store, prefix: str) -> None:
    store.write(judge, 1)

    with pytest.raises(NotFound, match="no id of article"):
        store.read(get_article, prefix)
