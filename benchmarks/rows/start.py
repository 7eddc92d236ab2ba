"""The command line: how long it takes to say something."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.goals import Figure, Goal, Measured, Sizes
from benchmarks.measuring import scratch
from benchmarks.stored import make_database

_RUNS = 9
# What commands import only when they need it.
_EAGER = "import apscheduler.schedulers.asyncio, feedparser, httpx, sqlmodel, trafilatura, typer"
_COMMAND = str(Path(sys.executable).parent / "monitor")


def _wall_ms(compiled: Path, *command: str) -> tuple[float, int]:
    """Returns the median wall time of a process, and the code it ended with.

    Args:
        compiled: where its modules are kept compiled, as they are for everybody's second command;
            the shell of this run may forbid that.
    """
    kept = {"PYTHONPYCACHEPREFIX": str(compiled), "PYTHONDONTWRITEBYTECODE": ""}
    _run(command, kept)
    done = [_run(command, kept) for _ in range(_RUNS)]
    return statistics.median(took for took, _ in done), max(code for _, code in done)


def _run(command: Sequence[str], extra: Mapping[str, str]) -> tuple[float, int]:
    began = time.perf_counter()
    code = subprocess.run(command, capture_output=True, env={**os.environ, **extra}).returncode
    return 1000 * (time.perf_counter() - began), code


def start(_: Sizes) -> Measured:
    """B10."""
    with scratch() as folder:
        config, compiled = folder / "config", folder / "compiled"
        (config / "cases").mkdir(parents=True)
        make_database(folder / "monitor.db")
        (config / "monitor.toml").write_text('database_url = "sqlite:///../monitor.db"\n')
        (config / "feeds.toml").write_text('[[feed]]\nurl = "https://post.example/feed"\n')
        (config / "channels.toml").write_text('[desk]\ntype = "console"\n')
        (config / "cases" / "case.toml").write_text(
            'title = "Ferry"\nquery = "ferry"\nfeeds = ["*"]\n[[alert]]\nchannel = "desk"\n'
        )
        eager, _code = _wall_ms(compiled, sys.executable, "-c", _EAGER)
        helped, help_code = _wall_ms(compiled, _COMMAND, "--help")
        search = (_COMMAND, "--config", str(config), "search", "ferry")
        searched, search_code = _wall_ms(compiled, *search)
    figures = [Figure("--help, ms", helped, 120), Figure("search, ms", searched, 350)]
    pair = f"both end with 0; the five packages at once: {eager:.0f} ms"
    return Measured(figures, pair, not (help_code or search_code), f"median of {_RUNS}, wall")


GOALS = (Goal("B10", "`monitor --help`; one search as a process", "eager import", start),)
