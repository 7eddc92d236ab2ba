"""The trained part of the judge: logistic regressions whose weights are data. Scoring is a dot
product.

`data/weights.json` is written by `benchmarks/train_judge.py` and names the streams it was fitted to
with their digests. Without the file the judge falls back on its untrained rule."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Term:
    """One figure of a regression: how it is standardised and what it weighs."""

    name: str
    mean: float
    scale: float
    weight: float

    def speaks(self, figures: Mapping[str, float]) -> float:
        """Returns what the figure adds to the score."""
        return self.weight * (figures[self.name] - self.mean) / self.scale


@dataclass(frozen=True, slots=True)
class Regression:
    """A logistic regression over named figures."""

    bias: float
    terms: tuple[Term, ...]

    def probability(self, figures: Mapping[str, float]) -> float:
        """Returns the probability of what the regression was fitted to, 0-1."""
        return 1 / (
            1 + math.exp(-(self.bias + math.fsum(term.speaks(figures) for term in self.terms)))
        )

    def spoken(self, figures: Mapping[str, float]) -> list[tuple[str, float]]:
        """Returns what every figure adds to the score."""
        return [(term.name, term.speaks(figures)) for term in self.terms]


@dataclass(frozen=True, slots=True)
class Weights:
    """What training leaves behind: whether an article is about the case, whether it brings
    something new, and which of its sentences are new."""

    version: str
    about: Regression
    article: Regression
    sentence: Regression


@cache
def shipped_weights() -> Weights | None:
    """Returns the weights of this release; None without them."""
    stored = files("monitor.novelty").joinpath("data", "weights.json")
    return (
        parse_weights(json.loads(stored.read_text(encoding="utf-8"))) if stored.is_file() else None
    )


def parse_weights(stored: Mapping[str, Any]) -> Weights:
    """Returns the weights in a JSON object as `benchmarks/train_judge.py` writes it."""
    about, article, sentence = (
        _parse_regression(stored[name]) for name in ("about", "article", "sentence")
    )
    return Weights(str(stored["version"]), about, article, sentence)


def _parse_regression(stored: Mapping[str, Any]) -> Regression:
    terms = tuple(
        Term(str(name), float(mean), float(scale), float(weight))
        for name, mean, scale, weight in stored["terms"]
    )
    return Regression(float(stored["bias"]), terms)
