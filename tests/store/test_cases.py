"""Cases: as the config says, with what each of them has learned."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, update
from sqlmodel import Session

from monitor.model import FeedItem, NewSentence, Outcome, Reason, Verdict
from monitor.store import Store
from monitor.store.cases import (
    CaseSpec,
    finish_learning,
    get_case_texts,
    get_known_articles,
    get_known_developments,
    get_learning_cases,
    get_sentences,
    get_stored_items,
    get_told_articles,
    get_vocabulary_start,
    queue_past_entries,
    sync_cases,
)
from monitor.store.entries import EntrySpec, claim_entries, insert_entries
from monitor.store.feeds import FeedSpec, get_ids_by_url, sync_feeds
from monitor.store.schema.tables import entries, entry_matches
from monitor.store.vectors import store_vectors
from monitor.store.verdicts import AlertTarget, insert_story, insert_verdict
from monitor.store.views.cases import get_totals, list_cases
from tests.store.rows import NOW, add_article, add_case, add_development, fetched, judged

HARBOUR = CaseSpec("harbour", "Harbour", "a note", "harbour")
QUARRY = CaseSpec("quarry", "Quarry", "", "quarry")
FEED = "https://gazette.example/rss"
TEXT = "The harbour master closed the old pier on Sunday.\n\nFerries leave from the north quay."
SILENT = Verdict(Outcome.SILENT, 0.1, 0.5, (Reason("known", "known"),))
ALERT = Verdict(Outcome.ALERT, 0.9, 0.5, (Reason("new_event", "new"),))
UNCONFIRMED = Verdict(Outcome.DIGEST, 0.3, 0.5, (Reason("weak", "weak"),))


def add_entries(session: Session, count: int) -> None:
    sync_feeds(session, [FeedSpec(FEED, "Harbour Gazette", (), None, False)], NOW)
    (feed_id,) = get_ids_by_url(session, [FEED])
    items = [FeedItem(f"k{number}", None, f"Item {number}") for number in range(count)]
    specs = [EntrySpec(item, "h", None, ()) for item in items]
    insert_entries(session, feed_id, specs, now=NOW, is_baseline=False)


def learn(
    session: Session, number: int, verdict: Verdict = SILENT, *, is_baseline: bool = False
) -> int:
    """Stores an article with a verdict; returns its row."""
    article = fetched(number, TEXT)
    key = add_article(session, article)
    given = judged(add_case(session), key, article, is_baseline=is_baseline)
    story_id = insert_story(session, given.case_id, key.article_id, NOW)
    insert_verdict(session, given, verdict, story_id)
    return key.article_id


def test_a_new_case_looks_through_all_that_is_stored(store: Store) -> None:
    store.write(add_entries, 3)

    ids = store.write(sync_cases, [HARBOUR], NOW)

    assert store.read(get_learning_cases, list(ids.values())) == {ids["harbour"]: 0}
    store.write(finish_learning, ids["harbour"])
    assert store.read(get_learning_cases, list(ids.values())) == {}


@pytest.mark.parametrize(
    ("changed", "learns"),
    [
        (CaseSpec("harbour", "Another title", "another note", "harbour"), False),
        (CaseSpec("harbour", "Harbour", "a note", "harbour OR pier"), True),
    ],
)
def test_a_case_learns_again_when_it_asks_for_something_else(
    store: Store, changed: CaseSpec, learns: bool
) -> None:
    case_id = store.write(sync_cases, [HARBOUR], NOW)["harbour"]
    store.write(finish_learning, case_id)

    store.write(sync_cases, [changed], NOW)

    assert bool(store.read(get_learning_cases, [case_id])) is learns
    assert store.read(list_cases)[0].title == changed.title


def test_a_case_that_comes_back_looks_through_what_it_missed(store: Store) -> None:
    case_id = store.write(sync_cases, [HARBOUR], NOW)["harbour"]
    store.write(finish_learning, case_id)
    store.write(add_entries, 3)
    store.write(sync_cases, [QUARRY], NOW)
    assert [case.is_enabled for case in store.read(list_cases)] == [True, False]

    store.write(sync_cases, [HARBOUR, QUARRY], NOW)

    newest = store.read(get_stored_items, after_id=0, limit=9)[-1].id
    assert store.read(get_learning_cases, [case_id]) == {case_id: newest}


def test_stored_items_are_looked_through_by_rising_id(store: Store) -> None:
    store.write(add_entries, 5)

    first = store.read(get_stored_items, after_id=0, limit=3)
    rest = store.read(get_stored_items, after_id=first[-1].id, limit=3)

    assert [item.title for item in first + rest] == [f"Item {number}" for number in range(5)]
    assert (first[0].feed.label, first[0].at, first[0].is_read) == ("Harbour Gazette", NOW, False)
    assert store.read(get_vocabulary_start, 2) == rest[0].id - 1
    assert store.read(get_vocabulary_start, 99) == 0


def test_past_entries_are_read_as_baseline(store: Store) -> None:
    store.write(add_entries, 2)
    case_id = store.write(sync_cases, [HARBOUR], NOW)["harbour"]
    item = store.read(get_stored_items, after_id=0, limit=9)[1]

    store.write(queue_past_entries, case_id, {item.id: []}, NOW)

    queued = store.write(claim_entries, owner="w", now=NOW, limit=9)
    assert [(entry.id, entry.baseline_by_case) for entry in queued] == [(item.id, {case_id: True})]


def test_what_was_read_and_belonged_to_no_case_is_past_for_all_of_them(store: Store) -> None:
    store.write(add_entries, 2)
    ids = store.write(sync_cases, [HARBOUR, QUARRY], NOW)
    read, unread = store.read(get_stored_items, after_id=0, limit=9)
    for case_id in ids.values():
        store.write(set_aside, read.id, case_id)

    wanted = {read.id: [], unread.id: []}
    counts = [store.write(queue_past_entries, case_id, wanted, NOW) for case_id in ids.values()]

    queued = store.write(claim_entries, owner="w", now=NOW, limit=9)
    all_of_past = dict.fromkeys(ids.values(), True)
    assert [entry.baseline_by_case for entry in queued] == [all_of_past, all_of_past]
    assert counts == [2, 1]


def set_aside(session: Session, entry_id: int, case_id: int) -> None:
    """Notes that a case wanted an entry as news, and that its text belonged to no case."""
    values = {"entry_id": entry_id, "case_id": case_id, "is_baseline": False, "terms": []}
    session.execute(insert(entry_matches).values(**values))
    session.execute(update(entries).where(entries.c.id == entry_id).values(state="unmatched"))


def test_articles_are_known_in_the_order_in_which_the_case_learned(store: Store) -> None:
    case_id = store.write(add_case)
    rows = [store.write(learn, number) for number in (2, 1, 3)]

    known = store.read(get_known_articles, case_id, after=0, limit=2)
    rest = store.read(get_known_articles, case_id, after=known[-1].sequence, limit=2)

    assert [article.article_id for article in known + rest] == rows
    assert known[0].title.text == "Closed"
    assert [sentence.text for sentence in known[0].sentences] == TEXT.split("\n\n")


@pytest.mark.parametrize(
    ("verdict", "is_baseline", "is_unconfirmed"),
    [(SILENT, False, False), (UNCONFIRMED, False, True), (UNCONFIRMED, True, False)],
)
def test_an_article_in_doubt_is_known_as_such(
    store: Store, verdict: Verdict, is_baseline: bool, is_unconfirmed: bool
) -> None:
    case_id = store.write(add_case)
    store.write(learn, 1, verdict, is_baseline=is_baseline)

    (known,) = store.read(get_known_articles, case_id, after=0, limit=9)

    assert known.is_unconfirmed is is_unconfirmed


@pytest.mark.parametrize(
    ("verdict", "is_baseline", "is_told"),
    [
        (ALERT, False, True),
        (SILENT, True, True),
        (SILENT, False, False),
        (UNCONFIRMED, False, False),
    ],
    ids=["an alert", "a baseline or seed", "silence", "in doubt"],
)
def test_people_know_what_alerted_and_what_was_there_before(
    store: Store, verdict: Verdict, is_baseline: bool, is_told: bool
) -> None:
    case_id = store.write(add_case)
    store.write(learn, 1, verdict, is_baseline=is_baseline)

    (known,) = store.read(get_known_articles, case_id, after=0, limit=9)

    assert known.is_told is is_told


def test_sentences_come_with_the_vectors_of_the_encoder_that_is_asked_for(store: Store) -> None:
    case_id = store.write(add_case)
    store.write(learn, 1)
    (plain,) = store.read(get_known_articles, case_id, after=0, limit=9)
    store.write(store_vectors, "mini 1", {plain.sentences[0].key: b"\x01\x02"})

    vectors = {
        encoder: store.read(get_known_articles, case_id, after=0, limit=9, encoder=encoder)[0]
        for encoder in ("mini 1", "mini 2")
    }

    assert [one.vector for one in vectors["mini 1"].sentences] == [b"\x01\x02", b""]
    assert [one.vector for one in vectors["mini 2"].sentences] == [b"", b""]
    assert [one.vector for one in plain.sentences] == [b"", b""]


def test_a_revisions_sentences_begin_with_its_headline(store: Store) -> None:
    key = store.write(add_article, fetched(1, TEXT, title="Pier closed"))

    found = store.read(get_sentences, [key.revision_id, key.revision_id + 1])

    assert list(found) == [key.revision_id]
    texts = [sentence.text for sentence in found[key.revision_id]]
    assert texts == ["Pier closed", *TEXT.split("\n\n")]


def add_alert(session: Session, number: int, now: datetime) -> None:
    article = fetched(number, TEXT)
    given = judged(add_case(session), add_article(session, article), article, now=now)
    new = NewSentence(TEXT.split("\n")[0], 0, 42, None)
    verdict = Verdict(
        Outcome.ALERT, 0.9, 0.5, (Reason("event", "new"),), (new,), event_keys=("class STAY",)
    )
    add_development(session, given, verdict, [AlertTarget("desk", "now", now)])


def test_only_the_latest_developments_are_known(store: Store) -> None:
    case_id = store.write(add_case)
    for number, days in ((1, 9), (2, 1), (3, 0)):
        store.write(add_alert, number, NOW - timedelta(days=days))

    known = store.read(get_known_developments, case_id, since=NOW - timedelta(days=1))

    assert [one.created_at for one in known] == [NOW - timedelta(days=1), NOW]
    assert known[0].event_keys == {"class STAY"}
    assert known[0].sentence_keys == {42}


def add_doubt(session: Session, number: int) -> int:
    """Stores an article in doubt with the development that a digest carries; returns its row."""
    article = fetched(number, TEXT)
    given = judged(add_case(session), add_article(session, article), article)
    add_development(session, given, UNCONFIRMED, [])
    return given.revision.article_id


def test_articles_are_told_when_their_development_is_confirmed_however_old(store: Store) -> None:
    case_id = store.write(add_case)
    assert store.read(get_told_articles, case_id) == set()

    store.write(add_doubt, 1)
    store.write(add_alert, 2, NOW - timedelta(days=90))

    (told,) = store.read(get_known_developments, case_id, since=NOW - timedelta(days=99))
    assert store.read(get_told_articles, case_id) == {told.article_id}
    assert store.read(get_told_articles, store.write(add_case, "quarry")) == set()


def test_lead_texts_are_those_of_articles_about_the_case(store: Store) -> None:
    case_id = store.write(add_case)
    store.write(learn, 1)
    (known,) = store.read(get_known_articles, case_id, after=0, limit=9)

    (text,) = store.read(get_case_texts, case_id, after=0)

    assert text.sequence == known.sequence
    assert text.words == "Closed " + " ".join(TEXT.split("\n\n"))
    assert store.read(get_case_texts, case_id, after=known.sequence) == []


def test_cases_are_shown_with_what_they_hold(store: Store) -> None:
    store.write(learn, 1)
    store.write(add_alert, 2, NOW)

    (case,) = store.read(list_cases)

    assert (case.articles, case.developments, case.last_development_at) == (2, 1, NOW)
    totals = store.read(get_totals)
    assert (totals.articles, totals.developments, totals.waiting) == (2, 1, 1)
