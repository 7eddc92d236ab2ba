"""Predictions scored with the suites' own scorer and held against its floors."""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from monitor.errors import MonitorError
from tests.conformance.http_cases import list_cases, replay
from tests.conformance.predicting import write_predictions
from tests.conformance.suites import Floor, Row, load
from tests.pipeline.polling.month import live


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


def polling_floors() -> list[Floor]:
    """What polling has to keep: every HTTP case of the suites, and politeness over a simulated
    month.
    """
    return [
        Floor("cases", "http", {"min": len(list_cases())}),
        Floor("politeness", "conditional_share", {"min": 0.95}),
        Floor("politeness", "early_polls", {"max": 0}),
        Floor("politeness", "concurrent_hits", {"max": 0}),
    ]


def measure_polling(report: Report) -> Report:
    """Adds how polling does: the HTTP cases, and twenty feeds over thirty simulated days; about a
    minute.
    """
    held, misses = 0, []
    for name in list_cases():
        try:
            replay(name)
        except (AssertionError, MonitorError) as error:
            misses.append(f"http/{name}: {error}")
        else:
            held += 1
    with tempfile.TemporaryDirectory() as folder:
        month = live(Path(folder) / "config")
    politeness = {
        "conditional_share": month.share_conditional(),
        "early_polls": float(len(month.early())),
        "concurrent_hits": float(sum(month.crowds.values()) + len(month.too_close())),
    }
    metrics = {**report.metrics, "cases": {"http": float(held)}, "politeness": politeness}
    return replace(report, metrics=metrics, misses={**report.misses, "cases": misses})


def shown(report: Report, floors: Sequence[Floor]) -> str:
    """The tables, each floor with what was reached, and in the last line how many are held."""
    held = [floor for floor in floors if report.is_held(floor)]
    slowest = max(report.feeds, key=lambda row: float(row.get("seconds", 0.0)))
    parts = [f"{kind}\n{table}" for kind, table in report.tables.items()]
    parts.append(f"slowest feed: {slowest['suite']}/{slowest['file']}, {slowest['seconds']} s\n")
    parts.append(
        f"differences of feeds: {len(read_differences())} fixtures listed with reasons,"
        f" {len(report.unlisted())} values more\n"
    )
    parts += [f"{line}\n" for line in report.misses.get("cases", [])]
    lines = [
        f"{'ok ' if floor in held else 'LOW'} {floor.kind:10} {floor.metric:25}"
        f" {report.value(floor):>9.5g}  {floor.shown()}"
        for floor in floors
    ]
    return "\n".join([*parts, *lines, f"conformance: {len(held)} of {len(floors)} floors held"])


def shown_misses(report: Report, kind: str, limit: int = 20) -> str:
    """The first misses of a kind, for the one who has to mend them."""
    return json.dumps(
        [line[:300] for line in report.misses[kind][:limit]], ensure_ascii=False, indent=1
    )
