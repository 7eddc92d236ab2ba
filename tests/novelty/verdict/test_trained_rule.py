"""The outcome by the probability of the trained weights."""

import math
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model import Outcome
from monitor.novelty import DEFAULT_SETTINGS, analyse
from monitor.novelty.classifier.assessment import assess
from monitor.novelty.classifier.prediction import predict
from monitor.novelty.verdict.decision import Decision
from monitor.novelty.verdict.reasons import CHANGE_OF_STATE, KNOWS_LITTLE
from monitor.novelty.verdict.rules import decide
from tests.novelty.verdict.weights import of_logits
from tests.novelty.world import SATURDAY, SINKING, THURSDAY, TRIAL, Case, text_of

# Log odds from which an article alerts.
NEEDED = math.log(DEFAULT_SETTINGS.alert_at / (1 - DEFAULT_SETTINGS.alert_at))
ADDED = text_of(
    "Judge Mara Stell on Thursday told Rufo Calder to hand over his passport in Port Amber.",
    SINKING,
)


def decision_on(
    case: Case, text: str, probability: float, *, about: float = 1.0, **thresholds: float
) -> Decision:
    """Decides on a text that the weights hold for new and about the case with a probability."""
    settings = replace(DEFAULT_SETTINGS, **thresholds)
    assessment = assess(analyse("", text, published_at=THURSDAY), case.index, settings=settings)
    prediction = replace(
        predict(assessment, of_logits(0.0)),
        probability=probability,
        unraised=probability,
        about=about,
    )
    return decide(assessment, prediction, is_subject=True, is_baseline=False)


def test_a_grown_case_is_judged_by_the_weights_with_what_moved_the_score_most(
    grown: Case,
) -> None:
    verdict = grown.judge(TRIAL, THURSDAY, "Captain of sunken ferry gets nine years")

    weighed = [reason for reason in verdict.reasons if reason.code == "weighed"]
    assert verdict.outcome is Outcome.ALERT
    assert DEFAULT_SETTINGS.alert_at <= verdict.score <= 1
    assert len(weighed) == 5
    assert CHANGE_OF_STATE in [reason.text for reason in weighed]
    assert abs(weighed[0].value or 0) >= abs(weighed[-1].value or 0) > 0
    assert verdict.new_sentences[0].text.startswith("A court in Port Amber on Thursday sentenced")


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("The court of Port Amber sentenced Rufo Calder to nine years.", Outcome.ALERT),
        ("The court of Port Amber heard Rufo Calder on the lamps.", Outcome.DIGEST),
    ],
    ids=["a change of state", "a hearing"],
)
def test_a_change_of_state_is_told_where_other_news_waits(
    grown: Case, text: str, outcome: Outcome
) -> None:
    almost = of_logits(NEEDED - DEFAULT_SETTINGS.change_shift / 2)

    assert grown.judge(text, THURSDAY, weights=almost).outcome is outcome


def test_what_comes_while_a_case_knows_little_is_rather_told(young: Case) -> None:
    weights = of_logits(NEEDED - DEFAULT_SETTINGS.change_shift / 2)

    verdict = young.judge("The mayor praised the divers.", SATURDAY, weights=weights)

    assert verdict.outcome is Outcome.ALERT
    assert KNOWS_LITTLE in [reason.text for reason in verdict.reasons]


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

    assert verdict.outcome is not Outcome.ALERT
    assert verdict.reasons[0].code == "aside"
    assert verdict.reasons[0].value < verdict.reasons[0].threshold == 0.4


@pytest.mark.parametrize(
    ("probability", "alert_at", "outcome", "code"),
    [
        (0.5, 0.5, Outcome.ALERT, "new_event"),
        (0.49, 0.5, Outcome.DIGEST, "weak"),
        (0.79, 0.8, Outcome.DIGEST, "weak"),
        (0.15, 0.5, Outcome.DIGEST, "weak"),
        (0.149, 0.5, Outcome.SILENT, "weak"),
    ],
)
@pytest.mark.parametrize("text", [TRIAL, ADDED], ids=["a text of its own", "an addition"])
def test_the_outcome_is_a_matter_of_thresholds(
    grown: Case, text: str, probability: float, alert_at: float, outcome: Outcome, code: str
) -> None:
    decision = decision_on(grown, text, probability, alert_at=alert_at)

    assert (decision.outcome, decision.reasons[0].code) == (outcome, code)
    assert (decision.reasons[0].value, decision.reasons[0].threshold) == (probability, alert_at)
    assert decision.is_unconfirmed is (outcome is Outcome.DIGEST)


@pytest.mark.parametrize(
    ("probability", "outcome"),
    [(0.99, Outcome.DIGEST), (0.15, Outcome.DIGEST), (0.149, Outcome.SILENT)],
)
def test_what_is_hardly_about_the_case_stands_in_the_digest_at_most(
    grown: Case, probability: float, outcome: Outcome
) -> None:
    decision = decision_on(grown, TRIAL, probability, about=0.39)

    assert (decision.outcome, decision.reasons[0].code) == (outcome, "aside")
    assert (decision.reasons[0].value, decision.reasons[0].threshold) == (0.39, 0.4)
    assert not decision.is_unconfirmed


@pytest.mark.parametrize(
    ("probability", "outcome", "code"),
    [(0.15, Outcome.ALERT, "changed_claim"), (0.149, Outcome.SILENT, "weak")],
)
def test_a_known_sentence_with_another_number_alerts_from_the_digests_threshold_on(
    grown: Case, probability: float, outcome: Outcome, code: str
) -> None:
    changed = SINKING.replace("148 people", "219 people")

    decision = decision_on(grown, changed, probability)

    assert (decision.outcome, decision.reasons[0].code) == (outcome, code)
