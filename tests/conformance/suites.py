"""Where the conformance suites lie, and their own scorer; nothing of them is copied here."""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

VARIABLE = "MONITOR_SUITES"

Row = dict[str, Any]


def find_suites() -> Path | None:
    """The folder that the environment names; None when it names none."""
    named = os.environ.get(VARIABLE, "")
    return Path(named).resolve() if named else None


def load(name: str) -> Any:
    """One of the suites' own modules: `score`, `fixtures`."""
    folder = find_suites()
    assert folder is not None, f"{VARIABLE} is not set"
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
        sys.dont_write_bytecode = True
    return importlib.import_module(name)


@dataclass(frozen=True)
class Floor:
    """One least (or largest) figure of `floors.json`."""

    kind: str
    metric: str
    limit: Mapping[str, float]

    @property
    def suite(self) -> str:
        """What the figure is about: a suite, a part of one or a field."""
        return f"{self.kind}: {self.metric.split('.')[0]}"

    def is_held(self, value: float) -> bool:
        return self.limit.get("min", value) <= value <= self.limit.get("max", value)

    def shown(self) -> str:
        return ", ".join(
            f"{'>=' if side == 'min' else '<='} {limit:g}" for side, limit in self.limit.items()
        )


def read_floors() -> list[Floor]:
    """All floors, in the order of the file; none without the suites."""
    folder = find_suites()
    if folder is None:
        return []
    kinds = json.loads((folder / "floors.json").read_text(encoding="utf-8"))
    return [
        Floor(kind, metric, limit)
        for kind, metrics in kinds.items()
        for metric, limit in metrics.items()
    ]


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """Writes predictions as the scorer reads them: one JSON object a line."""
    with path.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
