"""What `status --check` exits with 3 for, beside feeds: daemons, disk, channels, items given up."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.cli.troubles import (
    MIN_FREE_BYTES,
    find_dead_workers,
    find_failed_entries,
    find_failing_channels,
    find_full_disk,
)
from monitor.store import Store
from monitor.store.views.troubles import FailedEntry, FailingChannel
from monitor.store.workers import WorkerView, start_worker, stop_worker
from tests.acceptance.config import run_command, write_config
from tests.cli.conftest import publish_news
from tests.world import Hook, Outlet

NOW = datetime(2025, 6, 6, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
ALL = "poll,ingest,deliver"


def worker(
    *, name: str = "elsewhere:1", beat: datetime = NOW, roles: str = ALL, is_stopped: bool = False
) -> WorkerView:
    return WorkerView(name, "1", roles, NOW - 60 * MINUTE, beat, beat if is_stopped else None)


def dead(*workers: WorkerView) -> list[str]:
    latest = sorted(workers, key=lambda one: one.heartbeat_at, reverse=True)
    return [line.split(" ")[2] for line in find_dead_workers(latest, NOW, UTC)]


SILENT = NOW - 5 * MINUTE


@pytest.mark.parametrize(
    ("workers", "expected"),
    [
        ([], []),
        ([worker()], []),
        ([worker(beat=SILENT)], ["elsewhere:1"]),
        ([worker(beat=SILENT, is_stopped=True)], []),
        ([worker(beat=SILENT), worker(name="b:2")], []),
        ([worker(beat=SILENT), worker(name="b:2", is_stopped=True)], []),
        ([worker(beat=SILENT), worker(name="b:2", roles="deliver")], ["elsewhere:1"]),
        ([worker(beat=SILENT, roles="poll"), worker(name="b:2", roles="poll,ingest")], []),
    ],
    ids=[
        "none ever ran",
        "alive",
        "silent for five minutes",
        "stopped",
        "another took over",
        "another took over and was stopped",
        "another does a part of it",
        "its part is done by another",
    ],
)
def test_a_daemon_that_died_is_told_until_another_does_its_work(
    workers: list[WorkerView], expected: list[str]
) -> None:
    assert dead(*workers) == expected


def test_a_killed_process_of_this_machine_is_dead_at_once() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()

    assert dead(worker(name=f"{socket.gethostname()}:{process.pid}")) != []


@pytest.mark.parametrize(
    ("free", "is_full"),
    [(None, False), (MIN_FREE_BYTES, False), (MIN_FREE_BYTES - 1, True), (0, True)],
)
def test_a_disk_without_room_is_told(free: int | None, is_full: bool) -> None:
    assert bool(list(find_full_disk(free))) is is_full


def test_a_channel_is_told_with_what_waits_and_why() -> None:
    failing = FailingChannel("desk", 3, "mail.example: no\nanswer")

    assert list(find_failing_channels([failing])) == [
        "channel fails: desk: 3 messages waiting: mail.example: no answer"
    ]


def test_items_that_were_given_up_are_one_line() -> None:
    failed = [FailedEntry(f"https://gazette.example/{number}", "timeout") for number in range(3)]

    assert list(find_failed_entries(failed)) == [
        "3 items given up in the last day, the newest https://gazette.example/0: timeout"
    ]
    assert list(find_failed_entries([])) == []


def check(config: Path) -> tuple[int, str]:
    done = run_command(config, "status", "--check", "--format", "table", check=False)
    return done.returncode, done.stdout


def test_status_checks_the_last_daemon(config: Path) -> None:
    name = f"nowhere-{os.getpid()}:1"
    store = Store(f"sqlite:///{config / 'monitor.db'}")
    store.write(start_worker, name, version="1", roles=ALL, now=NOW)

    code, said = check(config)
    assert (code, f"daemon dead: {name}" in said) == (3, True)

    store.write(stop_worker, name, NOW)
    store.close()
    assert check(config)[0] == 0


def test_status_checks_channels_as_long_as_they_fail(
    tmp_path: Path, outlet: Outlet, hook: Hook
) -> None:
    config = write_config(tmp_path / "config", [outlet], hook=hook)
    run_command(config, "poll")
    publish_news(outlet)
    hook.status = 500
    run_command(config, "poll")

    code, said = check(config)
    assert (code, "channel fails: hook: 1 message waiting: " in said) == (3, True)

    hook.status = 200
    run_command(config, "alerts", "resend", "--channel", "hook")
    (alert,) = [line.split()[0] for line in alert_lines(config)]
    run_command(config, "alerts", "resend", alert)
    run_command(config, "poll")
    code, said = check(config)
    assert (code, "All is well." in said) == (0, True)


TROUBLES = {
    "an item given up": (
        "UPDATE entries SET state = 'failed', next_attempt_at = :now, last_error = 'timeout'"
        " WHERE id = (SELECT max(id) FROM entries)",
        "1 item given up in the last day",
    ),
    "a delivery that waits": (
        "UPDATE deliveries SET state = 'pending', sealed_at = :early, next_attempt_at = :now",
        "deliveries wait since",
    ),
    "a delivery that is dead": (
        "UPDATE deliveries SET state = 'dead'",
        "failed for good: monitor alerts list --failed",
    ),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_status_checks_what_is_stuck(
    tmp_path: Path, outlet: Outlet, hook: Hook, trouble: str
) -> None:
    config = write_config(tmp_path / "config", [outlet], hook=hook)
    run_command(config, "poll")
    publish_news(outlet)
    run_command(config, "poll")
    assert check(config)[0] == 0
    change, told = TROUBLES[trouble]
    now = datetime.now(UTC)
    times = {
        name: f"{at:%Y-%m-%d %H:%M:%S.%f}" for name, at in (("now", now), ("early", now - DAY))
    }

    with closing(sqlite3.connect(config / "monitor.db")) as database, database:
        assert database.execute(change, times).rowcount

    code, said = check(config)
    assert (code, told in said) == (3, True), said


def test_status_checks_the_disk_beside_the_database(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used = shutil.disk_usage(config)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: used._replace(free=MIN_FREE_BYTES - 1))

    code, said = check(config)

    assert (code, "disk full: 100 MB are left beside the database" in said) == (3, True)


def test_a_full_disk_is_told_by_its_place_even_where_nothing_can_be_read(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used = shutil.disk_usage(config)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: used._replace(free=0))
    # Where SQLite keeps its log there is no room for one.
    (config / "monitor.db-wal").mkdir()

    done = run_command(config, "status", "--check", check=False)

    place = (config / "monitor.db").resolve()
    told = f"error: disk full: 0 MB are left beside the database {place}: make room there: database"
    assert (done.returncode, told in done.stderr) == (3, True), done.stderr


def test_what_cannot_be_read_for_another_reason_is_an_error(config: Path) -> None:
    (config / "monitor.db-wal").mkdir()

    done = run_command(config, "status", "--check", check=False)

    assert (done.returncode, "disk full" in done.stderr) == (1, False), done.stderr


def alert_lines(config: Path) -> list[str]:
    table = run_command(config, "alerts", "list", "--format", "table", columns=400).stdout
    return table.splitlines()[1:]
