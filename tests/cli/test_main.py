"""The command line as a whole: exit codes, errors, and what a pipe gets."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.config import COMMAND, run_command, write_config
from tests.world import Outlet


@pytest.mark.parametrize(
    "arguments",
    [
        ["frobnicate"],
        ["search"],
        ["poll", "--nope"],
        ["search", "a", "--since", "soon"],
        ["run", "--roles", "x"],
    ],
)
def test_a_wrong_command_line_exits_2(config: Path, arguments: list[str]) -> None:
    done = run_command(config, *arguments, check=False)

    assert done.returncode == 2
    assert done.stdout == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["articles", "show", "abcdef"],
        ["why", "https://nobody.example/x"],
        ["why", "fff"],
        ["cases", "show", "nobody"],
        ["poll", "nowhere"],
        ["timeline", "nobody"],
        ["articles", "list", "--case", "nobody"],
        ["search", "garcia", "--case", "nobody"],
        ["alerts", "list", "--case", "nobody"],
    ],
)
def test_what_is_not_there_exits_1_with_a_hint(config: Path, arguments: list[str]) -> None:
    done = run_command(config, *arguments, check=False)

    assert done.returncode == 1
    assert done.stderr.startswith("error: ")


def test_without_a_database_reading_commands_say_how_to_begin(
    tmp_path: Path, outlet: Outlet
) -> None:
    folder = write_config(tmp_path / "fresh", [outlet], has_database=False)

    done = run_command(folder, "articles", "list", check=False)

    assert done.returncode == 1
    assert "monitor poll" in done.stderr


def test_a_damaged_database_is_named_and_never_replaced(config: Path) -> None:
    path = config / "monitor.db"
    path.write_bytes(b"this is no database" * 500)

    done = run_command(config, "articles", "list", check=False)

    assert done.returncode == 1
    assert "restore" in done.stderr
    assert path.read_bytes().startswith(b"this is no database")


def test_a_reader_that_leaves_early_is_no_failure(config: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [COMMAND, "--config", str(config), "articles", "list"],
        stdout=writing,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(writing)

    assert done.returncode == 0
    assert done.stderr == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_is_told_without_a_traceback(config: Path, unbuffered: str) -> None:
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [COMMAND, "--config", str(config), "articles", "list"],
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
            env=environment,
        )

    assert done.returncode == 1
    assert done.stderr.startswith(b"error: ")
