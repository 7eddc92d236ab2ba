"""Labelled streams outside the repository (`outside.toml`), in the folder MONITOR_SUITES names.

No text of theirs is copied here; of some the figures are kept (`training.rows`).
"""

from __future__ import annotations

import os
import tomllib
from datetime import timedelta
from pathlib import Path

from training.streams import ROOT, Corpus

OUTSIDE = Path(__file__).with_name("outside.toml")
VARIABLE = "MONITOR_SUITES"
_SUITES = "suites"


def find_outside() -> Path | None:
    """Returns the folder that the environment names; None when it names none.

    The conformance tests are given the folder `suites` inside it: that one is understood too.
    """
    named = os.environ.get(VARIABLE, "")
    if not named:
        return None
    folder = Path(named).resolve()
    return folder.parent if folder.name == _SUITES else folder


def read_outside(root: Path, path: Path = OUTSIDE) -> list[Corpus]:
    """Returns the outside streams that are there, in the order of the file."""
    return [
        Corpus(
            name=table["name"],
            folder=root / table["folder"],
            names=table["names"],
            utc_offset=timedelta(hours=table["utc_offset_hours"]),
            seed=ROOT / table["seed"] if "seed" in table else None,
            own_query=table.get("query", ""),
            is_fitted_to=table.get("rows", False),
        )
        for table in tomllib.loads(path.read_text(encoding="utf-8"))["corpus"]
        if (root / table["folder"] / "stream.jsonl").exists()
    ]
