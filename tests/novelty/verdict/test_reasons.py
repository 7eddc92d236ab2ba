"""What is said of the evidence, whatever decided."""

from dataclasses import replace

import pytest

from monitor.model import Genre, Reason
from monitor.novelty import DEFAULT_SETTINGS, analyse
from monitor.novelty.classifier.assessment import Assessment, assess
from monitor.novelty.classifier.prediction import predict
from monitor.novelty.nlp.event_keys import EventKey
from monitor.novelty.verdict import reasons
from tests.novelty.verdict.weights import of_logits
from tests.novelty.world import ARREST, SATURDAY, SINKING, TUESDAY, Case

SETTINGS = replace(DEFAULT_SETTINGS, shift=0.25)


@pytest.fixture
def assessment(young: Case) -> Assessment:
    return assess(analyse("", ARREST, published_at=SATURDAY), young.index, settings=SETTINGS)


def texts(found: list[Reason]) -> dict[str, str]:
    return {reason.code: reason.text for reason in found}


def test_events_and_names_are_told_in_words(assessment: Assessment) -> None:
    found = texts(list(reasons.describe_evidence(assessment, None)))

    assert list(found) == ["event", "names", "coverage", "known_share"]
    assert found["event"].startswith("new: ")
    assert "; detention (insiders or crew, police), 7 March;" in found["event"]
    assert found["names"] == "names new for the day: alondra, calder, clara, rufo, villa"


def test_a_class_that_a_case_adds_is_told_by_its_own_name(assessment: Assessment) -> None:
    key = EventKey.of_class("NIGHT_SHIFT", SATURDAY.date())
    event = replace(assessment.evidence.event, keys=(key,))
    evidence = replace(assessment.evidence, event=event)

    found = texts(list(reasons.describe_evidence(replace(assessment, evidence=evidence), None)))

    assert found["event"] == f"new: night shift, {SATURDAY.day} March"


def test_a_known_text_has_no_new_event(young: Case) -> None:
    known = assess(analyse("", SINKING, published_at=TUESDAY), young.index)

    found = texts(list(reasons.describe_evidence(known, None)))

    assert found["event"] == "no new event"
    assert "names" not in found


def test_a_prediction_tells_what_moved_it_and_its_calibration(assessment: Assessment) -> None:
    strongest = [("events that are new for the day", 1.234), ("names of its own", -0.5)]
    prediction = replace(predict(assessment, of_logits(0.0, link=0.0)), strongest=strongest)

    found = list(reasons.describe_evidence(assessment, prediction))[-5:]

    assert [(reason.code, reason.value) for reason in found] == [
        ("about", 1.0),
        ("told", 0.5),
        ("calibrated", 0.25),
        ("weighed", 1.23),
        ("weighed", -0.5),
    ]


@pytest.mark.parametrize(
    ("reason", "code", "value", "threshold"),
    [
        (reasons.changed_claim("number", 2), "changed_claim", 2.0, 1.0),
        (reasons.continues(0.12345, SETTINGS), "continues", 0.123, 0.25),
        (reasons.new_event(0.7, 0.5), "new_event", 0.7, 0.5),
        (reasons.weak(0.3, 0.5), "weak", 0.3, 0.5),
        (reasons.faint(0.1, SETTINGS), "faint", 0.1, 0.15),
        (reasons.stale_coverage(0.8, SETTINGS), "retold", 0.8, 0.7),
        (reasons.retelling(Genre.EXPLAINER), "explainer", None, None),
        (reasons.confirms(7, 0.8, SETTINGS), "confirms", 0.8, SETTINGS.confirm_link),
    ],
    ids=lambda value: value.code if isinstance(value, Reason) else None,
)
def test_a_reason_has_a_stable_code_and_the_figures_it_was_decided_on(
    reason: Reason, code: str, value: float | None, threshold: float | None
) -> None:
    assert (reason.code, reason.value, reason.threshold) == (code, value, threshold)
    assert reason.text
