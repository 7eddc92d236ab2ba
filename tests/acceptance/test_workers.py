"""Several workers on one PostgreSQL: the work is shared, and every development is told once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.acceptance.config import read_rows, write_config
from tests.acceptance.test_daemon import NEWS, SEED_PARAGRAPHS, Daemon
from tests.postgresql import Cluster
from tests.world import Hook, Outlet, Story


@pytest.mark.long
def test_two_daemons_alert_once(tmp_path: Path, cluster: Cluster, hook: Hook) -> None:
    outlets = [Outlet(f"Outlet {number}", f"127.0.9.{number}") for number in range(1, 7)]
    config = write_config(tmp_path / "config", outlets, hook=hook, database_url=cluster.url())
    first, second = Daemon(config), Daemon(config)
    try:
        first.wait_until(
            lambda: all(row["last_ok_at"] for row in read_rows(config, "feeds", "list"))
        )
        for outlet in outlets:
            story = Story(
                "/order",
                "Judge orders testimony",
                [" ".join(NEWS), *SEED_PARAGRAPHS],
                datetime.now(UTC),
                "Kilmar Abrego Garcia",
            )
            outlet.publish(story)
        first.poll_now()
        first.wait_until(lambda: [row["carriers"] for row in read_rows(config, "timeline")] == [6])
        first.wait_until(lambda: len(hook.events) == 1)
        assert first.stop() < 10
        assert second.stop() < 10
    finally:
        for daemon in (first, second):
            daemon.kill()
        for outlet in outlets:
            outlet.close()

    assert len(hook.events) == 1
    assert "ingest_done" in first.said + second.said
