"""`db …`: backup and restore bring back what was there."""

from __future__ import annotations

from pathlib import Path

from monitor.cli.state import utc_now
from tests.acceptance.config import read_rows, run_command
from tests.cli.commands.stories import SEED_PARAGRAPHS
from tests.world import Outlet, Story


def test_backup_and_restore_bring_back_what_was_there(
    config: Path, outlet: Outlet, tmp_path: Path
) -> None:
    before = read_rows(config, "articles", "list")
    run_command(config, "db", "backup", str(tmp_path / "copy.db"))
    outlet.publish(Story("/late", "Kilmar Abrego Garcia seen", SEED_PARAGRAPHS, utc_now()))
    run_command(config, "poll")
    assert read_rows(config, "articles", "list") != before

    assert (
        run_command(config, "db", "restore", str(tmp_path / "copy.db"), check=False).returncode == 1
    )
    run_command(config, "db", "restore", str(tmp_path / "copy.db"), "--force")

    assert read_rows(config, "articles", "list") == before
