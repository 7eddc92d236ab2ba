"""The outcome by the probability of the trained weights."""

from __future__ import annotations

from monitor.model import Outcome, Reason
from monitor.novelty.classifier.prediction import Prediction
from monitor.novelty.thresholds import JudgeSettings
from monitor.novelty.verdict import reasons
from monitor.novelty.verdict.decision import Decision, Grounds

# Probability under which an article is hardly about the case. Streams, each by weights of the
# others: at .5 it holds back 4 more of 794 articles with news, and 3 more of 202 on other things.
_HARDLY = 0.4


def decide_trained(grounds: Grounds, prediction: Prediction) -> Decision:
    """Decides by the probability; a known sentence with another number or day counts from the
    digest's threshold on.

    What is above the threshold alerts at once, from one newsroom: a ruling that one paper has first
    is what people follow a case for."""
    settings, score = grounds.settings, prediction.probability
    # A namesake's story may be news, but not of this case.
    if prediction.about < _HARDLY:
        reason = Reason("aside", "it is hardly about the case", prediction.about, _HARDLY)
        return grounds.decide(_below_alert(score, settings), reason)
    changed = grounds.changed
    # A changed number in a known sentence is news, though to the weights it is one of many.
    # Nor is what is at stake a sign that it is one.
    if changed and changed[0].change and prediction.unraised >= settings.digest_at:
        return grounds.alert(reasons.changed_claim(changed[0].change.kind, len(changed)))
    if score >= settings.alert_at:
        return grounds.alert(reasons.new_event(score, settings.alert_at))
    return grounds.decide(_below_alert(score, settings), reasons.weak(score, settings.alert_at))


def _below_alert(score: float, settings: JudgeSettings) -> Outcome:
    """Whatever may be news is in the digest at least."""
    return Outcome.DIGEST if score >= settings.digest_at else Outcome.SILENT
