"""What a command loads before it says anything. Not how long that takes: a clock would tell of the
machine.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.cli.conftest import Read

# Prints what was loaded when all is done, and else is the program itself.
PROGRAM = (
    "import atexit, sys; from monitor.cli import main;"
    "atexit.register(lambda: print('loaded:', *sys.modules, file=sys.stderr)); main()"
)
# For bytes of the web, for sockets, for schedules: a command that reads the store needs none.
DAEMON = {
    "alembic",
    "apscheduler",
    "dateparser",
    "feedparser",
    "httpx",
    "lxml.etree",
    "pebble",
    "structlog",
    "trafilatura",
    "monitor.daemon",
    "monitor.extraction",
    "monitor.feeds.parse",
    "monitor.fetching",
    "monitor.isolation",
}
# What judges, and what writes alerts.
JUDGE = {"monitor.novelty", "monitor.alerts", "monitor.alerts.rendering", "monitor.alerts.payload"}
STORE = {"pydantic", "regex", "sqlalchemy", "sqlmodel", "monitor.settings", "monitor.store"}


def loaded_by(*words: str) -> set[str]:
    """Runs the program in a process of its own; returns the modules that it loaded."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words], capture_output=True, text=True, check=True
    )
    return set(done.stderr.split("loaded:")[1].split())


@pytest.mark.parametrize("words", [("--help",), ("-h",), ("--version",)])
def test_help_loads_the_command_line_alone(words: tuple[str, ...]) -> None:
    loaded = loaded_by(*words)

    assert loaded & (DAEMON | JUDGE | STORE | {"rich", "monitor.model"}) == set()
    assert {one for one in loaded if one.startswith("monitor.cli.commands.")} == set()


def test_help_of_a_command_loads_its_module_and_no_store() -> None:
    loaded = loaded_by("search", "--help")

    # Typer itself reads the types of arguments by Pydantic where it is there.
    assert loaded & (DAEMON | JUDGE | STORE - {"pydantic"}) == set()
    assert {one for one in loaded if one.startswith("monitor.cli.commands.")} == {
        "monitor.cli.commands.articles"
    }


@pytest.mark.parametrize("words", [("search", "harbour"), ("status",), ("feeds", "list")])
def test_a_command_that_reads_loads_neither_judge_nor_daemon(
    read: Read, words: tuple[str, ...]
) -> None:
    loaded = loaded_by("--config", str(read.config), *words)

    assert loaded & (DAEMON | JUDGE) == set()
    assert loaded >= STORE


def test_a_search_for_news_loads_what_that_needs(read: Read) -> None:
    loaded = loaded_by("--config", str(read.config), "search", "--new-only", "harbour")

    assert loaded & DAEMON == set()
    assert "monitor.novelty" in loaded
