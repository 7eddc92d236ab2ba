"""What the client remembers of hosts, kept in the store: a restart asks nobody too early, and all workers know."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from monitor.politeness import HostPause, RobotsFile
from monitor.store import Store
from monitor.store.hosts import get_pause, get_robots, put_pause, put_robots


class StoreBook:
    """A `monitor.fetching.HostBook` in the database.

    Args:
        clock: the time of day, aware UTC.
    """

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    async def get_pause(self, host: str) -> HostPause | None:
        """See `HostBook`."""
        return await asyncio.to_thread(self._store.read, get_pause, host)

    async def put_pause(self, host: str, pause: HostPause | None) -> None:
        """See `HostBook`."""
        await asyncio.to_thread(self._store.write, put_pause, host, pause)

    async def get_robots(self, origin: str) -> RobotsFile | None:
        """See `HostBook`."""
        return await asyncio.to_thread(self._store.read, get_robots, origin)

    async def put_robots(self, origin: str, robots: RobotsFile) -> None:
        """See `HostBook`."""
        await asyncio.to_thread(self._store.write, put_robots, origin, robots, self._clock())
