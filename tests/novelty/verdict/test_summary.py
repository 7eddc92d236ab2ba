"""One sentence for what an alert is about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.novelty.classifier.logistic import Weights, parse_regression
from monitor.novelty.classifier.reporting import ReportingFeatures
from tests.novelty.verdict.weights import holding_for_new
from tests.novelty.world import THURSDAY, Case, text_of

HEARING = "Judge Mara Stell asked at a hearing on Thursday why the door had been open."
DISMISSAL = "The court in Port Amber has thrown out the charge against Rufo Calder."
OTHER = "A goat was arrested in Corrie Head on Thursday, and more stories of the day."


@pytest.fixture
def weights() -> Weights:
    """Weights that hold a dated sentence for somewhat likelier to report news."""
    dated = {"bias": 0.0, "terms": [["fresh", 0.5, 0.5, 0.2]]}
    return replace(holding_for_new(True), reporting=parse_regression(dated, ReportingFeatures))


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Court throws out charge against captain Calder", DISMISSAL),
        ("Judge asks why door was open", HEARING),
        ("What the sea gives back", HEARING),
        ("", HEARING),
    ],
    ids=["of the dismissal", "of the hearing", "a teasing headline", "no headline"],
)
def test_the_summary_reports_news_and_says_what_the_headline_says(
    grown: Case, weights: Weights, title: str, expected: str
) -> None:
    verdict = grown.judge(text_of(HEARING, DISMISSAL), THURSDAY, title, weights=weights)

    assert verdict.summary == expected


def test_a_line_from_a_list_of_other_stories_is_no_summary(grown: Case, weights: Weights) -> None:
    title = "Court throws out charge against captain Calder"

    verdict = grown.judge(text_of(OTHER, DISMISSAL), THURSDAY, title, weights=weights)

    assert verdict.summary == DISMISSAL


def test_the_place_before_a_report_is_left_out(grown: Case, weights: Weights) -> None:
    text = text_of(f"PORT AMBER (AP) — {DISMISSAL}", "Nobody was in the gallery.")

    verdict = grown.judge(text, THURSDAY, "Court throws out charge", weights=weights)

    assert verdict.summary == DISMISSAL
