"""What moved a score, in words for a person."""

from dataclasses import fields

from monitor.novelty.classifier.article_features import ArticleFeatures
from monitor.novelty.classifier.explain import describe
from monitor.novelty.classifier.logistic import Contribution


def test_features_that_measure_one_thing_are_told_as_one() -> None:
    told = describe(
        [
            Contribution("coverage", -1.0),
            Contribution("same_day_coverage", -0.5),
            Contribution("event_strength", 1.2),
        ]
    )

    assert told == [
        ("how much of it one recent article has", -1.5),
        ("strength of the new event", 1.2),
    ]


def test_every_feature_of_an_article_has_words() -> None:
    for field in fields(ArticleFeatures):
        ((phrase, _),) = describe([Contribution(field.name, 1.0)])
        assert " " in phrase


def test_of_equally_strong_phrases_the_order_is_that_of_the_alphabet() -> None:
    told = describe([Contribution("quoted", 1.0), Contribution("live", -1.0)])

    assert [phrase for phrase, _ in told] == ["share of quoted words", "whether it is a live blog"]
