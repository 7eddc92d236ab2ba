"""The ping that a watchdog elsewhere waits for: it stays away when nothing works here any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.errors import FetchError
from monitor.pipeline.context import Context, log

EVERY = timedelta(minutes=1)
DEADLINE = timedelta(seconds=10)


class Pinger:
    """Asks for `healthcheck_url`, at most once a minute."""

    def __init__(self) -> None:
        self._pinged_at: datetime | None = None

    async def ping(self, ctx: Context) -> bool:
        """Asks for the address, where there is one and it is time; returns whether it answered.

        To be called when a round of work is done and nothing waits to be sent."""
        url, now = ctx.settings.healthcheck_url.get_secret_value(), ctx.clock()
        if not url or not self._is_time(now):
            return False
        # Also where it fails: a watchdog that is down is not asked at every tick.
        self._pinged_at = now
        try:
            answer = await ctx.client.post(url, body=b"", headers={}, deadline=DEADLINE)
        except FetchError as error:
            # Whoever waits for it notices; the address may be a secret.
            log.warning("ping_failed", error=type(error).__name__)
            return False
        return 200 <= answer.status < 300

    def _is_time(self, now: datetime) -> bool:
        # A clock that was set back must not make the wait longer.
        return self._pinged_at is None or not timedelta(0) <= now - self._pinged_at < EVERY
