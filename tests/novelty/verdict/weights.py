"""Weights that hold everything for the same, to see what the rest of the judge makes of it."""

from __future__ import annotations

from monitor.novelty import JUDGE_VERSION
from monitor.novelty.classifier.logistic import Weights, parse_weights


def holding_for_new(is_new: bool) -> Weights:
    """Returns weights that hold everything for news of the case, or nothing."""
    return of_logits(5.0 if is_new else -5.0)


def of_logits(logits: float) -> Weights:
    """Returns weights that hold everything for news of the case with the same certainty."""
    certain, same = {"bias": 9.0, "terms": []}, {"bias": logits, "terms": []}
    return parse_weights(
        {"version": JUDGE_VERSION, "about": certain, "article": same, "sentence": certain}
    )
