"""An upgrade that is killed at whatever statement leaves the old database or the new one."""

from __future__ import annotations

import gzip
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.store import Store
from monitor.store.engine import check_sound
from monitor.store.schema.migrate import HEAD, schema_version, upgrade
from tests.store.schema.test_every_release import read_all

OLD = Path(__file__).parent / "released" / "0003.db.gz"
# Upgrades a database, and dies by SIGKILL after so many statements; 0 counts them.
KILLED = """
import os, signal, sys
from sqlalchemy import event
from monitor.store import Store
from monitor.store.schema.migrate import upgrade

store, limit, done = Store(sys.argv[1]), int(sys.argv[2]), 0

@event.listens_for(store.engine, "after_cursor_execute")
def count(*_):
    global done
    done += 1
    if done == limit:
        os.kill(os.getpid(), signal.SIGKILL)

upgrade(store)
print(done)
"""


def upgrade_in_process(path: Path, limit: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", KILLED, f"sqlite:///{path}", str(limit)]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "monitor.db"
    path.write_bytes(gzip.decompress(OLD.read_bytes()))
    return path


@pytest.fixture(scope="module")
def statements(tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many statements a whole upgrade takes."""
    path = tmp_path_factory.mktemp("whole") / "monitor.db"
    path.write_bytes(gzip.decompress(OLD.read_bytes()))
    return int(upgrade_in_process(path, 0).stdout)


@pytest.mark.long
@pytest.mark.parametrize("share", [0.02, 0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 1.0])
def test_a_killed_upgrade_is_as_if_it_had_not_begun(
    old: Path, statements: int, share: float
) -> None:
    before = read_all(old)

    killed = upgrade_in_process(old, max(1, round(statements * share)))

    assert killed.returncode == -signal.SIGKILL
    store = Store(f"sqlite:///{old}")
    try:
        store.read(check_sound)
        assert schema_version(store) == "0003"
        store.close()
        assert read_all(old) == before
        assert upgrade(store)
        assert schema_version(store) == HEAD
    finally:
        store.close()
    assert {table: rows.keys() for table, rows in read_all(old).items() if table in before} == {
        table: rows.keys() for table, rows in before.items()
    }
