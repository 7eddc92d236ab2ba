"""The features of an article, each against what the case knows."""

from dataclasses import astuple, replace
from datetime import datetime, timedelta

import pytest

from monitor.novelty import analyse
from monitor.novelty.classifier.article_features import ArticleFeatures, article_features
from monitor.novelty.classifier.assessment import assess
from monitor.novelty.classifier.logistic import shipped_weights
from tests.novelty.world import (
    ARREST,
    SATURDAY,
    SINKING,
    THURSDAY,
    TRIAL,
    TRIAL_RETOLD,
    TUESDAY,
    Case,
    text_of,
)


def features_of(
    case: Case, text: str, at: datetime = THURSDAY, title: str = "", subject: str = ""
) -> ArticleFeatures:
    analysis = analyse(title, text, published_at=at)
    terms = frozenset({subject} if subject else ())
    return article_features(assess(analysis, case.index, subject_terms=terms))


@pytest.mark.parametrize(("singer", "expected"), [("Iker Alondra", 1.0), ("Alondra", 0.0)])
def test_foreign_names_beside_the_subjects_speak_against_an_article(
    grown: Case, singer: str, expected: float
) -> None:
    text = f"{singer} sang in Port Amber on Thursday. Captain Rufo Calder was in the hall."
    weights = shipped_weights()
    assert weights is not None

    features = features_of(grown, text, subject="alondra")

    assert features.foreign_names == expected
    contributions = dict(weights.about.contributions(replace(features, foreign_names=1.0)))
    assert contributions["foreign_names"] < 0


def test_a_new_report_has_news_and_nobody_covers_it(grown: Case) -> None:
    features = features_of(grown, TRIAL)

    assert features.coverage == features.same_day_coverage == 0
    assert features.known_share == features.new_lead == features.changed_facts == 0
    assert features.fresh_lead == 1
    assert features.event_strength > 0
    assert features.new_names > 0
    assert features.lead_names_unreported > 0.5


def test_a_report_in_other_words_is_covered_by_the_first(grown: Case) -> None:
    grown.store(TRIAL, THURSDAY)

    features = features_of(grown, TRIAL_RETOLD, THURSDAY + timedelta(hours=5))

    assert features.coverage > 0.4
    assert features.same_day_coverage == features.coverage
    assert features.coverage_over_archive > 0
    assert features.new_names == features.new_numbers == 0


def test_a_copy_is_all_known(grown: Case) -> None:
    features = features_of(grown, SINKING, TUESDAY + timedelta(days=1))

    assert features.known_share == 1
    assert features.known_words == 1
    assert features.event_strength == 0
    assert features.overlap == features.lead_overlap == features.least_overlap == 1


@pytest.mark.parametrize(
    ("text", "new_lead", "new_lead_act"),
    [
        (text_of(TRIAL.split("\n\n")[0], SINKING), 1, 1),
        (text_of("A goat stood on the roof on Thursday.", SINKING), 1, 0),
        (text_of(SINKING, TRIAL.split("\n\n")[0]), 0, 0),
    ],
    ids=["an act on top", "colour on top", "an act at the end"],
)
def test_new_words_on_top_of_a_known_text_are_told_from_others(
    grown: Case, text: str, new_lead: float, new_lead_act: float
) -> None:
    features = features_of(grown, text)

    assert (features.new_lead, features.new_lead_act) == (new_lead, new_lead_act)
    assert features.fresh_addition == 1


@pytest.mark.parametrize(
    ("day", "is_near", "is_ahead"),
    [("on Thursday", 1, 0), ("on April 30", 0, 1), ("on March 7", 0, 0), ("once", 0, 0)],
)
def test_a_day_that_nobody_named_is_near_or_ahead(
    grown: Case, day: str, is_near: float, is_ahead: float
) -> None:
    features = features_of(grown, f"The court in Port Amber opens a second inquiry {day}.")

    assert (features.new_day, features.new_day_ahead) == (is_near, is_ahead)


def test_a_live_blog_is_one(grown: Case) -> None:
    entries = text_of("10:26 - The trial opens.", "10:40 - A judge enters.", "11:02 - A break.")

    assert features_of(grown, entries).live == 1
    assert features_of(grown, TRIAL).live == 0


def test_an_empty_article_has_features_too(young: Case) -> None:
    features = features_of(young, "")

    assert features.lead_names_unreported == features.known_words == 0.5
    assert features.overlap == 1


@pytest.mark.parametrize("text", ["", SINKING, ARREST, TRIAL, text_of(TRIAL, SINKING)])
def test_features_are_numbers_in_an_empty_case(text: str) -> None:
    values = astuple(features_of(Case(), text, SATURDAY))

    assert all(isinstance(value, int | float) for value in values)
