"""Fitting finds what separates rows, and writes the same bytes for the same rows."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("sklearn")

from monitor.novelty import JUDGE_VERSION
from monitor.novelty.classifier.article_features import ABOUT, ABOUT_ALONE, ArticleFeatures
from monitor.novelty.classifier.links import LinkFeatures
from tests.training.stories import full_story, row, separable
from training.examples import FEATURE_NAMES, Story
from training.fit import (
    REGRESSIONS,
    Fitted,
    HyperParameters,
    dump_weights,
    fit,
    regression_of,
    weights_of,
)


def terms_of(fitted: Fitted, name: str) -> dict[str, float]:
    return {feature: weight for feature, _, _, weight in fitted[name]["terms"]}


def fit_links(*stories: Story, strength: float = 2.0) -> Fitted:
    return fit(stories, ("link",), HyperParameters(link_c=strength))


def test_what_decides_weighs_most() -> None:
    rows = separable("link", "days", noise="hours")

    weights = terms_of(fit_links(Story("tarn", 1.0, {"link": rows})), "link")

    assert weights.pop("days") > 10 * max(map(abs, weights.values()))


def test_terms_stand_in_the_order_of_the_features() -> None:
    fitted = fit([full_story("tarn")])

    for name in ("link", "reporting", "sentence"):
        assert tuple(terms_of(fitted, name)) == FEATURE_NAMES[name]


def test_about_weighs_its_features_only_and_article_all_but_those_of_about_alone() -> None:
    fitted = fit([full_story("tarn")])

    assert set(terms_of(fitted, "about")) == set(ABOUT)
    assert set(terms_of(fitted, "article")) == set(FEATURE_NAMES["article"]) - set(ABOUT_ALONE)


def test_a_regression_reads_the_column_of_its_feature() -> None:
    last = next(name for name in reversed(FEATURE_NAMES["article"]) if name not in ABOUT_ALONE)
    rows = separable("article", last)

    weights = terms_of(fit([Story("tarn", 1.0, {"article": rows})], ("article",)), "article")

    assert weights[last] > 0
    assert {name for name, weight in weights.items() if weight} == {last}


def test_only_the_regressions_that_are_asked_for_are_fitted() -> None:
    assert list(fit([full_story("tarn")], ("reporting", "link"))) == ["reporting", "link"]
    assert tuple(fit([full_story("tarn")])) == REGRESSIONS


def test_numbers_are_rounded_to_four_digits() -> None:
    fitted = fit([full_story("tarn")])

    for regression in fitted.values():
        numbers = [regression["bias"], *(n for term in regression["terms"] for n in term[1:])]
        assert numbers == [round(number, 4) for number in numbers]


def test_the_same_rows_give_the_same_bytes() -> None:
    dumps = {dump_weights({}, fit([full_story("tarn"), full_story("ferry", seed=4)])) for _ in "ab"}

    assert len(dumps) == 1


def test_the_order_of_stories_makes_no_difference() -> None:
    tarn, ferry = full_story("tarn"), full_story("ferry", seed=4)

    assert fit([tarn, ferry]) == fit([ferry, tarn])


def test_a_story_counts_the_same_however_many_rows_it_has() -> None:
    few = separable("link", "words", count=40)

    once = fit_links(Story("tarn", 1.0, {"link": few}))
    twice = fit_links(Story("tarn", 1.0, {"link": few * 2}))

    assert once == twice


def test_a_story_of_twice_the_weight_needs_half_the_strength() -> None:
    rows = {"link": separable("link", "words")}

    heavy = fit_links(Story("tarn", 2.0, rows), strength=1.0)

    assert heavy == fit_links(Story("tarn", 1.0, rows), strength=2.0)


def test_the_heavier_of_two_stories_that_contradict_each_other_decides() -> None:
    agree = separable("link", "words")
    contrary = [row("link", not one.label, words=one.values[0]) for one in agree]

    fitted = fit_links(Story("tarn", 1.0, {"link": agree}), Story("spun", 0.2, {"link": contrary}))

    assert terms_of(fitted, "link")["words"] > 0


def test_a_story_without_rows_of_a_regression_makes_no_difference_to_it() -> None:
    tarn = Story("tarn", 1.0, {"link": separable("link", "words")})
    others = [Story("none", 3.0), Story("empty", 3.0, {"link": []})]

    assert fit_links(tarn, *others) == fit_links(tarn)


def test_a_fitted_regression_tells_its_own_rows_apart() -> None:
    rows = separable("link", "words")

    regression = regression_of(fit_links(Story("tarn", 1.0, {"link": rows})), "link")

    def probability(words: float) -> float:
        return regression.probability(LinkFeatures(**{**dict.fromkeys(names, 0.0), "words": words}))

    names = FEATURE_NAMES["link"]
    assert probability(0.1) < 0.2
    assert probability(0.9) > 0.8


def test_fitted_weights_are_weights_of_this_judge() -> None:
    weights = weights_of(fit([full_story("tarn")]))

    article = ArticleFeatures(**dict.fromkeys(FEATURE_NAMES["article"], 0.0))
    assert weights.version == JUDGE_VERSION
    assert 0 < weights.article.probability(article) < 1
    assert 0 < weights.about.probability(article) < 1


def test_the_file_has_a_line_for_every_term_and_is_json() -> None:
    fitted = {"about": {"bias": 0.5, "terms": [["a", 0.0, 1.0, 2.0], ["b", 0.1, 1.0, -2.0]]}}

    text = dump_weights({"version": "7", "fitted_to": [{"name": "tarn"}]}, fitted)

    assert json.loads(text)["about"] == fitted["about"]
    assert '  ["a", 0.0, 1.0, 2.0],\n  ["b", 0.1, 1.0, -2.0]\n' in text
    assert '"fitted_to": [\n  {"name": "tarn"}\n ]' in text
