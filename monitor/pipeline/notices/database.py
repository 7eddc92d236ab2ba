"""A database that fails is told at once and past the outbox, which is in it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from operator import attrgetter

from monitor.alerts.payload import EventType, NoticePayload
from monitor.alerts.rendering import render_notice
from monitor.dates.printing import print_moment
from monitor.errors import DeliveryError
from monitor.model import Message
from monitor.pipeline.context import Context, log

# A server that is restarted is back sooner.
PATIENCE = timedelta(minutes=5)
SEND_TIMEOUT = timedelta(seconds=30)


class DatabaseAlarm:
    """Tells every channel once when the database has failed for a while, and begins anew when it
    works again.
    """

    def __init__(self) -> None:
        self._failing_since: datetime | None = None
        self._is_told = False

    def clear(self) -> None:
        """The database works."""
        self._failing_since, self._is_told = None, False

    async def ring(self, ctx: Context, error: Exception) -> int:
        """The database fails; returns how many channels have taken the message."""
        now = ctx.clock()
        self._failing_since = self._failing_since or now
        if self._is_told or now - self._failing_since < PATIENCE:
            return 0
        # Before it is sent: one that hangs must not be joined by another.
        self._is_told = True
        message = _message(ctx, self._failing_since, error)
        sent = await asyncio.gather(*(_is_sent(ctx, name, message) for name in _listeners(ctx)))
        return sum(sent)


def _listeners(ctx: Context) -> list[str]:
    """Returns the channels of the cases, each once."""
    names: dict[str, None] = {}
    for case in ctx.cases:
        names |= dict.fromkeys(map(attrgetter("channel"), case.settings.rules))
    # A reload may have taken a channel away.
    return list(filter(ctx.channels.__contains__, names))


async def _is_sent(ctx: Context, name: str, message: Message) -> bool:
    try:
        async with asyncio.timeout(SEND_TIMEOUT.total_seconds()):
            await ctx.channels[name].send(message)
    except (DeliveryError, TimeoutError) as error:
        log.error("alarm_not_sent", channel=name, error=str(error) or type(error).__name__)
        return False
    return True


def _message(ctx: Context, since: datetime, error: Exception) -> Message:
    lines = (
        f"It has failed since {print_moment(since, ctx.settings.timezone)}: {error}",
        "Nothing is read, judged or sent until it works again; nothing that was stored is lost.",
    )
    title, about = "The database fails", {"status": "failing"}
    payload = NoticePayload(EventType.HEARTBEAT, title, lines, about)
    return render_notice(
        payload,
        id=f"database-{since:%Y%m%d%H%M%S}",
        now=ctx.clock(),
        timezone=ctx.settings.timezone,
        sender=ctx.settings.smtp.from_,
    )
