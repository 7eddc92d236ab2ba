"""What people say of verdicts, as labels to move a case's scores by."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from monitor.model import Outcome, Reason, Verdict
from monitor.novelty import DEFAULT_SETTINGS
from monitor.pipeline.verdicts.thresholds import AlertRate, get_settings
from monitor.store import Store
from monitor.store.verdicts import insert_story, insert_verdict
from monitor.store.views.feedback import get_labels, get_scores, give_feedback
from tests.store.rows import NOW, add_article, add_case, fetched, judged


def add_verdict(
    session: Session,
    number: int,
    score: float,
    *,
    shift: float = 0.0,
    is_baseline: bool = False,
    now: datetime = NOW,
) -> int:
    """Stores an article with the verdict of a weighed judge; returns the article's row."""
    article = fetched(number, f"Pier {number} of Calder Bay harbour was closed on Sunday.")
    revision = add_article(session, article)
    reasons = [Reason("new_event", "new")]
    if shift:
        reasons.append(Reason("calibrated", "moved", shift))
    given = judged(add_case(session), revision, article, is_baseline=is_baseline, now=now)
    story_id = insert_story(session, given.case_id, revision.article_id, NOW)
    insert_verdict(session, given, Verdict(Outcome.ALERT, score, 0.4, tuple(reasons)), story_id)
    return revision.article_id


def say(store: Store, kind: str, count: int, *, score: float = 0.5, start: int = 0) -> None:
    for number in range(start, start + count):
        row = store.write(add_verdict, number, score)
        store.write(give_feedback, row, kind, case=None, note="", now=NOW + timedelta(hours=number))


def test_every_kind_of_word_says_whether_something_was_new(store: Store) -> None:
    for number, kind in enumerate(("not_relevant", "not_new", "missed", "new")):
        say(store, kind, 1, start=number)

    assert [label.is_new for label in store.read(get_labels, "harbour")] == [
        False,
        False,
        True,
        True,
    ]
    assert store.read(get_labels, "another") == []


def test_a_label_has_the_score_that_the_weights_gave_before_they_were_moved(store: Store) -> None:
    row = store.write(add_verdict, 1, 0.818, shift=1.5)
    store.write(give_feedback, row, "new", case=None, note="", now=NOW)

    assert store.read(get_labels, "harbour")[0].score == pytest.approx(0.5, abs=0.001)


def test_baseline_was_never_a_question(store: Store) -> None:
    row = store.write(add_verdict, 1, 0.6, is_baseline=True)
    store.write(give_feedback, row, "not_new", case=None, note="", now=NOW)

    assert store.read(get_labels, "harbour") == []


def test_scores_are_of_the_newest_verdicts_since_a_time_with_what_people_said(
    store: Store,
) -> None:
    say(store, "not_new", 1, score=0.6)
    store.write(add_verdict, 1, 0.3)
    store.write(add_verdict, 2, 0.9, is_baseline=True)

    found = store.read(get_scores, "harbour", since=NOW)

    assert [(one.at, one.score, one.is_new) for one in found] == [
        (NOW, 0.6, False),
        (NOW, 0.3, None),
    ]
    assert store.read(get_scores, "harbour", since=NOW + timedelta(hours=1)) == []
    assert store.read(get_scores, "another", since=NOW) == []


def test_a_rate_moves_the_threshold_of_its_case(store: Store) -> None:
    for number in range(40):
        store.write(add_verdict, number, 0.1 + number / 100, now=NOW + timedelta(days=number))
    now = NOW + timedelta(days=40)

    few, many = (
        store.read(get_settings, "harbour", rate=AlertRate(rate, now)).alert_at for rate in (1, 4)
    )

    assert 0.2 <= many < few < 0.5
    assert store.read(get_settings, "another", rate=AlertRate(1, now)) == DEFAULT_SETTINGS
    assert store.read(get_settings, "harbour") == DEFAULT_SETTINGS


def test_from_thirty_words_on_the_scores_of_the_case_and_of_no_other_move(store: Store) -> None:
    say(store, "not_new", 24)
    say(store, "new", 5, start=24)
    assert store.read(get_settings, "harbour").shift == 0

    say(store, "new", 1, start=29)

    assert store.read(get_settings, "harbour").shift < -0.5
    assert store.read(get_settings, "another").shift == 0
