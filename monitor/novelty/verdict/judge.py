"""The verdict on one article for one case: gates, what is new, alert, digest or silence, and what
it joins. Pure.

Order of decisions: each sentence known, changed or unknown · the stored articles that may tell the
same, and whether people were told of them · which sentence reports news · gates · corrections · the
trained weights. Tried and rejected: distance of the lead to the nearest stored sentence alone (no
better than a coin on first reports), whole-article scores alone (4 to 8 points of precision), a
copy as such as a reason for silence (two fifths of the first reports are copies or rewrites), a
gate against old reports told late (it held back a dismissal of all charges), a second newsroom for
what is in doubt (on real news it hid a quarter to six tenths of the developments). Limits: two
events of one kind by one role on one day look alike; a literary rewrite without day or name has
nothing to hold on to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from monitor.model import (
    Analysis,
    Likeness,
    Outcome,
    Relation,
    Verdict,
)
from monitor.novelty.classifier.assessment import Assessment, assess
from monitor.novelty.classifier.logistic import Weights, shipped_weights
from monitor.novelty.classifier.prediction import Prediction, predict
from monitor.novelty.index.case_index import CaseIndex
from monitor.novelty.thresholds import DEFAULT_SETTINGS, JudgeSettings
from monitor.novelty.verdict import reasons
from monitor.novelty.verdict.corroboration import find_confirmed, find_joins
from monitor.novelty.verdict.decision import Decision
from monitor.novelty.verdict.quotes import changed_claims, pick_quotes
from monitor.novelty.verdict.reasons import BASELINE, MENTION, confirms
from monitor.novelty.verdict.rules import decide, silence_confirming
from monitor.novelty.verdict.summary import summarise
from monitor.novelty.verdict.tiers import CHANGE, development_tier

_TIER_SENTENCES = 4
_COPIES = frozenset({Relation.COPY, Relation.EXCERPT, Relation.EXACT})


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleContext:
    """What a verdict depends on besides the text and what the case knows.

    Attributes:
        now: when the verdict is made; developments older than `join_span` before it take in no more
            reports.
        is_subject: the article is about the case by where it names it; else it must go on with what
            the case reports to alert.
        is_baseline: it belongs to what was there before the case was followed; stored, never
            alerted.
        likeness: the nearest stored copy, if any.
        subject_terms: folded words or phrases that name the subject; of a live blog only entries
            with one of them count.
        newsroom, article_id: whose text it is, and the article, which the case may hold with
            another text; none confirms itself.
        tiers: event classes that the case moves to another tier.
    """

    now: datetime
    is_subject: bool
    is_baseline: bool = False
    likeness: Likeness | None = None
    subject_terms: frozenset[str] = frozenset()
    newsroom: str = ""
    article_id: int | None = None
    tiers: Mapping[str, int] = field(default_factory=dict)


def judge(
    analysis: Analysis,
    index: CaseIndex,
    context: ArticleContext,
    *,
    settings: JudgeSettings = DEFAULT_SETTINGS,
    weights: Weights | None = None,
) -> Verdict:
    """Judges a text that the case does not hold yet.

    Args:
        index: all the case knows; not changed.
        weights: other weights than the shipped ones.

    Returns:
        The verdict. `new_sentences` is never empty for an alert, nor for what may become one when
        another newsroom has it.
    """
    assessment = assess(analysis, index, settings=settings, subject_terms=context.subject_terms)
    weights = (weights or shipped_weights()) if settings.is_trained else None
    prediction = predict(assessment, weights) if weights else None
    tier = _tier(assessment, prediction, context.tiers)
    if prediction:
        prediction = _weighed_by_stake(prediction, assessment, tier)
    decision = decide(
        assessment, prediction, is_subject=context.is_subject, is_baseline=context.is_baseline
    )
    # A young case shows the rule's quotes and threshold, since the rule decided.
    deciding_weights = None if assessment.is_young else weights
    is_changed = any(row.has_hard_change for row in assessment.article.unexplained)
    likeness = _as_changed(context.likeness) if is_changed else context.likeness
    quotes = pick_quotes(assessment, deciding_weights, is_needed=_may_alert(decision))
    confirmed = None
    if _may_confirm(decision):
        confirmed = find_confirmed(assessment, prediction, context.newsroom, context.article_id)
    if confirmed:
        reason = confirms(confirmed.article_id, confirmed.probability, settings)
        decision = silence_confirming(decision, reason, settings)
    return Verdict(
        outcome=decision.outcome,
        score=decision.score,
        threshold=settings.alert_at,
        reasons=decision.reasons,
        new_sentences=quotes,
        changed_claims=changed_claims(assessment.article, assessment.analysis.local_day),
        known_share=round(assessment.article.known_share, 3),
        joins=find_joins(assessment, prediction, context.now, likeness),
        event_keys=tuple(map(str, assessment.evidence.event.keys)),
        likeness=likeness,
        confirms=confirmed.article_id if confirmed else None,
        summary=summarise(quotes, prediction, analysis.title, index.sentences.idf),
        tier=tier,
    )


def _weighed_by_stake(prediction: Prediction, assessment: Assessment, tier: int) -> Prediction:
    """Raises the score of what would cost most to miss: a change of state, and the first reports of
    a case, in which little can be old.
    """
    shift = assessment.settings.change_shift
    if tier == CHANGE:
        prediction = prediction.raised(shift, reasons.CHANGE_OF_STATE)
    if assessment.knows_little:
        prediction = prediction.raised(shift, reasons.KNOWS_LITTLE)
    return prediction


def _tier(
    assessment: Assessment, prediction: Prediction | None, overrides: Mapping[str, int]
) -> int:
    """Returns the tier of what an article reports, by the sentence that does it."""
    rows = assessment.article.unexplained or assessment.article.aligned
    sentences = [row.sentence for row in rows]
    if prediction:
        sentences.sort(key=lambda one: -prediction.reports.of(one))
    # The headline says it shortly, but a teasing one does not say it at all.
    ordered = [*sentences[:1], assessment.analysis.title, *sentences[1:_TIER_SENTENCES]]
    return development_tier(ordered, overrides)


def _may_alert(decision: Decision) -> bool:
    return decision.outcome is Outcome.ALERT or decision.is_unconfirmed


def _may_confirm(decision: Decision) -> bool:
    """An alert stands for itself, a baseline is no news, a mention says nothing of the case."""
    is_open = decision.reasons[0].code not in (BASELINE, MENTION)
    return is_open and decision.outcome is not Outcome.ALERT


def _as_changed(likeness: Likeness | None) -> Likeness | None:
    """Calls a copy a changed copy; other texts relate as before."""
    if likeness is None or likeness.relation not in _COPIES:
        return likeness
    return replace(likeness, relation=Relation.COPY_CHANGED)
