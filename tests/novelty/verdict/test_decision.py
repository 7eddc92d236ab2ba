"""The rule's evidence on the scale of the trained score."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model import Outcome, Reason
from monitor.novelty import DEFAULT_SETTINGS, analyse
from monitor.novelty.classifier.assessment import assess
from monitor.novelty.verdict.decision import Decision, Grounds
from tests.novelty.world import SINKING, TUESDAY, Case, text_of

ACT = "Police arrested the mate of the Alondra, Dario Finch, on Wednesday."


def grounds(case: Case, text: str, **thresholds: float) -> Grounds:
    settings = replace(DEFAULT_SETTINGS, **thresholds)
    analysis = analyse("", text, published_at=TUESDAY + timedelta(days=1))
    return Grounds.of(assess(analysis, case.index, settings=settings), None)


@pytest.mark.parametrize("alert_at", [0.1, 0.5, 0.9])
def test_evidence_that_alerts_is_a_score_that_alerts(young: Case, alert_at: float) -> None:
    points = grounds(young, ACT).points

    found = grounds(young, ACT, event_at=points, alert_at=alert_at)

    assert found.score == pytest.approx(alert_at, abs=0.001)
    assert grounds(young, ACT, event_at=points * 2, alert_at=alert_at).score < alert_at


def test_without_evidence_the_score_is_none(young: Case) -> None:
    assert grounds(young, SINKING).score == 0
    assert grounds(young, ACT, alert_at=0.0).score == 0


def test_new_words_on_top_of_a_known_text_are_evidence(young: Case) -> None:
    top, end = (grounds(young, text_of(*parts)) for parts in ((ACT, SINKING), (SINKING, ACT)))

    assert top.points == end.points + DEFAULT_SETTINGS.addition_bonus


def test_only_in_an_addition_do_changed_facts_stand_for_news(young: Case) -> None:
    changed = SINKING.replace("148 people", "151 people")

    assert [row.sentence.index for row in grounds(young, changed).changed] == [0]
    assert grounds(young, changed.split("\n\n")[0]).changed == []


def test_the_deciding_reason_comes_first(young: Case) -> None:
    found = grounds(young, ACT).with_reason(Reason("continues", "it goes on"))

    for decide, outcome in (
        (found.alert, Outcome.ALERT),
        (found.digest, Outcome.DIGEST),
        (found.silence, Outcome.SILENT),
    ):
        decision = decide(Reason("why", "because"))
        assert decision.outcome is outcome
        assert [reason.code for reason in decision.reasons[:3]] == ["why", "continues", "event"]


@pytest.mark.parametrize(
    ("outcome", "code", "expected"),
    [
        (Outcome.DIGEST, "weak", True),
        (Outcome.SILENT, "faint", True),
        (Outcome.SILENT, "weak", False),
        (Outcome.ALERT, "new_event", False),
    ],
)
def test_what_waits_for_another_outlet(outcome: Outcome, code: str, expected: bool) -> None:
    assert Decision(outcome, 0.3, (Reason(code, "why"),)).is_unconfirmed is expected
