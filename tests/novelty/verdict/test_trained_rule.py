"""The outcome by the probability of the trained weights."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.model import Outcome
from monitor.novelty import DEFAULT_SETTINGS, analyse
from monitor.novelty.classifier.article_features import article_features
from monitor.novelty.classifier.assessment import assess
from monitor.novelty.classifier.prediction import Prediction
from monitor.novelty.verdict.decision import Decision
from monitor.novelty.verdict.reasons import WEAK
from monitor.novelty.verdict.rules import decide
from tests.novelty.world import (
    SINKING,
    THURSDAY,
    TRIAL,
    TRIAL_RETOLD,
    TWO_WEEKS_ON,
    Case,
    text_of,
)


def decision_on(
    case: Case, text: str, probability: float, at: datetime = THURSDAY, **thresholds: float
) -> Decision:
    """Decides on a text that the weights hold for new with a probability."""
    settings = replace(DEFAULT_SETTINGS, **thresholds)
    assessment = assess(analyse("", text, published_at=at), case.index, settings=settings)
    prediction = Prediction(probability, 1.0, article_features(assessment), ())
    return decide(assessment, prediction, is_subject=True, is_baseline=False)


def test_a_grown_case_is_judged_by_the_weights_with_what_moved_the_score_most(
    grown: Case,
) -> None:
    verdict = grown.judge(TRIAL, THURSDAY, "Captain of sunken ferry gets nine years")

    weighed = [reason for reason in verdict.reasons if reason.code == "weighed"]
    assert verdict.outcome is Outcome.ALERT
    assert DEFAULT_SETTINGS.alert_at <= verdict.score <= 1
    assert len(weighed) == 4
    assert abs(weighed[0].value or 0) >= abs(weighed[-1].value or 0) > 0
    assert verdict.new_sentences[0].text.startswith("A court in Port Amber on Thursday sentenced")


def test_the_same_report_at_a_second_outlet_in_other_words_does_not_alert(grown: Case) -> None:
    grown.follow(TRIAL, THURSDAY, "Captain of sunken ferry gets nine years")
    retold = text_of(
        "Rufo Calder, captain of the Alondra, must go to prison for nine years, a court in Port "
        "Amber decided on Thursday.",
        "Prosecutor Berta Ocaria had wanted 12. The captain knew that a door was open, said "
        "judge Mara Stell.",
        "An appeal will follow, according to his lawyer.",
    )

    verdict = grown.judge(retold, THURSDAY + timedelta(hours=3), "Nine years for ferry captain")

    assert verdict.outcome is not Outcome.ALERT


def test_a_text_with_none_of_the_cases_names_and_few_words_is_about_a_namesake(
    grown: Case,
) -> None:
    climbing = text_of(
        "The climber Iker Alondra finished third at the winter meeting in Corrie Head, eleven "
        "seconds behind Sven Aldous.",
        "He slipped on an overhang and kept hold. The crowd cheered when the medals were handed "
        "over.",
    )

    verdict = grown.judge(
        climbing, THURSDAY, "Alondra climbs to bronze", subject_terms=frozenset({"alondra"})
    )

    assert verdict.outcome is Outcome.SILENT
    assert verdict.reasons[0].code == "aside"
    assert verdict.reasons[0].value < verdict.reasons[0].threshold == 0.5


@pytest.mark.parametrize(
    ("probability", "outcome"),
    [(0.6, Outcome.DIGEST), (0.89, Outcome.DIGEST), (0.9, Outcome.ALERT)],
)
def test_what_may_be_an_old_report_is_unconfirmed_unless_it_is_all_but_certain(
    grown: Case, probability: float, outcome: Outcome
) -> None:
    grown.follow(TRIAL, THURSDAY, "Captain of sunken ferry gets nine years")

    decision = decision_on(grown, TRIAL_RETOLD, probability, TWO_WEEKS_ON)

    assert decision.outcome is outcome
    assert (decision.reasons[0].code == WEAK) is (outcome is Outcome.DIGEST)


ADDED = text_of(
    "Judge Mara Stell on Thursday told Rufo Calder to hand over his passport in Port Amber.",
    SINKING,
)


@pytest.mark.parametrize(
    ("text", "probability", "alert_at", "expected", "threshold"),
    [
        (TRIAL, 0.5, 0.5, Outcome.ALERT, 0.5),
        (TRIAL, 0.49, 0.5, Outcome.DIGEST, 0.5),
        (ADDED, 0.6, 0.5, Outcome.ALERT, 0.6),
        (ADDED, 0.59, 0.5, Outcome.DIGEST, 0.6),
        (ADDED, 0.85, 0.8, Outcome.DIGEST, 0.9),
    ],
)
def test_words_added_to_a_known_text_need_more_than_a_new_text_at_any_threshold(
    grown: Case,
    text: str,
    probability: float,
    alert_at: float,
    expected: Outcome,
    threshold: float,
) -> None:
    decision = decision_on(grown, text, probability, alert_at=alert_at)

    assert decision.outcome is expected
    assert (decision.reasons[0].value, decision.reasons[0].threshold) == (probability, threshold)


@pytest.mark.parametrize(
    ("probability", "outcome", "code", "is_unconfirmed"),
    [
        (0.2, Outcome.DIGEST, "weak", True),
        (0.199, Outcome.SILENT, "faint", True),
        (0.02, Outcome.SILENT, "faint", True),
        (0.019, Outcome.SILENT, "weak", False),
    ],
)
def test_what_is_too_faint_for_a_digest_waits_in_silence_down_to_next_to_nothing(
    grown: Case, probability: float, outcome: Outcome, code: str, is_unconfirmed: bool
) -> None:
    decision = decision_on(grown, TRIAL, probability)

    assert (decision.outcome, decision.reasons[0].code) == (outcome, code)
    assert decision.is_unconfirmed is is_unconfirmed
