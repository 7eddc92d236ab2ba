"""From evidence to an outcome: gates, corrections, then the trained weights or, while a case is
young, the untrained rule."""

from __future__ import annotations

from monitor.model import FactKind, Genre, Outcome, Reason
from monitor.novelty.alignment.align import AlignedSentence, AlignmentState
from monitor.novelty.alignment.article import AlignedArticle
from monitor.novelty.classifier.assessment import Assessment
from monitor.novelty.classifier.prediction import Prediction
from monitor.novelty.nlp.lexicon import lexicon
from monitor.novelty.thresholds import JudgeSettings
from monitor.novelty.verdict import reasons
from monitor.novelty.verdict.decision import Decision, Grounds
from monitor.novelty.verdict.trained_rule import decide_trained
from monitor.novelty.verdict.untrained_rule import decide_untrained
from monitor.text import fold_words

RETELLING = frozenset({Genre.OPINION, Genre.EXPLAINER, Genre.DIGEST})
_LIKELY = 0.5  # probability from which an article is likely about the case
_PASSING = "it names the subject but is not about the case"


def decide(
    assessment: Assessment,
    prediction: Prediction | None,
    *,
    is_subject: bool,
    is_baseline: bool,
) -> Decision:
    """Returns what becomes of the article.

    Args:
        prediction: of the trained weights; without one the untrained rule decides.
        is_subject: the article is about the case by where it names it.
        is_baseline: it belongs to what was there before the case was followed.
    """
    grounds = Grounds.of(assessment, prediction)
    if is_baseline:
        text = "it was there before the case was followed as it is now"
        return grounds.silence(Reason(reasons.BASELINE, text))
    if not is_subject:
        if not (grounds.prediction and _continues(grounds.prediction, grounds.settings)):
            return grounds.decide(_of_mention(grounds), Reason(reasons.MENTION, _PASSING))
        coverage = grounds.prediction.features.coverage
        grounds = grounds.with_reason(reasons.continues(coverage, grounds.settings))
    return _decide_by_gate(grounds) or _decide_by_evidence(grounds)


def _continues(prediction: Prediction, settings: JudgeSettings) -> bool:
    """An article that names the subject in passing continues what one recent article of the case
    reports, or repeats it, or is about the case by all that it says.

    "An appeals court on Tuesday stayed the order to bring back a wrongly deported teacher" may name
    him in its last line."""
    features = prediction.features
    return (
        features.coverage >= settings.continues_coverage
        or features.known_share >= settings.continues_known
        or prediction.about >= settings.continues_about
    )


def _of_mention(grounds: Grounds) -> Outcome:
    """News that names the subject in passing may be on a matter that belongs to the case: whoever
    follows it hears of it in the digest, unless it is likelier about something else.
    """
    prediction = grounds.prediction
    is_near = prediction is not None and prediction.about >= _LIKELY
    is_news = is_near and grounds.score >= grounds.settings.alert_at
    return Outcome.DIGEST if is_news else Outcome.SILENT


def _decide_by_gate(grounds: Grounds) -> Decision | None:
    """Returns the decision on what needs no weighing of evidence, None for all else."""
    if is_correction(grounds.article):
        return grounds.alert(Reason("correction", "an outlet corrects a fact of its own report"))
    if not grounds.article.unexplained:
        known = grounds.article.known_share
        return grounds.silence(Reason("known", "every sentence is known", known))
    # What was added to a known text is news even where the text itself explains.
    if _retells(grounds) and not grounds.article.is_addition:
        return _decide_retelling(grounds)
    if grounds.assessment.index.article_count == 0:
        # Neither seed nor baseline: nothing can be known, so whatever the first article about the
        # case says is new.
        return grounds.alert(Reason("first", "the case knows nothing yet"))
    return None


def _retells(grounds: Grounds) -> bool:
    """It is of a kind that retells. An analysis that probably has news is a report that begins
    with a scene; an opinion or a digest stays one.
    """
    genre = grounds.assessment.analysis.genre
    has_news = genre is Genre.EXPLAINER and _is_likely_news(grounds)
    return genre in RETELLING and not has_news


def _decide_retelling(grounds: Grounds) -> Decision:
    """A columnist or a digest may be the first to report something, which is worth a line in the
    digest.
    """
    event = grounds.evidence.event
    is_strong = event.strength >= grounds.settings.event_at and event.has_act
    outcome = Outcome.DIGEST if is_strong or _is_likely_news(grounds) else Outcome.SILENT
    return grounds.decide(outcome, reasons.retelling(grounds.assessment.analysis.genre))


def _is_likely_news(grounds: Grounds) -> bool:
    """Says whether it is so by what it says, whatever is at stake."""
    prediction = grounds.prediction
    return prediction is not None and prediction.unraised >= grounds.settings.alert_at


def _decide_by_evidence(grounds: Grounds) -> Decision:
    if grounds.prediction:
        return decide_trained(grounds, grounds.prediction)
    return decide_untrained(grounds)


def silence_confirming(decision: Decision, confirms: Reason, settings: JudgeSettings) -> Decision:
    """Returns the decision on an article that confirms another: it is part of that one's alert, so
    by itself it is silent.

    One that is unconfirmed itself stays so: it may bring more than the other, and a third newsroom
    may confirm that."""
    if not decision.is_unconfirmed:
        return Decision(Outcome.SILENT, decision.score, (confirms, *decision.reasons))
    faint = reasons.faint(decision.score, settings)
    return Decision(Outcome.SILENT, decision.score, (faint, confirms, *decision.reasons[1:]))


def is_correction(article: AlignedArticle) -> bool:
    """Says whether an unknown note corrects a day or number, in its own words or in a changed
    sentence of the text.
    """
    notes = [row for row in article.notes if _is_new_correction(row)]
    if not notes:
        return False
    # A note may name the mistake only; then the text itself shows what it said before.
    return any(map(_states_correction, notes)) or any(map(_has_corrected, article.unexplained))


def _is_new_correction(note: AlignedSentence) -> bool:
    return note.state is not AlignmentState.KNOWN and "CORRECT" in note.facts.classes


def _states_correction(note: AlignedSentence) -> bool:
    """The note has both facts in it ("on April 30, not on May 7"), and is on the report itself."""
    facts, words = note.facts, fold_words(note.sentence.text)
    if not (facts.days or facts.numbers) or "IMAGE" in facts.classes:
        return False
    phrases = lexicon().phrases
    return bool(phrases.notes_contrast.find(words)) and not phrases.notes_captions.find(words)


def _has_corrected(row: AlignedSentence) -> bool:
    return row.change is not None and row.change.kind in (FactKind.DATE, FactKind.NUMBER)
