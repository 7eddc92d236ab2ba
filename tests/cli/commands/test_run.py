"""`poll`: one pass, by the clock or by a time that is given."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.config import run_command


def test_a_rehearsal_refuses_to_go_back_in_time(config: Path) -> None:
    run_command(config, "poll", "--at", "2090-01-02T00:00:00Z")

    done = run_command(config, "poll", "--at", "2090-01-01T00:00:00Z", check=False)

    assert done.returncode == 1
    assert "go back" in done.stderr
