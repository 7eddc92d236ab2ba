"""Fitting: three standardised logistic regressions as plain numbers.

    about     is it about the case?              every example
    article   does it bring a new development?   examples that the matching stage calls subject
    sentence  is this unexplained sentence new?  sentences of articles that bring something

The solver iterates to machine precision, and what is stored is rounded to four digits, so that the
same examples give the same bytes on every machine.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from monitor.novelty import JUDGE_VERSION
from monitor.novelty.classifier.article_features import ABOUT, ABOUT_ALONE
from monitor.novelty.classifier.logistic import Weights, parse_weights
from training.examples import ArticleExample, Features

DIGITS = 4
TOLERANCE = 1e-10


@dataclass(frozen=True)
class HyperParameters:
    """The inverse strengths of L2 regularisation.

    Origin: streams judged by weights that never saw them are the same to a digit for `article` and
    `sentence` from .01 to .3, for `about` from .05 to 1.
    """

    about_c: float = 1.0
    article_c: float = 0.2
    sentence_c: float = 0.1


HYPER_PARAMETERS = HyperParameters()


@dataclass(frozen=True)
class Row:
    """An example of one regression."""

    features: Features
    label: bool
    weight: float


def rows_of(examples: Iterable[tuple[Features, bool, float]]) -> list[Row]:
    """Returns rows of features, label and weight."""
    return [Row(features, label, weight) for features, label, weight in examples]


def fit(
    examples: Sequence[ArticleExample], parameters: HyperParameters = HYPER_PARAMETERS
) -> dict[str, Any]:
    """Returns the weights fitted to examples, as they are stored."""
    about = rows_of((one.features, one.is_about, one.weight) for one in examples)
    article = rows_of((one.features, one.is_new, one.weight) for one in examples if one.is_subject)
    sentence = list(_sentence_rows(examples))
    article_names = [name for name in article[0].features if name not in ABOUT_ALONE]
    return {
        "about": regress(about, list(ABOUT), parameters.about_c),
        "article": regress(article, article_names, parameters.article_c),
        "sentence": regress(sentence, list(sentence[0].features), parameters.sentence_c),
    }


def _sentence_rows(examples: Iterable[ArticleExample]) -> Iterable[Row]:
    for example in examples:
        if not example.is_new:
            continue  # alerts are quoted from articles that bring something only
        for sentence in example.sentences:
            if sentence.is_new is not None:
                yield Row(sentence.features, sentence.is_new, example.weight)


def regress(rows: Sequence[Row], names: Sequence[str], strength: float) -> dict[str, Any]:
    """Returns a regression of labels on the named features, as it is stored."""
    table = np.array([[row.features[name] for name in names] for row in rows])
    labels = [row.label for row in rows]
    weights = [row.weight for row in rows]
    scaler = StandardScaler().fit(table)
    model = LogisticRegression(C=strength, solver="newton-cholesky", tol=TOLERANCE, max_iter=1_000)
    model.fit(scaler.transform(table), labels, sample_weight=weights)
    terms = zip(names, scaler.mean_, scaler.scale_, model.coef_[0], strict=True)
    return {
        "bias": round(float(model.intercept_[0]), DIGITS),
        "terms": [
            [name, *(round(float(number), DIGITS) for number in rest)] for name, *rest in terms
        ],
    }


def weights_of(fitted: Mapping[str, Any]) -> Weights:
    """Returns fitted weights as the judge takes them."""
    return parse_weights({"version": JUDGE_VERSION, **fitted})


def dump_weights(head: Mapping[str, Any], fitted: Mapping[str, Any]) -> str:
    """Returns the weights file: a line for every term, so that a new training is a readable diff.

    Args:
        head: what the weights come from, by name; each value is one line, each item of a list too.
    """
    parts = [f" {json.dumps(name)}: {_dump_value(value)}" for name, value in head.items()]
    for name, regression in fitted.items():
        terms = ",\n".join(f"  {json.dumps(term)}" for term in regression["terms"])
        parts.append(f' "{name}": {{"bias": {regression["bias"]}, "terms": [\n{terms}\n ]}}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _dump_value(value: object) -> str:
    if not isinstance(value, list):
        return json.dumps(value)
    items = ",\n".join(f"  {json.dumps(item)}" for item in value)
    return f"[\n{items}\n ]"
