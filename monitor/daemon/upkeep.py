"""What the daemon does beside its stages: its heartbeat, and due times that are beyond reason."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import structlog

from monitor.daemon.pulse import Pulse
from monitor.errors import StoreError
from monitor.pipeline.context import Context
from monitor.pipeline.polling.due_times import keep_due_times
from monitor.store.workers import beat

log = structlog.get_logger()


async def beat_heart(ctx: Context, pulse: Pulse) -> None:
    """Notes among the workers that this process is alive, and whether the database took that."""
    try:
        await ctx.write(beat, ctx.owner, ctx.clock())
    except StoreError as error:
        pulse.store_error = str(error)
        log.error("heartbeat_failed", error=str(error))
    else:
        pulse.store_error = ""


async def mend_due_times(ctx: Context, after: timedelta | None = None) -> None:
    """Brings due times back that are beyond reason.

    Args:
        after: how far ahead is beyond reason; twice the longest interval by default.
    """
    limit = 2 * ctx.settings.schedule.max_interval if after is None else after
    # A database that fails is told by the heartbeat, and must not end the watch.
    with contextlib.suppress(StoreError):
        await keep_due_times(ctx, after=limit)
