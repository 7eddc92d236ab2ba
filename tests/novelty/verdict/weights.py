"""Weights that hold everything for the same, to see what the rest of the judge makes of it."""

from __future__ import annotations

from dataclasses import replace

from monitor.novelty import JUDGE_VERSION
from monitor.novelty.classifier.links import LinkFeatures
from monitor.novelty.classifier.logistic import (
    Weights,
    parse_regression,
    parse_weights,
    shipped_weights,
)

SURE = 9.0  # logits


def holding_for_new(is_new: bool) -> Weights:
    """Returns weights that hold everything for news of the case, or nothing."""
    return of_logits(5.0 if is_new else -5.0)


def of_logits(logits: float, *, link: float = -SURE) -> Weights:
    """Returns weights that hold everything for news of the case with the same certainty.

    Args:
        link: how certainly any two articles tell the same.
    """
    same = constant(logits)
    return parse_weights(
        {
            "version": JUDGE_VERSION,
            "link": constant(link),
            "reporting": constant(0.0),
            "about": constant(SURE),
            "article": same,
            "sentence": same,
        }
    )


def doubting() -> Weights:
    """Returns weights that hold nothing for certain, and tell the same report by its beginning."""
    same_beginning = {"bias": 0.0, "terms": [["title", 0.5, 0.1, 2.0]]}
    return replace(of_logits(-1.0), link=parse_regression(same_beginning, LinkFeatures))


def undecided() -> Weights:
    """Returns weights that hold nothing for certain, and tell the same report as the shipped do."""
    shipped = shipped_weights()
    assert shipped is not None
    return replace(of_logits(-1.0), link=shipped.link)


def constant(logits: float) -> dict[str, object]:
    """Returns a regression without terms, as it is stored."""
    return {"bias": logits, "terms": []}
