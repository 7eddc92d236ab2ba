"""Where the buttons and commands of mails lead, by the config."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.pipeline.sealing.links import links_of
from monitor.settings import load_settings


@pytest.mark.parametrize(
    ("name", "program"),
    [
        ("config", "monitor"),
        ("ferry", "monitor --config {}"),
        ("my case", "monitor --config '{}'"),
    ],
)
def test_commands_name_a_config_that_is_not_the_usual_one(
    tmp_path: Path, name: str, program: str
) -> None:
    folder = tmp_path / name
    folder.mkdir()
    (folder / "monitor.toml").write_text('database_url = "sqlite:///monitor.db"\n')
    (folder / "feeds.toml").write_text("")

    assert links_of(load_settings(folder, {})).program == program.format(folder)
