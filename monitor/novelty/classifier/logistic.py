"""The trained part of the judge: logistic regressions whose weights are data. Scoring is a dot
product.

`data/weights.json` is written by `training/train.py` and names the streams it was fitted to
with their digests. Without the file the judge falls back on its untrained rule."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from monitor.novelty.classifier.article_features import ArticleFeatures
from monitor.novelty.classifier.links import LinkFeatures
from monitor.novelty.classifier.reporting import ReportingFeatures
from monitor.novelty.classifier.sentence_features import SentenceFeatures

Features = ArticleFeatures | LinkFeatures | ReportingFeatures | SentenceFeatures


@dataclass(frozen=True, slots=True)
class Term:
    """One feature of a regression: how it is standardised and what it weighs."""

    feature: str
    mean: float
    scale: float
    weight: float

    def contribution(self, features: Features) -> float:
        """Returns what the feature adds to the score, in logits."""
        value: float = getattr(features, self.feature)
        return self.weight * (value - self.mean) / self.scale


class Contribution(NamedTuple):
    """What a feature adds to a score, in logits."""

    feature: str
    logits: float


@dataclass(frozen=True, slots=True)
class Regression:
    """A logistic regression over named features."""

    bias: float
    terms: tuple[Term, ...]

    def probability(self, features: Features) -> float:
        """Returns the probability of what the regression was fitted to, 0-1."""
        logits = self.bias + math.fsum(term.contribution(features) for term in self.terms)
        return 1 / (1 + math.exp(-logits))

    def contributions(self, features: Features) -> list[Contribution]:
        """Returns what every feature adds to the score, in the order of the terms."""
        return [Contribution(term.feature, term.contribution(features)) for term in self.terms]


@dataclass(frozen=True, slots=True)
class Weights:
    """What training leaves behind.

    Attributes:
        link: whether two articles tell the same development.
        reporting: whether a sentence reports news.
        about: whether an article is about the case.
        article: whether it brings something that people were not told.
        sentence: which of its sentences are new.
    """

    version: str
    link: Regression
    reporting: Regression
    about: Regression
    article: Regression
    sentence: Regression


@cache
def shipped_weights() -> Weights | None:
    """Returns the weights of this release; None without them."""
    stored = files("monitor.novelty").joinpath("data", "weights.json")
    if not stored.is_file():
        return None
    return parse_weights(json.loads(stored.read_text(encoding="utf-8")))


def parse_weights(stored: Mapping[str, Any]) -> Weights:
    """Returns the weights in a JSON object as `training/train.py` writes it.

    Raises:
        ValueError: a term weighs a feature that is not computed.
    """
    return Weights(
        version=str(stored["version"]),
        link=parse_regression(stored["link"], LinkFeatures),
        reporting=parse_regression(stored["reporting"], ReportingFeatures),
        about=parse_regression(stored["about"], ArticleFeatures),
        article=parse_regression(stored["article"], ArticleFeatures),
        sentence=parse_regression(stored["sentence"], SentenceFeatures),
    )


def parse_regression(stored: Mapping[str, Any], features: type[Features]) -> Regression:
    """Returns one regression of such a file.

    Raises:
        ValueError: a term weighs a feature that is not computed.
    """
    known = {field.name for field in fields(features)}
    terms: list[Term] = []
    for name, mean, scale, weight in stored["terms"]:
        # Said when the weights are read, not when the first article is judged.
        if name not in known:
            raise ValueError(f"{name!r} is not a feature of {features.__name__}")
        terms.append(Term(name, float(mean), float(scale), float(weight)))
    return Regression(float(stored["bias"]), tuple(terms))
