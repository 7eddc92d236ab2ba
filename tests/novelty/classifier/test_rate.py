"""How many alerts a week somebody asks for, as a threshold of the case."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Reason
from monitor.novelty.classifier.rate import (
    BOUNDS,
    ScoredArticle,
    score_article,
    shift_scores,
    threshold_for_rate,
    try_rates,
)
from tests.world import at

NOW = at("2025-06-01T12:00:00")
DAY = timedelta(days=1)
DEFAULT = 0.5


def history(days: int, *scores: float) -> list[tuple[object, float]]:
    """Scores in turn, five articles a day, the last today."""
    moments = [NOW - DAY * day for day in range(days, -1, -1) for _ in range(5)]
    return [(moment, scores[number % len(scores)]) for number, moment in enumerate(moments)]


# Eight weeks, of five articles a day one of each score.
STEPS = history(56, 0.1, 0.3, 0.5, 0.7, 0.8)


@pytest.mark.parametrize(
    ("per_week", "expected"), [(7, 0.8), (14, 0.7), (21, 0.5), (28, 0.3), (3, 0.8)]
)
def test_the_threshold_is_the_score_that_so_many_a_week_reached(
    per_week: float, expected: float
) -> None:
    assert threshold_for_rate(STEPS, per_week, DEFAULT) == pytest.approx(expected, abs=0.01)


def test_it_stays_within_its_bounds() -> None:
    low, high = BOUNDS

    assert threshold_for_rate(STEPS, 500, DEFAULT) == low
    assert threshold_for_rate(STEPS, 0.01, DEFAULT) == high
    assert threshold_for_rate(STEPS, 500, DEFAULT, bounds=(0.4, 0.6)) == 0.4


def test_a_case_without_history_has_the_default() -> None:
    assert threshold_for_rate([], 3, DEFAULT) == DEFAULT


@pytest.mark.parametrize("days", [1, 7, 13])
def test_with_less_than_two_weeks_it_lies_between_default_and_history(days: int) -> None:
    found = threshold_for_rate(history(days, 0.8), 7, DEFAULT)

    assert DEFAULT < found < 0.8


def test_with_few_articles_it_lies_between_default_and_history() -> None:
    few = [(NOW - DAY * 5 * number, 0.8) for number in range(10)]

    assert DEFAULT < threshold_for_rate(few, 1, DEFAULT) < 0.8


def test_more_history_counts_for_more() -> None:
    found = [threshold_for_rate(history(days, 0.8), 7, DEFAULT) for days in (1, 4, 8, 20)]

    assert found == sorted(found)
    assert found[-1] == 0.8


def test_what_is_older_than_eight_weeks_counts_no_more() -> None:
    old = [(NOW - DAY * (60 + number), 0.9) for number in range(500)]

    assert threshold_for_rate([*old, *STEPS], 14, DEFAULT) == threshold_for_rate(STEPS, 14, DEFAULT)


@given(
    scores=st.lists(st.floats(0, 1), min_size=1, max_size=60),
    rates=st.tuples(st.floats(0.1, 500), st.floats(0.1, 500)),
)
def test_who_asks_for_more_gets_no_higher_threshold(
    scores: list[float], rates: tuple[float, float]
) -> None:
    told = [(NOW + DAY * number, score) for number, score in enumerate(scores)]
    few, many = sorted(rates)

    lower, higher = (threshold_for_rate(told, rate, DEFAULT) for rate in (many, few))

    assert BOUNDS[0] <= lower <= higher <= BOUNDS[1]


def test_a_score_counts_as_it_was_before_feedback_moved_it() -> None:
    moved = Reason("calibrated", "moved", 1.5)

    found = score_article(NOW, 0.818, [Reason("new_event", "new"), moved])

    assert found is not None
    assert found.score == pytest.approx(0.5, abs=0.001)
    assert shift_scores([found], 1.5)[0][1] == pytest.approx(0.818, abs=0.001)


@pytest.mark.parametrize("code", ["baseline", "mention", "known", "opinion", "digest"])
def test_what_a_gate_decided_says_nothing_of_the_threshold(code: str) -> None:
    assert score_article(NOW, 0.9, [Reason(code, "why")]) is None


def trial_articles() -> list[ScoredArticle]:
    """Four weeks of twenty articles; people called the best new and one in the middle not."""
    scores = [0.9, 0.8, 0.7, 0.6, 0.55, 0.4, 0.35, 0.3, 0.25, *[0.1] * 31]
    said = {0: True, 1: True, 4: False, 5: True}
    return [
        ScoredArticle(NOW - DAY * 0.7 * number, score, said.get(number))
        for number, score in enumerate(scores)
    ]


def test_rates_around_the_default_are_tried() -> None:
    half, same, double = try_rates(trial_articles(), 0.0, DEFAULT)

    assert (half.rate, same.rate, double.rate) == ("half", "same", "double")
    assert double.per_week == pytest.approx(4 * half.per_week, abs=0.02)
    assert half.threshold > same.threshold > double.threshold
    assert half.alerts < same.alerts == 5 < double.alerts


def test_a_trial_holds_recall_against_noise() -> None:
    half, same, double = try_rates(trial_articles(), 0.0, DEFAULT)

    assert (half.marked_new, half.marked_not_new, half.missed_new) == (2, 0, 1)
    assert (same.marked_new, same.marked_not_new, same.missed_new) == (2, 1, 1)
    assert (double.marked_new, double.marked_not_new, double.missed_new) == (3, 1, 0)


def test_the_rate_that_a_case_asks_for_is_tried_too() -> None:
    asked = try_rates(trial_articles(), 0.0, DEFAULT, 1.0)[-1]

    assert (asked.rate, asked.per_week, asked.alerts) == ("asked", 1.0, 3)


def test_of_nothing_no_rate_is_tried() -> None:
    assert try_rates([], 0.0, DEFAULT) == []


def test_where_nothing_alerts_the_rates_are_of_one_alert() -> None:
    quiet = [ScoredArticle(NOW - DAY * number, 0.3) for number in range(29)]

    assert try_rates(quiet, 0.0, DEFAULT)[1].per_week == 0.25
