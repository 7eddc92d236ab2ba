"""Databases with the current schema: the migrations run once a process, and each test gets a copy
of what they made.
"""

from __future__ import annotations

import functools
import tempfile
from contextlib import closing
from pathlib import Path

from monitor.store import Store
from monitor.store.schema.migrate import upgrade


@functools.cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "monitor.db"
        with closing(Store(f"sqlite:///{path}")) as store:
            upgrade(store)
        return path.read_bytes()


def place_database(path: Path) -> None:
    """Puts a database without rows where there is none yet."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(_migrated())
