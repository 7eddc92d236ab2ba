"""What replays work on: verdicts with their texts, and stored items with what is known of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlmodel import Session

from monitor.model import Likeness, Outcome, Reason, Relation, Verdict
from monitor.store import Store
from monitor.store.upkeep.prune import prune_texts
from monitor.store.verdicts import confirm_development, get_unconfirmed
from monitor.store.views.replays import JudgedText, get_judged_texts, get_stored_texts
from tests.store.rows import NOW, add_article, add_case, add_revision, fetched, judged
from tests.store.views.stored import (
    DESK,
    FIRST_SENTENCE,
    HOUR,
    MAIL,
    TEXT,
    add_item,
    alert,
    judge,
    record,
)

SILENT = Verdict(Outcome.SILENT, 0.1, 0.5, (Reason("known", "known"),))


def texts(store: Store, *, after: int = 0, limit: int = 9) -> list[JudgedText]:
    return store.read(get_judged_texts, "harbour", after=after, limit=limit)


def test_texts_come_in_the_order_in_which_the_case_learned(store: Store) -> None:
    for number in (2, 1, 3):
        store.write(judge, number, hours=-number)

    found = texts(store)

    assert [one.verdict.url for one in found] == [fetched(n, "").url for n in (2, 1, 3)]
    assert [one.verdict.sequence for one in found] == sorted(one.verdict.sequence for one in found)


def test_whoever_stops_half_way_goes_on_after_the_last(store: Store) -> None:
    for number in (1, 2, 3):
        store.write(judge, number)

    first = texts(store, limit=2)
    rest = texts(store, after=first[-1].verdict.sequence)

    assert (len(first), len(rest)) == (2, 1)
    assert texts(store, after=rest[-1].verdict.sequence) == []


def test_another_cases_verdicts_are_not_its_own(store: Store) -> None:
    store.write(judge, 1, slug="quarry")

    assert texts(store) == []


def baseline(session: Session) -> None:
    article = fetched(1, TEXT)
    given = judged(add_case(session), add_article(session, article), article, is_baseline=True)
    record(session, given, SILENT)


def confirm(session: Session) -> None:
    """Stores an article in doubt that another outlet confirms."""
    key = judge(session, 1, outcome=Outcome.DIGEST, targets=(MAIL,))
    news = get_unconfirmed(session, add_case(session), key.article_id)
    assert news is not None
    confirm_development(session, news, targets=[DESK], now=NOW + HOUR)


def doubt(session: Session) -> None:
    judge(session, 1, outcome=Outcome.DIGEST, targets=(MAIL,))


def tell(session: Session) -> None:
    alert(session, 1)


@pytest.mark.parametrize(
    ("happens", "outcome"),
    [
        (baseline, "baseline"),
        (doubt, "digest"),
        (confirm, "confirmed"),
        (tell, "alert"),
    ],
)
def test_an_outcome_says_what_became_of_the_article(
    store: Store, happens: object, outcome: str
) -> None:
    store.write(happens)  # type: ignore[arg-type]

    assert [one.verdict.outcome for one in texts(store)] == [outcome]


def test_a_reading_is_kept_with_the_verdict(store: Store) -> None:
    store.write(judge, 1, outlet="Gazette", summary="A crack", title="Pier closed")

    (one,) = texts(store)

    assert (one.read.title, one.read.text) == ("Pier closed", TEXT)
    assert (one.read.outlet, one.read.summary) == ("Gazette", "A crack")
    assert (one.read.published_at, one.read.cases) == (NOW, frozenset({"harbour"}))
    assert one.stored == one.read


def judge_aside(session: Session) -> None:
    """Judges a reading that does not take the place of the stored text."""
    article = fetched(1, TEXT)
    key = add_article(session, article)
    shorter = replace(article, text=FIRST_SENTENCE, title="Pier", outlet="Agency")
    given = judged(add_case(session), key, shorter, now=NOW + HOUR)
    record(session, replace(given, is_aside=True), SILENT)


def test_a_reading_aside_is_replayed_as_it_was_read(store: Store) -> None:
    store.write(judge_aside)

    (one,) = texts(store)

    assert (one.read.title, one.read.text, one.read.outlet) == ("Pier", FIRST_SENTENCE, "Agency")
    assert (one.stored.title, one.stored.text) == ("Closed", TEXT)
    assert one.verdict.title == "Closed"


def judge_for_both(session: Session) -> None:
    """Reads an article once, for two cases."""
    article = fetched(1, TEXT)
    key = add_article(session, article)
    for slug in ("harbour", "quarry"):
        record(session, judged(add_case(session, slug), key, article), SILENT)


def test_one_reading_serves_all_cases_that_it_was_judged_for(store: Store) -> None:
    store.write(judge_for_both)

    (one,) = texts(store)

    assert one.read.cases == {"harbour", "quarry"}


def judge_like(session: Session, likeness: Likeness | None, shift: float) -> None:
    article = fetched(2, TEXT)
    key = add_article(session, article)
    reasons = (Reason("known", "known"), *([Reason("calibrated", "moved", shift)] if shift else []))
    verdict = replace(SILENT, likeness=likeness, reasons=reasons)
    record(session, judged(add_case(session), key, article), verdict)


@pytest.mark.parametrize("likeness", [None, Likeness(1, Relation.COPY, 0.9, 0.8)])
@pytest.mark.parametrize("shift", [0.0, -1.5])
def test_what_the_judge_knew_is_known_again(
    store: Store, likeness: Likeness | None, shift: float
) -> None:
    store.write(judge, 1, slug="quarry")
    store.write(judge_like, likeness, shift)

    (one,) = texts(store)

    assert (one.likeness, one.shift) == (likeness, shift)


def test_an_item_that_nobody_read_is_known_by_its_feed(store: Store) -> None:
    store.write(add_item, 1)

    (one,) = store.read(get_stored_texts, since=NOW, after=0, limit=9)

    assert (one.title, one.text, one.is_read) == ("Item 1", "A teaser", False)
    assert (one.outlet, one.at, one.key) == ("Harbour Gazette", NOW, fetched(1, "").url)


def test_an_item_that_was_read_has_the_newest_text_of_its_article(store: Store) -> None:
    key = store.write(judge, 1, outlet="Gazette")
    store.write(add_item, 1, article_id=key.article_id)
    newer = fetched(1, "It opens again.", title="Open")
    store.write(add_revision, key.article_id, newer, number=2)

    (one,) = store.read(get_stored_texts, since=NOW, after=0, limit=9)

    assert (one.title, one.text, one.is_read) == ("Open", "It opens again.", True)
    assert (one.outlet, one.summary) == ("Gazette", "A teaser")


@pytest.mark.parametrize(("hours", "found"), [(0, 3), (1, 0)])
def test_items_are_narrowed_by_when_they_were_seen(store: Store, hours: int, found: int) -> None:
    for number in (1, 2, 3):
        store.write(add_item, number)

    assert len(store.read(get_stored_texts, since=NOW + hours * HOUR, after=0, limit=9)) == found


def test_items_come_by_rising_id_and_in_parts(store: Store) -> None:
    for number in (1, 2, 3):
        store.write(add_item, number)

    first = store.read(get_stored_texts, since=NOW, after=0, limit=2)
    rest = store.read(get_stored_texts, since=NOW, after=first[-1].entry_id, limit=9)

    assert [one.title for one in first + rest] == ["Item 1", "Item 2", "Item 3"]


def test_of_a_text_that_was_pruned_there_is_what_the_case_still_knows(store: Store) -> None:
    store.write(judge, 1)
    store.write(judge, 2, hours=2)

    store.write(prune_texts, NOW + HOUR, 0, limit=1)

    pruned, kept = texts(store)
    assert pruned.pruned is not None
    assert pruned.pruned.known.sequence == pruned.verdict.sequence
    assert [one.text for one in pruned.pruned.known.sentences] == ["", ""]
    assert pruned.pruned.known.title.text == pruned.verdict.title
    assert kept.pruned is None


def test_a_page_that_had_no_text_was_not_pruned(store: Store) -> None:
    def headline(session: Session) -> None:
        article = fetched(1, "")
        record(session, judged(add_case(session), add_article(session, article), article), SILENT)

    store.write(headline)

    (found,) = texts(store)
    assert found.pruned is None
