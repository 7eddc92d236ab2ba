"""Fits the weights of the judge and writes them.

    python -m training.train [--out FILE] [--check] [--quick]

The weights are fitted to the corpora of role "train" and to the kept rows of real stories
(`training.rows`). The figures in the file are those of stories that the weights never saw: each
story of the repository is judged by weights that were fitted to all others. It takes some minutes
on two cores.

    --out FILE  where the weights go; the shipped file when left out
    --check     writes nothing; fails when the weights are not what would be written
    --quick     leaves the figures of unseen stories out
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

from monitor.novelty import JUDGE_VERSION
from training.examples import Row, Story, draw_article_rows, draw_rows
from training.fit import (
    HYPER_PARAMETERS,
    REGRESSIONS,
    Fitted,
    dump_weights,
    fit,
    regression_of,
    weights_of,
)
from training.replay import STEP, Replay
from training.rows import read_stories
from training.scoring import Score, score
from training.streams import ROOT, Corpus, read_corpora

WEIGHTS = ROOT / "monitor" / "novelty" / "data" / "weights.json"
_FIRST = ("link", "reporting")


def draw_stories(corpora: Sequence[Corpus], kept: Sequence[Story]) -> list[Story]:
    """Returns the stories of corpora with all their rows.

    The rows of `article` of a story are drawn with link weights that never saw it, as a judge of a
    new story has them.
    """
    with ProcessPoolExecutor() as pool:
        drawn = list(pool.map(draw_rows, corpora))
        stories = [
            Story(corpus.name, corpus.weight, rows)
            for corpus, rows in zip(corpora, drawn, strict=True)
        ]
        unseen = [fit(others(story, [*stories, *kept]), _FIRST) for story in stories]
        links = [regression_of(fitted, "link") for fitted in unseen]
        reporting = [regression_of(fitted, "reporting") for fitted in unseen]
        article_rows = pool.map(draw_article_rows, corpora, links, reporting)
        for story, rows in zip(stories, article_rows, strict=True):
            story.rows.update(rows)
    return stories


def others(story: Story, stories: Sequence[Story]) -> list[Story]:
    """Returns all stories but one."""
    return [one for one in stories if one.name != story.name]


def score_unseen(
    corpora: Sequence[Corpus], stories: Sequence[Story], kept: Sequence[Story]
) -> dict[str, Score]:
    """Returns how well each story is judged by weights that were fitted to the others."""
    fitted = [fit(others(story, [*stories, *kept])) for story in stories]
    with ProcessPoolExecutor() as pool:
        scores = pool.map(score_with, corpora, fitted)
        return {corpus.name: found for corpus, found in zip(corpora, scores, strict=True)}


def score_with(corpus: Corpus, fitted: Fitted) -> Score:
    """Returns how well a story is judged by some weights."""
    replay = Replay(corpus, weights=weights_of(fitted))
    return score(corpus, replay.run(corpus.articles), STEP)


def _describe(corpus: Corpus) -> dict[str, Any]:
    return {"name": corpus.name, "digest": corpus.digest, "articles": len(corpus.articles)}


def _head(corpora: Sequence[Corpus], kept: Sequence[Story]) -> dict[str, Any]:
    real = [{"name": one.name, "rows": _count(one.rows)} for one in kept]
    return {
        "version": JUDGE_VERSION,
        "fitted_to": [*map(_describe, corpora), *real],
        "hyper_parameters": asdict(HYPER_PARAMETERS),
    }


def _count(rows: dict[str, list[Row]]) -> dict[str, int]:
    return {name: len(found) for name, found in rows.items()}


def main() -> int:
    """Trains and writes, or compares."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="where the weights go")
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    parser.add_argument("--quick", action="store_true", help="leave the unseen figures out")
    args = parser.parse_args()
    corpora = [corpus for corpus in read_corpora() if corpus.is_fitted_to]
    kept = read_stories()
    stories = draw_stories(corpora, kept)
    head, fitted = _head(corpora, kept), fit([*stories, *kept])
    if args.check:
        return _compare(args.out, fitted)
    if not args.quick:
        scores = score_unseen(corpora, stories, kept)
        head["unseen_stories"] = [
            {"story": name, **found.figures} for name, found in scores.items()
        ]
    args.out.write_text(dump_weights(head, fitted), encoding="utf-8")
    return 0


def _compare(path: Path, fitted: Fitted) -> int:
    stored = json.loads(path.read_text(encoding="utf-8"))
    is_same = all(stored[name] == fitted[name] for name in REGRESSIONS)
    print("the weights are what training writes" if is_same else f"{path} is out of date")
    return 0 if is_same else 1


if __name__ == "__main__":
    raise SystemExit(main())
