"""Fits the weights of the judge to the labelled streams of the repository and writes them.

    python -m training.train [--out FILE] [--check]

The weights are fitted to the corpora of role "train". The figures in the file are those of stories
that the weights never saw: a fitted story is judged by weights fitted to the others, a story of
role "test" by the shipped ones. It takes about two minutes on two cores.

    --out FILE  where the weights go; the shipped file when left out
    --check     writes nothing; fails when the file is not what would be written
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

from monitor.novelty import JUDGE_VERSION
from training.examples import ArticleExample, draw_examples
from training.fit import HYPER_PARAMETERS, dump_weights, fit, weights_of
from training.replay import STEP, Replay
from training.scoring import Score, score
from training.streams import ROOT, Corpus, read_corpora

WEIGHTS = ROOT / "monitor" / "novelty" / "data" / "weights.json"


def train(corpora: Sequence[Corpus]) -> str:
    """Returns the weights file: fitted to some of the corpora, measured on all."""
    fitted_to = [corpus for corpus in corpora if corpus.is_fitted_to]
    with ProcessPoolExecutor() as pool:
        drawn = dict(zip(fitted_to, pool.map(draw_examples, fitted_to), strict=True))
        fitted = fit([example for examples in drawn.values() for example in examples])
        unseen = [
            fit(_examples_without(drawn, corpus)) if corpus in drawn else fitted
            for corpus in corpora
        ]
        scores = dict(zip(corpora, pool.map(_score, corpora, unseen), strict=True))
    head = {
        "version": JUDGE_VERSION,
        "fitted_to": [_describe(corpus) for corpus in fitted_to],
        "hyper_parameters": asdict(HYPER_PARAMETERS),
        "unseen_stories": [
            {"story": corpus.name, **found.figures} for corpus, found in scores.items()
        ],
    }
    return dump_weights(head, fitted)


def _examples_without(
    drawn: Mapping[Corpus, list[ArticleExample]], held_out: Corpus
) -> list[ArticleExample]:
    others = (examples for corpus, examples in drawn.items() if corpus is not held_out)
    return [example for examples in others for example in examples]


def _score(corpus: Corpus, fitted: Mapping[str, Any]) -> Score:
    replay = Replay(corpus, weights=weights_of(fitted))
    return score(corpus, replay.run(corpus.articles), STEP)


def _describe(corpus: Corpus) -> dict[str, Any]:
    return {"name": corpus.name, "digest": corpus.digest, "articles": len(corpus.articles)}


def main() -> int:
    """Trains and writes, or compares."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="where the weights go")
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    args = parser.parse_args()
    trained = train(read_corpora())
    if not args.check:
        args.out.write_text(trained, encoding="utf-8")
        return 0
    is_same = args.out.read_text(encoding="utf-8") == trained
    print("the weights are what training writes" if is_same else f"{args.out} is out of date")
    return 0 if is_same else 1


if __name__ == "__main__":
    raise SystemExit(main())
