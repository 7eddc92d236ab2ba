"""The verdict on one article for one case: gates, what is new, alert, digest or silence, and what
it joins. Pure.

Order of decisions: each sentence known, changed or unknown · the core, the first unknown sentences
· event evidence and coverage by one recent article · gates · corrections · the trained weights, or
the rule while a case is young. Tried and rejected: distance of the lead to the nearest stored
sentence (no better than a coin on first reports), whole-article scores (4 to 8 points of
precision), a copy as such as a reason for silence (two fifths of the first reports are copies or
rewrites). Limits: two events of one kind by one role on one day look alike; a literary rewrite
without day or name has nothing to hold on to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from monitor.model import (
    Analysis,
    ChangedClaim,
    Likeness,
    Nearest,
    NewSentence,
    Outcome,
    Relation,
    Verdict,
)
from monitor.novelty.alignment.align import AlignedSentence, State
from monitor.novelty.alignment.article import AlignedArticle, align_article
from monitor.novelty.classifier.article_features import HARD_FACTS, article_features
from monitor.novelty.classifier.calibration import shifted
from monitor.novelty.classifier.evidence import new_event, weigh
from monitor.novelty.classifier.explain import describe
from monitor.novelty.classifier.logistic import Weights, shipped_weights
from monitor.novelty.classifier.sentence_features import read_passages
from monitor.novelty.index.case_index import CaseIndex, Stored, frame_weight
from monitor.novelty.nlp.event_keys import frame_elements
from monitor.novelty.thresholds import DEFAULT_SETTINGS, JudgeSettings
from monitor.novelty.verdict.corroboration import find_confirmed, find_joins
from monitor.novelty.verdict.rules import Prediction, confirming, decide, is_young, needed_for

_LEAD_PARAGRAPHS = 4  # new sentences of a text that is not mostly known are quoted from these
# In these, what looks back ("said that he had refused") is quoted too when it is unlike all that is
# stored
_TOP_PARAGRAPHS = 3
_QUOTE_LIMIT = 25
_TERMS_SHOWN = 4  # of the weights, in the reasons
# Cosine from which a stored sentence is near in meaning; unrelated ones of one case lie at .2 to .4
_MEANT = 0.5
_SHARED = 0.4  # share of words under which the stored sentence nearest by words is near by chance
_COPIES = frozenset({Relation.COPY, Relation.EXCERPT, Relation.EXACT})


def judge(
    analysis: Analysis,
    memory: CaseIndex,
    *,
    now: datetime,
    is_subject: bool,
    is_baseline: bool = False,
    likeness: Likeness | None = None,
    settings: JudgeSettings = DEFAULT_SETTINGS,
    subject_terms: frozenset[str] = frozenset(),
    outlet: str = "",
    article_id: int | None = None,
    weights: Weights | None = None,
) -> Verdict:
    """Judges a text that the case does not hold yet.

    Args:
        memory: all the case knows; not changed.
        now: when the verdict is made; developments older than `join_span` before it take in no more
            reports.
        is_subject: the article is about the case by where it names it; else it must go on with what
            the case tells to alert.
        is_baseline: it belongs to what was there before the case was followed; stored, never
            alerted.
        likeness: the nearest stored copy, if any.
        subject_terms: folded words or phrases that name the subject; of a live blog only entries
            with one of them count.
        outlet, article_id: who published it, and the article, which the case may hold with another
            text; none confirms itself.
        weights: other weights than the shipped ones.

    Returns:
        The verdict. `new_sentences` is never empty for an alert, nor for what may become one when
        another outlet has it.
    """
    analysis = memory.events.of_analysis(analysis) if memory.events else analysis
    reading = align_article(analysis, memory, settings, subject_terms)
    evidence = weigh(reading, memory, analysis.published_at, settings)
    used = (weights or shipped_weights()) if settings.is_trained else None
    opinion = _weigh_all(analysis, reading, memory, used, settings, subject_terms) if used else None
    decision = decide(
        analysis,
        reading,
        evidence,
        memory,
        opinion,
        is_subject=is_subject,
        is_baseline=is_baseline,
        settings=settings,
    )
    by_weight = used if not is_young(memory, settings) else None
    may_alert = decision.outcome is Outcome.ALERT or decision.is_unconfirmed
    quoted = _pick_quotes(analysis, reading, memory, by_weight, settings, is_needed=may_alert)
    changes = _changed_claims(reading)
    likeness = _with_fact(likeness, changes)
    may_confirm = not (
        is_baseline or decision.outcome is Outcome.ALERT or decision.reasons[0].code == "mention"
    )
    confirmed = (
        find_confirmed(analysis, reading, memory, outlet, article_id, settings)
        if may_confirm
        else None
    )
    decision = confirming(decision, *confirmed, settings) if confirmed else decision
    return Verdict(
        outcome=decision.outcome,
        score=decision.score,
        threshold=needed_for(reading, settings) if by_weight else settings.alert_at,
        reasons=decision.reasons,
        new_sentences=_new_sentences(quoted, memory),
        changed_claims=changes,
        known_share=round(reading.known_share, 3),
        joins=find_joins(analysis, memory, now, settings, likeness),
        event_keys=evidence.keys,
        likeness=likeness,
        confirms=confirmed[0] if confirmed else None,
    )


def _with_fact(likeness: Likeness | None, changes: Sequence[ChangedClaim]) -> Likeness | None:
    """Calls a copy with another fact in it a changed copy."""
    is_changed = any(change.slot in HARD_FACTS for change in changes)
    if likeness is None or likeness.relation not in _COPIES or not is_changed:
        return likeness
    return replace(likeness, relation=Relation.COPY_CHANGED)


def _weigh_all(
    analysis: Analysis,
    reading: AlignedArticle,
    memory: CaseIndex,
    weights: Weights,
    settings: JudgeSettings,
    subject_terms: frozenset[str],
) -> Prediction:
    figures = article_features(analysis, reading, memory, settings, subject_terms)
    about = weights.about.probability(figures)
    # In a young case the rule gives the score, which feedback does not move.
    shift = 0.0 if is_young(memory, settings) else settings.shift
    probability = round(shifted(about * weights.article.probability(figures), shift), 3)
    return Prediction(
        probability,
        round(about, 3),
        figures,
        describe(weights.article.spoken(figures))[:_TERMS_SHOWN],
    )


def _pick_quotes(
    analysis: Analysis,
    reading: AlignedArticle,
    memory: CaseIndex,
    weights: Weights | None,
    settings: JudgeSettings,
    *,
    is_needed: bool,
) -> Sequence[AlignedSentence]:
    """Picks the sentences to quote, by the weights or else by rule; at least one where one is
    needed.
    """
    quoted = (
        _quoted_by_weight(analysis, reading, memory, weights, settings)
        if weights
        else _quoted(reading, memory, settings)
    )
    return quoted or ((reading.core or reading.notes or reading.rows)[:1] if is_needed else ())


def _quoted_by_weight(
    analysis: Analysis,
    reading: AlignedArticle,
    memory: CaseIndex,
    weights: Weights,
    settings: JudgeSettings,
) -> Sequence[AlignedSentence]:
    """Picks the sentences that the weights hold for new, else the one they hold for newest."""
    passages = read_passages(analysis, reading, memory)
    rated = [(weights.sentence.probability(passage.figures), passage.row) for passage in passages]
    picked = [row for probability, row in rated if probability >= settings.quote_at]
    if not picked and rated:
        picked = [max(rated, key=lambda pair: (pair[0], -pair[1].sentence.index))[1]]
    return picked[:_QUOTE_LIMIT]


def _quoted(
    reading: AlignedArticle, memory: CaseIndex, settings: JudgeSettings
) -> Sequence[AlignedSentence]:
    """Picks the sentences to quote."""
    if reading.is_addition:
        told = {
            row.sentence.paragraph
            for row in reading.residual
            if not row.sentence.facts.is_background
        }
        return [row for row in reading.residual if not told or row.sentence.paragraph in told][
            :_QUOTE_LIMIT
        ]
    return [row for row in reading.residual if _is_quotable(row, memory, settings)][:_QUOTE_LIMIT]


def _is_quotable(row: AlignedSentence, memory: CaseIndex, settings: JudgeSettings) -> bool:
    facts, paragraph = row.sentence.facts, row.sentence.paragraph
    if paragraph >= _LEAD_PARAGRAPHS or (
        facts.quoted_share >= settings.reaction_quoted and paragraph
    ):
        return False
    if facts.is_background and (paragraph >= _TOP_PARAGRAPHS or row.contained >= settings.far):
        return False
    if row.state is State.CHANGED and row.slot in HARD_FACTS:
        return True
    if row.contained >= settings.quote_contained:
        return False
    return _frame_share(row, memory) <= settings.quote_frame or bool(
        new_event(row.sentence.facts, memory).keys
    )


def _frame_share(row: AlignedSentence, memory: CaseIndex) -> float:
    """Largest share of the sentence's frame in one of its nearest stored sentences, 0-1."""
    own = frame_elements(row.sentence.facts)
    whole = frame_weight(memory, own)
    if not whole:
        return 0.0
    return max(
        (
            frame_weight(memory, own & frame_elements(near.stored.facts)) / whole
            for near in row.near
        ),
        default=0.0,
    )


def _new_sentences(rows: Sequence[AlignedSentence], memory: CaseIndex) -> tuple[NewSentence, ...]:
    meant = memory.nearest_in_meaning([row.sentence.vector for row in rows], 1)
    return tuple(
        NewSentence(row.sentence.text, row.sentence.index, row.sentence.key, _nearest(row, near))
        for row, near in zip(rows, meant, strict=True)
    )


def _nearest(row: AlignedSentence, meant: Sequence[tuple[Stored, float]]) -> Nearest | None:
    """Returns the stored sentence that shares most words; where none shares many, the one that an
    encoder holds for nearest.
    """
    best = max(row.near, key=lambda near: near.contained, default=None)
    if best is None or best.contained < _SHARED:
        for stored, cosine in meant:
            if cosine >= _MEANT:
                return Nearest(stored.text, stored.article_id, round(min(cosine, 1.0), 3))
    if best is None:
        return None
    return Nearest(best.stored.text, best.stored.article_id, round(min(best.contained, 1.0), 3))


def _changed_claims(reading: AlignedArticle) -> tuple[ChangedClaim, ...]:
    return tuple(
        ChangedClaim(
            row.before.stored.text, row.sentence.text, row.slot, row.before.stored.article_id
        )
        for row in reading.residual
        if row.state is State.CHANGED and row.before is not None and row.slot is not None
    )[:_QUOTE_LIMIT]
