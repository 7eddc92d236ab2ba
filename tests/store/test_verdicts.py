"""Verdicts: what is born with them, once, and what becomes of a doubt that another outlet ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from monitor.model import NewSentence, Outcome, Reason, Verdict
from monitor.store import Store
from monitor.store.articles import RevisionKey
from monitor.store.cases import get_sentences
from monitor.store.verdicts import (
    AlertTarget,
    DevelopmentSpec,
    add_carrier,
    add_targets,
    confirm_development,
    get_story,
    get_unconfirmed,
    has_verdict,
    insert_development,
    insert_story,
    insert_verdict,
)
from monitor.store.views.alerts import list_alerts
from monitor.store.views.developments import list_carriers, list_developments
from tests.store.rows import NOW, add_article, add_case, add_revision, fetched, judged

HOUR = timedelta(hours=1)
TEXT = "The harbour master closed the old pier on Sunday.\n\nFerries leave from the north quay."
DESK = AlertTarget("desk", "now", NOW)
DIGEST = AlertTarget("mail", "daily 08:00", NOW + HOUR)


def verdict(session: Session, key: RevisionKey, outcome: Outcome) -> Verdict:
    """A verdict that holds the first sentence of the text for new."""
    first = get_sentences(session, [key.revision_id])[key.revision_id][1]
    code = {Outcome.ALERT: "event", Outcome.DIGEST: "weak", Outcome.SILENT: "faint"}[outcome]
    new = NewSentence(first.text, first.index, first.key, None)
    return Verdict(outcome, 0.3, 0.5, (Reason(code, "why"),), (new,))


def judge(
    session: Session,
    number: int,
    outcome: Outcome,
    *targets: AlertTarget,
    now: datetime = NOW,
    tier: int = 2,
) -> int:
    """Stores an article with its verdict, and its development where some channel gets it; returns
    the article's row.
    """
    article = fetched(number, TEXT)
    key = add_article(session, article)
    given = judged(add_case(session), key, article, now=now)
    story_id = insert_story(session, given.case_id, key.article_id, now)
    found = replace(verdict(session, key, outcome), tier=tier)
    stored = insert_verdict(session, given, found, story_id)
    if targets:
        insert_development(session, given, found, stored, targets)
    return key.article_id


def unconfirmed(store: Store, article_id: int) -> DevelopmentSpec | None:
    return store.read(get_unconfirmed, store.write(add_case), article_id)


def test_a_revision_is_judged_once_for_a_case(store: Store) -> None:
    article = fetched(1, TEXT)
    key = store.write(add_article, article)
    given = judged(store.write(add_case), key, article)
    story_id = store.write(insert_story, given.case_id, key.article_id, NOW)
    assert not store.read(has_verdict, given.case_id, key.revision_id)

    store.write(_insert, given, story_id)

    assert store.read(has_verdict, given.case_id, key.revision_id)
    assert not store.read(has_verdict, given.case_id + 1, key.revision_id)
    with pytest.raises(IntegrityError):
        store.write(_insert, given, story_id)


def _insert(session: Session, given: object, story_id: int) -> None:
    silent = Verdict(Outcome.SILENT, 0.1, 0.5, (Reason("known", "known"),))
    insert_verdict(session, given, silent, story_id)  # type: ignore[arg-type]


def test_a_story_is_that_of_the_first_article_that_has_one(store: Store) -> None:
    case_id = store.write(add_case)
    first, second = (store.write(judge, number, Outcome.SILENT) for number in (1, 2))
    stories = [store.read(get_story, case_id, [row]) for row in (first, second)]

    assert None not in stories
    assert store.read(get_story, case_id, [99, second, first]) == stories[1]
    assert store.read(get_story, case_id, [99]) is None


def test_a_development_is_born_with_alert_and_channels(store: Store) -> None:
    store.write(judge, 1, Outcome.ALERT, DESK, DIGEST)

    (development,) = store.read(list_developments, limit=9)
    alerts = store.read(list_alerts, limit=9)

    assert development.summary == TEXT.split("\n")[0]
    assert {alert.id for alert in alerts} == {development.alert_id}
    assert [(alert.channel, alert.cadence, alert.due_at) for alert in alerts] == [
        ("desk", "now", NOW),
        ("mail", "daily 08:00", NOW + HOUR),
    ]
    assert [one.url for one in store.read(list_carriers, development.row_id)] == [development.url]


@pytest.mark.parametrize("tier", [1, 2, 3])
def test_a_development_has_the_tier_of_its_verdict(store: Store, tier: int) -> None:
    store.write(judge, 1, Outcome.ALERT, DESK, tier=tier)

    assert [one.tier for one in store.read(list_developments, limit=9)] == [tier]


@pytest.mark.parametrize("targets", [(), (DIGEST,)], ids=["silent", "told in a digest"])
def test_what_is_confirmed_keeps_the_tier_of_the_doubt(
    store: Store, targets: tuple[AlertTarget, ...]
) -> None:
    outcome = Outcome.DIGEST if targets else Outcome.SILENT
    news = unconfirmed(store, store.write(judge, 1, outcome, *targets, tier=1))
    assert news is not None

    store.write(confirm_development, news, targets=[DESK], now=NOW + HOUR)

    assert [one.tier for one in store.read(list_developments, limit=9)] == [1]


def test_there_is_no_fourth_tier(store: Store) -> None:
    with pytest.raises(IntegrityError):
        store.write(judge, 1, Outcome.ALERT, DESK, tier=4)


def test_a_development_without_a_sentence_is_named_by_its_headline(store: Store) -> None:
    def bare(session: Session) -> None:
        article = fetched(1, TEXT, title="Pier closed")
        given = judged(add_case(session), add_article(session, article), article)
        found = Verdict(Outcome.ALERT, 0.9, 0.5, (Reason("event", "new"),))
        story_id = insert_story(session, given.case_id, given.revision.article_id, NOW)
        key = insert_verdict(session, given, found, story_id)
        insert_development(session, given, found, key, [DESK])

    store.write(bare)

    assert store.read(list_developments, limit=9)[0].summary == "Pier closed"


def test_an_article_that_reports_a_development_again_carries_it_once(store: Store) -> None:
    store.write(judge, 1, Outcome.ALERT, DESK)
    other = store.write(judge, 2, Outcome.SILENT)
    (development,) = store.read(list_developments, limit=9)

    for _ in range(2):
        store.write(add_carrier, [development.row_id], other, NOW + HOUR)

    assert store.read(list_developments, limit=9)[0].carriers == 2
    assert store.read(list_developments, limit=9, as_of=NOW)[0].carriers == 1


@pytest.mark.parametrize("targets", [(), (DIGEST,)], ids=["silent", "told in a digest"])
def test_a_doubt_is_ended_by_an_alert(store: Store, targets: tuple[AlertTarget, ...]) -> None:
    outcome = Outcome.DIGEST if targets else Outcome.SILENT
    row = store.write(judge, 1, outcome, *targets)
    assert store.read(list_developments, limit=9) == []
    news = unconfirmed(store, row)
    assert news is not None

    store.write(confirm_development, news, targets=[DESK, DIGEST], now=NOW + HOUR)

    (development,) = store.read(list_developments, limit=9)
    assert (development.summary, development.first_found_at) == (news.summary, NOW + HOUR)
    assert [alert.channel for alert in store.read(list_alerts, limit=9)] == ["desk", "mail"]
    assert unconfirmed(store, row) is None


def test_confirming_twice_changes_nothing_more(store: Store) -> None:
    row = store.write(judge, 1, Outcome.SILENT)
    news = unconfirmed(store, row)
    assert news is not None

    ids = {
        store.write(confirm_development, news, targets=[DESK], now=NOW + number * HOUR)
        for number in range(2)
    }

    assert len(ids) == 1
    assert len(store.read(list_alerts, limit=9)) == 1


def test_a_digest_keeps_the_time_that_it_waits_for(store: Store) -> None:
    row = store.write(judge, 1, Outcome.DIGEST, DIGEST)
    news = unconfirmed(store, row)
    assert news is not None

    later = replace(DIGEST, due_at=NOW + 9 * HOUR)
    store.write(confirm_development, news, targets=[later], now=NOW + HOUR)

    (alert,) = store.read(list_alerts, limit=9)
    assert alert.due_at == DIGEST.due_at


def test_a_channel_that_waits_for_an_alert_later_waits_for_it_once(store: Store) -> None:
    store.write(judge, 1, Outcome.ALERT, DESK)
    late = [replace(DESK, due_at=NOW + HOUR), replace(DIGEST, sources=2)]

    told = [store.write(add_targets, 1, late) for _ in range(2)]

    assert told == [["mail"], []]
    assert [(one.channel, one.due_at) for one in store.read(list_alerts, limit=9)] == [
        ("desk", NOW),
        ("mail", NOW + HOUR),
    ]


@pytest.mark.parametrize("outcome", [Outcome.ALERT, Outcome.SILENT])
def test_the_newest_verdict_counts_but_an_edit_without_news_leaves_the_doubt(
    store: Store, outcome: Outcome
) -> None:
    row = store.write(judge, 1, Outcome.SILENT)

    store.write(judge_edit, row, outcome)

    assert (unconfirmed(store, row) is None) is (outcome is Outcome.ALERT)


def judge_edit(session: Session, article_id: int, outcome: Outcome) -> None:
    """Judges a second text of an article: it alerts, or has nothing new."""
    article = fetched(1, f"{TEXT}\n\nA diver found a crack.")
    key = add_revision(session, article_id, article, number=2)
    given = judged(add_case(session), key, article)
    story_id = get_story(session, given.case_id, [article_id])
    assert story_id is not None
    found = Verdict(outcome, 0.9, 0.5, (Reason("known", "why"),))
    stored = insert_verdict(session, given, found, story_id)
    if outcome is Outcome.ALERT:
        insert_development(session, given, found, stored, [DESK])


def test_an_article_of_no_verdict_brings_nothing(store: Store) -> None:
    assert unconfirmed(store, 99) is None
