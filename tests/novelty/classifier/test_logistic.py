"""Logistic regressions: what a score is, and the weights that come with the program."""

from dataclasses import fields

import pytest

from monitor.novelty import JUDGE_VERSION, analyse
from monitor.novelty.classifier.article_features import ABOUT, ABOUT_ALONE, ArticleFeatures
from monitor.novelty.classifier.links import LinkFeatures
from monitor.novelty.classifier.logistic import (
    Features,
    Regression,
    Weights,
    parse_regression,
    parse_weights,
    shipped_weights,
)
from monitor.novelty.classifier.reporting import ReportingFeatures, reporting_features
from monitor.novelty.classifier.sentence_features import SentenceFeatures
from tests.novelty.verdict.weights import constant
from tests.novelty.world import THURSDAY

REGRESSIONS = ("link", "reporting", "about", "article", "sentence")


def names_of(features: type[Features]) -> set[str]:
    return {field.name for field in fields(features)}


def test_a_score_is_the_logistic_of_the_standardised_features() -> None:
    sentence = analyse("", "Police arrested the mate?", published_at=THURSDAY).sentences[0]
    features = reporting_features(sentence, 0, opens=True)
    terms = [["question", 0.5, 0.5, 3.0], ["opens", -1.0, 2.0, -1.0]]
    regression = parse_regression({"bias": 0.5, "terms": terms}, ReportingFeatures)

    assert regression.contributions(features) == [("question", 3.0), ("opens", -1.0)]
    assert regression.probability(features) == pytest.approx(0.924, abs=0.001)


@pytest.fixture(scope="module")
def shipped() -> Weights:
    weights = shipped_weights()
    assert weights is not None
    return weights


def test_the_shipped_weights_are_of_this_judge(shipped: Weights) -> None:
    assert shipped.version == JUDGE_VERSION


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("link", names_of(LinkFeatures)),
        ("reporting", names_of(ReportingFeatures)),
        ("about", set(ABOUT)),
        ("article", names_of(ArticleFeatures) - set(ABOUT_ALONE)),
        ("sentence", names_of(SentenceFeatures)),
    ],
)
def test_the_shipped_weights_weigh_every_feature(
    shipped: Weights, name: str, expected: set[str]
) -> None:
    regression: Regression = getattr(shipped, name)

    assert {term.feature for term in regression.terms} == expected


AGAINST = {
    "link": {"hours", "far"},
    "article": {
        *("told", "addition_told", "same_day_coverage"),
        *("background", "lead_background", "foreign_names"),
    },
}
FOR = {
    "link": names_of(LinkFeatures) - AGAINST["link"] - {"same_language"},
    "article": {
        *("reporting", "title_reporting", "addition_reporting", "new_events", "dated_events"),
        *("title_event_untold", "new_names", "known_names"),
    },
}


@pytest.mark.parametrize("name", ["link", "article"])
def test_nothing_weighs_against_what_it_means(shipped: Weights, name: str) -> None:
    regression: Regression = getattr(shipped, name)
    weights = {term.feature: term.weight for term in regression.terms}

    assert {feature for feature in FOR[name] if weights[feature] < 0} == set()
    assert {feature for feature in AGAINST[name] if weights[feature] > 0} == set()


@pytest.mark.parametrize("name", REGRESSIONS)
def test_weights_of_a_feature_that_is_not_computed_are_refused(name: str) -> None:
    stored: dict[str, object] = {one: constant(0.0) for one in REGRESSIONS}
    stored |= {"version": "7", name: {"bias": 0.0, "terms": [["mood", 0.0, 1.0, 1.0]]}}

    with pytest.raises(ValueError, match=r"'mood' is not a feature of \w+Features"):
        parse_weights(stored)


@pytest.mark.parametrize("name", ["version", *REGRESSIONS])
def test_a_file_without_one_of_its_parts_is_refused(name: str) -> None:
    stored: dict[str, object] = {"version": "7", **{one: constant(0.0) for one in REGRESSIONS}}
    del stored[name]

    with pytest.raises(KeyError, match=name):
        parse_weights(stored)


@pytest.mark.parametrize(
    "term",
    [["depth", 0.0, 1.0], ["depth", 0.0, 1.0, "heavy"], ["depth", 0.0, 1.0, 1.0, 1.0]],
    ids=["too short", "no number", "too long"],
)
def test_a_term_that_is_not_a_name_with_three_numbers_is_refused(term: list[object]) -> None:
    with pytest.raises(ValueError, match=r"unpack|convert"):
        parse_regression({"bias": 0.0, "terms": [term]}, ReportingFeatures)
