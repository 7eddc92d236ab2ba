"""Predictions scored with the suites' own scorer and held against its floors."""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.conformance.predicting import write_predictions
from tests.conformance.suites import Floor, Row, load, read_floors


@dataclass(frozen=True)
class Report:
    """What came of one run.

    Attributes:
        metrics: by kind, then by the scorer's name of the figure.
        tables: the scorer's own tables, by kind.
        misses: one line for each value that is not as asserted, by kind.
        feeds: the predictions for feeds, with the seconds that each took.
    """

    metrics: Mapping[str, Mapping[str, float]]
    tables: Mapping[str, str]
    misses: Mapping[str, list[str]]
    feeds: list[Row]

    def value(self, floor: Floor) -> float:
        return self.metrics[floor.kind].get(floor.metric, 0.0)

    def unlisted(self) -> list[str]:
        """Misses on feeds whose fixture is not among the listed differences."""
        listed = tuple(f"{fixture} " for fixture in read_differences())
        return [line for line in self.misses["feeds"] if not line.startswith(listed)]

    def is_held(self, floor: Floor) -> bool:
        return floor.is_held(self.value(floor))


def read_differences() -> dict[str, str]:
    """Fixtures on which we differ on purpose or of need, with the reason."""
    return tomllib.loads((Path(__file__).parent / "differences.toml").read_text(encoding="utf-8"))


def run_suites() -> Report:
    """Predicts and scores everything."""
    score = load("score")
    metrics, tables, misses = {}, {}, {}
    with tempfile.TemporaryDirectory() as folder:
        paths = write_predictions(Path(folder))
        rows = {kind: score.read_jsonl(path) for kind, path in paths.items()}
    for kind, scorer in score.SCORERS.items():
        metrics[kind], table, misses[kind] = scorer(rows[kind])
        with contextlib.redirect_stdout(io.StringIO()) as out:
            score.print_table(table)
        tables[kind] = out.getvalue()
    return Report(metrics, tables, misses, rows["feeds"])


def shown(report: Report) -> str:
    """The tables, each floor with what was reached, and in the last line how many are held."""
    floors = read_floors()
    held = [floor for floor in floors if report.is_held(floor)]
    slowest = max(report.feeds, key=lambda row: float(row.get("seconds", 0.0)))
    parts = [f"{kind}\n{table}" for kind, table in report.tables.items()]
    parts.append(f"slowest feed: {slowest['suite']}/{slowest['file']}, {slowest['seconds']} s\n")
    parts.append(
        f"differences of feeds: {len(read_differences())} fixtures listed with reasons, {len(report.unlisted())} values more\n"
    )
    lines = [
        f"{'ok ' if floor in held else 'LOW'} {floor.kind:9} {floor.metric:25} {report.value(floor):>9.5g}  {floor.shown()}"
        for floor in floors
    ]
    return "\n".join([*parts, *lines, f"conformance: {len(held)} of {len(floors)} floors held"])


def shown_misses(report: Report, kind: str, limit: int = 20) -> str:
    """The first misses of a kind, for the one who has to mend them."""
    return json.dumps([line[:300] for line in report.misses[kind][:limit]], ensure_ascii=False, indent=1)
