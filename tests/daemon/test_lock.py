"""One daemon an SQLite file."""

from __future__ import annotations

import os
import resource
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
    limit, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    # Whatever this process writes to a file finds no room.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, most))
    try:
        with lock_database(path), pytest.raises(MonitorError):
            lock_database(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, most))

    assert path.with_name("monitor.db.lock").read_bytes() == b""
