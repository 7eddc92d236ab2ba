"""Asking for the pages of stored articles again: what changed under the same address, and what is
gone.

Looks are taken side by side, and what they brought is written one after the other. A look that
brings nothing (a wall, an error, a shorter text) leaves the stored text alone; a page that is gone
is asked twice."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus

from monitor.errors import BodyTooLarge, FetchError, HostHeld, LeaseLost, RobotsDisallow
from monitor.matching import Folded
from monitor.model import Extraction, Fetched, Fields, Match, NotModified, Page, PageStatus
from monitor.novelty import is_beginning
from monitor.pipeline.context import Context, log
from monitor.pipeline.ingestion.fetch_article import (
    MAX_PAGE_BYTES,
    FetchedArticle,
    extract,
    page_extraction,
    see_page,
    shows_article,
    status_word,
)
from monitor.pipeline.ingestion.ingest import analyse_reading
from monitor.pipeline.rechecks.recheck_schedule import after_failure
from monitor.pipeline.rechecks.record_recheck import Look, LookResult, Sight, record_look
from monitor.pipeline.verdicts.record import FEED_EXTRACTOR, CaseMatch
from monitor.store.articles import hash_text
from monitor.store.pages import DuePage, PageSeen, claim_pages, finish_page
from monitor.urls import canonical_url

BATCH = 32
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_WALLED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.PAYMENT_REQUIRED})


async def recheck_due(ctx: Context, *, by: datetime | None = None) -> int:
    """Looks at one batch of pages that are due, the longest due first; returns how many.

    Args:
        by: when they were due, the present by default.
    """
    due = await ctx.write(claim_pages, owner=ctx.owner, now=by or ctx.clock(), limit=BATCH)
    async with asyncio.TaskGroup() as group:
        looks = [group.create_task(_look(ctx, page)) for page in due]
        for page, look in zip(due, looks, strict=True):
            await _finish(ctx, page, look)
    return len(due)


async def _look(ctx: Context, page: DuePage) -> Look | Exception:
    """Looks at one page; what goes wrong is returned, not raised, so that the others go on."""
    try:
        limit = min(MAX_PAGE_BYTES, ctx.settings.fetch.max_bytes)
        got = await ctx.client.fetch_page(page.url, validators=page.validators, max_bytes=limit)
        if isinstance(got, NotModified):
            return _unchanged(page, got)
        return await _compare(ctx, page, got, await extract(ctx, got))
    except FetchError as error:
        return _refused(page, error)
    except Exception as error:  # noqa: BLE001  (the border of a unit of work; `_finish` turns it into a state and a log line)
        return error


def _unchanged(page: DuePage, got: NotModified) -> Look:
    """Returns what "not modified" means: what the validators vouch for is there, the article where
    it was ever seen.
    """
    is_known = not page.page_hash or page.status in (
        PageStatus.OK,
        PageStatus.LIVE,
        PageStatus.STUB,
    )
    return Look(
        page,
        Sight.SAME,
        PageSeen(page.url, page.status if is_known else PageStatus.OK.value, got.validators),
    )


def _refused(page: DuePage, error: FetchError) -> Look:
    said, status = error.message, status_word(error)
    if isinstance(error, HostHeld):
        return Look(page, Sight.HELD, error=said, wait=error.retry_after)
    if error.status in _GONE:
        return Look(
            page, Sight.MISSING if _had_article(page) else Sight.OTHER, status=status, error=said
        )
    if error.status in _WALLED:
        return Look(page, Sight.WALLED, status=status, error=said)
    # Only an answer of the site counts as one: what fails on the way is tried again, however often.
    is_answer = error.permanent and (
        error.status is not None or isinstance(error, RobotsDisallow | BodyTooLarge)
    )
    return Look(
        page,
        Sight.OTHER if is_answer else Sight.FAILED,
        status=status,
        error=said,
        wait=error.retry_after,
    )


def _had_article(page: DuePage) -> bool:
    """Says whether the page ever showed the article; of pages from before these were kept, the
    stored text tells.
    """
    return bool(page.page_hash) or page.extraction is Extraction.FULL


async def _compare(ctx: Context, page: DuePage, got: Fetched, now_there: Page) -> Look:
    """Tells what a page shows now from what is stored."""
    seen = see_page(got, now_there)
    instead = replace(
        seen, title=None, text_hash=None, validators=None if page.page_hash else seen.validators
    )
    if now_there.status is PageStatus.PAYWALLED:
        return Look(page, Sight.WALLED, instead, error=now_there.reason)
    if now_there.status is PageStatus.SOFT_404 and _had_article(page):
        return Look(page, Sight.MISSING, instead, error=now_there.reason)
    if not shows_article(now_there):
        return Look(page, Sight.OTHER, instead, error=now_there.reason)
    if seen.text_hash == page.page_hash:
        return Look(page, Sight.SAME, seen)
    if page_extraction(now_there, page.summary) is not Extraction.FULL:
        return Look(
            page,
            Sight.OTHER,
            instead,
            error=now_there.reason or "the page shows only a part of the article",
        )
    reading = _reading(page, got, now_there)
    if hash_text(reading.title, reading.text) == page.text_hash:
        return Look(page, Sight.SAME, seen)
    return await _read(ctx, page, seen, reading)


async def _read(ctx: Context, page: DuePage, seen: PageSeen, reading: FetchedArticle) -> Look:
    """Reads a changed article for the cases that judged it before."""
    matches = _match(ctx, page, reading)
    if not matches:
        return Look(page, Sight.OTHER, error="no case of the config judges it now")
    analysis = await analyse_reading(ctx, reading, matches[0].case)
    return Look(
        page, Sight.CHANGED, seen, reading=reading, analysis=analysis, matches=tuple(matches)
    )


def _reading(page: DuePage, got: Fetched, now_there: Page) -> FetchedArticle:
    """Returns the article as it reads now; a text that is only the beginning of the stored one does
    not replace it.
    """
    is_shorter_than_feed = page.extractor == FEED_EXTRACTOR and len(now_there.text) < len(page.text)
    keeps_text = is_shorter_than_feed or is_beginning(now_there.text, page.text)
    # The stored headline may be the feed's: only a headline that the page itself changed is taken
    # over.
    is_headline = bool(now_there.title and page.page_title) and now_there.title != page.page_title
    return FetchedArticle(
        url=page.url,
        urls=(page.canonical_url, canonical_url(got.final_url) or page.canonical_url),
        title=now_there.title if is_headline else page.title,
        summary=page.summary,
        text=page.text if keeps_text else now_there.text,
        outlet=page.outlet,
        author=page.author,
        lang=now_there.lang or page.lang,
        published_at=page.published_at or page.found_at,
        extraction=page.extraction if keeps_text else Extraction.FULL,
        page_status=now_there.status.value,
        reason="",
        extractor=page.extractor if keeps_text else now_there.extractor,
    )


def _match(ctx: Context, page: DuePage, reading: FetchedArticle) -> list[CaseMatch]:
    """Returns the cases that judge the new text: those that judged the old one, whether it still
    names their subject or not.

    What a case learned as baseline from a teaser is still baseline when the whole text can be read
    for the first time."""
    fields = Fields(
        title=reading.title,
        summary=reading.summary,
        text=reading.text,
        url=reading.url,
        outlet=reading.outlet,
        lang=(reading.lang or "")[:2],
        feed=reading.outlet,
        at=reading.published_at,
    )
    folded = Folded.of(fields)
    is_edit = page.extraction is Extraction.FULL
    matches = []
    for case in ctx.cases:
        judged = page.cases.get(case.id)
        if judged is None:
            continue
        match = case.query.match(folded, now=ctx.clock()) or Match(
            terms=(), is_subject=judged.is_subject
        )
        is_baseline = ctx.record_only or (judged.is_baseline and not is_edit)
        matches.append(CaseMatch(case, match, is_baseline))
    return matches


async def _finish(ctx: Context, page: DuePage, task: asyncio.Task[Look | Exception]) -> None:
    outcome = await task
    try:
        if isinstance(outcome, Exception):
            raise outcome
        result = await ctx.judge(record_look, ctx, outcome, ctx.clock())
        _log(page, outcome.sight.value, result, error=outcome.error)
    except LeaseLost:
        _log(page, "lost")
    except Exception as error:  # noqa: BLE001
        # The border of a unit of work: a page that crashes us is tried at a later step, with the
        # reason written down.
        log.exception("recheck_crashed", article=page.article_id, url=page.url)
        for case_id in page.cases:
            ctx.memories.forget(case_id)
        await _postpone(ctx, page, f"{type(error).__name__}: {error}")


async def _postpone(ctx: Context, page: DuePage, error: str) -> None:
    now = ctx.clock()
    later = after_failure(page.found_at, now)
    try:
        await ctx.write(
            finish_page, page, ctx.owner, now=now, next_check_at=later, error=error, is_failure=True
        )
        _log(page, Sight.FAILED.value, error=error)
    except LeaseLost:
        _log(page, "lost")


def _log(page: DuePage, outcome: str, result: LookResult | None = None, *, error: str = "") -> None:
    log.info(
        "recheck_done",
        article=page.article_id,
        url=page.url,
        outcome=outcome,
        edits=[change.value for change in result.edits] if result and result.edits else None,
        alerts=result.alerts if result else None,
        error=error or None,
    )
