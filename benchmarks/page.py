"""docs/benchmarks.md: the table of the last run that wrote it."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from pathlib import Path

from benchmarks.goals import Result

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
_START, _END = "<!-- table -->\n", "<!-- end of table -->\n"
_HEAD = (
    "| # | work | beside | size | figures (goal) | the same result | |\n"
    "|---|---|---|---|---|---|---|\n"
)


def write_page(results: Sequence[Result]) -> None:
    """Writes the rows that were measured into the table; the others stay as they were."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(_START)
    table, _, after = rest.partition(_END)
    rows = {line.split(" | ")[0]: line for line in table.splitlines() if line.startswith("| B")}
    for result in results:
        rows[f"| {result.goal.name}"] = result.row()
    ordered = sorted(rows.values(), key=_place)
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores.\n\n"
    held = sum(row.endswith("| held |") for row in ordered)
    foot = f"\n{held} of {len(ordered)} goals held. {machine}"
    body = _HEAD + "\n".join(ordered) + "\n" + foot.rstrip() + "\n"
    PAGE.write_text(f"{before}{_START}{body}{_END}{after}", encoding="utf-8")


def _place(row: str) -> tuple[int, str]:
    name = row.split(" | ")[0].removeprefix("| B")
    return int(name.rstrip("w")), name
