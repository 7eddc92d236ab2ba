"""The senders of the daemon: one for each channel that has something to send, beside each other, so
that a channel that hangs holds up no other."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable

from monitor.errors import MonitorError
from monitor.pipeline.breaker import Breaker
from monitor.pipeline.context import Context, log
from monitor.pipeline.deliver import send_channel


class Senders:
    """Starts a sender for a channel unless one is at work, and remembers which channels rest."""

    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._breakers: dict[str, Breaker] = {}

    @property
    def tasks(self) -> Collection[asyncio.Task[None]]:
        """The senders at work."""
        return [task for task in self._tasks.values() if not task.done()]

    def start(self, ctx: Context, channels: Iterable[str]) -> None:
        """Starts to send what is due on channels."""
        for channel in channels:
            running = self._tasks.get(channel)
            if running is None or running.done():
                self._tasks[channel] = asyncio.create_task(self._send(ctx, channel))

    async def _send(self, ctx: Context, channel: str) -> None:
        breaker = self._breakers.setdefault(channel, Breaker())
        try:
            await send_channel(ctx, channel, breaker)
        except MonitorError as error:
            breaker.note(error, ctx.clock())
            log.error("sender_failed", channel=channel, error=str(error))
        # A bug met by one channel must not stop the others.
        except Exception as error:  # noqa: BLE001
            breaker.note(error, ctx.clock())
            log.error("sender_crashed", channel=channel, exc_info=error)
