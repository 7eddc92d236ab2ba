"""A query may begin with a minus sign; options are still options."""

from __future__ import annotations

from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from monitor.cli.query_command import QueryCommand

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
