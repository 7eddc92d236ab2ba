"""The outcome by counting new events, while a case is young."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model import Outcome
from monitor.novelty import DEFAULT_SETTINGS, analyse
from monitor.novelty.classifier.assessment import assess
from monitor.novelty.verdict.decision import Decision, Grounds
from monitor.novelty.verdict.untrained_rule import decide_untrained
from tests.novelty.world import SINKING, TUESDAY, Case, text_of

ACT = "Police arrested the mate of the Alondra, Dario Finch, on Wednesday."
TALK = "The mayor said on Wednesday that the town was in mourning."
COLOUR = "A goat stood on the roof of the post office for nine hours."
REACTION = '"It was dark and cold, and the police arrested nobody on Wednesday," she said.'
NEXT_DAY = TUESDAY + timedelta(days=1)


def decide(case: Case, text: str, **thresholds: float) -> Decision:
    settings = replace(DEFAULT_SETTINGS, **thresholds)
    analysis = analyse("", text, published_at=NEXT_DAY)
    return decide_untrained(Grounds.of(assess(analysis, case.index, settings=settings), None))


def outcome_of(decision: Decision) -> tuple[Outcome, str]:
    return decision.outcome, decision.reasons[0].code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ACT, (Outcome.ALERT, "new_event")),
        (TALK, (Outcome.DIGEST, "weak")),
        (COLOUR, (Outcome.SILENT, "weak")),
    ],
    ids=["an act", "talk", "colour"],
)
def test_a_new_text_alerts_by_the_strongest_event(
    young: Case, text: str, expected: tuple[Outcome, str]
) -> None:
    assert outcome_of(decide(young, text)) == expected


def test_half_of_what_an_alert_takes_is_enough_for_the_digest(young: Case) -> None:
    strength = decide(young, ACT).reasons[0].value or 0

    assert decide(young, ACT, event_at=strength).outcome is Outcome.ALERT
    assert decide(young, ACT, event_at=strength * 1.01).outcome is Outcome.DIGEST
    assert decide(young, ACT, event_at=strength * 2).outcome is Outcome.DIGEST
    assert decide(young, ACT, event_at=strength * 2.01).outcome is Outcome.SILENT


@pytest.mark.parametrize(
    ("added", "expected"),
    [
        (ACT, (Outcome.ALERT, "new_addition")),
        (COLOUR, (Outcome.SILENT, "no_act")),
        (REACTION, (Outcome.DIGEST, "no_act")),
    ],
    ids=["an act on a fresh day", "colour", "a reaction"],
)
def test_words_added_to_a_known_text_alert_if_they_report_an_act(
    young: Case, added: str, expected: tuple[Outcome, str]
) -> None:
    decision = decide(young, text_of(SINKING, added), young_sentences=0)

    assert outcome_of(decision) == expected


def test_while_a_case_is_young_a_passage_needs_no_day(young: Case) -> None:
    undated = "The mate of the ship, Dario Finch, was freed by a judge."
    text = text_of(SINKING, undated)

    assert outcome_of(decide(young, text)) == (Outcome.ALERT, "young_case")
    assert decide(young, text, young_sentences=0).reasons[0].code != "young_case"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("148 people", "151 people", (Outcome.ALERT, "changed_claim")),
        ("Rufo Calder", "Ines Brook", (Outcome.DIGEST, "renamed")),
    ],
    ids=["a number", "a name"],
)
def test_a_changed_fact_in_a_known_text_alerts_unless_it_is_a_name(
    young: Case, old: str, new: str, expected: tuple[Outcome, str]
) -> None:
    assert old in SINKING

    assert outcome_of(decide(young, SINKING.replace(old, new))) == expected


def test_what_one_recent_article_has_is_covered(young: Case) -> None:
    young.store(ACT, NEXT_DAY - timedelta(hours=2))

    decision = decide(young, "Dario Finch, mate on the Alondra, is under arrest: police came.")

    assert decision.outcome is not Outcome.ALERT


def test_everything_covered_is_silent_with_the_article_that_has_it(young: Case) -> None:
    decision = decide(young, "The sea off Villa Clara was rough.", coverage_limit=0.0)

    assert outcome_of(decision) == (Outcome.SILENT, "covered")
    assert decision.reasons[0].text == "article 1 tells the same"
