"""What is taken out of old articles, and what of them stays for ever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from monitor.model import Outcome, Verdict
from monitor.store import Store
from monitor.store.articles import PageSeen, RevisionKey, find_copies, get_stored
from monitor.store.cases import get_sentences
from monitor.store.feeds import FeedSpec, sync_feeds
from monitor.store.pages import watch_page
from monitor.store.schema.tables import (
    articles,
    case_articles,
    entries,
    fingerprints,
    revisions,
    sentences,
)
from monitor.store.upkeep.prune import (
    Prunable,
    compact,
    measure,
    prune_all,
    prune_entries,
    prune_texts,
)
from monitor.store.verdicts import AlertTarget, insert_story, insert_verdict
from monitor.store.views.feedback import give_feedback
from tests.store.rows import (
    NOW,
    add_article,
    add_case,
    add_development,
    add_revision,
    fetched,
    judged,
)

DAY = timedelta(days=1)
LATER = NOW + 40 * DAY
TEXT = (
    "A crane on the eastern quay of Calder Bay turned over in the storm on Sunday night, and the "
    "harbour master closed the berth beside it until the wreck is gone.\n\n"
    "Two tugs of the Marrow line brought a third crane from Tolland, said Ida Ferrow of the port."
)
SILENT = Verdict(Outcome.SILENT, 0.1, 0.5, ())


def add_silent(session: Session, number: int = 1, text: str = TEXT) -> RevisionKey:
    """An article that told nobody anything."""
    article = fetched(number, text)
    revision = add_article(session, article)
    given = judged(add_case(session), revision, article)
    story = insert_story(session, given.case_id, revision.article_id, NOW)
    insert_verdict(session, given, SILENT, story)
    return revision


def text_of(store: Store, article_id: int) -> str:
    return store.read(get_stored, article_id).text


def count(store: Store, table: sa.Table) -> int:
    counted = sa.select(sa.func.count()).select_from(table)
    return store.read(lambda session: session.execute(counted).scalar_one())


def test_an_old_text_goes_with_its_hashes_and_its_headline_stays(store: Store) -> None:
    revision = store.write(add_silent)
    assert count(store, fingerprints) > 0

    prune_all(store, LATER)

    stored = store.read(get_stored, revision.article_id)
    assert (stored.text, stored.title) == ("", "Closed")
    assert count(store, fingerprints) == 0


def test_what_says_that_it_is_known_stays(store: Store) -> None:
    revision = store.write(add_silent)
    before = store.read(get_sentences, [revision.revision_id])[revision.revision_id]
    text_hash = store.read(get_stored, revision.article_id).text_hash

    prune_all(store, LATER)

    after = store.read(get_sentences, [revision.revision_id])[revision.revision_id]
    assert [(one.key, one.facts) for one in after] == [(one.key, one.facts) for one in before]
    assert [one.text for one in after] == [before[0].text] + [""] * (len(before) - 1)
    assert store.read(get_stored, revision.article_id).text_hash == text_hash
    assert count(store, case_articles) == 1


@pytest.mark.parametrize("before", [NOW, NOW - DAY])
def test_what_is_not_old_stays_whole(store: Store, before: datetime) -> None:
    revision = store.write(add_silent)

    prune_all(store, before)

    assert text_of(store, revision.article_id) == TEXT


def test_an_article_that_was_changed_lately_stays_whole(store: Store) -> None:
    def change(session: Session) -> RevisionKey:
        revision = add_silent(session)
        add_revision(session, revision.article_id, fetched(1, TEXT + " More."), number=2)
        newest = sa.update(revisions).where(revisions.c.number == 2)
        session.execute(newest.values(fetched_at=LATER))
        return revision

    revision = store.write(change)
    prune_all(store, LATER - DAY)

    assert text_of(store, revision.article_id) == TEXT + " More."
    assert store.read(measure, LATER - DAY).texts == 0


def alerting(session: Session) -> int:
    article = fetched(7, TEXT)
    revision = add_article(session, article)
    verdict = Verdict(Outcome.ALERT, 6.0, 4.5, ())
    given = judged(add_case(session), revision, article)
    add_development(session, given, verdict, [AlertTarget("desk", "now", NOW)])
    return revision.article_id


def seed(session: Session) -> int:
    article_id = add_silent(session).article_id
    session.execute(sa.update(articles).values(origin="seed"))
    return article_id


def with_feedback(session: Session) -> int:
    article_id = add_silent(session).article_id
    give_feedback(session, article_id, "not_new", case=None, note="", now=NOW)
    return article_id


def watched(session: Session) -> int:
    article = fetched(1, TEXT)
    article_id = add_silent(session).article_id
    seen = PageSeen(article.url, "ok")
    watch_page(session, article_id, seen, next_check_at=LATER, now=NOW)
    return article_id


@pytest.mark.parametrize("make", [alerting, seed, with_feedback, watched])
def test_what_somebody_was_told_or_is_still_asked_for_stays_whole(
    store: Store, make: Callable[[Session], int]
) -> None:
    article_id = store.write(make)

    prune_all(store, LATER)

    assert text_of(store, article_id) == TEXT


def test_a_pruned_text_is_no_candidate_for_copies_and_others_are(store: Store) -> None:
    def both(session: Session) -> tuple[int, int]:
        add_silent(session, 1)
        return add_case(session), alerting(session)

    case_id, told = store.write(both)
    hashes = store.read(lambda session: list(session.scalars(sa.select(fingerprints.c.hash))))
    prune_all(store, LATER)

    found = store.read(find_copies, case_id, sorted(set(hashes)), article_id=None)
    assert [one.article_id for one in found] == [told]


def add_entry(session: Session, state: str) -> None:
    sync_feeds(session, [FeedSpec("https://f.example/", "", (), None, False)], NOW)
    values = {
        "feed_id": 1,
        "key": f"k-{state}",
        "item_hash": "h",
        "title": "Closed",
        "summary": "The berth is closed.",
        "content": TEXT,
        "author": "",
        "published_raw": "",
        "published_source": "",
        "seen_at": NOW,
        "state": state,
        "next_attempt_at": NOW,
        "last_error": "",
        "last_status": "",
        "is_media": False,
        "published_flag": "",
        "published_precision": "",
        "attempts": 0,
        "changes": 0,
    }
    session.execute(sa.insert(entries).values(**values))


def test_items_lose_their_texts_and_keep_their_keys_but_not_while_they_wait(store: Store) -> None:
    store.write(add_entry, "unmatched")
    store.write(add_entry, "queued")

    prune_all(store, LATER)

    columns = (entries.c.key, entries.c.title, entries.c.item_hash)
    texts = (entries.c.content, entries.c.summary)
    chosen = sa.select(*columns, *texts).order_by(entries.c.id)
    found = store.read(lambda session: list(map(tuple, session.execute(chosen))))
    assert found == [
        ("k-unmatched", "Closed", "h", "", ""),
        ("k-queued", "Closed", "h", TEXT, "The berth is closed."),
    ]


def test_what_is_measured_is_what_is_taken_out(store: Store) -> None:
    store.write(add_silent)
    store.write(add_entry, "stored")
    hashes = count(store, fingerprints)

    found = store.read(measure, LATER)
    prune_all(store, LATER)

    assert (found.texts, found.fingerprints, found.entries) == (1, hashes, 1)
    # The text, its sentences, and the item's own.
    assert found.size >= 2 * len(TEXT.encode())
    assert store.read(measure, LATER) == Prunable(0, 0, 0, 0)


def test_it_goes_on_after_the_last_one_a_batch_at_a_time(store: Store) -> None:
    for number in range(3):
        store.write(add_silent, number, f"{TEXT} Number {number}.")

    first = store.write(prune_texts, LATER, 0, 2)
    assert first.count == 2
    assert first.after is not None
    rest = store.write(prune_texts, LATER, first.after, 2)
    assert (rest.count, rest.after) == (1, None)
    assert store.write(prune_entries, LATER, 0).after is None


def test_an_article_is_still_found_by_its_headline_and_no_more_by_its_text(store: Store) -> None:
    revision = store.write(add_silent)
    prune_all(store, LATER)

    def words(session: Session) -> str:
        return str(session.execute(sa.text("SELECT words FROM article_search")).scalar_one())

    assert "closed" in store.read(words)
    assert "tugs" not in store.read(words)
    assert revision.article_id


@pytest.mark.long
def test_the_file_gives_its_room_back(store: Store) -> None:
    def fill(session: Session) -> None:
        for number in range(60):
            add_silent(session, number, f"{TEXT * 40} Number {number}.")

    store.write(fill)
    if store.path is None:
        assert compact(store) == 0
        return
    compact(store)
    size = store.path.stat().st_size
    assert store.read(measure, LATER).size > size / 3

    prune_all(store, LATER)
    freed = compact(store)

    assert freed > size / 3
    assert store.path.stat().st_size == size - freed
    assert count(store, articles) == 60
    assert count(store, sentences) > 60
