"""What the trained weights make of an article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.novelty.classifier.article_features import (
    ArticleFeatures,
    Reports,
    article_features,
)
from monitor.novelty.classifier.assessment import Assessment
from monitor.novelty.classifier.calibration import shifted
from monitor.novelty.classifier.explain import describe
from monitor.novelty.classifier.links import Link, Links, link_candidates
from monitor.novelty.classifier.logistic import Regression, Weights
from monitor.novelty.classifier.reporting import features_of_text, reporting_features

_PHRASES_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the trained weights make of an article.

    Attributes:
        probability: that it brings the case a development that nobody was told of, 0-1; the score.
        unraised: the same before the score was raised for what is at stake.
        about: that it is about the case, 0-1.
        features: what the weights looked at.
        links: the stored articles that may tell the same.
        reports: how probably each sentence reports news.
        strongest: what moved the score most, in words, with what it added in logits.
    """

    probability: float
    unraised: float
    about: float
    features: ArticleFeatures
    links: Links
    reports: Reports
    strongest: Sequence[tuple[str, float]]

    def raised(self, logits: float, why: str) -> Prediction:
        """Returns the prediction with a probability that is so much higher, for a reason."""
        probability = round(shifted(self.probability, logits), 3)
        strongest = sorted([*self.strongest, (why, logits)], key=lambda one: -abs(one[1]))
        return replace(self, probability=probability, strongest=strongest)


def predict(assessment: Assessment, weights: Weights) -> Prediction:
    """Returns the prediction of the weights, moved by what people said of the case's verdicts."""
    links = find_links(assessment, weights.link)
    reports = rate_reports(assessment, weights.reporting)
    features = article_features(assessment, links, reports)
    # In a young case the rule gives the score, which feedback does not move.
    shift = 0.0 if assessment.is_young else assessment.settings.shift
    probability = shifted(weights.article.probability(features), shift)
    return Prediction(
        probability=round(probability, 3),
        unraised=round(probability, 3),
        about=round(weights.about.probability(features), 3),
        features=features,
        links=links,
        reports=reports,
        strongest=describe(weights.article.contributions(features))[:_PHRASES_SHOWN],
    )


def find_links(assessment: Assessment, regression: Regression) -> Links:
    """Returns the stored articles that share most with an article, each with the probability that
    it tells the same development.
    """
    found = [
        Link(candidate.profile, regression.probability(candidate.features))
        for candidate in link_candidates(assessment)
    ]
    return Links(tuple(found), assessment.index, assessment.analysis.published_at)


def rate_reports(assessment: Assessment, regression: Regression) -> Reports:
    """Returns how probably each sentence of an article, and its headline, reports news."""
    sentences = assessment.analysis.sentences
    rated = {
        sentence.index: regression.probability(features)
        for sentence, features in zip(sentences, features_of_text(sentences), strict=True)
    }
    title = assessment.analysis.title
    rated[title.index] = regression.probability(reporting_features(title, 0, opens=True))
    return Reports(rated)
