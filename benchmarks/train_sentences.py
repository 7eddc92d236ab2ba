#!/usr/bin/env python3
"""Fits the chance that a single sentence is new, says how it carries over to a case that it never saw, and writes the weights.

    python benchmarks/train_sentences.py [FOLDER] [--out FILE]

The folder is as `sentences.py` reads it. Two regressions are fitted: over what words and facts say, and over these and the
cosine of the encoder, which has to be installed. Printed for each, and for the departure alone, to which nothing is fitted:
recall where at most 10 % of the known sentences are taken for new, by kind and by pair of languages, with weights that never
saw the case that is asked. The word tables behind `departure` were made while errors on these cases were read, which no
cross-validation undoes.
Needs scikit-learn, here only.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from encoding import reader
from sentences import (
    CROSS_LIMIT,
    FALSE_LIMIT,
    FOLDER,
    KIND_FLOOR,
    Asked,
    Scored,
    auc,
    score_all,
    share,
    stand_case,
    threshold_at,
)
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from monitor.novelty.classifier.logistic import SentenceWeights, parse_sentence_weights
from monitor.novelty.standing import ENCODED, PLAIN

STRENGTH = 0.3  # L2; the same to a digit between .1 and 1


def fit(asked: Sequence[Asked], names: Sequence[str]) -> dict[str, Any]:
    """Returns a standardised logistic regression as plain numbers."""
    table = np.array([[one.standing.figures[name] for name in names] for one in asked])
    scaler = StandardScaler().fit(table)
    model = LogisticRegression(C=STRENGTH, max_iter=5000)
    model.fit(scaler.transform(table), [one.row["label"] == "new" for one in asked])
    terms = zip(names, scaler.mean_, scaler.scale_, model.coef_[0], strict=True)
    return {
        "bias": round(float(model.intercept_[0]), 4),
        "terms": [[name, *(round(float(value), 4) for value in values)] for name, *values in terms],
    }


def fit_both(plain: Sequence[Asked], encoded: Sequence[Asked]) -> dict[str, Any]:
    """Returns both regressions as they are stored."""
    return {"plain": fit(plain, PLAIN), "encoded": fit(encoded, ENCODED)}


def unseen(asked: Sequence[Asked], names: Sequence[str]) -> list[Scored]:
    """Scores each case with weights that saw the others only."""
    scored: list[Scored] = []
    for case in sorted({one.case for one in asked}):
        fitted = fit([one for one in asked if one.case != case], names)
        weights: SentenceWeights = parse_sentence_weights({"plain": fitted, "encoded": fitted})
        scored += score_all((one for one in asked if one.case == case), weights)
    return scored


def show(label: str, scored: Sequence[Scored]) -> None:
    """Prints the figures of one score."""
    threshold = threshold_at(scored, FALSE_LIMIT)
    new = [one for one in scored if one.is_new]
    cross = [one for one in scored if not one.is_new and one.row["lang"] != one.row["over"]]
    print(f"\n{label}: auc {auc(scored):.3f}, recall {share(new, threshold):.3f} at {FALSE_LIMIT:.0%} false", end="")
    print(f", false across languages {share(cross, threshold):.3f} (limit {CROSS_LIMIT})")
    for title, group in (("case", lambda one: one.case), ("pair", lambda one: one.pair), ("kind", lambda one: one.row["kind"])):
        names = sorted({group(one) for one in new})
        shares = {name: share((one for one in new if group(one) == name), threshold) for name in names}
        marked = (
            f"{name} {value:.3f}{' !' if title == 'kind' and value < KIND_FLOOR else ''}" for name, value in shares.items()
        )
        print(f"  {title}: {', '.join(marked)}")


def dump(stored: dict[str, Any]) -> str:
    """Returns the weights as JSON with a line for every term."""
    parts = [
        f' "{kind}": {{"bias": {stored[kind]["bias"]}, "terms": [\n'
        + ",\n".join(f"  {json.dumps(term)}" for term in stored[kind]["terms"])
        + "\n ]}"
        for kind in ("plain", "encoded")
    ]
    return "{\n" + ",\n".join([f' "trained_on": {json.dumps(stored["trained_on"])}', *parts]) + "\n}\n"


def main() -> int:
    """Fits, prints the figures and writes the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=FOLDER)
    parser.add_argument("--out", type=Path, help="where the weights are written")
    args = parser.parse_args()
    paths = sorted(args.folder.glob("*.jsonl"))
    plain, encoded = (
        [one for path in paths for one in stand_case(path, reader(is_semantic=is_semantic))] for is_semantic in (False, True)
    )
    show("departure alone", [Scored(one.case, one.row, one.standing.departure.score, one.before) for one in plain])
    show("words and facts, unseen case", unseen(plain, PLAIN))
    show("with the encoder, unseen case", unseen(encoded, ENCODED))
    if args.out:
        stored = {"trained_on": {path.stem: sum(one.case == path.stem for one in plain) for path in paths}}
        args.out.write_text(dump({**stored, **fit_both(plain, encoded)}), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
