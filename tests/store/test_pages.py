"""Pages: what is remembered of them, when they are asked for again, and the edits found on them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from monitor.errors import LeaseLost
from monitor.model import Outcome, Reason, Sentence, Validators, Verdict
from monitor.novelty import Change, Revised
from monitor.store import Store
from monitor.store.articles import PageSeen, RevisionKey
from monitor.store.cases import CaseSpec, sync_cases
from monitor.store.pages import (
    CHECK_LEASE,
    DuePage,
    JudgedCase,
    PageCheck,
    claim_pages,
    finish_page,
    get_page,
    insert_edit,
    insert_revision_edit,
    list_edits,
    touch_page,
    watch_page,
)
from monitor.store.verdicts import insert_story, insert_verdict
from tests.store.rows import NOW, add_article, add_case, fetched, judged

HOUR = timedelta(hours=1)
URL = "https://news.example/story-number-1"
SEEN = PageSeen(URL, "ok", Validators('"a"', None), "Pier closed", "ab" * 32)
TEXT = "The harbour master closed the old pier on Sunday."


def add_watched(session: Session, number: int = 1, *, at: datetime = NOW) -> RevisionKey:
    """Stores an article that a case has judged, with its page, which is due at a time."""
    article = fetched(number, TEXT)
    key = add_article(session, article)
    given = judged(add_case(session), key, article, is_baseline=True)
    verdict = Verdict(Outcome.SILENT, 0.1, 0.5, (Reason("known", "known"),))
    story_id = insert_story(session, given.case_id, key.article_id, NOW)
    insert_verdict(session, given, verdict, story_id)
    seen = PageSeen(article.url, "ok", Validators('"a"', None), "Pier closed", "ab" * 32)
    watch_page(session, key.article_id, seen, next_check_at=at, now=NOW)
    return key


def claim(store: Store, *, hours: float = 0, owner: str = "w") -> list[DuePage]:
    return store.write(claim_pages, owner=owner, now=NOW + timedelta(hours=hours), limit=10)


def test_a_due_page_comes_with_its_article_and_the_cases_that_judged_it(store: Store) -> None:
    key = store.write(add_watched)

    page = claim(store)[0]

    assert (page.url, page.validators) == (URL, Validators('"a"', None))
    assert (page.page_title, page.page_hash) == ("Pier closed", "ab" * 32)
    assert (page.article.id, page.article.revision_id) == (key.article_id, key.revision_id)
    assert page.article.text == TEXT
    assert list(page.cases.values()) == [JudgedCase(is_subject=True, is_baseline=True)]


def test_pages_come_the_longest_due_first(store: Store) -> None:
    for number, at in ((1, NOW), (2, NOW - HOUR), (3, NOW + HOUR)):
        store.write(add_watched, number, at=at)

    assert [page.url[-1] for page in claim(store)] == ["2", "1"]


def test_a_page_that_no_enabled_case_wants_stays_where_it_is(store: Store) -> None:
    store.write(add_watched)
    store.write(sync_cases, [CaseSpec("quarry", "Quarry", "", "quarry")], NOW)

    assert claim(store) == []


def test_a_check_decides_when_the_next_one_is_due(store: Store) -> None:
    store.write(add_watched)
    check = PageCheck(next_check_at=NOW + HOUR, status="http 304", error="")

    store.write(finish_page, claim(store)[0], "w", check, now=NOW)

    assert claim(store, hours=0.9) == []
    assert claim(store, hours=1)[0].status == "http 304"


def test_after_the_last_step_nobody_asks_again(store: Store) -> None:
    store.write(add_watched)

    store.write(finish_page, claim(store)[0], "w", PageCheck(next_check_at=None), now=NOW)

    assert claim(store, hours=10_000) == []


def test_failures_in_a_row_are_counted_and_end_with_an_answer(store: Store) -> None:
    key = store.write(add_watched)
    failed = PageCheck(next_check_at=NOW, error="no answer", is_failure=True)
    for _ in range(2):
        store.write(finish_page, claim(store)[0], "w", failed, now=NOW)
    page = store.read(get_page, key.article_id)
    assert page is not None
    assert (page.failures, page.checks, page.error) == (2, 2, "no answer")

    store.write(finish_page, claim(store)[0], "w", PageCheck(next_check_at=NOW), now=NOW)

    page = store.read(get_page, key.article_id)
    assert page is not None
    assert (page.failures, page.checks, page.error) == (0, 3, "")


def test_a_page_that_was_not_asked_for_counts_no_check(store: Store) -> None:
    key = store.write(add_watched)
    held = PageCheck(next_check_at=NOW, error="the host asked to wait", was_asked=False)

    store.write(finish_page, claim(store)[0], "w", held, now=NOW + HOUR)

    page = store.read(get_page, key.article_id)
    assert page is not None
    assert (page.checks, page.checked_at) == (0, NOW)


@pytest.mark.parametrize(
    ("validators", "kept"),
    [(None, Validators('"a"', None)), (Validators(), Validators()), (Validators('"b"'),) * 2],
    ids=["those of a wall are not taken", "gone", "new"],
)
def test_validators_vouch_for_the_article(
    store: Store, validators: Validators | None, kept: Validators
) -> None:
    store.write(add_watched)
    seen = PageSeen(URL, "paywalled", validators)

    check = PageCheck(next_check_at=NOW, seen=seen)
    store.write(finish_page, claim(store)[0], "w", check, now=NOW)

    page = claim(store)[0]
    assert page.validators == kept
    assert (page.status, page.page_title, page.page_hash) == ("paywalled", "Pier closed", "ab" * 32)


def test_a_lost_lease_writes_nothing(store: Store) -> None:
    store.write(add_watched)
    page = claim(store, owner="slow")[0]
    claim(store, hours=CHECK_LEASE / HOUR, owner="quick")

    with pytest.raises(LeaseLost):
        store.write(finish_page, page, "slow", PageCheck(next_check_at=None), now=NOW)

    assert claim(store, hours=3)


def test_a_page_that_is_met_again_keeps_its_place_in_the_schedule(store: Store) -> None:
    key = store.write(add_watched)

    store.write(watch_page, key.article_id, SEEN, next_check_at=NOW + 9 * HOUR, now=NOW + HOUR)

    page = store.read(get_page, key.article_id)
    assert page is not None
    assert (page.next_check_at, page.checked_at) == (NOW, NOW + HOUR)


def test_another_spelling_of_the_address_has_validators_of_its_own(store: Store) -> None:
    key = store.write(add_watched)
    other = PageSeen(f"{URL}?amp", "ok", Validators('"other"', None), "Pier", "cd" * 32)

    store.write(watch_page, key.article_id, other, next_check_at=NOW, now=NOW)

    assert claim(store)[0].validators == Validators('"a"', None)


def test_a_changed_text_is_noted_with_its_time(store: Store) -> None:
    key = store.write(add_watched)

    store.write(touch_page, key.article_id, now=NOW + HOUR)

    assert claim(store)[0].changed_at == NOW + HOUR


def test_edits_are_listed_oldest_first_each_with_its_revision(store: Store) -> None:
    key = store.write(add_watched)
    added = Sentence(0, 0, "Ferries leave from the north quay.", 7)
    revised = Revised(Change.SUBSTANTIVE, (added,), (), ())

    store.write(insert_edit, key.article_id, Change.REMOVED, at=NOW + HOUR, note="not found")
    store.write(insert_revision_edit, key, revised, at=NOW)

    first, second = store.read(list_edits, key.article_id)
    assert (first.kind, first.revision, first.added) == ("substantive", 1, (added.text,))
    assert (second.kind, second.revision, second.note) == ("removed", None, "not found")


def test_an_article_without_a_page_has_none(store: Store) -> None:
    key = store.write(add_article, fetched(1, TEXT))

    assert store.read(get_page, key.article_id) is None
