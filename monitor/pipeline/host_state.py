"""What the client remembers of hosts, kept in the store: a restart asks nobody too early, and all
workers know.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial

from monitor.pipeline.work import in_thread
from monitor.politeness import HostPause, RobotsFile
from monitor.store import Store
from monitor.store.hosts import get_pauses, get_robots, put_pause, put_robots

# Pauses that another process wrote are known here after so long; a look at the database for each
# request would cost more than the request.
REFRESH_S = 5.0


class StoredHostState:
    """A `monitor.fetching.HostStateStore` in the database.

    Args:
        clock: the time of day, aware UTC.
    """

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._pauses: dict[str, HostPause] = {}
        self._read_at = float("-inf")
        self._lock = asyncio.Lock()

    async def get_pause(self, host: str) -> HostPause | None:
        """See `HostStateStore`."""
        # Each request asks twice: a lock would cost more than the look.
        if self._is_stale:
            async with self._lock:
                await self._refresh()
        return self._pauses.get(host)

    @property
    def _is_stale(self) -> bool:
        return asyncio.get_running_loop().time() - self._read_at > REFRESH_S

    async def _refresh(self) -> None:
        # Whoever had the lock before may have done it.
        if self._is_stale:
            now = asyncio.get_running_loop().time()
            self._pauses = await in_thread(partial(self._store.read, get_pauses))
            self._read_at = now

    async def put_pause(self, host: str, pause: HostPause | None) -> None:
        """See `HostStateStore`."""
        async with self._lock:
            await in_thread(partial(self._store.write, put_pause, host, pause))
            self._pauses.pop(host, None)
            if pause is not None:
                self._pauses[host] = pause

    async def get_robots(self, origin: str) -> RobotsFile | None:
        """See `HostStateStore`."""
        return await in_thread(partial(self._store.read, get_robots, origin))

    async def put_robots(self, origin: str, robots: RobotsFile) -> None:
        """See `HostStateStore`."""
        await in_thread(partial(self._store.write, put_robots, origin, robots, self._clock()))
