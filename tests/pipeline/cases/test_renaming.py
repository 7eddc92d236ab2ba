"""A case keeps its history under another name; another folder's config is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from monitor.errors import MonitorError, NotFound
from monitor.pipeline.cases.renaming import rename_case
from monitor.pipeline.context import Context
from monitor.settings import load_settings
from monitor.store.views.cases import list_cases
from tests.pipeline.program import HARBOUR, Program, start_program


@pytest.fixture
def program(tmp_path: Path) -> Program:
    url = f"sqlite:///{tmp_path / 'monitor.db'}"
    return start_program(tmp_path / "config", url, harbour=HARBOUR)


def enabled(program: Program) -> dict[str, bool]:
    async def work(ctx: Context) -> dict[str, bool]:
        return {case.slug: case.is_enabled for case in await ctx.read(list_cases)}

    return program.run(work)


def rename(program: Program, before: str, after: str) -> Path:
    return rename_case(load_settings(program.folder, {}), before, after)


def test_file_and_history_change_their_name_together(program: Program) -> None:
    enabled(program)

    path = rename(program, "harbour", "port")

    assert path == program.folder / "cases" / "port.toml"
    assert [file.name for file in path.parent.iterdir()] == ["port.toml"]
    assert enabled(program) == {"port": True}


def test_a_file_that_was_renamed_by_hand_is_told_with_the_command_and_then_kept(
    program: Program,
) -> None:
    enabled(program)
    cases = program.folder / "cases"
    (cases / "harbour.toml").rename(cases / "port.toml")

    with pytest.raises(MonitorError) as refused:
        enabled(program)
    assert "monitor cases rename harbour port" in refused.value.hint

    rename(program, "harbour", "port")
    assert enabled(program) == {"port": True}


def test_a_case_that_was_never_polled_is_its_file_alone(program: Program) -> None:
    assert rename(program, "harbour", "port").exists()
    assert enabled(program) == {"port": True}


@pytest.mark.parametrize(
    ("before", "after", "error", "says"),
    [
        ("nothing", "port", NotFound, "no case"),
        ("harbour", "Old Port", MonitorError, "no slug"),
        ("harbour", "museum", MonitorError, "exists"),
        ("ghost", "museum", NotFound, "no case"),
    ],
)
def test_a_name_that_cannot_be_changed_changes_nothing(
    program: Program, before: str, after: str, error: type[Exception], says: str
) -> None:
    program.write_case("museum", 'title = "Museum"\nquery = "museum"\n')
    names = enabled(program)

    with pytest.raises(error, match=says):
        rename(program, before, after)

    assert enabled(program) == names


def test_the_config_of_another_folder_is_refused_and_disables_nothing(program: Program) -> None:
    enabled(program)
    other = Program(program.folder.parent / "other")
    shutil.copytree(program.folder, other.folder)
    (other.folder / "cases" / "harbour.toml").unlink()
    other.write_case("museum", 'title = "Museum"\nquery = "museum"\n')

    with pytest.raises(MonitorError, match="belongs to the config in"):
        enabled(other)

    assert enabled(program) == {"harbour": True}
