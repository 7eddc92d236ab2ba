"""The order of the gates, and what stands before the weighing of evidence."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model import Outcome, Reason
from monitor.novelty import DEFAULT_SETTINGS
from monitor.novelty.classifier.logistic import Regression, Weights
from monitor.novelty.verdict.decision import Decision
from monitor.novelty.verdict.rules import silence_confirming
from tests.novelty.verdict.weights import holding_for_new
from tests.novelty.world import SINKING, THURSDAY, TRIAL, Case, text_of

CONFIRMS = Reason("confirms", "it confirms article 7", 0.9, 0.75)


@pytest.mark.parametrize(
    ("outcome", "code", "codes"),
    [
        (Outcome.DIGEST, "weak", ["faint", "confirms", "event"]),
        (Outcome.SILENT, "faint", ["faint", "confirms", "event"]),
        (Outcome.SILENT, "weak", ["confirms", "weak", "event"]),
        (Outcome.SILENT, "covered", ["confirms", "covered", "event"]),
    ],
)
def test_what_confirms_another_is_silent_and_stays_unconfirmed_if_it_was(
    outcome: Outcome, code: str, codes: list[str]
) -> None:
    decision = Decision(outcome, 0.3, (Reason(code, "why"), Reason("event", "no new event")))

    confirming = silence_confirming(decision, CONFIRMS, DEFAULT_SETTINGS)

    assert confirming.outcome is Outcome.SILENT
    assert [reason.code for reason in confirming.reasons] == codes
    assert confirming.is_unconfirmed is decision.is_unconfirmed


@pytest.mark.parametrize(
    ("text", "given", "code"),
    [
        (TRIAL, {"is_baseline": True}, "baseline"),
        (TRIAL, {"is_baseline": True, "is_subject": False}, "baseline"),
        (SINKING, {}, "known"),
        ("", {"title": ""}, "known"),
    ],
)
def test_gates_come_in_order(grown: Case, text: str, given: dict[str, object], code: str) -> None:
    verdict = grown.judge(text, THURSDAY, **given)

    assert verdict.outcome is Outcome.SILENT
    assert verdict.reasons[0].code == code


@pytest.mark.parametrize(
    ("note", "outcome"),
    [
        (
            "Correction: the photograph published with this article on Monday showed the harbour "
            "of Villa Clara, not Port Amber.",
            Outcome.SILENT,
        ),
        (
            "Correction: the caption on Monday named the harbour of Villa Clara, not Port Amber.",
            Outcome.SILENT,
        ),
        ("Correction: the ferry carried 141 people, not 148.", Outcome.ALERT),
        ("Correction: the ferry was called Alondra, not Golondrina.", Outcome.SILENT),
    ],
    ids=["a photograph", "a caption", "a number", "neither day nor number"],
)
def test_a_note_is_a_correction_if_it_sets_a_fact_of_the_report_right(
    grown: Case, note: str, outcome: Outcome
) -> None:
    assert grown.judge(text_of(SINKING, note), THURSDAY).outcome is outcome


def test_a_correction_that_is_known_alerts_no_more(grown: Case) -> None:
    corrected = text_of(SINKING, "Correction: the ferry carried 141 people, not 148.")
    grown.store(corrected, THURSDAY)

    assert grown.judge(corrected, THURSDAY).reasons[0].code == "known"


IN_PASSING = text_of(
    "A court in Port Amber on Thursday sentenced the captain of a ferry that sailed with a door "
    "open to nine years in prison.",
    "Judge Mara Stell said that the captain, Rufo Calder, had known of it. Prosecutor Berta "
    "Ocaria had asked for 12 years.",
    "The ship was the Alondra.",
)
EVE = text_of(
    "The trial of Rufo Calder, captain of the Alondra, opened in Port Amber on Wednesday before "
    "judge Mara Stell.",
    "Relatives of the dead filled the gallery. Prosecutor Berta Ocaria read out the charge for "
    "an hour.",
)
HARBOUR = text_of(
    "Shipowners in Corrie Head on Thursday asked the government for 30 million crowns for new "
    "ramps and for a breakwater.",
    "Minister Odile Fenn promised an answer before the autumn. The harbour there was built in "
    "1951.",
    "Ramps have been discussed since the loss of the Alondra.",
)


def with_about(logits: float) -> Weights:
    """Returns weights that hold everything for new, and for about the case so certainly."""
    return replace(holding_for_new(True), about=Regression(logits, ()))


@pytest.fixture
def on_trial(grown: Case) -> Case:
    """The case on the day after the captain's trial opened."""
    grown.store(EVE, THURSDAY - timedelta(days=1), "Calder trial ends")
    return grown


def test_an_article_that_goes_on_with_the_case_alerts_though_it_names_it_in_passing(
    on_trial: Case,
) -> None:
    unsure = with_about(0.5)  # too little by itself: what one recent article tells decides

    verdict = on_trial.judge(IN_PASSING, THURSDAY, is_subject=False, weights=unsure)

    assert verdict.outcome is Outcome.ALERT
    assert [reason.code for reason in verdict.reasons[:2]] == ["new_event", "continues"]


def test_what_is_about_the_case_by_all_it_says_alerts_though_it_names_it_in_passing(
    grown: Case,
) -> None:
    sure = with_about(3.0)

    verdict = grown.judge(IN_PASSING, THURSDAY, is_subject=False, weights=sure)

    assert verdict.outcome is Outcome.ALERT
    assert [reason.code for reason in verdict.reasons[:2]] == ["new_event", "continues"]


def test_another_story_that_is_not_about_the_case_is_a_mention(grown: Case) -> None:
    verdict = grown.judge(HARBOUR, THURSDAY, is_subject=False, weights=with_about(-0.5))

    assert verdict.outcome is Outcome.SILENT
    assert verdict.reasons[0].code == "mention"


@pytest.mark.parametrize(
    ("logits", "is_new", "outcome"),
    [(0.5, True, Outcome.DIGEST), (0.5, False, Outcome.SILENT), (-0.5, True, Outcome.SILENT)],
    ids=["news that may belong to the case", "no news", "news of something else"],
)
def test_news_naming_the_subject_in_passing_is_in_the_digest_if_it_may_belong(
    grown: Case, logits: float, is_new: bool, outcome: Outcome
) -> None:
    weights = replace(holding_for_new(is_new), about=Regression(logits, ()))

    verdict = grown.judge(HARBOUR, THURSDAY, is_subject=False, weights=weights)

    assert (verdict.outcome, verdict.reasons[0].code) == (outcome, "mention")


def test_another_story_that_names_the_subject_in_passing_is_a_mention(grown: Case) -> None:
    verdict = grown.judge(HARBOUR, THURSDAY, "Shipowners want new ramps", is_subject=False)

    # The case has four articles: what belongs to it is not to be told yet.
    assert verdict.outcome is Outcome.DIGEST
    assert verdict.reasons[0].code == "mention"


@pytest.mark.parametrize("text", [TRIAL, IN_PASSING], ids=["plainly", "naming it in passing"])
def test_a_sentence_alerts_the_day_after_the_trial_opened(on_trial: Case, text: str) -> None:
    assert on_trial.judge(text, THURSDAY, "Captain gets nine years").outcome is Outcome.ALERT


def test_a_mention_needs_weights_to_be_seen_as_going_on(on_trial: Case) -> None:
    untrained = replace(DEFAULT_SETTINGS, is_trained=False)

    verdict = on_trial.judge(IN_PASSING, THURSDAY, is_subject=False, settings=untrained)

    assert verdict.reasons[0].code == "mention"


@pytest.mark.parametrize(
    ("title", "is_new", "outcome", "code"),
    [
        ("Analysis: the court and the door", True, Outcome.ALERT, "new_event"),
        ("Analysis: the court and the door", False, Outcome.SILENT, "explainer"),
        ("Opinion: the court and the door", True, Outcome.DIGEST, "opinion"),
        ("Opinion: the court and the door", False, Outcome.SILENT, "opinion"),
        ("What we know about the Alondra", True, Outcome.ALERT, "new_event"),
        ("Morning briefing", True, Outcome.DIGEST, "digest"),
        ("Morning briefing", False, Outcome.SILENT, "digest"),
    ],
)
def test_what_probably_has_news_is_never_silent_for_its_kind(
    grown: Case, title: str, is_new: bool, outcome: Outcome, code: str
) -> None:
    scene = text_of(
        "The door of the Alondra lies in a yard behind the court.",
        "It has been there since the winter, and nobody has painted it.",
        "Judge Mara Stell has been to see it, her office said.",
    )

    verdict = grown.judge(scene, THURSDAY, title, weights=holding_for_new(is_new))

    assert verdict.outcome is outcome
    assert verdict.reasons[0].code == code
