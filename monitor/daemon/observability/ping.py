"""A sign of life for a service that raises the alarm when it stays away: what no daemon can tell
by itself is that it is dead."""

from __future__ import annotations

from datetime import timedelta

import structlog

from monitor.daemon.pulse import Pulse
from monitor.errors import MonitorError, StoreError
from monitor.pipeline.context import Context
from monitor.store.metrics import get_oldest_due

EVERY = timedelta(minutes=1)
# What is to be sent may be tried again for a while before somebody has to look.
OVERDUE = timedelta(hours=1)
_DEADLINE = timedelta(seconds=10)

log = structlog.get_logger()


class Ping:
    """Posts to the address of the config while all is well, and to `/fail` below it with the reason
    while it is not.
    """

    def __init__(self, pulse: Pulse) -> None:
        self._pulse = pulse
        self._is_heard = True

    async def send(self, ctx: Context) -> None:
        """Gives one sign of life, where the config says to whom."""
        url = ctx.settings.healthcheck_url.get_secret_value()
        if not url:
            return
        # Asked anew each time: an address comes with a reload, and trouble goes by itself.
        trouble = await self._find_trouble(ctx)
        target = f"{url.rstrip('/')}/fail" if trouble else url
        error = await _post(ctx, target, trouble or "all is well")
        # Said once, not every minute; its path is a key and no part of what is said.
        if error and self._is_heard:
            log.warning("ping_failed", error=error.replace(target, "its address"))
        self._is_heard = not error

    async def _find_trouble(self, ctx: Context) -> str:
        """Returns what somebody should look at; empty where all is well."""
        is_well, _ = self._pulse.describe()
        if not is_well:
            return self._pulse.sum_up()
        try:
            oldest = await ctx.read(get_oldest_due, ctx.clock())
        except StoreError as error:
            return str(error)
        if oldest is not None and ctx.clock() - oldest > OVERDUE:
            return f"something has waited to be sent since {oldest.isoformat()}"
        return ""


async def _post(ctx: Context, url: str, text: str) -> str:
    """Posts a text; returns why that was in vain, empty when it was not."""
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    try:
        posted = await ctx.client.post(url, body=text.encode(), headers=headers, deadline=_DEADLINE)
    except MonitorError as error:
        return error.message
    return _describe_answer(posted.status)


def _describe_answer(status: int) -> str:
    # No redirect is followed: it would carry the key to an address that nobody configured.
    return "" if status < 300 else f"it answered {status}"
