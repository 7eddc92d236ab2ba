"""A query may begin with a minus sign; options are still options. A group loads what is named."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, ClassVar, cast

import pytest
import typer
from typer.testing import CliRunner

from monitor.cli.command_kinds import CommandPlace, LazyGroup, QueryCommand

app = typer.Typer(context_settings={"help_option_names": ["-h", "--help"]})


@app.command(cls=QueryCommand)
def ask(
    query: Annotated[str, typer.Argument()],
    case: Annotated[str, typer.Option("--case", "-c")] = "",
    new: Annotated[bool, typer.Option("--new", "-n")] = False,
) -> None:
    """Says what it was asked."""
    typer.echo(f"{query}|{case}|{new}")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["pier"], "pier||False"),
        (["-opinion pier"], "-opinion pier||False"),
        (["-hearing"], "-hearing||False"),
        (["-new"], "-new||False"),
        (["-title:pier", "--case", "a"], "-title:pier|a|False"),
        (["--case", "a", "-title:pier"], "-title:pier|a|False"),
        (["-c", "a", "-pier", "-n"], "-pier|a|True"),
        (["--new", "-n pier"], "-n pier||True"),
        (['-"op ed"'], '-"op ed"||False'),
        (["--", "-pier"], "-pier||False"),
        (["--new", "--", "--pier"], "--pier||True"),
        (["--case", "-x", "pier"], "pier|-x|False"),
    ],
)
def test_what_is_no_option_by_its_whole_spelling_is_the_query(
    arguments: list[str], said: str
) -> None:
    done = CliRunner().invoke(app, arguments)

    assert (done.exit_code, done.output.strip()) == (0, said)


@pytest.mark.parametrize("arguments", [["-h"], ["--help"]])
def test_help_is_still_help(arguments: list[str]) -> None:
    assert "Says what it was asked." in CliRunner().invoke(app, arguments).output


def test_an_unknown_long_option_is_refused() -> None:
    assert CliRunner().invoke(app, ["pier", "--nwe"]).exit_code == 2


PIER = '''
import typer

def open_(at: int = 0) -> None:
    """Opens the pier. Then boats land."""
    typer.echo(f"open at {at}")

def find(query: str) -> None:
    """Finds a boat."""
    typer.echo(query)
'''
QUAYS = '''
import typer

app = typer.Typer(help="Quays: where boats land.", no_args_is_help=True)

@app.command()
def count() -> None:
    """Counts them."""
    typer.echo("3")

@app.command()
def name() -> None:
    """Names them."""
'''


class Harbour(LazyGroup):
    """Commands of modules that the fixture writes."""

    places: ClassVar[Mapping[str, CommandPlace]] = {
        "open": CommandPlace("lazy_pier:open_", "Opens the pier."),
        "find": CommandPlace("lazy_pier:find", "Finds a boat.", QueryCommand),
        "quays": CommandPlace("lazy_quays:app", "Quays: where boats land."),
    }


@pytest.fixture
def harbour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[typer.Typer]:
    """A program whose commands are in two modules that nobody has loaded."""
    (tmp_path / "lazy_pier.py").write_text(PIER, encoding="utf-8")
    (tmp_path / "lazy_quays.py").write_text(QUAYS, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    program = typer.Typer(cls=Harbour, rich_markup_mode=None)
    program.callback()(lambda: None)
    yield program
    for module in loaded():
        del sys.modules[module]


def loaded() -> set[str]:
    """Returns which of the modules with commands are loaded."""
    return {"lazy_pier", "lazy_quays"} & set(sys.modules)


def test_a_command_is_loaded_when_it_is_named(harbour: typer.Typer) -> None:
    done = CliRunner().invoke(harbour, ["open", "--at", "7"])

    assert (done.output, done.exit_code) == ("open at 7\n", 0)
    assert loaded() == {"lazy_pier"}


def test_a_list_of_commands_loads_none_of_them(harbour: typer.Typer) -> None:
    done = CliRunner().invoke(harbour, ["--help"])

    assert done.output.split("Commands:\n")[1].splitlines() == [
        "  open   Opens the pier.",
        "  find   Finds a boat.",
        "  quays  Quays: where boats land.",
    ]
    assert loaded() == set()


@pytest.mark.parametrize(("words", "said"), [(["quays", "count"], "3\n"), (["find", "-x"], "-x\n")])
def test_a_lazy_command_is_of_its_kind(harbour: typer.Typer, words: list[str], said: str) -> None:
    assert CliRunner().invoke(harbour, words).output == said


def test_a_name_that_no_command_has_loads_nothing(harbour: typer.Typer) -> None:
    done = CliRunner().invoke(harbour, ["oben"])

    assert done.exit_code == 2
    assert "Did you mean 'open'?" in done.output
    assert loaded() == set()


def test_what_is_in_a_group_can_be_walked_through(harbour: typer.Typer) -> None:
    commands = cast(Harbour, typer.main.get_command(harbour)).commands

    assert [(name, command.name) for name, command in commands.items()] == [
        ("open", "open"),
        ("find", "find"),
        ("quays", "quays"),
    ]
    assert commands["open"] is commands["open"]


@pytest.mark.parametrize(
    ("limit", "said"),
    [(60, "Finds boats that lie at a quay."), (20, "Finds boats that..."), (9, "Finds...")],
)
def test_a_summary_is_cut_at_a_word(limit: int, said: str) -> None:
    place = CommandPlace("lazy_pier:find", "Finds boats that lie at a quay. It asks nobody.")

    assert place.shorten(limit) == said
