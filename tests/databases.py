"""Databases with the current schema: the migrations run once a process, and each test gets a copy
of what they made. Statements are compiled once a process too, as in a program that runs for long.
"""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Hashable
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.util import LRUCache

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


# Some hundreds are all that the program has.
STATEMENTS = 2000


class Compiled(LRUCache[Any, Any]):
    """Compiled statements of all engines of a process.

    An engine asks with its own dialect in the key. Those of one kind of database are alike here,
    and a test that opens its store anew would compile all that it runs anew, which was a quarter
    of what such a test cost."""

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get(_shared(key), default)

    def __setitem__(self, key: tuple[Any, ...], value: Any) -> None:
        super().__setitem__(_shared(key), value)


def _shared(key: tuple[Any, ...]) -> tuple[Hashable, ...]:
    dialect, *statement = key
    return type(dialect), dialect.server_version_info, *statement


def share_compiled() -> None:
    """Has every engine that is opened from now on keep its compiled statements in one place."""
    compiled = Compiled(STATEMENTS)

    @event.listens_for(Engine, "engine_connect")
    def take(connection: Connection) -> None:
        connection.execution_options(compiled_cache=compiled)
