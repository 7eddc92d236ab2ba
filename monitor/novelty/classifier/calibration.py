"""What people's feedback on verdicts changes: by how much the scores of one case are moved up or
down.

One number is fitted, not a threshold and not the weights: thirty labels do not bear more. Two
prototypes found that a case differs from another in its level and not in what counts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

MIN_LABELS = 30
# People report what annoys them; complaints alone say nothing about what they are glad of.
MIN_OF_A_KIND = 5
MAX_SHIFT = 1.5  # in logits: a probability of .5 becomes .18 or .82 at most
_SPREAD = 1.0  # of the shift that is expected before any label, a standard deviation in logits
_EDGE = 0.001
_HALVINGS = 40


@dataclass(frozen=True, slots=True)
class Label:
    """What a person said about a verdict: `score` is what it was before any shift, 0-1."""

    score: float
    is_new: bool


def fit_shift(labels: Sequence[Label]) -> float | None:
    """Returns the shift, in logits, under which the labels are most likely; None with too few
    labels of either kind.

    The log-likelihood of a logistic model with one free constant and a normal prior is concave, so
    its slope falls and is zero once: between the limits it is found by halving."""
    news = sum(label.is_new for label in labels)
    if len(labels) < MIN_LABELS or min(news, len(labels) - news) < MIN_OF_A_KIND:
        return None
    low, high = -MAX_SHIFT, MAX_SHIFT
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _slope(labels, middle) > 0:
            low = middle
        else:
            high = middle
    return round((low + high) / 2, 3)


def _slope(labels: Sequence[Label], shift: float) -> float:
    """Returns the derivative of the log-likelihood, prior included, at a shift."""
    residuals = math.fsum(label.is_new - shifted(label.score, shift) for label in labels)
    return residuals - shift / _SPREAD**2


def shifted(probability: float, shift: float) -> float:
    """Returns a probability moved by so many logits; `shifted(shifted(p, s), -s)` is p but for the
    edges.
    """
    if not shift:
        return probability
    inner = min(1 - _EDGE, max(_EDGE, probability))
    return 1 / (1 + math.exp(-(math.log(inner / (1 - inner)) + shift)))
