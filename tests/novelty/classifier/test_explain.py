"""What moved a score, in words for a person."""

from dataclasses import fields

import pytest

from monitor.novelty.classifier.article_features import ABOUT_ALONE, ArticleFeatures
from monitor.novelty.classifier.explain import describe
from monitor.novelty.classifier.logistic import Contribution


def test_features_that_measure_one_thing_are_told_as_one() -> None:
    told = describe(
        [
            Contribution("new_events", -1.0),
            Contribution("dated_events", -0.5),
            Contribution("title_reporting", 1.2),
        ]
    )

    assert told == [
        ("events that are new for the day", -1.5),
        ("a headline that reports news", 1.2),
    ]


@pytest.mark.parametrize(
    "feature",
    [one.name for one in fields(ArticleFeatures) if one.name not in ABOUT_ALONE],
)
def test_every_feature_that_says_what_is_new_has_words(feature: str) -> None:
    ((phrase, _),) = describe([Contribution(feature, 1.0)])

    assert " " in phrase


def test_of_equally_strong_phrases_the_order_is_that_of_the_alphabet() -> None:
    told = describe([Contribution("live", 1.0), Contribution("new_names", -1.0)])

    assert [phrase for phrase, _ in told] == [
        "names that the case never had",
        "whether it is a live blog",
    ]
