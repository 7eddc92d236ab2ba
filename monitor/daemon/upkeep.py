"""What the daemon does beside its stages: its heartbeat, due times that are beyond reason, texts
that are not kept any longer.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from monitor.daemon.pulse import Pulse
from monitor.errors import StoreError
from monitor.pipeline.context import Context
from monitor.pipeline.polling.due_times import keep_due_times
from monitor.store.upkeep.prune import PRUNERS, Pruner
from monitor.store.workers import beat

# Between two batches, so that whoever waits for the store gets it.
_BREATH_S = 0.1

log = structlog.get_logger()


async def beat_heart(ctx: Context, pulse: Pulse) -> None:
    """Notes among the workers that this process is alive, and whether the database took that."""
    pulse.store_error = await _beat(ctx)
    if pulse.store_error:
        log.error("heartbeat_failed", error=pulse.store_error)


async def _beat(ctx: Context) -> str:
    """Writes one beat; returns why that was in vain, empty when it was not."""
    try:
        await ctx.write(beat, ctx.owner, ctx.clock())
    except StoreError as error:
        return str(error)
    return ""


async def mend_due_times(ctx: Context, after: timedelta | None = None) -> None:
    """Brings due times back that are beyond reason.

    Args:
        after: how far ahead is beyond reason; twice the longest interval by default.
    """
    limit = 2 * ctx.settings.schedule.max_interval if after is None else after
    # A database that fails is told by the heartbeat, and must not end the watch.
    with contextlib.suppress(StoreError):
        await keep_due_times(ctx, after=limit)


async def prune_old(ctx: Context, is_stopping: Callable[[], bool]) -> None:
    """Takes texts out that are not kept any longer, in small batches; does nothing where the config
    keeps everything.
    """
    kept = ctx.settings.storage.keep_texts
    if kept is None:
        return
    before, counts = ctx.clock() - kept, dict.fromkeys(PRUNERS, 0)
    try:
        for name, pruner in PRUNERS.items():
            counts[name] = await _prune(ctx, pruner, before, is_stopping)
    except StoreError as error:
        # Tomorrow is another day; the heartbeat tells of the database.
        log.warning("prune_failed", error=str(error))
        return
    if any(counts.values()):
        log.info("texts_pruned", before=before.isoformat(), **counts)


async def _prune(
    ctx: Context, pruner: Pruner, before: datetime, is_stopping: Callable[[], bool]
) -> int:
    """Runs a pruner to its end, or until the daemon is to stop; returns how many rows it took."""
    total, after = 0, 0
    while not is_stopping():
        step = await ctx.write(pruner, before, after)
        total += step.count
        if step.after is None:
            break
        after = step.after
        await asyncio.sleep(_BREATH_S)
    return total
