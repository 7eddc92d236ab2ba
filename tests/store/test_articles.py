"""Articles: one for every canonical URL, its revisions, and the look-up of copies."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session

from monitor.model import Extraction, Outcome, Reason, Verdict
from monitor.novelty import analyse
from monitor.store import Store
from monitor.store.articles import (
    FetchedArticle,
    RevisionKey,
    add_urls,
    find_article,
    find_copies,
    find_republished,
    get_newsroom,
    get_stored,
    get_stored_articles,
    hash_text,
    make_uid,
    set_newsroom,
    update_article,
)
from monitor.store.verdicts import insert_story, insert_verdict
from monitor.store.views.articles import get_article, list_revisions
from tests.store.rows import NOW, add_article, add_case, add_revision, fetched, judged

TEXT = (
    "The harbour master of Calder Bay closed the old pier on Sunday after divers had found a crack"
    " in its third pillar. Ferries to Oldmere leave from the north quay until the pillar is mended."
)
EDITED = TEXT + " The council of Oldmere is to pay for half of it."


@pytest.mark.parametrize(
    ("title", "text", "is_same"),
    [
        ("Pier closed", "One.\n\nTwo.", True),
        (" Pier  closed", "One. Two.\n", True),
        ("Pier closed", "One. two.", False),
        ("Pier closed One.", "Two.", False),
    ],
)
def test_white_space_makes_no_other_text(title: str, text: str, is_same: bool) -> None:
    assert (hash_text(title, text) == hash_text("Pier closed", "One. Two.")) is is_same


def test_a_public_id_is_the_same_for_the_same_parts_only() -> None:
    assert make_uid("alert", 1, 23) == make_uid("alert", 1, 23)
    others = {make_uid("alert", 12, 3), make_uid("story", 1, 23), make_uid("alert", 1, 23)}
    assert len(others) == 3
    assert all(len(uid) == 16 for uid in others)


def test_an_article_keeps_its_newsroom_until_another_text_has_another(store: Store) -> None:
    key = store.write(add_article, fetched(1, TEXT))

    store.write(set_newsroom, key.article_id, "Reuters")
    assert store.read(get_newsroom, key.article_id) == "Reuters"

    store.write(update_article, key.article_id, fetched(1, EDITED), newsroom="")
    assert store.read(get_newsroom, key.article_id) == ""


def test_an_article_of_before_is_of_the_newsroom_of_its_address(store: Store) -> None:
    url = "https://www.bbc.co.uk/news/1"
    key = store.write(add_article, fetched(1, TEXT, url=url, urls=(url,)))

    assert store.read(get_newsroom, key.article_id) == "BBC"


def test_an_article_is_found_under_every_spelling_of_its_address(store: Store) -> None:
    article = fetched(1, TEXT, urls=("https://news.example/1", "https://m.news.example/1"))
    key = store.write(add_article, article)
    store.write(add_urls, key.article_id, ["https://news.example/1?amp", ""])

    for url in (*article.urls, "https://news.example/1?amp"):
        found = store.read(find_article, ["https://elsewhere.example/", url])
        assert found is not None
        assert found.id == key.article_id
    assert store.read(find_article, ["https://news.example/2"]) is None


def test_an_address_belongs_to_the_article_that_had_it_first(store: Store) -> None:
    first = store.write(add_article, fetched(1, TEXT))
    second = store.write(add_article, fetched(2, EDITED))

    store.write(add_urls, second.article_id, fetched(1, TEXT).urls)

    found = store.read(find_article, fetched(1, TEXT).urls)
    assert found is not None
    assert found.id == first.article_id


def test_what_is_stored_is_what_was_read(store: Store) -> None:
    article = fetched(1, TEXT, title="Pier closed", summary="A crack", author="P. Lindqvist")

    key = store.write(add_article, article)

    stored = store.read(get_stored, key.article_id)
    for name in ("url", "title", "summary", "text", "outlet", "author", "extraction", "extractor"):
        assert getattr(stored, name) == getattr(article, name), name
    assert (stored.canonical_url, stored.text_hash) == (article.urls[0], article.text_hash)
    assert (stored.revision_id, stored.revision) == (key.revision_id, 1)
    assert stored.at == article.published_at


def test_a_new_text_is_a_revision_and_the_old_one_stays(store: Store) -> None:
    key = store.write(add_article, fetched(1, TEXT))
    edited = fetched(1, EDITED, title="Pier closed for weeks", outlet="Another name")

    store.write(revise, key, edited)

    stored = store.read(get_stored, key.article_id)
    assert (stored.title, stored.text, stored.revision) == (edited.title, EDITED, 2)
    assert stored.outlet == "Gazette"
    texts = store.read(list_revisions, key.article_id)
    assert [(one.number, one.text) for one in texts] == [(1, TEXT), (2, EDITED)]


def revise(session: Session, key: RevisionKey, article: FetchedArticle) -> None:
    update_article(session, key.article_id, article)
    add_revision(session, key.article_id, article, number=2)


def test_how_far_an_article_was_read_follows_its_newest_text(store: Store) -> None:
    teaser = fetched(1, "A crack.", extraction=Extraction.TEASER, reason="behind a wall")
    key = store.write(add_article, teaser)

    store.write(revise, key, fetched(1, TEXT))

    stored = store.read(get_stored, key.article_id)
    assert (stored.extraction, stored.page_reason) == (Extraction.FULL, "")


@pytest.mark.parametrize(
    ("other", "is_found"),
    [
        ({}, True),
        ({"title": "Pier closes"}, False),
        ({"published_at": NOW + timedelta(minutes=1)}, False),
        ({"url": "https://elsewhere.example/1"}, False),
    ],
    ids=["the same", "another headline", "another time", "another site"],
)
def test_a_mended_address_is_known_by_site_time_headline_and_text(
    store: Store, other: dict[str, object], is_found: bool
) -> None:
    store.write(add_article, fetched(1, TEXT))

    again = fetched(2, TEXT, **other)

    assert (store.read(find_republished, again) is not None) is is_found


def test_articles_come_oldest_published_first(store: Store) -> None:
    later = store.write(add_article, fetched(1, TEXT, published_at=NOW))
    earlier = store.write(add_article, fetched(2, TEXT, published_at=NOW - timedelta(days=1)))

    found = store.read(get_stored_articles, [later.article_id, earlier.article_id])

    assert [one.id for one in found] == [earlier.article_id, later.article_id]


def add_to_case(session: Session, article: FetchedArticle, slug: str = "harbour") -> RevisionKey:
    """Stores an article with a verdict for a case."""
    key = add_article(session, article)
    given = judged(add_case(session, slug), key, article)
    story_id = insert_story(session, given.case_id, key.article_id, NOW)
    insert_verdict(
        session, given, Verdict(Outcome.SILENT, 0.1, 0.5, (Reason("known", "known"),)), story_id
    )
    return key


def hashes_of(text: str) -> list[int]:
    return list(analyse("Closed", text, lang="en", published_at=NOW).fingerprint)


def test_copies_are_looked_for_among_the_texts_of_the_case(store: Store) -> None:
    copy = store.write(add_to_case, fetched(1, EDITED))
    store.write(add_to_case, fetched(2, "Nothing of it is here, and nobody wrote it before."))
    store.write(add_to_case, fetched(3, TEXT), slug="quarry")
    case_id = store.write(add_case)

    found = store.read(find_copies, case_id, hashes_of(TEXT), article_id=None)

    assert [(one.article_id, one.text) for one in found] == [(copy.article_id, EDITED)]


def test_an_article_is_no_copy_of_itself(store: Store) -> None:
    own = store.write(add_to_case, fetched(1, TEXT))
    case_id = store.write(add_case)

    assert store.read(find_copies, case_id, hashes_of(TEXT), article_id=own.article_id) == []


def test_the_nearest_copy_comes_first(store: Store) -> None:
    near = store.write(add_to_case, fetched(1, TEXT))
    half = store.write(add_to_case, fetched(2, TEXT[: len(TEXT) // 2] + " And so on."))
    case_id = store.write(add_case)

    found = store.read(find_copies, case_id, hashes_of(TEXT), article_id=None)

    assert [one.article_id for one in found][:1] == [near.article_id]
    assert {one.article_id for one in found} <= {near.article_id, half.article_id}


def test_an_article_is_shown_by_the_beginning_of_its_id(store: Store) -> None:
    article = fetched(1, TEXT, title="Pier closed")
    store.write(add_to_case, article)
    uid = make_uid("article", article.urls[0])

    shown = store.read(get_article, uid[:6])

    assert (shown.id, shown.title, shown.cases) == (uid, "Pier closed", ("harbour",))


def test_a_fetched_article_names_its_text() -> None:
    article = fetched(1, TEXT)

    assert article.text_hash == hash_text(article.title, TEXT)
    assert replace(article, text=EDITED).text_hash != article.text_hash
