"""The outcome by the probability of the trained weights."""

from __future__ import annotations

from monitor.model import Outcome, Reason
from monitor.novelty.classifier.assessment import Assessment
from monitor.novelty.classifier.prediction import Prediction
from monitor.novelty.verdict import reasons
from monitor.novelty.verdict.decision import Decision, Grounds

_LIKELY = 0.5  # probability from which an article is about the case


def required_probability(assessment: Assessment) -> float:
    """Returns the probability from which the weights let an article alert, 0-1."""
    settings = assessment.settings
    return settings.alert_at + (settings.addition_over if assessment.article.is_verbatim else 0.0)


def decide_trained(grounds: Grounds, prediction: Prediction) -> Decision:
    """Decides by the probability; a known sentence with another number or day counts from the
    digest's threshold on.
    """
    settings, score = grounds.settings, prediction.probability
    changed = grounds.changed
    # A changed number in a known sentence is news, though to the weights it is one of many.
    if changed and changed[0].change and score >= settings.digest_at:
        return grounds.alert(reasons.changed_claim(changed[0].change.kind, len(changed)))
    if score >= required_probability(grounds.assessment):
        return _decide_likely(grounds, score)
    stale_coverage = grounds.evidence.coverage.stale_coverage
    # The rule sees an event where the weights see none: it may be an old one without a day.
    if stale_coverage >= settings.repeated_limit and grounds.points >= settings.event_at:
        return grounds.digest(reasons.stale_coverage(stale_coverage, settings))
    return _decide_unlikely(grounds, prediction)


def _decide_likely(grounds: Grounds, score: float) -> Decision:
    """Alerts, unless it may be an old report and is not all but certain."""
    settings, stale_report = grounds.settings, grounds.evidence.coverage.stale_report
    is_stale = stale_report >= settings.stale_report_limit
    if is_stale and score < settings.stale_report_alert_at:
        return grounds.digest(reasons.stale_report(stale_report, settings))
    return grounds.alert(reasons.new_event(score, required_probability(grounds.assessment)))


def _decide_unlikely(grounds: Grounds, prediction: Prediction) -> Decision:
    """Leaves what is below the threshold to the digest, to a second outlet, or to silence."""
    settings, score = grounds.settings, prediction.probability
    if score < settings.digest_at and prediction.about < _LIKELY:
        reason = Reason("aside", "it is hardly about the case", prediction.about, _LIKELY)
        return grounds.silence(reason)
    if settings.unconfirmed_at <= score < settings.digest_at:
        return grounds.silence(reasons.faint(score, settings))
    outcome = Outcome.DIGEST if score >= settings.digest_at else Outcome.SILENT
    return grounds.decide(outcome, reasons.weak(score, required_probability(grounds.assessment)))
