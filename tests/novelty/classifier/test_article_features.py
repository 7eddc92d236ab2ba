"""The features of an article, each against what the case knows and what people were told."""

import math
from dataclasses import asdict, astuple
from datetime import datetime, timedelta

import pytest

from monitor.novelty import analyse
from monitor.novelty.classifier.article_features import (
    ArticleFeatures,
    Reports,
    article_features,
)
from monitor.novelty.classifier.assessment import assess
from monitor.novelty.classifier.logistic import parse_weights, shipped_weights
from monitor.novelty.classifier.prediction import find_links, rate_reports
from tests.novelty.verdict.weights import constant, of_logits
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

# Any two articles are as likely to tell the same as not, and so is a sentence to report news.
EVEN = of_logits(0.0, link=0.0)


def features_of(
    case: Case, text: str, at: datetime = THURSDAY, title: str = "", subject: str = ""
) -> ArticleFeatures:
    analysis = analyse(title, text, published_at=at)
    terms = frozenset({subject} if subject else ())
    assessment = assess(analysis, case.index, subject_terms=terms)
    links, reports = find_links(assessment, EVEN.link), rate_reports(assessment, EVEN.reporting)
    return article_features(assessment, links, reports)


@pytest.mark.parametrize(("singer", "expected"), [("Iker Alondra", 1.0), ("Alondra", 0.0)])
def test_foreign_names_beside_the_subjects_speak_against_an_article(
    grown: Case, singer: str, expected: float
) -> None:
    text = f"{singer} sang in Port Amber on Thursday. Captain Rufo Calder was in the hall."
    weights = shipped_weights()
    assert weights is not None

    assert features_of(grown, text, subject="alondra").foreign_names == expected
    (weight,) = (one.weight for one in weights.about.terms if one.feature == "foreign_names")
    assert weight < 0


def test_a_new_report_has_news_and_nobody_covers_it(grown: Case) -> None:
    features = features_of(grown, TRIAL)

    assert features.coverage == features.same_day_coverage == features.known_share == 0
    assert features.new_events > 0
    assert features.dated_events > 0
    assert features.new_names > 0


def test_a_report_in_other_words_is_covered_by_the_first(grown: Case) -> None:
    grown.store(TRIAL, THURSDAY)

    features = features_of(grown, TRIAL_RETOLD, THURSDAY + timedelta(hours=5))

    assert features.coverage > 0.4
    assert features.same_day_coverage == features.coverage
    assert features.new_names == 0


@pytest.mark.parametrize("days", [1, 60])
def test_what_a_stored_article_has_counts_however_long_ago_it_was(grown: Case, days: int) -> None:
    grown.store(TRIAL, THURSDAY)

    features = features_of(grown, TRIAL_RETOLD, THURSDAY + timedelta(days=days))

    assert features.stored_coverage > 0.4
    assert (features.coverage > 0.4) is (days == 1)


def test_that_an_article_has_the_subjects_name_makes_it_like_none(grown: Case) -> None:
    text = "The Alondra was a painting. It hung in Corrie Head."

    assert features_of(grown, text).stored_coverage > 0
    assert features_of(grown, text, subject="alondra").stored_coverage == 0


def test_the_size_of_a_case_is_in_articles_between_small_and_large() -> None:
    case, sizes = Case(), []
    for number in range(64):
        sizes.append(round(math.expm1(features_of(case, TRIAL).case_size)))
        case.store(f"Boat {number} came in. {ARREST}", THURSDAY)

    assert sizes == [15] * 15 + list(range(15, 60)) + [60] * 4


def test_of_a_wire_that_is_printed_everywhere_a_tenth_counts() -> None:
    case = Case()
    for _ in range(30):
        case.store(SINKING, TUESDAY)

    assert case.index.usual_copies() > 0.5
    assert features_of(case, TRIAL).usual_copies == 0.1


def test_a_copy_is_all_known(grown: Case) -> None:
    features = features_of(grown, SINKING, TUESDAY + timedelta(days=1))

    assert features.known_share == 1
    assert features.reporting == features.new_events == features.dated_events == 0


def report_told(is_told: bool) -> Case:
    """Returns a case with a sentence on a trial that people were told of, or not."""
    case = Case()
    case.store(SINKING, TUESDAY)
    case.store(TRIAL, THURSDAY, "Captain gets nine years", is_told=is_told)
    return case


def test_what_was_never_told_does_not_make_a_report_old() -> None:
    title, at = "Nine years for ferry captain", THURSDAY + timedelta(hours=5)

    told, held = (
        features_of(report_told(is_told), TRIAL_RETOLD, at, title) for is_told in (True, False)
    )

    assert held.new_events > told.new_events


def test_a_case_that_told_nobody_anything_has_told_no_development() -> None:
    case = Case()
    case.store(ARREST, SATURDAY, is_told=False)

    features = features_of(case, TRIAL, SATURDAY + timedelta(days=1))

    assert features.told < -1
    assert features.reporting == pytest.approx(0.5)


def test_what_is_old_counts_as_told_though_nobody_was(grown: Case) -> None:
    case = Case()
    case.store(ARREST, SATURDAY, is_told=False)

    fresh, old = (
        features_of(case, TRIAL, SATURDAY + timedelta(days=days)).told for days in (1, 20)
    )

    assert fresh < old


def test_a_told_report_of_the_same_weighs_down_what_a_sentence_reports(young: Case) -> None:
    assert features_of(young, ARREST, SATURDAY).reporting == pytest.approx(0.5 * (1 - 0.5))


@pytest.mark.parametrize(("is_told", "expected"), [(True, 0), (False, 1)])
def test_an_event_in_a_headline_is_untold_until_people_are_told_of_one(
    is_told: bool, expected: float
) -> None:
    case = Case()
    case.store(ARREST, SATURDAY, is_told=is_told)

    features = features_of(case, "", SATURDAY + timedelta(hours=3), "Captain is arrested")

    assert features.title_event_untold == expected


@pytest.mark.parametrize(
    ("text", "is_addition"),
    [(text_of(TRIAL.split("\n\n")[0], SINKING), True), (TRIAL, False)],
    ids=["words added to a known text", "a text of its own"],
)
def test_additions_have_features_of_their_own(grown: Case, text: str, is_addition: bool) -> None:
    features = features_of(grown, text)

    assert bool(features.addition_reporting) is is_addition
    assert features.addition_told == (features.told if is_addition else 0)


def test_the_headline_is_rated_by_itself(grown: Case) -> None:
    weights = parse_weights(
        {
            "version": "7",
            **dict.fromkeys(("link", "about", "article", "sentence"), constant(0.0)),
            "reporting": {"bias": -2.0, "terms": [["act", 0.0, 1.0, 4.0]]},
        }
    )
    acting, talking = (
        assess(analyse(title, "It rained.", published_at=THURSDAY), grown.index)
        for title in ("Police arrest captain", "Captain in the rain")
    )

    rated = [
        rate_reports(one, weights.reporting).of(one.analysis.title) for one in (acting, talking)
    ]

    assert rated[0] > 0.5 > rated[1]


def test_a_sentence_that_was_not_rated_reports_nothing() -> None:
    sentence = analyse("", "Police arrested the mate.", published_at=THURSDAY).sentences[0]

    assert Reports({}).of(sentence) == 0


@pytest.mark.parametrize(
    ("text", "background"),
    [
        ("In 1987 the yard of Corrie Head built the ship.", 1),
        ("Police on Thursday arrested the mate.", 0),
    ],
)
def test_an_article_that_begins_by_looking_back_is_told_from_a_report(
    grown: Case, text: str, background: float
) -> None:
    features = features_of(grown, text)

    assert (features.lead_background, features.background) == (background, background)


def test_a_live_blog_is_one(grown: Case) -> None:
    entries = text_of("10:26 - The trial opens.", "10:40 - A judge enters.", "11:02 - A break.")

    assert features_of(grown, entries).live == 1
    assert features_of(grown, TRIAL).live == 0


def test_an_empty_article_brings_nothing(young: Case) -> None:
    features = features_of(young, "")

    assert features.reporting == features.new_events == features.new_names == 0


@pytest.mark.parametrize("text", ["", SINKING, ARREST, TRIAL, text_of(TRIAL, SINKING)])
def test_features_are_numbers_in_an_empty_case(text: str) -> None:
    features = features_of(Case(), text, SATURDAY)

    assert all(map(math.isfinite, astuple(features)))
    assert all(isinstance(value, float | int) for value in asdict(features).values())
