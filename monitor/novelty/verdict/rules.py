"""From evidence to an outcome: gates, corrections, additions, and the reasons for a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from monitor.model import Analysis, FactKind, Genre, Outcome, Reason
from monitor.novelty.alignment.align import AlignedSentence, State
from monitor.novelty.alignment.article import AlignedArticle
from monitor.novelty.classifier.article_features import HARD_FACTS, leads_with_deed
from monitor.novelty.classifier.evidence import Evidence
from monitor.novelty.index.case_index import CaseIndex
from monitor.novelty.nlp.lexicon import lexicon
from monitor.novelty.thresholds import JudgeSettings
from monitor.text import fold_words

RETELLING = frozenset({Genre.OPINION, Genre.EXPLAINER, Genre.DIGEST})
CALIBRATED = "calibrated"  # the reason that tells the shift of a score
DOUBTED = "weak"  # the reason for a digest that another outlet may turn into an alert
FAINT = "faint"  # the reason for a silence that another outlet may turn into an alert
IN_DOUBT = frozenset({(Outcome.DIGEST.value, DOUBTED), (Outcome.SILENT.value, FAINT)})
_KEYS_SHOWN = 6
_LIKELY = 0.5
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the trained weights make of an article.

    Attributes:
        probability: that it is about the case and brings it a new development, 0-1.
        about: that it is about the case, 0-1.
        figures: what they looked at.
        strongest: what said most, in words, with what it added.
    """

    probability: float
    about: float
    figures: Mapping[str, float]
    strongest: Sequence[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Decision:
    """An outcome with the score it was decided on and its reasons, the deciding one first."""

    outcome: Outcome
    score: float
    reasons: tuple[Reason, ...]

    @property
    def is_unconfirmed(self) -> bool:
        """Whether the article may alert when another outlet has the same."""
        return (self.outcome.value, self.reasons[0].code) in IN_DOUBT


def decide(
    analysis: Analysis,
    reading: AlignedArticle,
    evidence: Evidence,
    memory: CaseIndex,
    opinion: Prediction | None,
    *,
    is_subject: bool,
    is_baseline: bool,
    settings: JudgeSettings,
) -> Decision:
    """Returns what becomes of the article.

    Args:
        opinion: of the trained weights; without one the untrained rule decides.
    """
    points = evidence.event + (settings.addition_bonus if _is_update(reading, settings) else 0.0)
    weighed, opinion = opinion, None if is_young(memory, settings) else opinion
    score = opinion.probability if opinion else _as_probability(points, settings)
    told = _described(evidence, reading, opinion, settings)

    def silent(code: str, text: str, value: float | None = None) -> Decision:
        return Decision(Outcome.SILENT, score, (Reason(code, text, value), *told))

    if is_baseline:
        return silent("baseline", "it was there before the case was followed")
    if not is_subject:
        if not (opinion and _continues(opinion.figures, settings)):
            return silent("mention", "it names the subject but is not about the case")
        goes_on = "it names the subject in passing, but goes on with what a recent article of the case tells"
        told = (
            Reason(
                "continues", goes_on, round(opinion.figures["cover"], 3), settings.continues_cover
            ),
            *told,
        )
    if is_correction(reading):
        return Decision(
            Outcome.ALERT,
            score,
            (Reason("correction", "an outlet corrects a fact of its own report"), *told),
        )
    if not reading.residual:
        return silent("known", "every sentence is known", reading.known_share)
    if analysis.genre in RETELLING:
        is_strong = evidence.event >= settings.event_at and evidence.has_act
        outcome = Outcome.DIGEST if is_strong else Outcome.SILENT
        return Decision(
            outcome,
            score,
            (
                Reason(
                    analysis.genre.value, f"it is of a kind that retells: {analysis.genre.value}"
                ),
                *told,
            ),
        )
    if memory.article_count == 0:
        # Neither seed nor baseline: nothing can be known, so whatever the first article about the
        # case says is new.
        return Decision(
            Outcome.ALERT, score, (Reason("first", "the case knows nothing yet"), *told)
        )
    if opinion:
        return _decide_trained(reading, evidence, points, opinion, told, settings)
    decision = _decide_untrained(reading, evidence, memory, points, told, settings)
    is_text = (
        bool(analysis.sentences) and not reading.is_addition
    )  # of a headline, and of an addition, the weights know less
    if (
        decision.outcome is Outcome.ALERT
        and weighed
        and is_text
        and analysis.genre is not Genre.LIVE
    ):
        return _doubting(decision, weighed.probability, evidence, settings)
    return decision


def is_young(memory: CaseIndex, settings: JudgeSettings) -> bool:
    """Whether a case knows too little for the trained weights to decide."""
    return memory.article_count < settings.young_articles or len(memory) < settings.young_memory


def _doubting(
    decision: Decision, probability: float, evidence: Evidence, settings: JudgeSettings
) -> Decision:
    """Returns the alert of the rule in a young case, as a digest if the trained weights hold it for
    unlikely or most of it has just alerted."""
    text = "the case is young and this may be its first report in other words"
    if probability < settings.digest_at:
        reason = Reason(DOUBTED, text, probability, settings.digest_at)
        return Decision(Outcome.DIGEST, decision.score, (reason, *decision.reasons))
    if evidence.told_now >= settings.young_told:
        reason = Reason(DOUBTED, text, evidence.told_now, settings.young_told)
        return Decision(Outcome.DIGEST, decision.score, (reason, *decision.reasons))
    return decision


def confirming(
    decision: Decision, article_id: int, coverage: float, settings: JudgeSettings
) -> Decision:
    """Returns the decision on an article that confirms another: it is told with that one, so by
    itself it is silent.

    One that is in doubt itself stays so: it may bring more than the other, and a third outlet may
    confirm that."""
    text = f"it confirms article {article_id} of another outlet, which was in doubt"
    confirms = Reason("confirms", text, coverage, settings.confirm_cover)
    if decision.is_unconfirmed:
        return Decision(
            Outcome.SILENT,
            decision.score,
            (_faint(decision.score, settings), confirms, *decision.reasons[1:]),
        )
    return Decision(Outcome.SILENT, decision.score, (confirms, *decision.reasons))


def _faint(score: float, settings: JudgeSettings) -> Reason:
    return Reason(
        FAINT,
        "too little of it is new unless another outlet tells it too",
        score,
        settings.digest_at,
    )


def _as_probability(points: float, settings: JudgeSettings) -> float:
    """Puts the rule's evidence on the scale of the trained score: `event_at` becomes `alert_at`."""
    if points <= 0 or settings.alert_at <= 0:
        return 0.0
    half = settings.event_at * (1 - settings.alert_at) / settings.alert_at
    return round(points / (points + half), 3)


def _continues(figures: Mapping[str, float], settings: JudgeSettings) -> bool:
    """An article that names the subject in passing goes on with what one recent article of the case
    tells, or repeats it.

    "An appeals court on Tuesday stayed the order to bring back a wrongly deported teacher" may name
    him in its last line."""
    return (
        figures["cover"] >= settings.continues_cover
        or figures["known share"] >= settings.continues_known
    )


def _decide_trained(
    reading: AlignedArticle,
    evidence: Evidence,
    points: float,
    opinion: Prediction,
    told: tuple[Reason, ...],
    settings: JudgeSettings,
) -> Decision:
    """Decides by the probability; a known sentence with another number or day counts from the
    digest's threshold on.
    """
    score = opinion.probability
    changed = _changed(reading) if reading.is_addition else []
    if changed and score >= settings.digest_at:
        reason = Reason(
            "changed_claim",
            f"a known sentence with another {changed[0].slot}",
            float(len(changed)),
            1.0,
        )
        return Decision(Outcome.ALERT, score, (reason, *told))
    needed = needed_for(reading, settings)
    if score >= needed:
        if evidence.told_late >= settings.late_limit and score < settings.late_alert_at:
            text = "one old article has its names and numbers and no recent one does: it may be an old report told late"
            return Decision(
                Outcome.DIGEST,
                score,
                (Reason(DOUBTED, text, evidence.told_late, settings.late_limit), *told),
            )
        reason = Reason("new_event", "it reports what no stored article reports", score, needed)
        return Decision(Outcome.ALERT, score, (reason, *told))
    if evidence.retold >= settings.told_limit and points >= settings.event_at:
        return Decision(Outcome.DIGEST, score, (_retold(evidence, settings), *told))
    if score < settings.digest_at and opinion.about < _LIKELY:
        reason = Reason("aside", "it is hardly about the case", opinion.about, _LIKELY)
        return Decision(Outcome.SILENT, score, (reason, *told))
    if settings.doubt_at <= score < settings.digest_at:
        return Decision(Outcome.SILENT, score, (_faint(score, settings), *told))
    outcome = Outcome.DIGEST if score >= settings.digest_at else Outcome.SILENT
    return Decision(
        outcome, score, (Reason(DOUBTED, "too little of it is new", score, needed), *told)
    )


def needed_for(reading: AlignedArticle, settings: JudgeSettings) -> float:
    """Returns the probability from which the weights let an article alert."""
    return settings.alert_at + (settings.addition_over if reading.is_verbatim else 0.0)


def _decide_untrained(
    reading: AlignedArticle,
    evidence: Evidence,
    memory: CaseIndex,
    points: float,
    told: tuple[Reason, ...],
    settings: JudgeSettings,
) -> Decision:
    score = _as_probability(points, settings)
    if reading.is_addition and (changed := _changed(reading)):
        reason = Reason(
            "changed_claim",
            f"a known sentence with another {changed[0].slot}",
            float(len(changed)),
            1.0,
        )
        return Decision(Outcome.ALERT, score, (reason, *told))
    if reading.is_verbatim:
        return _decide_addition(reading, evidence, memory, points, told, settings)
    if evidence.coverage >= settings.coverage_limit:
        reason = Reason(
            "covered",
            f"article {evidence.covered_by} tells the same",
            evidence.coverage,
            settings.coverage_limit,
        )
        return Decision(Outcome.SILENT, score, (reason, *told))
    return _decide_event(evidence, points, told, settings)


def _retold(evidence: Evidence, settings: JudgeSettings) -> Reason:
    text = "no day, name or number of its own; an old article has its facts"
    return Reason("retold", text, evidence.retold, settings.told_limit)


def _changed(reading: AlignedArticle) -> list[AlignedSentence]:
    return [
        row for row in reading.residual if row.state is State.CHANGED and row.slot in HARD_FACTS
    ]


def _decide_event(
    evidence: Evidence, points: float, told: tuple[Reason, ...], settings: JudgeSettings
) -> Decision:
    score = _as_probability(points, settings)
    if points < settings.event_at:
        outcome = Outcome.DIGEST if points >= settings.event_at / 2 else Outcome.SILENT
        return Decision(
            outcome,
            score,
            (Reason(DOUBTED, "too little of it is new", points, settings.event_at), *told),
        )
    if evidence.retold >= settings.told_limit:
        return Decision(Outcome.DIGEST, score, (_retold(evidence, settings), *told))
    return Decision(
        Outcome.ALERT,
        score,
        (
            Reason(
                "new_event", "it reports what no stored article reports", points, settings.event_at
            ),
            *told,
        ),
    )


def _decide_addition(
    reading: AlignedArticle,
    evidence: Evidence,
    memory: CaseIndex,
    points: float,
    told: tuple[Reason, ...],
    settings: JudgeSettings,
) -> Decision:
    """Decides on words added to a text that is known word for word; reactions and colour do not
    alert.

    An act counts as in any text. So does what somebody with a role did on a fresh day, if it is new
    for that role or stands on top. While a case is young, days say little: whatever the passage
    says that somebody did counts."""
    score = _as_probability(points, settings)
    if all(row.state is State.CHANGED for row in reading.residual):
        return Decision(
            Outcome.DIGEST,
            score,
            (Reason("renamed", "known sentences with another name in them"), *told),
        )
    is_reaction = evidence.quoted_share >= settings.reaction_quoted
    is_lead = leads_with_deed(reading, settings) and evidence.coverage < settings.told_limit
    is_event = evidence.has_actor and evidence.event >= settings.event_at
    if evidence.is_fresh and (is_event or is_lead) and not is_reaction:
        return Decision(
            Outcome.ALERT,
            score,
            (
                Reason("new_addition", "an added passage tells what somebody did on a fresh day"),
                *told,
            ),
        )
    if len(memory) < settings.young_sentences and any(
        _is_deed(row, memory, settings) for row in reading.residual
    ):
        return Decision(
            Outcome.ALERT,
            score,
            (
                Reason("young_case", "an added passage tells what a case so young cannot know"),
                *told,
            ),
        )
    if not evidence.has_act or is_reaction:
        outcome = Outcome.DIGEST if points >= settings.event_at / 2 else Outcome.SILENT
        return Decision(
            outcome, score, (Reason("no_act", "what was added is colour, reaction or talk"), *told)
        )
    return _decide_event(evidence, points, told, settings)


def _is_deed(row: AlignedSentence, memory: CaseIndex, settings: JudgeSettings) -> bool:
    """An unknown statement of an act, or of what a role or an unheard name did; a reaction only
    with name and day.
    """
    facts = row.sentence.facts
    if row.state is not State.UNKNOWN or not facts.classes or row.contained >= settings.aligned:
        return False
    is_named = any(not memory.has_element(f"name {name}") for name in facts.names)
    if facts.quoted_share >= settings.reaction_quoted:
        return is_named and bool(facts.days)
    return (
        is_named
        or bool(facts.roles)
        or bool(set(facts.classes) - lexicon().weak - lexicon().keyless)
    )


def _is_update(reading: AlignedArticle, settings: JudgeSettings) -> bool:
    """New words stand at the very top of a known text."""
    if not (reading.is_addition and reading.residual and reading.rows):
        return False
    return (
        reading.residual[0].sentence.index == reading.rows[0].sentence.index
        and reading.residual[0].contained < settings.quote_contained
    )


def is_correction(reading: AlignedArticle) -> bool:
    """An unknown note corrects a day or number, in its own words or in a changed sentence of the
    text.
    """
    notes = [
        row
        for row in reading.notes
        if row.state is not State.KNOWN and "CORRECT" in row.sentence.facts.classes
    ]
    if not notes:
        return False
    contrast = lexicon().forms["notes contrast"]
    for row in notes:
        is_dated = bool(row.sentence.facts.days or row.sentence.facts.numbers)
        if is_dated and not _is_on_picture(row) and contrast.find(fold_words(row.sentence.text)):
            return True
    return any(
        row.state is State.CHANGED and row.slot in (FactKind.DATE, FactKind.NUMBER)
        for row in reading.residual
    )


def _is_on_picture(row: AlignedSentence) -> bool:
    """The note is on a photograph or its caption, not on the report."""
    facts = row.sentence.facts
    return "IMAGE" in facts.classes or bool(
        lexicon().forms["notes captions"].find(fold_words(row.sentence.text))
    )


def _described(
    evidence: Evidence, reading: AlignedArticle, opinion: Prediction | None, settings: JudgeSettings
) -> tuple[Reason, ...]:
    shown = [_spoken(key) for key in evidence.keys if not key.startswith("name ")][:_KEYS_SHOWN]
    names = sorted({key.split()[1] for key in evidence.keys if key.startswith("name ")})[
        :_KEYS_SHOWN
    ]
    reasons = [
        Reason(
            "event",
            f"new: {'; '.join(shown)}" if shown else "no new event",
            evidence.event,
            settings.event_at,
        )
    ]
    if names:
        reasons.append(Reason("names", f"names new for the day: {', '.join(names)}"))
    reasons.append(
        Reason(
            "coverage",
            "share of it that one recent article has",
            evidence.coverage,
            settings.coverage_limit,
        )
    )
    reasons.append(
        Reason(
            "known_share",
            "share of its sentences that the case knew",
            round(reading.known_share, 3),
            settings.known_share,
        )
    )
    if opinion:
        reasons.append(Reason("about", "probability that it is about the case", opinion.about))
        if settings.shift:
            reasons.append(
                Reason(
                    CALIBRATED,
                    "logits added to the score, from feedback on this case",
                    settings.shift,
                )
            )
        reasons.extend(
            Reason("weighed", phrase, round(said, 2)) for phrase, said in opinion.strongest
        )
    return tuple(reasons)


def _spoken(key: str) -> str:
    """Turns "role JUDGE STAY 2025-07-23" into "judge, stay, 23 July"."""
    *words, day = key.split()[1:]
    when = date.fromisoformat(day)
    return ", ".join([*(word.lower() for word in words), f"{when.day} {_MONTHS[when.month - 1]}"])
