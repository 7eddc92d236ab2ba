"""Scores of a case, moved by what people said of its verdicts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.novelty.classifier.calibration import MAX_SHIFT, MIN_LABELS, Label, fit_shift, shifted

SCORES = st.floats(0.01, 0.99)


def labels(*groups: tuple[int, float, bool]) -> list[Label]:
    return [Label(score, is_new) for count, score, is_new in groups for _ in range(count)]


@pytest.mark.parametrize(
    "said",
    [
        labels((20, 0.6, True), (9, 0.6, False)),
        labels((40, 0.6, False)),
        labels((40, 0.6, False), (4, 0.3, True)),
        labels((40, 0.3, True), (4, 0.6, False)),
    ],
)
def test_nothing_moves_with_less_than_thirty_words_or_less_than_five_of_a_kind(
    said: list[Label],
) -> None:
    assert fit_shift(said) is None


def test_false_alerts_move_the_scores_down_and_misses_move_them_up() -> None:
    many_false = fit_shift(labels((30, 0.6, False), (10, 0.7, True)))
    many_missed = fit_shift(labels((30, 0.2, True), (10, 0.4, False)))

    assert many_false is not None
    assert many_missed is not None
    assert many_false < 0 < many_missed


def test_scores_that_agree_with_what_people_say_stay_where_they_are() -> None:
    assert fit_shift(labels((60, 0.6, True), (40, 0.6, False))) == pytest.approx(0, abs=0.01)


def test_the_shift_is_where_the_scores_add_up_to_what_was_new_but_for_the_prior() -> None:
    said = labels((400, 0.5, True), (200, 0.5, False))

    shift = fit_shift(said)

    assert shift is not None
    assert shifted(0.5, shift) == pytest.approx(2 / 3, abs=0.01)


@given(st.lists(st.builds(Label, SCORES, st.booleans()), min_size=MIN_LABELS, max_size=80))
def test_a_shift_stays_within_its_limits_and_does_not_depend_on_the_order(
    said: list[Label],
) -> None:
    shift = fit_shift(said)

    assert shift == fit_shift(said[::-1])
    assert shift is None or abs(shift) <= MAX_SHIFT


@given(SCORES, st.floats(-MAX_SHIFT, MAX_SHIFT))
def test_a_score_can_be_moved_back(score: float, shift: float) -> None:
    assert shifted(shifted(score, shift), -shift) == pytest.approx(score, abs=0.002)
