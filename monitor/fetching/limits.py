"""What keeps hosts unharmed: few requests at a time, a pause between them, and none while a host
wants to be left alone.

Pauses between requests are counted on a clock that only goes forward; a pause that a host asked for
ends at a time of day, kept in a `HostStateStore` that outlives the process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from monitor.errors import HostHeld
from monitor.fetching.waiting import MAX_WAIT
from monitor.politeness import HostPause, HostStateStore, RobotsFile

# Of a host that refuses without saying for how long; doubled with each refusal in a row.
FIRST_PAUSE = timedelta(hours=1)
LONGEST_PAUSE = timedelta(hours=24)
_MAX_DOUBLINGS = 10  # far beyond the longest pause; keeps the power small
_PLENTY_OF_HOSTS = 1_000  # from here on, idle hosts are forgotten


class MonotonicClock(Protocol):
    """The clock by which the client spaces its requests: seconds that only go forward, and a way to
    let them pass.
    """

    def time(self) -> float:
        """Returns the seconds since some moment."""

    async def sleep(self, seconds: float) -> None:
        """Returns when they have passed."""


class LoopClock:
    """The event loop's time."""

    def time(self) -> float:
        """Returns the loop's seconds."""
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        """Sleeps."""
        await asyncio.sleep(seconds)


class MemoryHostState:
    """A `HostStateStore` that ends with the process."""

    def __init__(self) -> None:
        self._pauses: dict[str, HostPause] = {}
        self._robots: dict[str, RobotsFile] = {}

    async def get_pause(self, host: str) -> HostPause | None:
        """See `HostStateStore`."""
        return self._pauses.get(host)

    async def put_pause(self, host: str, pause: HostPause | None) -> None:
        """See `HostStateStore`."""
        if pause is None:
            self._pauses.pop(host, None)
        else:
            self._pauses[host] = pause

    async def get_robots(self, origin: str) -> RobotsFile | None:
        """See `HostStateStore`."""
        return self._robots.get(origin)

    async def put_robots(self, origin: str, robots: RobotsFile) -> None:
        """See `HostStateStore`."""
        if len(self._robots) >= _PLENTY_OF_HOSTS:
            self._robots.clear()
        self._robots[origin] = robots


async def check_open(hosts: HostStateStore, host: str, url: str, now: datetime) -> HostPause | None:
    """Returns the last pause of a host that may be asked, None when there is none.

    Args:
        url: what it is to be asked for, named in the error.

    Raises:
        HostHeld: it is to be left alone for a while yet.
    """
    pause = await hosts.get_pause(host)
    if pause is None:
        return None
    # A clock that was set back must not turn an hour into years.
    left = min(pause.until - now, MAX_WAIT)
    if left > timedelta():
        seconds = round(left.total_seconds())
        message = f"{host} has asked for no requests for another {seconds} s ({pause.reason})"
        raise HostHeld(url, message, retry_after=left)
    return pause


def next_pause(
    last: HostPause | None, wait: timedelta | None, now: datetime, reason: str
) -> HostPause:
    """Returns the pause after a refusal: as long as the host said, else an hour, doubled with each
    refusal in a row.

    Args:
        last: the host's pause before, None when it has answered since.
        wait: how long it asked to wait, None when it did not say.
    """
    refusals = (last.refusals if last else 0) + 1
    own = min(FIRST_PAUSE * 2 ** min(refusals - 1, _MAX_DOUBLINGS), LONGEST_PAUSE)
    return HostPause(now + (own if wait is None else wait), refusals, reason)


@dataclass(slots=True)
class _Host:
    """A host that is being spared; moments are seconds of the clock.

    Attributes:
        slots: its exchanges at a time.
        next_start: no request before this moment.
        last_used: when its last exchange ended.
        users: exchanges that wait for it or run.
    """

    slots: asyncio.Semaphore
    next_start: float = 0.0
    last_used: float = float("-inf")
    users: int = field(default=0)


class HostLimits:
    """Spares hosts: few requests at a time, and a pause after each.

    Args:
        per_host: exchanges with one host at a time.
        delay: least time between two requests to one host.
        clock: what the delay is counted by.
    """

    def __init__(self, *, per_host: int, delay: timedelta, clock: MonotonicClock) -> None:
        self._per_host = per_host
        self._delay = delay.total_seconds()
        self._clock = clock
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, name: str, pause: timedelta = timedelta()) -> AsyncIterator[None]:
        """Waits for the host's turn and holds it while the block runs.

        Args:
            pause: since the last request to the host, where that is more than the usual delay.
        """
        host = self._host(name)
        host.users += 1
        try:
            async with host.slots:
                await self._wait_for(host, pause)
                try:
                    yield
                finally:
                    # Counted from the end too: a slow server is given its rest after it has
                    # answered.
                    host.last_used = self._clock.time()
                    host.next_start = max(host.next_start, host.last_used + self._delay)
        finally:
            host.users -= 1

    async def _wait_for(self, host: _Host, pause: timedelta) -> None:
        now = self._clock.time()
        start = max(now, host.next_start, host.last_used + pause.total_seconds())
        # Set before the wait, so that the next in line counts from this request.
        host.next_start = start + self._delay
        if start > now:
            await self._clock.sleep(start - now)

    def _host(self, name: str) -> _Host:
        if name not in self._hosts and len(self._hosts) >= _PLENTY_OF_HOSTS:
            self._forget_idle()
        return self._hosts.setdefault(name, _Host(asyncio.Semaphore(self._per_host)))

    def _forget_idle(self) -> None:
        now = self._clock.time()
        for name, host in list(self._hosts.items()):
            if not host.users and host.next_start <= now:
                del self._hosts[name]
