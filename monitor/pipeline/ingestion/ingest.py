"""Ingesting: claim entries, read their pages side by side, judge them one after the other in the
order of publication.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from monitor.errors import MonitorError
from monitor.matching import Folded
from monitor.model import Analysis, Match
from monitor.novelty import analyse
from monitor.pipeline.context import Context, WatchedCase, log
from monitor.pipeline.embed import encode_analysis, fill_vectors
from monitor.pipeline.fields import article_fields, fold_article, short_lang
from monitor.pipeline.ingestion.fetch_article import TryAgain, pause_before_reread, read_entry
from monitor.pipeline.polling.selection import takes_everything
from monitor.pipeline.verdicts.judging import CaseMatch, VerdictInput
from monitor.pipeline.verdicts.record import IngestResult, record_article
from monitor.pipeline.work import Failed, read_ahead, settle
from monitor.store.articles import FetchedArticle
from monitor.store.entries import (
    EntryResult,
    QueuedEntry,
    claim_entries,
    finish_entry,
    retry_entry,
)

# Pages that are read side by side; their verdicts come one after the other.
BATCH = 32
ANALYSE_TIMEOUT = timedelta(seconds=10)
# After so many crashes an entry is set aside; pages that only fail to come have their own limit.
MAX_ATTEMPTS = 3
CRASH_PAUSE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class _ReadEntry:
    """An entry's article, read; without an analysis when no case wants it."""

    article: FetchedArticle
    matches: tuple[CaseMatch, ...] = ()
    analysis: Analysis | None = None


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of an entry, as its log line says it."""

    word: str
    article: FetchedArticle | None = None
    result: IngestResult | None = None
    error: str = ""


async def ingest_due(ctx: Context) -> int:
    """Reads and judges all entries that are due; returns how many were taken."""
    taken = 0
    await fill_vectors(ctx)
    while entries := await ctx.write(claim_entries, owner=ctx.owner, now=ctx.clock(), limit=BATCH):
        taken += len(entries)
        await read_ahead(entries, partial(_read, ctx), partial(_finish, ctx))
    return taken


async def _read(ctx: Context, entry: QueuedEntry) -> _ReadEntry:
    """Reads an entry's article, and its sentences where a case wants it."""
    article = await read_entry(ctx, entry)
    # Off the event loop: somebody's regular expression may take its time.
    matches = await asyncio.to_thread(match_article, ctx, entry, article)
    if not matches:
        return _ReadEntry(article)
    # Read once for all its cases, with the clocks of the first.
    analysis = await analyse_article(ctx, article, matches[0].case)
    return _ReadEntry(article, tuple(matches), analysis)


def match_article(ctx: Context, entry: QueuedEntry, article: FetchedArticle) -> list[CaseMatch]:
    """Returns the cases, of those that wanted the entry, that its full text belongs to."""
    fields = article_fields(article, feed=entry.feed.label, at=article.published_at)
    folded = fold_article(fields)
    matches = []
    for case in ctx.cases:
        if case.id not in entry.baseline_by_case:
            continue
        match = _match(ctx, case, entry, folded)
        if match is not None:
            _warn_if_undecided(case, match, article)
            is_baseline = entry.baseline_by_case[case.id] or ctx.record_only
            matches.append(CaseMatch(case, match, is_baseline))
    return matches


def _warn_if_undecided(case: WatchedCase, match: Match, article: FetchedArticle) -> None:
    # A regular expression ran out of time: the article is kept, and somebody should know why.
    if match.undecided:
        log.warning(
            "match_undecided", case=case.settings.slug, url=article.url, reason=match.undecided
        )


def _match(ctx: Context, case: WatchedCase, entry: QueuedEntry, folded: Folded) -> Match | None:
    match = case.query.match(folded, now=ctx.clock())
    if match is None and entry.feed_takes_all and takes_everything(ctx.cases, case, entry.feed):
        return Match(terms=(), is_subject=True)
    return match


async def analyse_article(ctx: Context, article: FetchedArticle, case: WatchedCase) -> Analysis:
    """Reads the sentences and facts of a text in a worker process; its weekdays are those of the
    place of the case.
    """
    analysis = await ctx.pool.run(
        analyse,
        article.title,
        article.text,
        summary=article.summary,
        lang=short_lang(article.lang) or None,
        published_at=article.published_at,
        utc_offset=case.settings.utc_offset(article.published_at),
        timeout=ANALYSE_TIMEOUT,
    )
    return await encode_analysis(ctx, analysis)


async def _finish(ctx: Context, entry: QueuedEntry, read: _ReadEntry | Failed) -> None:
    with ctx.indexes.forgotten_on_error(entry.baseline_by_case):
        outcome = await settle(
            _record(ctx, entry, read),
            on_error=partial(_give_up, ctx, entry),
            lost=_Outcome("lost"),
        )
    ctx.tally.note("entry", outcome.word)
    _log(entry, outcome)


async def _record(ctx: Context, entry: QueuedEntry, read: _ReadEntry | Failed) -> _Outcome:
    """Judges an entry's article, or sets it aside where no case wants it."""
    if isinstance(read, Failed):
        raise read.error
    article = read.article
    if read.analysis is None:
        pause = pause_before_reread(entry, article)
        if pause is not None:
            raise TryAgain(article.reason, pause)
        return await _set_aside(ctx, entry, article)
    given = VerdictInput(
        article=article, analysis=read.analysis, matches=read.matches, now=ctx.clock()
    )
    result = await ctx.judge(record_article, ctx, given, entry=entry)
    return _Outcome("stored", article, result)


async def _set_aside(ctx: Context, entry: QueuedEntry, article: FetchedArticle) -> _Outcome:
    unmatched = EntryResult("unmatched", article.reason, article.page_status)
    await ctx.write(finish_entry, entry.id, ctx.owner, unmatched)
    return _Outcome("unmatched", article)


async def _give_up(ctx: Context, entry: QueuedEntry, error: Exception) -> _Outcome:
    """Leaves an entry for later, or sets it aside with the reason."""
    if isinstance(error, TryAgain):
        return await _retry(ctx, entry, error.message, error.after)
    # An article that crashes us is tried again and then set aside.
    log.error("ingest_crashed", entry=entry.id, url=entry.url, exc_info=error)
    # The index may have learned what the transaction then took back.
    for case_id in entry.baseline_by_case:
        ctx.indexes.forget(case_id)
    text = _describe_error(error)
    if entry.attempts < MAX_ATTEMPTS:
        return await _retry(ctx, entry, text, CRASH_PAUSE)
    await ctx.write(finish_entry, entry.id, ctx.owner, EntryResult("failed", text))
    return _Outcome("failed", error=text)


def _describe_error(error: Exception) -> str:
    return str(error) if isinstance(error, MonitorError) else f"{type(error).__name__}: {error}"


async def _retry(ctx: Context, entry: QueuedEntry, error: str, after: timedelta) -> _Outcome:
    await ctx.write(retry_entry, entry.id, ctx.owner, at=ctx.clock() + after, error=error)
    return _Outcome("retry", error=error)


def _log(entry: QueuedEntry, outcome: _Outcome) -> None:
    article, result = outcome.article, outcome.result
    log.info(
        "ingest_done",
        entry=entry.id,
        url=entry.url,
        outcome=outcome.word,
        extraction=article.extraction.value if article else None,
        verdicts=_name_verdicts(result),
        alerts=result.alerts if result else None,
        error=outcome.error or (article.reason if article else None) or None,
    )


def _name_verdicts(result: IngestResult | None) -> list[str] | None:
    verdicts = result.outcomes.items() if result else ()
    return [f"{slug}:{verdict}" for slug, verdict in verdicts] or None
