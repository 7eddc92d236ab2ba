"""A case that knows too little for the trained weights: the rule decides, and they object."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model import Outcome
from monitor.novelty import DEFAULT_SETTINGS
from monitor.novelty.verdict.reasons import WEAK
from tests.novelty.verdict.weights import holding_for_new, of_logits
from tests.novelty.world import ARREST, SATURDAY, SINKING, THURSDAY, TRIAL, Case, text_of


def test_the_untrained_rule_decides_when_asked_to_and_in_a_young_case(
    grown: Case, young: Case
) -> None:
    untrained = grown.judge(TRIAL, THURSDAY, settings=replace(DEFAULT_SETTINGS, is_trained=False))

    assert untrained.outcome is Outcome.ALERT
    for verdict in (untrained, young.judge(ARREST, SATURDAY)):
        assert "weighed" not in {reason.code for reason in verdict.reasons}


def test_a_text_in_new_words_is_unconfirmed_when_the_weights_hold_it_for_unlikely(
    young: Case,
) -> None:
    likely = young.judge(ARREST, SATURDAY, weights=holding_for_new(True))
    unlikely = young.judge(ARREST, SATURDAY, weights=holding_for_new(False))

    assert likely.outcome is Outcome.ALERT
    assert unlikely.outcome is Outcome.DIGEST
    assert [reason.code for reason in unlikely.reasons[:2]] == [WEAK, "new_event"]
    assert unlikely.reasons[0].value < unlikely.reasons[0].threshold == DEFAULT_SETTINGS.digest_at


RETOLD_WITH_MORE = text_of(
    "The captain of the lost ferry Alondra, Rufo Calder, is under arrest: police in Villa Clara "
    "took him on Saturday.",
    "Prosecutor Berta Ocaria blames a door that stood open, and Calder disagrees.",
    "Later on Saturday the minister resigned, and a judge ordered a search of the port.",
)


@pytest.mark.parametrize(("hours", "expected"), [(2, Outcome.DIGEST), (7, Outcome.ALERT)])
def test_a_text_most_of_which_alerted_within_hours_is_unconfirmed(
    young: Case, hours: int, expected: Outcome
) -> None:
    young.follow(ARREST, SATURDAY)

    verdict = young.judge(
        RETOLD_WITH_MORE, SATURDAY + timedelta(hours=hours), weights=holding_for_new(True)
    )

    assert verdict.outcome is expected
    if expected is Outcome.DIGEST:
        reason = verdict.reasons[0]
        assert reason.code == WEAK
        assert reason.value >= reason.threshold == DEFAULT_SETTINGS.young_alerted


@pytest.mark.parametrize("alert_at", [0.0, 1.0])
def test_any_threshold_can_be_tried(young: Case, alert_at: float) -> None:
    settings = replace(DEFAULT_SETTINGS, alert_at=alert_at)

    assert 0 <= young.judge(ARREST, SATURDAY, settings=settings).score <= 1


def test_feedback_moves_nothing(young: Case) -> None:
    """The rule's score does not say what feedback moved, so a replay could not know."""
    weights = of_logits(-0.6)

    moved = [
        young.judge(ARREST, SATURDAY, weights=weights, settings=replace(DEFAULT_SETTINGS, shift=by))
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

    verdict = young.judge(late, SATURDAY, weights=holding_for_new(False))

    assert verdict.reasons[0].code == WEAK
    assert verdict.new_sentences


def test_a_live_blog_alerts_whatever_the_weights_say(young: Case) -> None:
    """They were fitted to reports; what a blog adds stands anywhere in it."""
    entries = enumerate(ARREST.split(". "))
    blog = text_of(*(f"14:{10 + 5 * number} - {paragraph}" for number, paragraph in entries))

    verdict = young.judge(blog, SATURDAY, "Alondra sinking live", weights=holding_for_new(False))

    assert verdict.outcome is Outcome.ALERT


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (text_of(ARREST.split("\n\n")[0], SINKING), "A headline"),
        (
            "",
            "Police arrest Rufo Calder, captain of sunken ferry, and charge him with manslaughter",
        ),
    ],
    ids=["words added to a known text", "a headline alone"],
)
def test_what_the_weights_know_less_of_alerts_whatever_they_say(
    young: Case, text: str, title: str
) -> None:
    verdict = young.judge(text, SATURDAY, title, weights=holding_for_new(False))

    assert verdict.outcome is Outcome.ALERT
