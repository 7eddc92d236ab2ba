"""One daemon an SQLite file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from monitor.daemon import lock_database
from monitor.errors import MonitorError


def test_a_database_has_one_daemon_and_the_second_hears_whose(tmp_path: Path) -> None:
    path = tmp_path / "data" / "monitor.db"
    with lock_database(path), pytest.raises(MonitorError, match=f"process {os.getpid()}"):
        lock_database(path)

    # The lock ends with its holder, whatever the file says.
    lock_database(path).close()


def test_a_disk_without_room_for_the_number_of_a_process_keeps_nobody_out(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    # What is written to this device finds no room.
    path.with_name("monitor.db.lock").symlink_to("/dev/full")

    lock_database(path).close()
