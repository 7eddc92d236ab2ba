"""What the newest Python runs: of each kind of test enough, of no module nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.newest import ONE_OF, choose

TESTS = Path(__file__).parent


def cases(module: str, functions: int, *inputs: str) -> list[str]:
    """The ids of the tests of a module, each function with each of its inputs."""
    return [
        f"tests/{module}.py::test_{number}{f'[{one}]' if one else ''}"
        for number in range(functions)
        for one in inputs or ("",)
    ]


@pytest.mark.parametrize("module", ["feeds/formats/test_rss", "extraction/test_rss", "test_urls"])
def test_what_reads_text_from_outside_runs_whole(module: str) -> None:
    ids = cases(module, 5, "a", "b")

    assert list(choose(ids)) == ids


def test_a_room_that_plays_the_program_runs_every_fourth_function_of_a_module() -> None:
    ids = cases("pipeline/polling/test_poll", 2 * ONE_OF)

    assert list(choose(ids)) == [ids[0], ids[ONE_OF]]


@pytest.mark.parametrize("room", ["acceptance", "cli", "pages", "pipeline", "quality", "trust"])
def test_no_module_is_left_out(room: str) -> None:
    ids = [*cases(f"{room}/test_short", 1), *cases(f"{room}/inner/test_other", 2, "x", "y")]

    assert list(choose(ids)) == [ids[0], ids[1]]


@pytest.mark.parametrize("module", ["store/test_leases", "novelty/verdict/test_judge"])
def test_any_other_room_runs_every_function_once(module: str) -> None:
    ids = cases(module, 3, "sqlite", "postgresql")

    assert list(choose(ids)) == ids[::2]


def test_functions_of_one_name_in_two_modules_are_two() -> None:
    ids = [*cases("store/test_pages", 1), *cases("store/test_feeds", 1)]

    assert list(choose(ids)) == ids


@pytest.mark.parametrize("module", ["store/test_leases", "pipeline/test_work", "test_urls"])
def test_a_server_of_another_kind_runs_no_python(module: str) -> None:
    assert list(choose(cases(module, 2, "postgresql"))) == []


def test_a_server_that_is_left_out_does_not_stand_for_its_function() -> None:
    """Else a function that names it first would not run at all."""
    ids = cases("pipeline/test_work", 1, "postgresql", "sqlite")

    assert list(choose(ids)) == ids[1:]


def test_the_option_leaves_out_what_is_not_chosen_and_what_is_long() -> None:
    modules = ["quality/test_kinds.py", "quality/test_sentences.py", "test_newest.py"]
    arguments = ["--collect-only", "-q", "-p", "no:cacheprovider", "-n", "0"]
    command = [sys.executable, "-m", "pytest", *arguments, *(str(TESTS / one) for one in modules)]

    collected, chosen = (_collect([*command, *more]) for more in ([], ["--newest"]))

    is_long = {one for one in collected if "floor" in one}
    assert is_long
    assert chosen == list(choose(one for one in collected if one not in is_long))
    assert len(chosen) < len(collected) - len(is_long)


def _collect(command: list[str]) -> list[str]:
    done = subprocess.run(command, capture_output=True, text=True, cwd=TESTS.parent)
    return [line for line in done.stdout.splitlines() if "::" in line]
