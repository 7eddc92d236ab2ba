"""What `--help` promises: an example for each command that the command line accepts, and that runs
where it only reads.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from monitor import __version__
from monitor.cli.commands import Commands, app
from tests.acceptance.config import read_rows, run_command
from tests.cli.conftest import Read

_EXAMPLE = re.compile(r"Example: monitor (.+)", re.DOTALL)


def iter_commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Yields every command with its words."""
    for name, inner in getattr(command, "commands", {}).items():
        yield from iter_commands(inner, (*path, name))
    if not hasattr(command, "commands"):
        yield " ".join(path), command


COMMANDS = dict(iter_commands(typer.main.get_command(app)))
# What a reading command of the help names, in the world that it runs in here.
WORLD = {"guardian": "Harbour", "https://example.org/story": "/order", "3f9c": "ID"}
READING = (
    "status",
    "check",
    "feeds list",
    "feeds show",
    "feeds export",
    "cases list",
    "cases show",
    "cases test",
    "search",
    "articles list",
    "articles show",
    "articles log",
    "developments list",
    "developments show",
    "timeline",
    "why",
    "replay",
    "alerts list",
    "alerts show",
    "alerts preview",
    "channels list",
    "config show",
)


def example(command: str) -> list[str]:
    """Returns the words of a command's example, without what the shell does with it."""
    found = _EXAMPLE.search(COMMANDS[command].help)
    assert found, f"{command} has no example"
    words = shlex.split(found[1])
    for stop in ("||", ">"):
        words = words[: words.index(stop)] if stop in words else words
    return words[2:] if words[0] == "--config" else words


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_says_what_it_does_and_ends_with_an_example(command: str) -> None:
    text = COMMANDS[command].help

    assert re.match(r"[A-Z].*[.:]", text, re.DOTALL)
    words = example(command)
    name = command.split()
    # `developments list` is better known as `timeline`.
    assert words[: len(name)] == name or words[0] == "timeline"


@pytest.mark.parametrize("name", Commands.places)
def test_a_list_of_commands_says_what_the_command_itself_says(name: str) -> None:
    """It is written down twice, since the list loads no command."""
    command: Any = typer.main.get_command(app)

    said = command.commands[name].get_short_help_str(limit=200)

    assert Commands.places[name].shorten(200) == said


@pytest.mark.parametrize("command", COMMANDS)
def test_the_example_of_a_command_is_accepted_by_it(command: str) -> None:
    words = example(command)
    given = words[1:] if words[0] == "timeline" else words[len(command.split()) :]

    context = COMMANDS[command].make_context(command, given)  # raises where it is not accepted

    assert context.args == []


@pytest.mark.parametrize("command", READING)
def test_the_example_of_a_reading_command_runs(read: Read, command: str) -> None:
    words = [WORLD.get(word, word) for word in example(command)]
    lists = {"alerts": "alerts list", "developments": "timeline"}
    rows = read_rows(read.config, *lists.get(words[0], "articles list").split())
    for number, word in enumerate(words):
        if word == "ID":
            words[number] = rows[0]["id"]
        elif word == "/order":
            words[number] = f"{read.outlet.base}/order"

    done = run_command(read.config, *words)

    assert "Traceback" not in done.stdout + done.stderr


def test_the_version_is_printed_without_a_config(read: Read) -> None:
    done = run_command(read.config / "nowhere", "--version")

    assert (done.stdout, done.stderr) == (f"monitor {__version__}\n", "")


def test_without_a_command_the_help_is_shown(read: Read) -> None:
    done = run_command(read.config, check=False)

    assert "Usage: monitor" in done.stdout + done.stderr
    assert done.returncode == 2
