"""Rows of figures of stories whose texts are not in the repository.

    MONITOR_SUITES=DIR python -m training.rows

Real news cannot be kept here, but what the weights are fitted to can: figures with a label, no
word of the texts. This draws them from the streams of `outside.toml` and writes one file a story to
`training/rows/`. It is to be run again whenever a feature changes; a file says of which version of
the judge and of which stream it is, and `training.train` refuses rows of other features.

The rows of `article` depend on the probabilities of links, so they are drawn with link weights that
were fitted to all other stories.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from monitor.novelty import JUDGE_VERSION
from training.examples import FEATURE_NAMES, Row, Story, draw_article_rows, draw_rows
from training.fit import fit, regression_of
from training.outside import VARIABLE, find_outside, read_outside
from training.streams import Corpus, read_corpora

ROWS = Path(__file__).with_name("rows")
# Real news counts for more than invented: what comes will be real.
REAL_WEIGHT = 3.0
_DRAWN = ("link", "about", "article")


def read_stories(folder: Path = ROWS) -> list[Story]:
    """Returns the stories whose rows are kept.

    Raises:
        ValueError: rows of other features than the judge computes.
    """
    return [_read_story(path) for path in sorted(folder.glob("*.json.gz"))]


def _read_story(path: Path) -> Story:
    stored = json.loads(gzip.decompress(path.read_bytes()))
    rows: dict[str, list[Row]] = {}
    for name, table in stored["rows"].items():
        if tuple(table["features"]) != FEATURE_NAMES.get(name):
            raise ValueError(f"{path.name}: rows of other features; draw them again")
        rows[name] = [Row(tuple(values), bool(label)) for *values, label in table["rows"]]
    return Story(stored["story"], REAL_WEIGHT, rows)


def write_story(story: Story, digest: str, folder: Path = ROWS) -> None:
    """Writes the rows of a story."""
    tables = {name: _table(name, story.rows[name]) for name in _DRAWN}
    stored = {"story": story.name, "judge": JUDGE_VERSION, "digest": digest, "rows": tables}
    packed = gzip.compress(json.dumps(stored).encode(), mtime=0)
    folder.mkdir(exist_ok=True)
    (folder / f"{story.name}.json.gz").write_bytes(packed)


def _table(name: str, rows: Sequence[Row]) -> dict[str, Any]:
    return {
        "features": FEATURE_NAMES[name],
        "rows": [[*row.values, int(row.label)] for row in rows],
    }


def draw_outside(own: Mapping[str, Story], outside: Mapping[str, Corpus]) -> dict[str, Story]:
    """Returns the stories of streams outside the repository, drawn beside each other.

    Args:
        own: the stories of the repository, with their rows of link and reporting.
    """
    with ProcessPoolExecutor() as pool:
        drawn = dict(zip(outside, pool.map(draw_rows, outside.values()), strict=True))
        stories = {name: Story(name, REAL_WEIGHT, rows) for name, rows in drawn.items()}
        for name, corpus in outside.items():
            others = [*own.values(), *(one for one in stories.values() if one.name != name)]
            fitted = fit(others, ("link", "reporting"))
            link, reporting = regression_of(fitted, "link"), regression_of(fitted, "reporting")
            stories[name].rows.update(draw_article_rows(corpus, link, reporting))
    return stories


def main() -> int:
    """Draws and writes the rows."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.parse_args()
    root = find_outside()
    if root is None:
        print(f"{VARIABLE} names no folder with the streams", file=sys.stderr)
        return 1
    outside = {one.name: one for one in read_outside(root) if one.is_fitted_to}
    fitted_to = [corpus for corpus in read_corpora() if corpus.is_fitted_to]
    with ProcessPoolExecutor() as pool:
        drawn = pool.map(draw_rows, fitted_to)
        own = {
            corpus.name: Story(corpus.name, corpus.weight, rows)
            for corpus, rows in zip(fitted_to, drawn, strict=True)
        }
    for name, story in draw_outside(own, outside).items():
        write_story(story, outside[name].digest)
        print(name, {kind: len(rows) for kind, rows in story.rows.items()})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
