"""What the trained weights make of an article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.novelty.classifier.article_features import ArticleFeatures, article_features
from monitor.novelty.classifier.assessment import Assessment
from monitor.novelty.classifier.calibration import shifted
from monitor.novelty.classifier.explain import describe
from monitor.novelty.classifier.logistic import Weights

_PHRASES_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the trained weights make of an article.

    Attributes:
        probability: that it is about the case and brings it a new development, 0-1.
        about: that it is about the case, 0-1.
        features: what the weights looked at.
        strongest: what moved the score most, in words, with what it added in logits.
    """

    probability: float
    about: float
    features: ArticleFeatures
    strongest: Sequence[tuple[str, float]]


def predict(assessment: Assessment, weights: Weights) -> Prediction:
    """Returns the prediction of the weights, moved by what people said of the case's verdicts."""
    features = article_features(assessment)
    about = weights.about.probability(features)
    # In a young case the rule gives the score, which feedback does not move.
    shift = 0.0 if assessment.is_young else assessment.settings.shift
    probability = shifted(about * weights.article.probability(features), shift)
    return Prediction(
        probability=round(probability, 3),
        about=round(about, 3),
        features=features,
        strongest=describe(weights.article.contributions(features))[:_PHRASES_SHOWN],
    )
