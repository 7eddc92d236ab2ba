"""An article's page as fetched, to what it says; with the further pages of an article that its site
parts into several.

They are read one after the other, as a reader would, and their paragraphs joined. What is missing
then is said: an article without its end is judged as a teaser, never as the whole. A page with
another headline is another article's, whatever its address says: what it tells is not joined."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.errors import FetchError, WorkerError
from monitor.extraction import extract_page
from monitor.extraction.further_pages import MAX_PAGES, is_same_article
from monitor.model import Fetched, NotModified, Page, PageStatus
from monitor.pipeline.context import Context

EXTRACT_TIMEOUT = timedelta(seconds=15)
MAX_PAGE_BYTES = 5_000_000

_WITH_TEXT = frozenset({PageStatus.OK, PageStatus.STUB})


def page_limit(ctx: Context) -> int:
    """Returns how many bytes a page may have."""
    return min(MAX_PAGE_BYTES, ctx.settings.fetch.max_bytes)


async def read_pages(ctx: Context, got: Fetched) -> Page:
    """Reads an article's page, and further pages of it where there are any."""
    page = await _extract(ctx, got)
    if not page.next_url or page.status not in _WITH_TEXT:
        return page
    return await _read_further(ctx, page, first_url=got.final_url)


async def _extract(ctx: Context, got: Fetched, *, first_url: str | None = None) -> Page:
    """Reads a page in a worker process; one that cannot be read says why."""
    try:
        return await ctx.pool.run(
            extract_page,
            got.body,
            url=got.final_url,
            media_type=got.media_type,
            charset=got.charset,
            first_url=first_url,
            timeout=EXTRACT_TIMEOUT,
        )
    except WorkerError as error:
        return Page(PageStatus.UNREADABLE, reason=f"the page could not be read: {error}")


async def _read_further(ctx: Context, first: Page, *, first_url: str) -> Page:
    """Returns a first page with the text of the pages after it."""
    pages, url = [first], first.next_url
    while url is not None and len(pages) < MAX_PAGES:
        try:
            got = await ctx.client.fetch_page(url, max_bytes=page_limit(ctx))
        except FetchError as error:
            return _cut(pages, str(error))
        assert not isinstance(got, NotModified), "no validators were sent"
        page = await _extract(ctx, got, first_url=first_url)
        if page.status not in _WITH_TEXT:
            return _cut(pages, page.reason)
        if not is_same_article(first.titles, page.titles, first.outlet):
            return _join(pages)
        pages.append(page)
        url = page.next_url
    return _join(pages) if url is None else _cut(pages, "the article has more pages than are read")


def _join(pages: list[Page]) -> Page:
    """Returns a first page with the paragraphs of all, each once: sites repeat their teaser."""
    if len(pages) == 1:
        return replace(pages[0], next_url=None)
    paragraphs = dict.fromkeys(part for page in pages for part in page.text.split("\n\n") if part)
    return replace(pages[0], text="\n\n".join(paragraphs), status=PageStatus.OK, next_url=None)


def _cut(pages: list[Page], why: str) -> Page:
    reason = f"page {len(pages) + 1} of the article could not be had: {why}"
    return replace(_join(pages), reason=reason, is_incomplete=True)
