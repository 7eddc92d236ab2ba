"""An outcome with its reasons, and what it is decided on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from monitor.model import Outcome, Reason
from monitor.novelty.alignment.align import AlignedSentence
from monitor.novelty.alignment.article import AlignedArticle
from monitor.novelty.classifier.assessment import Assessment
from monitor.novelty.classifier.evidence import Evidence
from monitor.novelty.classifier.prediction import Prediction
from monitor.novelty.thresholds import JudgeSettings
from monitor.novelty.verdict.reasons import UNCONFIRMED_REASONS, describe_evidence


@dataclass(frozen=True, slots=True)
class Decision:
    """An outcome with the score it was decided on and its reasons, the deciding one first."""

    outcome: Outcome
    score: float
    reasons: tuple[Reason, ...]

    @property
    def is_unconfirmed(self) -> bool:
        """Whether the article may alert when another newsroom has the same."""
        return (self.outcome.value, self.reasons[0].code) in UNCONFIRMED_REASONS


@dataclass(frozen=True, slots=True)
class Grounds:
    """What an outcome is decided on.

    Attributes:
        prediction: of the trained weights; None where the untrained rule decides.
        points: the rule's evidence, from 0, compared with `event_at`.
        score: the probability of a new development, or the points on its scale, 0-1.
        reasons: what is to be said of the evidence, whatever decides.
    """

    assessment: Assessment
    prediction: Prediction | None
    points: float
    score: float
    reasons: tuple[Reason, ...]

    @classmethod
    def of(cls, assessment: Assessment, prediction: Prediction | None) -> Grounds:
        """Returns the grounds of an article; in a young case the rule decides."""
        settings, article = assessment.settings, assessment.article
        prediction = None if assessment.is_young else prediction
        points = assessment.evidence.event.strength
        if _is_update(article, settings):
            points += settings.addition_bonus
        score = prediction.probability if prediction else _as_probability(points, settings)
        reasons = tuple(describe_evidence(assessment, prediction))
        return cls(assessment, prediction, points, score, reasons)

    @property
    def article(self) -> AlignedArticle:
        """The article beside what the case knows."""
        return self.assessment.article

    @property
    def evidence(self) -> Evidence:
        """The evidence of its leading sentences."""
        return self.assessment.evidence

    @property
    def settings(self) -> JudgeSettings:
        """The thresholds."""
        return self.assessment.settings

    @property
    def changed(self) -> list[AlignedSentence]:
        """The known sentences that an addition repeats with another hard fact."""
        if not self.article.is_addition:
            return []
        return [row for row in self.article.unexplained if row.has_hard_change]

    def with_reason(self, reason: Reason) -> Grounds:
        """Returns the grounds with one more thing to be said."""
        return replace(self, reasons=(reason, *self.reasons))

    def decide(self, outcome: Outcome, reason: Reason) -> Decision:
        """Returns an outcome for a reason."""
        return Decision(outcome, self.score, (reason, *self.reasons))

    def alert(self, reason: Reason) -> Decision:
        """Returns an alert for a reason."""
        return self.decide(Outcome.ALERT, reason)

    def digest(self, reason: Reason) -> Decision:
        """Returns an entry in the digest for a reason."""
        return self.decide(Outcome.DIGEST, reason)

    def silence(self, reason: Reason) -> Decision:
        """Returns silence for a reason."""
        return self.decide(Outcome.SILENT, reason)


def _is_update(article: AlignedArticle, settings: JudgeSettings) -> bool:
    """Says whether new words stand at the very top of a known text."""
    if not (article.is_addition and article.begins_unexplained):
        return False
    return article.unexplained[0].overlap < settings.quote_overlap


def _as_probability(points: float, settings: JudgeSettings) -> float:
    """Puts the rule's evidence on the scale of the trained score: `event_at` becomes `alert_at`."""
    if points <= 0 or settings.alert_at <= 0:
        return 0.0
    # x / (x + half) is a half at `half`, and rises from 0 towards 1.
    half = settings.event_at * (1 - settings.alert_at) / settings.alert_at
    return round(points / (points + half), 3)
