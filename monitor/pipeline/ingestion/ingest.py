"""Ingesting: claim entries, read their pages side by side, judge them one after the other in the
order of publication.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from monitor.errors import LeaseLost, MonitorError
from monitor.matching import Folded
from monitor.model import Analysis, Fields, Match
from monitor.novelty import analyse
from monitor.pipeline.context import Context, WatchedCase, log
from monitor.pipeline.embed import encode_analysis, fill_vectors
from monitor.pipeline.ingestion.fetch_article import FetchedArticle, TryAgain, read_entry
from monitor.pipeline.polling.poll import takes_everything
from monitor.pipeline.verdicts.record import CaseMatch, IngestResult, record_reading
from monitor.store.entries import QueuedEntry, claim_entries, finish_entry, retry_entry

BATCH = 32
ANALYSE_TIMEOUT = timedelta(seconds=10)
MAX_ATTEMPTS = 3
CRASH_PAUSE = timedelta(minutes=5)


async def ingest_due(ctx: Context) -> int:
    """Reads and judges all entries that are due; returns how many were taken."""
    taken = 0
    await fill_vectors(ctx)
    while entries := await ctx.write(claim_entries, owner=ctx.owner, now=ctx.clock(), limit=BATCH):
        taken += len(entries)
        async with asyncio.TaskGroup() as group:
            readings = [group.create_task(_read(ctx, entry)) for entry in entries]
            for entry, reading in zip(entries, readings, strict=True):
                await _finish(ctx, entry, reading)
    return taken


async def _read(
    ctx: Context, entry: QueuedEntry
) -> tuple[FetchedArticle, list[CaseMatch], Analysis | None] | Exception:
    """Reads one entry; what goes wrong is returned, not raised, so that the others go on."""
    try:
        reading = await read_entry(ctx, entry)
        matches = match_reading(ctx, entry, reading)
        if not matches:
            return reading, [], None
        return reading, matches, await analyse_reading(ctx, reading, matches[0].case)
    except Exception as error:  # noqa: BLE001  (the border of a unit of work; `_finish` turns it into a state and a log line)
        return error


def match_reading(ctx: Context, entry: QueuedEntry, reading: FetchedArticle) -> list[CaseMatch]:
    """Returns the cases, of those that wanted the entry, that its full text belongs to."""
    fields = Fields(
        title=reading.title,
        summary=reading.summary,
        text=reading.text,
        url=reading.url,
        outlet=reading.outlet,
        lang=(reading.lang or "")[:2],
        feed=entry.feed_title or entry.feed_url,
        at=reading.published_at,
    )
    folded = Folded.of(fields)
    matches = []
    for case in ctx.cases:
        if case.id not in entry.baseline_by_case:
            continue
        match = case.query.match(folded, now=ctx.clock())
        if (
            match is None
            and entry.feed_takes_all
            and takes_everything(ctx, case, entry.feed_url, entry.feed_title, entry.feed_tags)
        ):
            match = Match(terms=(), is_subject=True)
        if match is not None and match.undecided:
            log.warning(
                "match_undecided", case=case.settings.slug, url=reading.url, reason=match.undecided
            )
        if match is not None:
            matches.append(
                CaseMatch(case, match, entry.baseline_by_case[case.id] or ctx.record_only)
            )
    return matches


async def analyse_reading(ctx: Context, reading: FetchedArticle, case: WatchedCase) -> Analysis:
    """Reads the sentences and facts of a text in a worker process; its weekdays are those of the
    place of the case.
    """
    analysis = await ctx.pool.run(
        analyse,
        reading.title,
        reading.text,
        summary=reading.summary,
        lang=(reading.lang or "")[:2] or None,
        published_at=reading.published_at,
        utc_offset=case.settings.utc_offset(reading.published_at),
        timeout=ANALYSE_TIMEOUT,
    )
    return await encode_analysis(ctx, analysis)


async def _finish(
    ctx: Context,
    entry: QueuedEntry,
    task: asyncio.Task[tuple[FetchedArticle, list[CaseMatch], Analysis | None] | Exception],
) -> None:
    outcome = await task
    try:
        if isinstance(outcome, Exception):
            raise outcome
        reading, matches, analysis = outcome
        if analysis is None:
            await _set_aside(ctx, entry, reading)
            return
        result = await ctx.judge(
            record_reading, ctx, entry, reading, matches, analysis, "feed", ctx.clock()
        )
        _log(entry, "stored", reading, result)
    except LeaseLost:
        _log(entry, "lost")
    except TryAgain as error:
        await ctx.write(
            retry_entry, entry.id, ctx.owner, at=ctx.clock() + error.after, error=error.message
        )
        _log(entry, "retry", error=error.message)
    except Exception as error:  # noqa: BLE001
        # The border of a unit of work: an article that crashes us is tried again and then set
        # aside, with its reason.
        log.exception("ingest_crashed", entry=entry.id, url=entry.url)
        for match_case in entry.baseline_by_case:
            ctx.memories.forget(match_case)
        await _give_up(ctx, entry, error)


async def _set_aside(ctx: Context, entry: QueuedEntry, reading: FetchedArticle) -> None:
    await ctx.write(
        finish_entry,
        entry.id,
        ctx.owner,
        state="unmatched",
        error=reading.reason,
        status=reading.page_status,
    )
    _log(entry, "unmatched", reading)


async def _give_up(ctx: Context, entry: QueuedEntry, error: Exception) -> None:
    text = str(error) if isinstance(error, MonitorError) else f"{type(error).__name__}: {error}"
    if entry.attempts < MAX_ATTEMPTS:
        await ctx.write(retry_entry, entry.id, ctx.owner, at=ctx.clock() + CRASH_PAUSE, error=text)
        _log(entry, "retry", error=text)
        return
    await ctx.write(finish_entry, entry.id, ctx.owner, state="failed", error=text)
    _log(entry, "failed", error=text)


def _log(
    entry: QueuedEntry,
    outcome: str,
    reading: FetchedArticle | None = None,
    result: IngestResult | None = None,
    *,
    error: str = "",
) -> None:
    cases: Sequence[str] = (
        [f"{slug}:{verdict}" for slug, verdict in result.outcomes.items()] if result else ()
    )
    log.info(
        "ingest_done",
        entry=entry.id,
        url=entry.url,
        outcome=outcome,
        extraction=reading.extraction.value if reading else None,
        verdicts=cases or None,
        alerts=result.alerts if result else None,
        error=error or (reading.reason if reading else None) or None,
    )
