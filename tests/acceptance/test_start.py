"""A daemon that is told to stop while it starts, and the files that a start makes."""

from __future__ import annotations

import os
import random
import signal
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.config import COMMAND, run_process, write_config
from tests.acceptance.test_daemon import Daemon
from tests.world import Outlet

DELAYS_S = [0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.3, 1.6, 2.0, 3.0]


def start(config: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "MONITOR_CONFIG": str(config)}
    return subprocess.Popen([COMMAND, "run"], env=environment, stderr=subprocess.PIPE)


def wait_for_program(process: subprocess.Popen[bytes]) -> None:
    """Waits until Python has begun to run the program; before that a signal is the system's."""
    bit = 1 << (signal.SIGTERM - 1)
    while process.poll() is None:
        status = Path(f"/proc/{process.pid}/status").read_text()
        caught = next(line for line in status.splitlines() if line.startswith("SigCgt"))
        if int(caught.split()[1], 16) & bit:
            return
        time.sleep(0.001)


@pytest.mark.parametrize("delay", DELAYS_S)
def test_a_daemon_stopped_while_it_starts_ends_well(
    tmp_path: Path, outlet: Outlet, delay: float
) -> None:
    config = write_config(tmp_path / "config", [outlet])
    process = start(config)
    wait_for_program(process)
    time.sleep(delay)

    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    said = process.communicate(timeout=20)[1].decode()

    assert process.returncode == 0, said
    assert "Traceback" not in said
    assert time.monotonic() - began < 10


def test_what_a_broken_start_left_behind_is_taken_up_by_the_next(
    tmp_path: Path, outlet: Outlet
) -> None:
    config = write_config(tmp_path / "config", [outlet])
    process = start(config)
    while not (config / "monitor.db-wal").exists():
        time.sleep(0.001)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)

    assert process.returncode == 0
    assert run_process(config, "poll").returncode == 0


PAGE = 4096
NOISE = random.Random(7).randbytes(PAGE)


def with_damaged_page(whole: bytes) -> bytes:
    middle = len(whole) // PAGE // 2 * PAGE
    return whole[:middle] + NOISE + whole[middle + PAGE :]


def cut_off(whole: bytes) -> bytes:
    return whole[: len(whole) // PAGE // 2 * PAGE]


def replaced_by_noise(_whole: bytes) -> bytes:
    return NOISE


@pytest.mark.parametrize("damage", [with_damaged_page, cut_off, replaced_by_noise])
def test_a_daemon_refuses_a_damaged_database_in_words_and_leaves_it(
    tmp_path: Path, outlet: Outlet, damage: Callable[[bytes], bytes]
) -> None:
    config = write_config(tmp_path / "config", [outlet])
    database = config / "monitor.db"
    damaged = damage(database.read_bytes())
    database.write_bytes(damaged)

    done = run_process(config, "run", check=False)

    said = done.stdout + done.stderr
    assert done.returncode == 1, said
    assert "database" in said
    assert "restore" in said
    assert "Traceback" not in said
    assert database.read_bytes() == damaged
    assert outlet.requests == []


def test_another_command_that_is_ended_does_not_say_that_all_is_well(tmp_path: Path) -> None:
    config = write_config(tmp_path / "config", [])
    environment = {**os.environ, "MONITOR_CONFIG": str(config)}
    process = subprocess.Popen(
        [COMMAND, "feeds", "import", "-"], env=environment, stdin=subprocess.PIPE
    )
    time.sleep(1.5)
    process.send_signal(signal.SIGTERM)

    process.communicate(timeout=20)
    assert process.returncode == -signal.SIGTERM


def modes(folder: Path) -> dict[str, str]:
    found = [folder, *folder.rglob("*")]
    return {str(path): oct(stat.S_IMODE(path.stat().st_mode)) for path in found}


def test_what_monitor_makes_is_for_its_owner_alone(tmp_path: Path, outlet: Outlet) -> None:
    home = tmp_path / "desk"
    run_process(
        home,
        *("init", str(home / "config"), "--title", "Night ferry", "--query", "ferry"),
        *("--feed", outlet.feed_url),
    )
    daemon = Daemon(home / "config")
    daemon.log.chmod(0o600)
    made = modes(home)
    daemon.stop()
    run_process(home / "config", "db", "backup", str(home / "copy.db"))
    made |= modes(home)

    for name in ("monitor.db", "monitor.db-wal", "monitor.db-shm", "monitor.db.lock", "copy.db"):
        assert any(path.endswith(f"/{name}") for path in made), name
    wrong = {path for path, mode in made.items() if mode not in ("0o600", "0o700")}
    assert wrong == set()
