"""One daemon an SQLite file."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import IO

from monitor.errors import MonitorError


def lock_database(path: Path) -> IO[str]:
    """Makes sure that one daemon runs on an SQLite file; the lock ends with the process.

    Raises:
        MonitorError: another daemon runs on it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.with_name(path.name + ".lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        with lock:
            pid = _read_pid(lock)
        raise MonitorError(
            f"another monitor (process {pid or 'unknown'}) runs on {path}",
            hint="stop it first, or use PostgreSQL for several workers",
        ) from error
    _write_pid(lock)
    return lock


def _read_pid(lock: IO[str]) -> str:
    lock.seek(0)
    return lock.read().strip()


def _write_pid(lock: IO[str]) -> None:
    # Only for the message: what counts is the lock, which no crash can leave behind. So a disk
    # without room for it is no reason to end here; the database will say what is full.
    with suppress(OSError):
        os.ftruncate(lock.fileno(), 0)
        os.write(lock.fileno(), str(os.getpid()).encode())
