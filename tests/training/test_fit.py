"""Fitting finds what separates examples, and writes the same bytes for the same examples."""

from __future__ import annotations

import json
import random

import pytest

pytest.importorskip("sklearn")

from training.fit import dump_weights, regress, rows_of


def separable(count: int = 200) -> list[tuple[dict[str, float], bool, float]]:
    """Examples that `signal` decides, beside noise."""
    rng = random.Random(3)
    rows = []
    for _ in range(count):
        signal = rng.random()
        rows.append(({"signal": signal, "noise": rng.random()}, signal > 0.5, 1.0))
    return rows


def test_what_decides_weighs_most() -> None:
    fitted = regress(rows_of(separable()), ["signal", "noise"], 1.0)

    weights = {name: abs(weight) for name, _, _, weight in fitted["terms"]}
    assert weights["signal"] > 10 * weights["noise"]


def test_terms_keep_the_order_of_their_names() -> None:
    fitted = regress(rows_of(separable()), ["noise", "signal"], 1.0)

    assert [term[0] for term in fitted["terms"]] == ["noise", "signal"]


def test_numbers_are_rounded_to_four_digits() -> None:
    fitted = regress(rows_of(separable()), ["signal"], 1.0)

    numbers = [fitted["bias"], *fitted["terms"][0][1:]]
    assert numbers == [round(number, 4) for number in numbers]


def test_an_example_of_weight_two_counts_like_two_examples() -> None:
    rows = separable()
    heavy = [(features, label, 2.0) for features, label, _ in rows]

    assert regress(rows_of(heavy), ["signal"], 0.5) == regress(rows_of(rows), ["signal"], 1.0)


def test_the_file_has_a_line_for_every_term_and_is_json() -> None:
    fitted = {"about": {"bias": 0.5, "terms": [["a", 0.0, 1.0, 2.0], ["b", 0.1, 1.0, -2.0]]}}

    text = dump_weights({"version": "6", "fitted_to": [{"name": "tarn"}]}, fitted)

    assert json.loads(text)["about"] == fitted["about"]
    assert '  ["a", 0.0, 1.0, 2.0],\n  ["b", 0.1, 1.0, -2.0]\n' in text
    assert '"fitted_to": [\n  {"name": "tarn"}\n ]' in text
