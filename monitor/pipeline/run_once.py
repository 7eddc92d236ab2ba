"""One full pass over everything: config, seeds, poll, ingest, pages that are due again, seal,
deliver.

What `monitor poll` runs; the daemon does the same in loops.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.pipeline.cases.backfill import learn_past
from monitor.pipeline.cases.seeds import import_seeds
from monitor.pipeline.cases.sync import sync_config
from monitor.pipeline.context import Context
from monitor.pipeline.deliver import SendCount, seal_due, send_due
from monitor.pipeline.given_up import tell_given_up
from monitor.pipeline.ingestion.ingest import ingest_due
from monitor.pipeline.notices import tell_welfare
from monitor.pipeline.polling.due_times import keep_due_times
from monitor.pipeline.polling.health import tell_silence
from monitor.pipeline.polling.poll import PollResult
from monitor.pipeline.polling.pollers import poll_named
from monitor.pipeline.polling.vocabulary import refresh_vocabulary
from monitor.pipeline.rechecks.recheck import recheck_due
from monitor.store.feeds import find_feed, get_watched_feeds


@dataclass(frozen=True, slots=True)
class PassResult:
    """What a pass did."""

    polls: tuple[PollResult, ...]
    ingested: int
    sent: int
    unsent: int
    rechecked: int = 0

    @property
    def outcomes(self) -> Counter[str]:
        """How many feeds had each outcome."""
        return Counter(result.outcome for result in self.polls)


async def prepare(ctx: Context) -> None:
    """Brings the store in line with the config and stores the seeds, so that work may start."""
    await sync_config(ctx)
    await keep_due_times(ctx)
    await import_seeds(ctx)
    await learn_past(ctx)
    await refresh_vocabulary(ctx)


async def run_pass(ctx: Context, *, feeds: Sequence[str] = (), send: bool = True) -> PassResult:
    """Polls every feed, or those named by URL, title or a unique part of either, and finishes what
    follows from it.

    Args:
        feeds: with some named, pages of stored articles are not asked for again.
        send: False records everything as known: nothing found in this pass ever alerts, nothing is
            sent.
    """
    ctx = replace(ctx, record_only=not send)
    await prepare(ctx)
    ids = await select_feeds(ctx, feeds)
    polls = await poll_named(ctx, ids)
    ingested = await ingest_due(ctx)
    # Who names feeds wants these and nothing else.
    rechecked = 0 if feeds else await _recheck_all(ctx)
    delivered = SendCount(0, 0)
    if send:
        await tell_silence(ctx)
        await seal_due(ctx, before_wait=True)
        delivered = await send_due(ctx)
        if await tell_given_up(ctx) + await tell_welfare(ctx):
            told = await send_due(ctx)
            delivered = SendCount(delivered.sent + told.sent, delivered.unsent + told.unsent)
    return PassResult(tuple(polls), ingested, delivered.sent, delivered.unsent, rechecked)


async def _recheck_all(ctx: Context) -> int:
    """Asks for all pages that are due by now, a batch at a time; what comes due in the meantime is
    for the next pass.
    """
    total, by = 0, ctx.clock()
    while taken := await recheck_due(ctx, by=by):
        total += taken
    return total


async def select_feeds(ctx: Context, names: Sequence[str]) -> list[int]:
    """Returns the ids of the feeds of these names, of all watched ones without a name.

    Raises:
        NotFound: a name means no feed, or more than one.
    """
    watched = await ctx.read(get_watched_feeds)
    if not names:
        return [feed.id for feed in watched]
    return [find_feed(watched, name).id for name in names]
