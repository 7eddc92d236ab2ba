"""Logistic regressions: what a score is, and the weights that come with the program."""

from dataclasses import fields, replace

import pytest

from monitor.novelty import JUDGE_VERSION, analyse
from monitor.novelty.classifier.article_features import (
    ABOUT,
    ABOUT_ALONE,
    ArticleFeatures,
    article_features,
)
from monitor.novelty.classifier.assessment import assess
from monitor.novelty.classifier.logistic import parse_weights, shipped_weights
from monitor.novelty.classifier.sentence_features import SentenceFeatures
from tests.novelty.world import THURSDAY, TRIAL, Case


def weights_file(*terms: list[object]) -> dict[str, object]:
    """Returns weights as they are stored: the terms for articles, nothing for sentences."""
    stored, empty = {"bias": 0.5, "terms": list(terms)}, {"bias": 0.0, "terms": []}
    return {"version": "2", "about": stored, "article": stored, "sentence": empty}


def test_a_score_is_the_logistic_of_the_standardised_features(grown: Case) -> None:
    features = replace(
        article_features(assess(analyse("", TRIAL, published_at=THURSDAY), grown.index)),
        event_strength=3.0,
        coverage=1.0,
    )
    weights = parse_weights(
        weights_file(["event_strength", 1.0, 2.0, 3.0], ["coverage", 0.5, 0.5, -1.0])
    )

    assert weights.article.contributions(features) == [("event_strength", 3.0), ("coverage", -1.0)]
    assert weights.article.probability(features) == pytest.approx(0.924, abs=0.001)


def test_the_shipped_weights_are_of_this_judge_and_weigh_every_feature() -> None:
    weights = shipped_weights()

    assert weights is not None
    assert weights.version == JUDGE_VERSION
    of_articles = {field.name for field in fields(ArticleFeatures)}
    assert {term.feature for term in weights.article.terms} == of_articles - set(ABOUT_ALONE)
    assert {term.feature for term in weights.about.terms} == set(ABOUT)
    of_sentences = {field.name for field in fields(SentenceFeatures)}
    assert {term.feature for term in weights.sentence.terms} == of_sentences


def test_weights_of_a_feature_that_is_not_computed_are_refused() -> None:
    with pytest.raises(ValueError, match="'length' is not a feature of ArticleFeatures"):
        parse_weights(weights_file(["length", 0.0, 1.0, 1.0]))
