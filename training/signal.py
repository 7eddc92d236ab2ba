"""Prints in one table how the judge does on everything that has labels.

    python -m training.signal [SECTION ...]

recall, tier 1  developments alerted on (of BUS: first reports alerted on at once), those of tier 1
told            developments that an alert or a digest told within a day
prec.           precision: alerts that bring a development not alerted on before
a dev.          alerts for each development alerted on
every article   recall and precision of alerting on every article that matches
no near-copies  the same but for articles of which an earlier one has nearly all

A stream of the repository that the shipped weights were fitted to shows the figures of weights that
never saw it, as training wrote them into the weights file. Scenarios of the kinds that want an
alert count as recall, those that want silence as precision. Streams outside the repository and
those of other people's labels (BUS) are measured where MONITOR_SUITES names their folder; the
weights know the rows of the three real ones, so that their figures here are not blind.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, repeat
from pathlib import Path

from training.bus import RECIPES, BusResult, find_stories, measure_story
from training.kinds import Result, count_passed, judge_scenario, read_scenarios
from training.outside import VARIABLE, find_outside, read_outside
from training.plain_rules import score_plain_rules
from training.replay import STEP, Replay
from training.scoring import ratio, recall_by_carriers, score
from training.streams import ROOT, Corpus, read_corpora

WEIGHTS = ROOT / "monitor" / "novelty" / "data" / "weights.json"
WORKERS = 2
FITTED = "fitted: unseen"  # figures of weights that never saw the stream, from the weights file
SECTIONS = ("streams", "outside", "kinds", "bus")
COLUMNS = {
    "recall": "recall",
    "recall_t1": "tier 1",
    "told": "told",
    "precision": "prec.",
    "per_development": "a dev.",
}
WIDTH = 7  # of a column
_CHUNK = 16  # scenarios that share stored articles, so that these are read once

Figure = float | None
Figures = Mapping[str, Figure]


@dataclass(frozen=True)
class Line:
    """A line of the table.

    Attributes:
        figures: recall, recall_t1, told, precision and per_development, what there is of them.
        plain: recall and precision of the two plain rules, in turn.
        note: what is to be known of the figures.
    """

    name: str
    figures: Figures
    plain: tuple[Figure, ...] = ()
    note: str = ""


@lru_cache(maxsize=1)
def read_unseen(path: Path = WEIGHTS) -> dict[str, Figures]:
    """Returns by digest the figures of fitted streams as weights fitted to the others had them."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    rows = {row["story"]: row for row in stored["unseen_stories"]}
    return {
        fitted["digest"]: rows[fitted["name"]]
        for fitted in stored["fitted_to"]
        if fitted["name"] in rows
    }


def measure_stream(corpus: Corpus) -> Line:
    """Returns the line of a stream; one that the weights were fitted to is not replayed."""
    plain = [
        figure for found in score_plain_rules(corpus) for figure in (found.recall, found.precision)
    ]
    unseen = read_unseen().get(corpus.digest)
    if unseen:
        return Line(corpus.name, unseen, tuple(plain), FITTED)
    judged = Replay(corpus).run(corpus.articles)
    shares = recall_by_carriers(corpus, judged).items()
    note = ", ".join(f"{name} {hit}/{total}" for name, (hit, total) in shares)
    return Line(corpus.name, score(corpus, judged, STEP).figures, tuple(plain), note)


def lines_of_kinds(results: Iterable[Result]) -> Iterator[Line]:
    """Yields a line for the kinds that want an alert and one for those that want silence."""
    rows = count_passed(results)
    for is_news, column in ((True, "recall"), (False, "precision")):
        own = [row for row in rows if row.is_news is is_news]
        share = ratio(sum(row.passed for row in own), sum(row.total for row in own))
        passed = ", ".join(f"{row.kind}: {row.passed}/{row.total}" for row in own)
        yield Line(f"kinds, {'alert' if is_news else 'silent'}", {column: share}, note=passed)


def lines_of_bus(name: str, results: Iterable[BusResult]) -> Iterator[Line]:
    """Yields the line of a stream of other people's labels, over all stories."""
    found = sum(results, BusResult())
    judge = found.judge
    figures = {
        "recall": judge.recall,
        "told": judge.share_told,
        "precision": judge.precision,
        "per_development": judge.per_date,
    }
    plain = [
        figure
        for counts in (found.every_article, found.no_near_copies)
        for figure in (counts.recall, counts.precision)
    ]
    yield Line(f"BUS {name}", figures, tuple(plain), f"at once; F1 {_cell(judge.f1).strip()}")


def measure(
    pool: ProcessPoolExecutor, root: Path | None, sections: Collection[str]
) -> Iterator[Line]:
    """Hands out all work at once and yields the lines of the table in order, as they are done.

    Args:
        root: where the streams outside the repository lie; None without them.
        sections: what of `SECTIONS` is wanted.
    """
    parts: list[Iterable[Line]] = []
    if "streams" in sections:
        parts.append(pool.map(measure_stream, read_corpora()))
    if root and "outside" in sections:
        parts.append(pool.map(measure_stream, read_outside(root)))
    if "kinds" in sections:
        parts.append(lines_of_kinds(pool.map(judge_scenario, read_scenarios(), chunksize=_CHUNK)))
    if root and "bus" in sections:
        paths = find_stories(root)
        found = {name: pool.map(measure_story, paths, repeat(name)) for name in RECIPES}
        parts.extend(lines_of_bus(name, results) for name, results in found.items())
    return chain.from_iterable(parts)


def format_head() -> str:
    """Returns the two lines above the table."""
    above = f"{'':16}{' ' * WIDTH * len(COLUMNS)}  {'every article':^14}{'no near-copies':^14}"
    names = [*COLUMNS.values(), *("R", "P") * 2]
    cells = [f"{name:>{WIDTH}}" for name in names]
    below = f"{'stream':16}{''.join(cells[: len(COLUMNS)])}  {''.join(cells[len(COLUMNS) :])}"
    return f"{above.rstrip()}\n{below}"


def format_line(line: Line) -> str:
    """Returns a line of the table; a dash where there is no figure."""
    own = "".join(_cell(line.figures.get(column)) for column in COLUMNS)
    plain = "".join(_cell(figure) for figure in line.plain or (None,) * 4)
    return f"{line.name:16}{own}  {plain}  {line.note}"


def _cell(figure: Figure) -> str:
    shown = "–" if figure is None else f"{figure:.3f}"
    return f"{shown:>{WIDTH}}"


def main() -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("section", nargs="*", help=f"of {', '.join(SECTIONS)}; all when left out")
    sections = parser.parse_args().section or SECTIONS
    root = find_outside()
    if root is None:
        print(f"{VARIABLE} names no folder: without the streams outside the repository\n")
    print(format_head())
    with ProcessPoolExecutor(WORKERS) as pool:
        for line in measure(pool, root, sections):
            print(format_line(line), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
