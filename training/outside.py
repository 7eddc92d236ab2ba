"""Labelled streams outside the repository, found where the environment says."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from training.streams import ROOT, Corpus

VARIABLE = "MONITOR_SUITES"
_OUTSIDE = Path(__file__).with_name("outside.toml")


@dataclass(frozen=True)
class OutsideStream:
    """A stream outside the repository; `is_fitted_to` by its rows."""

    corpus: Corpus
    is_fitted_to: bool


def suites_folder() -> Path | None:
    """Returns the folder of outside material; None where the environment names none."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else None


def read_outside() -> list[OutsideStream]:
    """Returns the streams outside the repository; none where the environment names no folder."""
    suites = suites_folder()
    if suites is None:
        return []
    found = []
    for table in tomllib.loads(_OUTSIDE.read_text(encoding="utf-8"))["stream"]:
        corpus = Corpus(
            name=table["name"],
            folder=suites / table["folder"],
            names=table["names"],
            utc_offset=timedelta(hours=table["utc_offset_hours"]),
            seed=ROOT / table["seed"] if "seed" in table else None,
            own_query=table["query"],
        )
        found.append(OutsideStream(corpus, table["role"] == "rows"))
    return found
