"""`init`, `check`, `seeds import`, `config show`: from an empty folder to a right config."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.config import run_command, write_config
from tests.conftest import SEED
from tests.world import Outlet


def test_a_wrong_config_names_all_places_at_once_and_exits_2(config: Path) -> None:
    (config / "monitor.toml").write_text('timezone = "Mars/Olympus"\n[fetch]\nconcurency = 3\n')

    done = run_command(config, "check", check=False)

    assert done.returncode == 2
    assert "monitor.toml:1: timezone" in done.stderr
    assert "monitor.toml:3: fetch.concurency" in done.stderr
    assert "Traceback" not in done.stderr


def test_init_writes_a_config_that_works(tmp_path: Path, outlet: Outlet) -> None:
    folder = tmp_path / "new" / "config"
    arguments = (
        "--title",
        "Ana Túñez",
        "--feed",
        outlet.feed_url,
        "--email",
        "desk@example.org",
        "--seed",
        str(SEED),
    )
    run_command(tmp_path, "init", str(folder), *arguments)

    assert "1 feeds, 1 seeds" in run_command(folder, "check").stderr
    assert (folder / "cases" / "ana-tunez.toml").exists()
    assert run_command(tmp_path, "init", str(folder), *arguments, check=False).returncode == 1


def test_config_show_masks_secrets(config: Path) -> None:
    (config / "channels.toml").write_text(
        '[hook]\ntype = "webhook"\nurl = "https://hooks.example/x"\nsecret ='
        ' "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"\n'
    )

    shown = run_command(config, "config", "show").stdout

    assert "MfKQ9r8G" not in shown
    assert "channels.hook.url" in shown


def test_importing_seeds_puts_nothing_on_stdout(tmp_path: Path, outlet: Outlet) -> None:
    done = run_command(write_config(tmp_path / "fresh", [outlet]), "seeds", "import")

    assert done.stdout == ""
    assert "imported" in done.stderr


@pytest.mark.parametrize("wrong", [("--query", "(night"), ("--feed", "nowhere")])
def test_an_init_that_was_typed_wrong_leaves_nothing_behind(
    tmp_path: Path, wrong: tuple[str, str]
) -> None:
    folder = tmp_path / "new"

    done = run_command(tmp_path, "init", str(folder), "--title", "Night ferry", *wrong, check=False)

    assert done.returncode == 2
    run_command(tmp_path, "init", str(folder), "--title", "Night ferry")
