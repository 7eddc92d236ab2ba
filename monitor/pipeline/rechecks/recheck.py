"""Asking for the pages of stored articles again: what changed under the same address, and what is
gone.

Pages are asked for side by side, and what they brought is written one after the other. A page that
brings nothing (a wall, an error, a shorter text) leaves the stored text alone; one that is gone is
asked for twice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from http import HTTPStatus

from monitor.errors import BodyTooLarge, FetchError, HostHeld, RobotsDisallow
from monitor.model import Extraction, Fetched, Match, NotModified, Page, PageStatus
from monitor.novelty import is_beginning
from monitor.pipeline.context import Context, log
from monitor.pipeline.fields import article_fields, fold_article
from monitor.pipeline.ingestion.article_pages import page_limit, read_pages
from monitor.pipeline.ingestion.fetch_article import (
    WITH_ARTICLE,
    describe_refusal,
    leads_elsewhere,
    page_extraction,
    see_page,
    shows_article,
)
from monitor.pipeline.ingestion.ingest import analyse_article
from monitor.pipeline.ingestion.published_date import date_revision
from monitor.pipeline.recheck_schedule import after_failure
from monitor.pipeline.rechecks.record_recheck import (
    Recheck,
    RecheckOutcome,
    RecheckResult,
    record_recheck,
)
from monitor.pipeline.verdicts.judging import CaseMatch, VerdictInput
from monitor.pipeline.work import Failed, read_ahead, settle
from monitor.store.articles import FEED_EXTRACTOR, FetchedArticle, PageSeen
from monitor.store.articles.finding import find_article
from monitor.store.pages import DuePage, JudgedCase, PageCheck, claim_pages, finish_page
from monitor.urls import canonical_url

# A batch of one slow host ends within the lease.
BATCH = 32
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_WALLED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.PAYMENT_REQUIRED})


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of a page, as its log line says it."""

    word: str
    result: RecheckResult | None = None
    error: str = ""


async def recheck_due(ctx: Context, *, by: datetime | None = None) -> int:
    """Asks for one batch of pages that are due, the longest due first; returns how many.

    Args:
        by: when they were due, the present by default.
    """
    due = await ctx.write(claim_pages, owner=ctx.owner, now=by or ctx.clock(), limit=BATCH)
    await read_ahead(due, partial(_ask, ctx), partial(_finish, ctx))
    return len(due)


async def _ask(ctx: Context, page: DuePage) -> Recheck:
    try:
        got = await ctx.client.fetch_page(
            page.url, validators=page.validators, max_bytes=page_limit(ctx)
        )
        if isinstance(got, NotModified):
            return _unchanged(page, got)
        current = await read_pages(ctx, got)
        if await _is_elsewhere(ctx, page, got, current):
            return _moved(page, got)
        return await _compare(ctx, page, got, current)
    except FetchError as error:
        return _refused(page, error)


async def _is_elsewhere(ctx: Context, page: DuePage, got: Fetched, current: Page) -> bool:
    """Says whether the address of an article leads to another one now."""
    article, final = page.article, canonical_url(got.final_url)
    # A wall in the place of an article is not another one.
    if final == canonical_url(page.url) or not shows_article(current):
        return False
    if leads_elsewhere(page.url, got, current, f"{article.title} {article.summary}"):
        return True
    found = await ctx.read(find_article, [final])
    return found is not None and found.id != article.id


def _moved(page: DuePage, got: Fetched) -> Recheck:
    """Returns what it means that another page stands in the place of an article: it is gone."""
    outcome = RecheckOutcome.MISSING if _had_article(page) else RecheckOutcome.OTHER
    return Recheck(page, outcome, error=f"its address leads to another page: {got.final_url}")


def _unchanged(page: DuePage, got: NotModified) -> Recheck:
    """Returns what "not modified" means: what the validators vouch for is there, the article where
    it was ever seen.
    """
    is_known = not page.page_hash or page.status in WITH_ARTICLE
    status = page.status if is_known else PageStatus.OK.value
    return Recheck(page, RecheckOutcome.SAME, PageSeen(page.url, status, got.validators))


def _refused(page: DuePage, error: FetchError) -> Recheck:
    """Returns what a refusal means: gone, behind a wall, held back, an answer, or none."""
    answer = Recheck(
        page, RecheckOutcome.OTHER, status=describe_refusal(error), error=error.message
    )
    if isinstance(error, HostHeld):
        # Nobody was asked, so the page's status stays what it was.
        return replace(answer, outcome=RecheckOutcome.HELD, status="", wait=error.retry_after)
    if error.status in _GONE:
        return replace(answer, outcome=RecheckOutcome.MISSING) if _had_article(page) else answer
    if error.status in _WALLED:
        return replace(answer, outcome=RecheckOutcome.WALLED)
    outcome = RecheckOutcome.OTHER if _is_final(error) else RecheckOutcome.FAILED
    return replace(answer, outcome=outcome, wait=error.retry_after)


def _is_final(error: FetchError) -> bool:
    # Only an answer of the site counts as one: what fails on the way is tried again, however often.
    was_answered = error.status is not None or isinstance(error, RobotsDisallow | BodyTooLarge)
    return error.permanent and was_answered


def _had_article(page: DuePage) -> bool:
    """Says whether the page ever showed the article; of pages from before these were kept, the
    stored text tells.
    """
    return bool(page.page_hash) or page.article.extraction is Extraction.FULL


async def _compare(ctx: Context, page: DuePage, got: Fetched, current: Page) -> Recheck:
    """Compares what a page shows now with what is stored."""
    seen = see_page(got, current)
    hidden = _find_hidden(page, seen, current)
    if hidden is not None:
        return hidden
    # A page is compared with itself: what is stored may be the feed's.
    if seen.text_hash == page.page_hash:
        return Recheck(page, RecheckOutcome.SAME, seen)
    if page_extraction(current, page.article.summary) is not Extraction.FULL:
        return _find_part(page, seen, current)
    article = _read_changed(page, got, current, ctx.clock())
    # The page is another, the article is not: a headline or a related story beside it.
    if article.text_hash == page.article.text_hash:
        return Recheck(page, RecheckOutcome.SAME, seen)
    return await _analyse(ctx, page, seen, article)


def _find_part(page: DuePage, seen: PageSeen, current: Page) -> Recheck:
    # A part must not replace the whole, and what is missing in it was not taken out.
    reason = current.reason or "the page shows only a part of the article"
    return Recheck(page, RecheckOutcome.OTHER, _without_article(page, seen), error=reason)


def _find_hidden(page: DuePage, seen: PageSeen, current: Page) -> Recheck | None:
    """Returns what it means that a page shows no article, None when it shows one."""
    if current.status is PageStatus.PAYWALLED:
        outcome = RecheckOutcome.WALLED
    elif current.status is PageStatus.SOFT_404 and _had_article(page):
        outcome = RecheckOutcome.MISSING
    elif not shows_article(current):
        outcome = RecheckOutcome.OTHER
    else:
        return None
    return Recheck(page, outcome, _without_article(page, seen), error=current.reason)


def _without_article(page: DuePage, seen: PageSeen) -> PageSeen:
    """Returns what is remembered of a page that does not show the article now; validators vouch for
    the article, not for what stands in its place.
    """
    validators = None if page.page_hash else seen.validators
    return replace(seen, title=None, text_hash=None, validators=validators)


async def _analyse(ctx: Context, page: DuePage, seen: PageSeen, article: FetchedArticle) -> Recheck:
    """Reads a changed article for the cases that judged it before."""
    matches = _match(ctx, page, article)
    if not matches:
        error = "no case of the config judges it now"
        return Recheck(page, RecheckOutcome.OTHER, error=error)
    analysis = await analyse_article(ctx, article, matches[0].case)
    changed = VerdictInput(
        article=article, analysis=analysis, matches=tuple(matches), now=ctx.clock()
    )
    return Recheck(page, RecheckOutcome.CHANGED, seen, changed=changed)


def _read_changed(page: DuePage, got: Fetched, current: Page, now: datetime) -> FetchedArticle:
    """Returns the article as it reads now; a text that is only the beginning of the stored one does
    not replace it.
    """
    stored = page.article
    keeps_text = _keeps_text(page, current)
    return FetchedArticle(
        url=page.url,
        urls=(stored.canonical_url, canonical_url(got.final_url) or stored.canonical_url),
        title=current.title if _has_other_headline(page, current) else stored.title,
        summary=stored.summary,
        text=stored.text if keeps_text else current.text,
        outlet=stored.outlet,
        author=stored.author,
        lang=current.lang or stored.lang,
        published_at=stored.at,
        extraction=stored.extraction if keeps_text else Extraction.FULL,
        page_status=current.status.value,
        reason="",
        extractor=stored.extractor if keeps_text else current.extractor,
        revised_at=date_revision((current.updated_at, current.published_at), stored.at, now),
    )


def _keeps_text(page: DuePage, current: Page) -> bool:
    """Says whether the stored text stays: the page shows less than it."""
    stored = page.article
    is_from_feed = stored.extractor == FEED_EXTRACTOR
    if is_from_feed and len(current.text) < len(stored.text):
        return True
    return is_beginning(current.text, stored.text)


def _has_other_headline(page: DuePage, current: Page) -> bool:
    """Says whether the page itself changed its headline; the stored one may be the feed's."""
    is_known = bool(current.title and page.page_title)
    return is_known and current.title != page.page_title


def _match(ctx: Context, page: DuePage, article: FetchedArticle) -> list[CaseMatch]:
    """Returns the cases that judge the new text: those that judged the old one, whether it still
    names their subject or not.

    What a case learned as baseline from a teaser is still baseline when the whole text can be read
    for the first time."""
    folded = fold_article(article_fields(article, feed=article.outlet, at=article.published_at))
    is_edit = page.article.extraction is Extraction.FULL
    matches = []
    for case in ctx.cases:
        judged = page.cases.get(case.id)
        if judged is not None:
            found = case.query.match(folded, now=ctx.clock())
            is_baseline = ctx.record_only or (judged.is_baseline and not is_edit)
            matches.append(CaseMatch(case, found or _former_match(judged), is_baseline))
    return matches


def _former_match(judged: JudgedCase) -> Match:
    return Match(terms=(), is_subject=judged.is_subject)


async def _finish(ctx: Context, page: DuePage, recheck: Recheck | Failed) -> None:
    with ctx.indexes.forgotten_on_error(page.cases):
        outcome = await settle(
            _record(ctx, recheck), on_error=partial(_postpone, ctx, page), lost=_Outcome("lost")
        )
    ctx.tally.note("page", outcome.word)
    _log(page, outcome)


async def _record(ctx: Context, recheck: Recheck | Failed) -> _Outcome:
    if isinstance(recheck, Failed):
        raise recheck.error
    result = await ctx.judge(record_recheck, ctx, recheck, ctx.clock())
    return _Outcome(recheck.outcome.value, result, recheck.error)


async def _postpone(ctx: Context, page: DuePage, error: Exception) -> _Outcome:
    """Tries a page that crashed us at a later step, with the reason written down."""
    article = page.article
    log.error("recheck_crashed", article=article.id, url=page.url, exc_info=error)
    # The index may have learned what the transaction then took back.
    for case_id in page.cases:
        ctx.indexes.forget(case_id)
    now, reason = ctx.clock(), f"{type(error).__name__}: {error}"
    check = PageCheck(
        next_check_at=after_failure(article.found_at, now), error=reason, is_failure=True
    )
    await ctx.write(finish_page, page, ctx.owner, check, now=now)
    return _Outcome(RecheckOutcome.FAILED.value, error=reason)


def _log(page: DuePage, outcome: _Outcome) -> None:
    result = outcome.result
    # Most pages are as they were.
    tell = log.debug if outcome.word == RecheckOutcome.SAME else log.info
    tell(
        "recheck_done",
        article=page.article.id,
        url=page.url,
        outcome=outcome.word,
        edits=_edit_names(result),
        alerts=result.alerts if result else None,
        error=outcome.error or None,
    )


def _edit_names(result: RecheckResult | None) -> list[str] | None:
    edits = result.edits if result else ()
    return [change.value for change in edits] or None
