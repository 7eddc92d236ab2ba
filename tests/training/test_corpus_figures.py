"""Figures by which a stream differs from real news."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.model import Outcome, Reason, Verdict
from tests.training.articles import article
from training.corpus_figures import (
    REAL,
    carrier_shares,
    distance,
    find_far,
    format_line,
    repetition,
    share_dated,
)
from training.replay import JudgedArticle, Replay
from training.streams import Corpus, LabelledArticle

MIDDLE = {name: sorted(real[name] for real in REAL.values())[1] for name in REAL["real"]}


def judged(one: LabelledArticle, known: float, coverage: float) -> JudgedArticle:
    reasons = (Reason("coverage", "share of it", coverage, 0.9),)
    return JudgedArticle(0, one, Verdict(Outcome.SILENT, 0.1, 0.5, reasons, known_share=known))


def test_carriers_are_the_articles_that_report_a_development() -> None:
    articles = [
        article("a", developments=("D1", "D2")),
        article("b", developments=("D2",), new=()),
        article("c", recalled=("D1",)),
    ]

    assert carrier_shares(articles) == {"one": 0.5, "two or three": 0.5, "four or more": 0}


def test_a_lead_is_dated_when_its_first_two_sentences_name_today_or_yesterday() -> None:
    replay = Replay(Corpus("tarn", Path(), "tarn", timedelta()))
    today = article("today", paragraphs=("The Tarn bridge was closed on Monday.",))
    undated = article("undated", paragraphs=("The Tarn bridge was closed.",))
    sentences = ("The mayor saw a crack.", "Lorries had to turn back.", "It was shut on Monday.")
    late = article("late", paragraphs=sentences)

    assert share_dated(replay, [today, undated]) == 0.5
    assert share_dated(replay, [late]) == 0


def test_repetition_is_that_of_articles_without_news() -> None:
    rows = [
        judged(article("new", developments=("D1",)), 0.9, 0.9),
        judged(article("old"), 0.2, 0.4),
        judged(article("older"), 0.4, 0.6),
    ]

    assert repetition(rows) == {"coverage": 0.5, "known": 0.3}
    assert repetition([]) == {"coverage": None, "known": None}


@pytest.mark.parametrize(
    ("figure", "expected"), [(0.3, 0), (0.292, 0), (0.18, -0.1), (0.736, 0.1), (None, 0)]
)
def test_the_distance_is_that_from_the_span_of_the_real_streams(
    figure: float | None, expected: float
) -> None:
    assert distance("one", figure) == expected


def test_figures_far_from_real_news_are_named() -> None:
    figures = {**MIDDLE, "dated": 0.95}

    assert find_far(MIDDLE) == []
    assert find_far(figures) == ["dated"]
    assert format_line("tidy", figures).endswith("far: dated")
