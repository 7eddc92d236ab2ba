"""What people say of verdicts, as labels to move a case's scores by."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import Session

from monitor.model import Extraction, Outcome, Reason, Verdict
from monitor.novelty import analyse
from monitor.pipeline.verdicts.record import get_settings
from monitor.store import Store
from monitor.store.articles import ArticleSpec, insert_article, insert_revision
from monitor.store.cases import CaseSpec, sync_cases
from monitor.store.verdicts import Judged, insert_story, insert_verdict
from monitor.store.views.feedback import get_labels, give_feedback
from tests.world import at

NOW = at("2025-06-01T12:00:00")


def add_verdict(
    session: Session, number: int, score: float, *, shift: float = 0.0, is_baseline: bool = False
) -> int:
    """Stores an article with the verdict of a weighed judge; returns the article's row."""
    case_id = sync_cases(session, [CaseSpec("harbour", "Harbour", "", "harbour")], NOW)["harbour"]
    url, text = (
        f"https://news.example/{number}",
        f"Pier {number} of Calder Bay harbour was closed on Sunday.",
    )
    spec = ArticleSpec(
        url,
        url,
        "Closed",
        "",
        "Gazette",
        "",
        "en",
        NOW,
        NOW,
        Extraction.FULL,
        "ok",
        "",
        "feed",
        "test",
    )
    article_id = insert_article(session, spec)
    analysis = analyse("Closed", text, lang="en", published_at=NOW)
    revision_id = insert_revision(
        session,
        article_id,
        1,
        title="Closed",
        summary="",
        text=text,
        url=url,
        analysis=analysis,
        extractor="test",
        now=NOW,
    )
    reasons = (
        Reason("new_event", "new"),
        *([Reason("calibrated", "moved", shift)] if shift else []),
    )
    story_id = insert_story(session, case_id, article_id, NOW)
    judged = Judged(
        case_id, article_id, revision_id, True, is_baseline, (), "4", NOW, "Gazette", "", NOW
    )
    insert_verdict(session, judged, Verdict(Outcome.ALERT, score, 0.4, reasons), story_id)
    return article_id


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


def test_from_thirty_words_on_the_scores_of_the_case_and_of_no_other_move(store: Store) -> None:
    say(store, "not_new", 24)
    say(store, "new", 5, start=24)
    assert store.read(get_settings, "harbour").shift == 0

    say(store, "new", 1, start=29)

    assert store.read(get_settings, "harbour").shift < -0.5
    assert store.read(get_settings, "another").shift == 0
