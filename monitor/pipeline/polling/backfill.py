"""Catching up: when nothing of the last poll is left, the pages of a feed's archive hold what was
missed (RFC 5005).

Only then, and only a few pages, slowly: an archive can be as long as the site is old.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Set
from datetime import timedelta

from monitor.errors import MonitorError
from monitor.model import FeedDocument, FeedItem, Fetched
from monitor.pipeline.context import Context, log
from monitor.pipeline.polling.parse import parse_fetched
from monitor.store.entries import get_known_entries
from monitor.store.feeds import DueFeed

# What lies beyond them is missed: an archive is followed politely, not to its end.
MAX_PAGES = 5
PAUSE = timedelta(seconds=10)


async def read_missed(ctx: Context, feed: DueFeed, document: FeedDocument) -> list[FeedItem]:
    """Returns the items of the archive that no poll has seen, newest page first, until a page has
    one that is known.

    A page that cannot be had ends the search: what was found so far counts.
    """
    missed: dict[str, FeedItem] = {}
    current = {item.key for item in document.items}
    async for url, page in _read_archive(ctx, feed, document):
        keys = [item.key for item in page.items]
        known = await ctx.read(get_known_entries, feed.id, keys)
        fresh = _find_fresh(page, known.keys() | current | missed.keys())
        missed |= fresh
        log.info("archive_read", feed=feed.url, page=url, items=len(keys), missed=len(fresh))
        # Everything older was there before the gap.
        if known or not keys:
            break
    return list(missed.values())


def _find_fresh(page: FeedDocument, seen: Set[str]) -> dict[str, FeedItem]:
    return {item.key: item for item in page.items if item.key not in seen}


async def _read_archive(
    ctx: Context, feed: DueFeed, document: FeedDocument
) -> AsyncIterator[tuple[str, FeedDocument]]:
    """Yields the older pages of a feed with their addresses, the newest first."""
    # Some archives lead in a circle, back to the feed among them.
    visited = {feed.url, feed.fetch_url}
    url = document.older_url
    for _ in range(MAX_PAGES):
        if url is None or url in visited:
            return
        visited.add(url)
        page = await _fetch_page(ctx, feed, url)
        if page is None:
            return
        yield url, page
        url = page.older_url


async def _fetch_page(ctx: Context, feed: DueFeed, url: str) -> FeedDocument | None:
    try:
        # Without validators: what was never read cannot be unchanged.
        got = await ctx.client.fetch_feed(
            url, pause=PAUSE, credentials=ctx.config.logins.get(feed.url)
        )
        assert isinstance(got, Fetched), "no validators were sent"
        return await parse_fetched(ctx.pool, got, trust_guids=feed.trusts_guids)
    except MonitorError as error:
        log.warning("archive_failed", feed=feed.url, page=url, error=str(error))
        return None
