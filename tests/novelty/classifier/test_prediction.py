"""What the trained weights make of an article, and what feedback changes about it."""

from dataclasses import replace

import pytest

from monitor.novelty import DEFAULT_SETTINGS, analyse
from monitor.novelty.classifier.assessment import Assessment, assess
from monitor.novelty.classifier.prediction import predict
from tests.novelty.verdict.weights import holding_for_new, of_logits
from tests.novelty.world import SINKING, THURSDAY, TRIAL, Case, text_of

ADDED = text_of(SINKING, TRIAL)


def assessment(case: Case, shift: float = 0.0, text: str = TRIAL) -> Assessment:
    settings = replace(DEFAULT_SETTINGS, shift=shift)
    return assess(analyse("", text, published_at=THURSDAY), case.index, settings=settings)


@pytest.mark.parametrize(("is_new", "low", "high"), [(True, 0.99, 1.0), (False, 0.0, 0.01)])
def test_news_is_what_is_about_the_case_and_new(
    grown: Case, is_new: bool, low: float, high: float
) -> None:
    prediction = predict(assessment(grown), holding_for_new(is_new))

    assert low <= prediction.probability <= high
    assert prediction.about == 1.0


@pytest.mark.parametrize(("shift", "expected"), [(-1.0, 0.269), (0.0, 0.5), (1.0, 0.731)])
def test_feedback_moves_the_score_of_a_grown_case(
    grown: Case, shift: float, expected: float
) -> None:
    prediction = predict(assessment(grown, shift), of_logits(0.0))

    assert prediction.probability == pytest.approx(expected, abs=0.001)


def test_feedback_moves_nothing_where_the_rule_decides(young: Case) -> None:
    weights = of_logits(0.0)

    moved, unmoved = (
        predict(assessment(young, shift, ADDED), weights).probability for shift in (1.5, 0.0)
    )

    assert moved == unmoved == 0.5


def test_a_prediction_is_raised_for_a_reason_that_is_told(grown: Case) -> None:
    prediction = predict(assessment(grown), of_logits(0.0))

    raised = prediction.raised(1.0, "because it matters")

    assert raised.probability == pytest.approx(0.731, abs=0.001)
    assert list(raised.strongest) == [("because it matters", 1.0)]
    assert prediction.probability == prediction.unraised == raised.unraised == 0.5


def test_weights_without_terms_have_nothing_to_say(grown: Case) -> None:
    assert list(predict(assessment(grown), of_logits(0.0)).strongest) == []
