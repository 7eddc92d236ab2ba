"""A case that knows too little for the trained weights: the rule decides on what is added."""

from dataclasses import replace

import pytest

from monitor.model import Outcome
from monitor.novelty import DEFAULT_SETTINGS
from monitor.novelty.verdict.reasons import WEAK
from tests.novelty.verdict.weights import holding_for_new, of_logits
from tests.novelty.world import ARREST, SATURDAY, SINKING, THURSDAY, TRIAL, TUESDAY, Case, text_of

ADDED = text_of(ARREST.split("\n\n")[0], SINKING)


def test_the_untrained_rule_decides_when_asked_to_and_on_additions_in_a_young_case(
    grown: Case, young: Case
) -> None:
    untrained = grown.judge(TRIAL, THURSDAY, settings=replace(DEFAULT_SETTINGS, is_trained=False))

    assert untrained.outcome is Outcome.ALERT
    for verdict in (untrained, young.judge(ADDED, SATURDAY)):
        assert "weighed" not in {reason.code for reason in verdict.reasons}


@pytest.mark.parametrize("is_new", [True, False])
def test_words_added_to_a_known_text_alert_whatever_the_weights_say(
    young: Case, is_new: bool
) -> None:
    verdict = young.judge(ADDED, SATURDAY, weights=holding_for_new(is_new))

    assert verdict.outcome is Outcome.ALERT
    assert verdict.new_sentences[0].text.startswith("Police on Saturday arrested")


@pytest.mark.parametrize(("is_new", "expected"), [(True, Outcome.ALERT), (False, Outcome.SILENT)])
def test_on_a_text_of_its_own_the_weights_decide(
    young: Case, is_new: bool, expected: Outcome
) -> None:
    assert young.judge(ARREST, SATURDAY, weights=holding_for_new(is_new)).outcome is expected


def test_in_a_grown_case_the_weights_decide_on_additions_too(grown: Case) -> None:
    text = text_of(TRIAL.split("\n\n")[0], SINKING)

    assert grown.judge(text, THURSDAY, weights=holding_for_new(False)).outcome is Outcome.SILENT


def test_the_first_article_of_a_case_alerts_whatever_the_weights_say() -> None:
    verdict = Case().judge(SINKING, TUESDAY, weights=holding_for_new(False))

    assert (verdict.outcome, verdict.reasons[0].code) == (Outcome.ALERT, "first")


@pytest.mark.parametrize("text", [ARREST, ADDED])
@pytest.mark.parametrize("alert_at", [0.0, 1.0])
def test_any_threshold_can_be_tried(young: Case, text: str, alert_at: float) -> None:
    settings = replace(DEFAULT_SETTINGS, alert_at=alert_at)

    assert 0 <= young.judge(text, SATURDAY, settings=settings).score <= 1


def test_feedback_moves_nothing(young: Case) -> None:
    """The rule's score does not say what feedback moved, so a replay could not know."""
    moved = [
        young.judge(ADDED, SATURDAY, settings=replace(DEFAULT_SETTINGS, shift=by))
        for by in (-1.5, 0)
    ]

    assert moved[0] == moved[1]
    assert moved[0].outcome is Outcome.ALERT


def test_what_is_unconfirmed_quotes_a_sentence_since_it_may_become_an_alert(young: Case) -> None:
    late = text_of(
        SINKING.partition(". ")[0] + ".",
        '"We were asleep and then the cars began to slide," a cook called Ines Vidal said.',
        '"Nobody told us where the boats were," she said.',
        '"I held on to a chair until it was light," she said.',
        ARREST.partition("\n\n")[0],
    )

    verdict = young.judge(late, SATURDAY, weights=of_logits(-1.0))

    assert (verdict.outcome, verdict.reasons[0].code) == (Outcome.DIGEST, WEAK)
    assert verdict.new_sentences
