"""Recall, precision and the rest, on a stream small enough to be counted by hand."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.model import NewSentence, Outcome, Verdict
from tests.training.articles import article
from training.replay import JudgedArticle
from training.scoring import (
    carriers_class,
    find_false_alerts,
    find_told,
    first_steps,
    is_same_sentence,
    quotes_of,
    ratio,
    recall_by_carriers,
    score,
)
from training.streams import Corpus, LabelledArticle

STEP = timedelta(hours=6)
CLOSED = article("closed", developments=("D1",), new_sentences=("The bridge was closed.",))
COPIED = article("copied", hours=1, developments=("D1",), new=())
ORDERED = article("ordered", hours=13, developments=("D2",))
REOPENED = article("reopened", hours=14, developments=("D3",))
QUIET = article("quiet", hours=20)
ARTICLES = (CLOSED, COPIED, ORDERED, REOPENED, QUIET)


def corpus_of(folder: Path) -> Corpus:
    tiers = [{"id": "D1", "tier": 1}, {"id": "D2", "tier": 2}, {"id": "D3", "tier": 1}]
    (folder / "developments.json").write_text(json.dumps(tiers), encoding="utf-8")
    corpus = Corpus("tarn", folder, "tarn", timedelta())
    corpus.__dict__["articles"] = ARTICLES
    return corpus


def judged(one: LabelledArticle, step: int, *quotes: str, alerts: bool = True) -> JudgedArticle:
    return with_outcome(Outcome.ALERT if alerts else Outcome.SILENT, one, step, *quotes)


def with_outcome(outcome: Outcome, one: LabelledArticle, step: int, *quotes: str) -> JudgedArticle:
    new = tuple(NewSentence(text, 0, 0, None) for text in quotes)
    return JudgedArticle(step, one, Verdict(outcome, 0.9, 0.5, (), new))


def test_alerts_on_every_development_at_once_are_perfect(tmp_path: Path) -> None:
    rows = [judged(CLOSED, 0), judged(ORDERED, 2), judged(REOPENED, 2)]

    found = score(corpus_of(tmp_path), rows, STEP)

    assert (found.recall, found.recall_t1, found.timely, found.precision) == (1, 1, 1, 1)
    assert (found.per_development, found.false_per_100, found.missed) == (1, 0, ())


def test_a_second_alert_on_a_development_is_false(tmp_path: Path) -> None:
    rows = [judged(CLOSED, 0), judged(COPIED, 0)]

    found = score(corpus_of(tmp_path), rows, STEP)

    assert found.precision == 0.5
    assert found.per_development == 2
    assert found.false_per_100 == 50  # one alert beside two articles without news
    assert [one.article.id for one in find_false_alerts(rows)] == ["copied"]


def test_what_is_alerted_on_by_a_later_article_counts_but_is_not_timely(tmp_path: Path) -> None:
    later = article("later", hours=30, developments=("D2",), new=())

    found = score(corpus_of(tmp_path), [judged(later, 5)], STEP)

    assert found.recall == 0.333
    assert found.timely == 0
    assert found.missed == ("D1", "D3")


def test_silent_verdicts_count_for_nothing(tmp_path: Path) -> None:
    found = score(corpus_of(tmp_path), [judged(CLOSED, 0, alerts=False)], STEP)

    assert (found.alerts, found.recall, found.precision) == (0, 0, None)


def test_what_a_digest_tells_is_told_but_not_alerted_on(tmp_path: Path) -> None:
    rows = [judged(CLOSED, 0), with_outcome(Outcome.DIGEST, ORDERED, 2), judged(REOPENED, 2)]

    found = score(corpus_of(tmp_path), rows, STEP)

    assert (found.recall, found.told) == (0.667, 1)


@pytest.mark.parametrize(("step", "told"), [(0, {"D1"}), (3, {"D1"}), (4, set[str]())])
def test_what_comes_a_day_after_its_first_report_is_not_told(step: int, told: set[str]) -> None:
    assert find_told(ARTICLES, [judged(COPIED, step)], STEP) == told


def test_silence_tells_nothing() -> None:
    assert find_told(ARTICLES, [judged(CLOSED, 0, alerts=False)], STEP) == set()


def test_recall_is_told_apart_by_the_number_of_carriers(tmp_path: Path) -> None:
    found = recall_by_carriers(corpus_of(tmp_path), [judged(ORDERED, 2)])

    assert found == {"one": (1, 2), "two or three": (0, 1), "four or more": (0, 0)}


@pytest.mark.parametrize(
    ("count", "expected"),
    [(1, "one"), (2, "two or three"), (3, "two or three"), (4, "four or more")],
)
def test_carriers_fall_into_three_classes(count: int, expected: str) -> None:
    assert carriers_class(count) == expected


def test_quotes_are_held_against_the_new_sentences(tmp_path: Path) -> None:
    rows = [judged(CLOSED, 0, "The bridge was closed.", "Rain fell on the hills.")]

    found = score(corpus_of(tmp_path), rows, STEP)

    assert found.quote_precision == 0.5
    assert found.quote_recall == 1


def test_an_alert_quotes_new_sentences_and_changed_claims() -> None:
    assert quotes_of(judged(CLOSED, 0, "A.", "B.").verdict) == ["A.", "B."]


def test_a_development_could_first_be_told_in_the_poll_of_its_first_article() -> None:
    assert first_steps(ARTICLES, STEP) == {"D1": 0, "D2": 2, "D3": 2}


@pytest.mark.parametrize(
    ("a", "b", "is_same"),
    [
        ("The bridge was closed on Monday.", "The bridge was closed on Monday.", True),
        ("The bridge was closed on Monday.", "On Monday the bridge was closed again.", True),
        ("The bridge was closed on Monday.", "The mayor of Tarn resigned.", False),
        ("Closed.", "The bridge over the Tarn was closed by the canton on Monday night.", False),
        ("", "The bridge was closed.", False),
    ],
)
def test_two_sentences_are_the_same_when_most_words_are_shared(
    a: str, b: str, is_same: bool
) -> None:
    assert is_same_sentence(a, b) is is_same
    assert is_same_sentence(b, a) is is_same


@pytest.mark.parametrize(
    ("part", "whole", "expected"), [(1, 3, 0.333), (2, 3, 0.667), (0, 3, 0), (0, 0, None)]
)
def test_a_ratio_has_three_digits_and_none_of_nothing(
    part: float, whole: float, expected: float | None
) -> None:
    assert ratio(part, whole) == expected
