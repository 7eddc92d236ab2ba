"""A context on each database, over outlets on loopback, with a clock that the test moves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from monitor.bootstrap import build_context
from monitor.pipeline.context import Context
from monitor.pipeline.run_once import PassResult, run_pass
from monitor.settings import load_settings
from monitor.store import Store
from monitor.store.schema.migrate import upgrade
from tests.acceptance.config import write_config
from tests.world import Hook, Outlet, at

T = TypeVar("T")
# For what plays weeks: how often something is asked does not depend on the database.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass
class Newsroom:
    """One case over a few outlets: polls them at the clock's time and shows what came of it."""

    config: Path
    database_url: str
    hook: Hook
    outlets: list[Outlet]
    now: datetime

    def poll(self, *, send: bool = True, hours: float = 1) -> PassResult:
        """Moves the clock on and runs one pass."""
        self.now += timedelta(hours=hours)
        return self.run(lambda ctx: run_pass(ctx, send=send))

    def run(self, work: Callable[[Context], Awaitable[T]]) -> T:
        """Runs something on a fresh context, as a new process would."""

        async def inside() -> T:
            async with build_context(load_settings(self.config, {}), lambda: self.now) as ctx:
                return await work(ctx)

        return asyncio.run(inside())

    def read(self, function: Callable[..., T], *arguments: object, **options: object) -> T:
        """Reads the store."""
        store = Store(self.database_url)
        upgrade(store)
        try:
            return store.read(function, *arguments, **options)
        finally:
            store.close()

    @property
    def alerts(self) -> list[dict[str, object]]:
        """The bodies of the events that the hook accepted."""
        return [event for _, event in self.hook.events]


@pytest.fixture
def newsroom(tmp_path: Path, database_url: str, hook: Hook) -> Iterator[Newsroom]:
    """Three outlets without stories, the seed, and a webhook."""
    names = ("Harbour Gazette", "Bay Courier", "Valley Post")
    outlets = [Outlet(name, f"127.0.3.{number}") for number, name in enumerate(names, start=1)]
    config = write_config(tmp_path / "config", outlets, hook=hook, database_url=database_url)
    yield Newsroom(config, database_url, hook, outlets, at("2025-04-15T12:00:00"))
    for outlet in outlets:
        outlet.close()
