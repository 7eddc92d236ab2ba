"""`status`: what somebody should look at, and the exit code that says so."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.config import run_command
from tests.world import Outlet


def test_status_check_exits_3_when_a_feed_fails(config: Path, outlet: Outlet) -> None:
    assert run_command(config, "status", "--check").returncode == 0
    outlet.answers["/feed.xml"] = lambda: (500, "text/plain", b"broken")
    run_command(config, "poll")

    done = run_command(config, "status", "--check", check=False)

    assert done.returncode == 3
    assert "500" in done.stdout
