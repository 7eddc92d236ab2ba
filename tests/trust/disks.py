"""Trouble with the database: a full disk, one that cannot be written, a lock of somebody else's, a
file that is damaged, no database, gone, or another one.

A disk is filled up in a private mount namespace; run as a module, this is the process inside it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.trust.audit import audit
from tests.trust.daemons import Daemon
from tests.trust.figures import Figure, Finding, Skipped, from_json, to_json
from tests.trust.kills import scratch
from tests.trust.world import World, open_world, write_config

DISK = "24m"
NOTICED_S, RESUMED_S = 60.0, 60.0
PAGE = 4096


@dataclass
class Desk:
    """A daemon on a database, the world that it watches, and its health page."""

    world: World
    config: Path
    health: str
    broken: str = ""

    @property
    def database(self) -> Path:
        return self.config / "monitor.db"

    def start(self) -> Daemon:
        return Daemon(self.config, broken=self.broken)

    def make_due(self) -> None:
        with closing(sqlite3.connect(self.database, isolation_level=None)) as database:
            database.execute("UPDATE feeds SET next_poll_at = '2020-01-01 00:00:00.000000'")

    def says_trouble(self) -> bool:
        """Whether the health page says that something is wrong."""
        try:
            with urllib.request.urlopen(f"http://{self.health}/healthz", timeout=5):
                return False
        except urllib.error.HTTPError as error:
            with error:
                return error.code == 503

    def has_more_than(self, served: int) -> bool:
        """Whether something new has come in, and all of it is stored and told."""
        self.make_due()
        return len(self.world.served) > served and self.is_settled()

    def is_settled(self) -> bool:
        """Whether everything that was served is stored, and all alerts have arrived."""
        found = audit(self.world, f"sqlite:///{self.database}")
        return not (found.lost_entries or found.lost_alerts)


@contextmanager
def open_desk(folder: Path, broken: str = "") -> Iterator[Desk]:
    world = open_world(2, lambda: datetime.now(UTC))
    with socket.create_server(("127.0.0.1", 0)) as free:
        health = f"127.0.0.1:{free.getsockname()[1]}"
    config = write_config(folder / "config", world, extra=f'[http]\nlisten = "{health}"\n')
    try:
        yield Desk(world, config, health, broken)
    finally:
        world.close()


def _after(limit_s: float, holds: Callable[[], bool]) -> float:
    """Returns after how many seconds something holds; infinity when it did not within the limit."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > limit_s:
            return float("inf")
        time.sleep(0.2)
    return round(time.monotonic() - began, 1)


def _in_trouble(name: str, desk: Desk, begin: Callable[[], Callable[[], None]]) -> list[Finding]:
    """Has a daemon at work meet a trouble that passes; `begin` returns what ends it."""
    daemon = desk.start()
    try:
        daemon.wait_until(lambda: desk.is_settled() and not desk.says_trouble())
        end = begin()
        told = _after(NOTICED_S, desk.says_trouble)
        is_alive = daemon.process.poll() is None
        served = len(desk.world.served)
        end()
        resumed = _after(RESUMED_S, lambda: desk.has_more_than(served))
        well = _after(RESUMED_S, lambda: not desk.says_trouble())
        daemon.stop()
    finally:
        daemon.kill()
    found = audit(desk.world, f"sqlite:///{desk.database}")
    return [
        Figure(f"{name}: the daemon lives", int(is_alive), 1),
        Figure(f"{name}: told by healthz after, s", told, NOTICED_S, "<="),
        Figure(f"{name}: at work again after, s", resumed, RESUMED_S, "<="),
        Figure(f"{name}: well again after, s", well, RESUMED_S, "<="),
        Figure(f"{name}: entries and alerts lost", found.lost_entries + found.lost_alerts, 0),
        Figure(f"{name}: damaged", found.damaged, 0),
    ]


def disk_full(folder: Path, broken: str = "") -> list[Finding]:
    filling = folder / "filling"

    def fill() -> Callable[[], None]:
        with filling.open("wb", buffering=0) as file:
            try:
                while file.write(bytes(PAGE)):
                    pass
            except OSError:
                pass
        return filling.unlink

    with open_desk(folder, broken) as desk:
        return _in_trouble("disk full", desk, fill)


def foreign_lock(folder: Path, broken: str = "") -> list[Finding]:
    with open_desk(folder, broken) as desk:

        def lock() -> Callable[[], None]:
            other = sqlite3.connect(desk.database, isolation_level=None)
            other.execute("BEGIN IMMEDIATE")

            def unlock() -> None:
                other.rollback()
                other.close()

            return unlock

        return _in_trouble("locked by another program", desk, lock)


def read_only(folder: Path) -> list[Finding]:
    with open_desk(folder) as desk:
        daemon = desk.start()
        daemon.wait_until(desk.is_settled)
        daemon.stop()
        _make_read_only(folder)
        return _refused("a disk that cannot be written", desk)


def _make_read_only(folder: Path) -> None:
    """Takes the right to write on a disk, once nobody has a file open there."""
    remount = ["mount", "-o", "remount,ro", str(folder)]
    deadline = time.monotonic() + 10
    while subprocess.run(remount, capture_output=True).returncode:
        if time.monotonic() > deadline:
            subprocess.run(remount, check=True)
        time.sleep(0.2)


def _refused(name: str, desk: Desk) -> list[Finding]:
    """Starts a daemon that is to refuse its database and to leave it as it is."""
    before = _digest(desk.database)
    done = subprocess.run(
        [sys.executable, "-m", "tests.trust.daemons", ""],
        env={**os.environ, "MONITOR_CONFIG": str(desk.config)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    said = done.stdout + done.stderr
    is_told = (
        "database" in said.replace(desk.database.name, "database")
        and "Traceback" not in said
        and done.returncode in (1, 3)
    )
    return [
        Figure(f"{name}: refused in words", int(is_told), 1, note="" if is_told else said[-200:]),
        Figure(f"{name}: left as it was", int(_digest(desk.database) == before), 1),
    ]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def damaged_files(folder: Path) -> list[Finding]:
    """Starts on a damaged page, on random bytes, and on a file cut off in the middle."""
    with open_desk(folder) as desk:
        daemon = desk.start()
        daemon.wait_until(desk.is_settled)
        daemon.stop()
        whole = desk.database.read_bytes()
        middle = len(whole) // PAGE // 2 * PAGE
        noise = b"".join(hashlib.sha256(bytes([i])).digest() for i in range(128))
        files = {
            "damaged pages": whole[:middle] + noise + whole[middle + len(noise) :],
            "random bytes": noise,
            "a file cut off": whole[:middle],
        }
        findings = []
        for name, content in files.items():
            desk.database.write_bytes(content)
            findings += _refused(name, desk)
        return findings


def taken_away(folder: Path, *, is_replaced: bool, broken: str = "") -> list[Finding]:
    """Takes the database from under a daemon, and puts another one in its place."""
    name = "a database replaced" if is_replaced else "a database deleted"
    with open_desk(folder, broken) as desk:
        daemon = desk.start()
        try:
            daemon.wait_until(lambda: desk.is_settled() and not desk.says_trouble())
            desk.make_due()
            kept = folder / "kept.db"
            shutil.move(desk.database, kept)
            if is_replaced:
                shutil.copy(kept, desk.database)
            before = _digest(desk.database)
            told = _after(NOTICED_S, desk.says_trouble)
            changed = int(_digest(desk.database) != before)
        finally:
            daemon.kill()
    return [
        Figure(f"{name} under the daemon: told after, s", told, NOTICED_S, "<="),
        Figure(f"{name} under the daemon: files made or changed", changed, 0),
    ]


def database_troubles() -> list[Finding]:
    """Goes through all troubles with a database."""
    findings: list[Finding] = []
    for run in (
        damaged_files,
        foreign_lock,
        lambda folder: taken_away(folder, is_replaced=False),
        lambda folder: taken_away(folder, is_replaced=True),
    ):
        with scratch() as folder:
            findings += run(folder)
    return findings + full_and_read_only_disks()


INSIDE = {"disk full": disk_full, "a disk that cannot be written": read_only}


def full_and_read_only_disks() -> list[Finding]:
    """Fills up a disk, and takes the right to write, each in a mount namespace of its own."""
    return [finding for name in INSIDE for finding in _in_namespace(name)]


def _in_namespace(name: str) -> list[Finding]:
    with scratch() as folder:
        disk = folder / "disk"
        disk.mkdir()
        inside = [sys.executable, "-m", "tests.trust.disks", name, str(disk)]
        done = subprocess.run(
            ["unshare", "--mount", *inside],
            env={**os.environ, "TMPDIR": str(folder)},
            capture_output=True,
            text=True,
        )
    if done.returncode:
        return [Skipped(name, f"no mounts of one's own here: {done.stderr.strip()[-300:]}")]
    return from_json(done.stdout)


def main() -> None:
    name, folder = sys.argv[1], Path(sys.argv[2])
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(folder)]
    subprocess.run(mount, check=True)
    print(to_json(INSIDE[name](folder)))


if __name__ == "__main__":
    main()
