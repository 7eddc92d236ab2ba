"""Small stories of made-up rows for the tests of fitting."""

from __future__ import annotations

import random

from training.examples import FEATURE_NAMES, Row, Story


def row(name: str, label: bool, **values: float) -> Row:
    """Returns a row of a regression; features that are not given are 0."""
    return Row(tuple(values.get(feature, 0.0) for feature in FEATURE_NAMES[name]), label)


def separable(
    name: str, signal: str, *, noise: str = "", count: int = 80, seed: int = 3
) -> list[Row]:
    """Returns rows whose label one feature decides; another one is drawn by chance."""
    rng = random.Random(seed)
    rows = []
    for _ in range(count):
        values = {signal: rng.random()}
        if noise:
            values[noise] = rng.random()
        rows.append(row(name, values[signal] > 0.5, **values))
    return rows


def full_story(name: str, *, seed: int = 3, weight: float = 1.0) -> Story:
    """Returns a story with rows for all regressions."""
    decided_by = {
        "link": "words",
        "reporting": "fresh",
        "about": "known_names",
        "article": "reporting",
        "sentence": "fresh",
    }
    rows = {one: separable(one, signal, seed=seed) for one, signal in decided_by.items()}
    return Story(name, weight, rows)
