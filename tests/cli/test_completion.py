"""What a shell is told while somebody types, and the page that man(1) shows."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from docs.generate import man_page, roff
from tests.acceptance.config import COMMAND
from tests.cli.test_help import COMMANDS


def complete(words: str, *, shell: str = "bash") -> list[str]:
    """What the shell would offer for the last word of a line."""
    environment = {
        **os.environ,
        "_MONITOR_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
        "_TYPER_COMPLETE_ARGS": words,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    done = subprocess.run(
        [COMMAND], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("monitor evi", ["evidence"]),
        ("monitor stories m", ["merge"]),
        ("monitor timeline --format at", ["atom"]),
        ("monitor search --count-by ", ["outlet", "month"]),
        ("monitor status --ch", ["--check"]),
    ],
)
def test_a_shell_completes_commands_options_and_choices(words: str, offered: list[str]) -> None:
    assert complete(words) == offered


def test_another_shell_is_told_the_same() -> None:
    assert "evidence" in " ".join(complete("monitor evi", shell="zsh"))
    assert "evidence" in " ".join(complete("monitor evi", shell="fish"))


def test_what_would_be_installed_can_be_seen_first() -> None:
    environment = {**os.environ, "SHELL": "/bin/bash"}
    done = subprocess.run(
        ["bash", "-c", f"{COMMAND} --show-completion; :"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert "complete -o default -F _monitor_completion monitor" in done.stdout


def test_the_man_page_has_every_command_with_its_options() -> None:
    page = man_page()

    for name, command in COMMANDS.items():
        assert f".SS monitor {name}\n" in page
        for part in command.params:
            assert f".B {roff('/'.join(part.opts))}" in page or part.param_type_name == "argument"


@pytest.mark.skipif(shutil.which("groff") is None, reason="needs groff")
def test_the_man_page_is_one_without_a_warning(tmp_path: Path) -> None:
    (tmp_path / "monitor.1").write_text(man_page(), encoding="utf-8")

    done = subprocess.run(
        ["groff", "-man", "-ww", "-z", "-K", "utf-8", "monitor.1"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (".so /etc/passwd", "\\&.so /etc/passwd"),
        ("'br", "\\&'br"),
        ("a\\b --flag", "a\\eb \\-\\-flag"),
        ("one\n\ntwo", "one\n.PP\ntwo"),
    ],
)
def test_no_words_of_help_are_a_request_to_the_formatter(text: str, expected: str) -> None:
    assert roff(text) == expected
