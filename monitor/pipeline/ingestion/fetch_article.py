"""What one entry's article says, from its page where that can be had, else from its
feed.

A page that is gone, walled or unreadable never loses an item: the feed's own words are judged
instead, and the reason is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from monitor.errors import FetchError, HostHeld, MonitorError, WorkerError
from monitor.extraction import extract_page
from monitor.model import (
    UNKNOWN_ORIGIN,
    DateOrigin,
    Extraction,
    Fetched,
    NotModified,
    Page,
    PageStatus,
)
from monitor.pipeline.context import Context
from monitor.pipeline.ingestion.google_news import TRY_LATER, ResolverBusy
from monitor.pipeline.ingestion.published_date import date_article
from monitor.store.articles import hash_text
from monitor.store.entries import QueuedEntry
from monitor.store.pages import PageSeen
from monitor.text import fold
from monitor.urls import canonical_url

EXTRACT_TIMEOUT = timedelta(seconds=15)
MAX_PAGE_BYTES = 5_000_000
MIN_BULLETIN = 60  # characters; shorter pages are captions and link lists
# Pauses before a page that could not be fetched is tried again; after the last the feed's own words
# are taken.
RETRIES = (timedelta(minutes=1), timedelta(minutes=10))
# A host may ask to be left alone for up to 30 days; the feed's own words are judged when it is more
# than this.
MAX_HOLD = timedelta(hours=6)
# Interstitials that resolve by script only: their text is never an article (research/ingest.md §3,
# Google News).
UNREADABLE_HOSTS = frozenset({"news.google.com"})

_EXTRACTION = {
    PageStatus.OK: Extraction.FULL,
    PageStatus.LIVE: Extraction.FULL,
    PageStatus.PAYWALLED: Extraction.TEASER,
    PageStatus.CONSENT: Extraction.CONSENT,
}


@dataclass(frozen=True, slots=True)
class FetchedArticle:
    """An article as far as it could be read.

    Attributes:
        urls: every address under which it was met, the canonical one first, in canonical form.
        reason: why it was not read in full; empty when it was.
        seen: what its page gave; None when no page was asked for.
    """

    url: str
    urls: tuple[str, ...]
    title: str
    summary: str
    text: str
    outlet: str
    author: str
    lang: str | None
    published_at: datetime
    extraction: Extraction
    page_status: str
    reason: str
    extractor: str
    date_origin: DateOrigin = UNKNOWN_ORIGIN
    seen: PageSeen | None = None


class TryAgain(MonitorError):
    """The page may be had later; `after` says when to ask."""

    def __init__(self, message: str, after: timedelta) -> None:
        super().__init__(message)
        self.after = after


async def read_entry(ctx: Context, entry: QueuedEntry) -> FetchedArticle:
    """Fetches and reads an entry's page.

    Raises:
        TryAgain: the page could not be had this time.
    """
    if entry.url is None:
        return _from_feed(ctx, entry, "the item has no link")
    if entry.canonical_url and "#" in entry.canonical_url:
        return _from_feed(
            ctx, entry, ""
        )  # a docket's items share one page and differ by fragment: the feed has their text
    if urlsplit(entry.url).hostname in UNREADABLE_HOSTS:
        return await _read_behind(ctx, entry, entry.url)
    try:
        got = await ctx.client.fetch_page(
            entry.url, max_bytes=min(MAX_PAGE_BYTES, ctx.settings.fetch.max_bytes)
        )
    except HostHeld as error:
        if _is_long(error):
            return _from_feed(
                ctx, entry, f"the page could not be fetched: {error}", status=status_word(error)
            )
        raise TryAgain(str(error), error.retry_after or RETRIES[-1]) from error
    except FetchError as error:
        if not error.permanent and not _is_long(error) and entry.attempts <= len(RETRIES):
            raise TryAgain(str(error), error.retry_after or RETRIES[entry.attempts - 1]) from error
        return _from_feed(
            ctx, entry, f"the page could not be fetched: {error}", status=status_word(error)
        )
    assert not isinstance(got, NotModified), "no validators were sent"
    return _from_page(ctx, entry, got, await extract(ctx, got))


async def extract(ctx: Context, got: Fetched) -> Page:
    """Reads a page in a worker process; one that cannot be read says why."""
    try:
        return await ctx.pool.run(
            extract_page,
            got.body,
            url=got.final_url,
            media_type=got.media_type,
            charset=got.charset,
            timeout=EXTRACT_TIMEOUT,
        )
    except WorkerError as error:
        return Page(PageStatus.UNREADABLE, reason=f"the page could not be read: {error}")


async def _read_behind(ctx: Context, entry: QueuedEntry, link: str) -> FetchedArticle:
    """Reads the article behind an aggregator's link where that can be found out; else the feed's
    own words are taken.
    """
    try:
        target = await ctx.resolver.resolve(ctx, link) if ctx.resolver else None
    except ResolverBusy as error:
        raise TryAgain(str(error), TRY_LATER) from error
    if target is None or urlsplit(target).hostname in UNREADABLE_HOSTS:
        return _from_feed(ctx, entry, "the aggregator's link leads to no article")
    reading = await read_entry(ctx, replace(entry, url=target, canonical_url=canonical_url(target)))
    return replace(reading, urls=tuple(dict.fromkeys((*reading.urls, entry.canonical_url or link))))


def _is_long(error: FetchError) -> bool:
    """Says whether a host wants to be left alone for longer than news can wait."""
    return error.retry_after is not None and error.retry_after > MAX_HOLD


def status_word(error: FetchError) -> str:
    """Returns how a page was refused, in a word."""
    return f"http {error.status}" if error.status else type(error).__name__


def _from_feed(
    ctx: Context, entry: QueuedEntry, reason: str, *, status: str = ""
) -> FetchedArticle:
    url = entry.url or f"urn:entry:{entry.id}"
    published_at, origin = date_article(entry, None, ctx.clock())
    return FetchedArticle(
        seen=PageSeen(url, status) if status else None,
        url=url,
        urls=(entry.canonical_url or url,),
        title=entry.title,
        summary=entry.summary,
        text=entry.content or entry.summary,
        outlet=entry.source_name or entry.feed_title or (urlsplit(url).hostname or ""),
        author=entry.author,
        lang=entry.lang,
        published_at=published_at,
        date_origin=origin,
        extraction=Extraction.FEED_ONLY,
        page_status=status,
        reason=reason,
        extractor="feed",
    )


def page_extraction(page: Page, summary: str) -> Extraction:
    """Says how much of an article a page gave: a short page of whole sentences is a bulletin,
    unless the feed says as much.
    """
    if page.status is PageStatus.STUB:
        is_bulletin = len(page.text) >= MIN_BULLETIN and page.text.rstrip("\"'”’»)").endswith(
            (".", "!", "?")
        )
        return (
            Extraction.FULL
            if is_bulletin and fold(page.text) not in fold(summary)
            else Extraction.TEASER
        )
    return _EXTRACTION.get(page.status, Extraction.UNREADABLE)


def shows_article(page: Page) -> bool:
    """Says whether a page has text of an article, be it short."""
    return page.status in (PageStatus.OK, PageStatus.LIVE, PageStatus.STUB) and bool(page.text)


def see_page(got: Fetched, page: Page) -> PageSeen:
    """Returns what is remembered of a page, to tell next time whether it has changed."""
    has_article = shows_article(page)
    return PageSeen(
        url=got.url,
        status=page.status.value,
        validators=got.validators,
        title=page.title if has_article else None,
        text_hash=hash_text(page.title, page.text) if has_article else None,
        updated_at=page.updated_at,
    )


def _from_page(ctx: Context, entry: QueuedEntry, got: Fetched, page: Page) -> FetchedArticle:
    extraction = page_extraction(page, entry.summary)
    from_feed = entry.content or entry.summary
    is_page_text = bool(page.text) and (
        extraction is Extraction.FULL or len(page.text) >= len(from_feed)
    )
    if (
        not is_page_text
        and len(entry.content) > len(page.text)
        and page.status in (PageStatus.OK, PageStatus.STUB)
    ):
        # A feed that carries the whole text beats a page that shows only its beginning.
        extraction = Extraction.FULL
    final = canonical_url(got.final_url)
    urls = [
        url
        for url in (
            canonical_url(page.canonical_url) if page.canonical_url else None,
            final,
            entry.canonical_url,
        )
        if url
    ]
    published_at, origin = date_article(entry, page, ctx.clock())
    return FetchedArticle(
        seen=see_page(got, page),
        url=entry.url or got.final_url,
        urls=tuple(dict.fromkeys(urls)),
        title=entry.title or page.title,
        summary=entry.summary,
        text=page.text if is_page_text else from_feed,
        outlet=page.outlet
        or entry.source_name
        or entry.feed_title
        or (urlsplit(got.final_url).hostname or ""),
        author=entry.author or page.author,
        lang=page.lang or entry.lang,
        published_at=published_at,
        date_origin=origin,
        extraction=extraction,
        page_status=page.status.value,
        reason="" if extraction is Extraction.FULL else page.reason,
        extractor=page.extractor if is_page_text else "feed",
    )
