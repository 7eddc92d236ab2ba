"""Catching up: when nothing of the last poll is left, the pages of a feed's archive hold what was
missed (RFC 5005).

Only then, and only a few pages, slowly: an archive can be as long as the site is old.
"""

from __future__ import annotations

from datetime import timedelta

from monitor.errors import MonitorError
from monitor.model import FeedDocument, FeedItem, Fetched
from monitor.pipeline.context import Context, log
from monitor.pipeline.polling.parse import parse_fetched
from monitor.store.entries import get_known_entries
from monitor.store.feeds import DueFeed

MAX_PAGES = 5
PAUSE = timedelta(seconds=10)


async def read_missed(ctx: Context, feed: DueFeed, document: FeedDocument) -> list[FeedItem]:
    """Returns the items of the archive that no poll has seen, newest page first, until a page has
    one that is known.

    A page that cannot be had ends the search: what was found so far counts.
    """
    seen = {item.key for item in document.items}
    missed: list[FeedItem] = []
    visited = {feed.url, feed.fetch_url}
    page = document
    for _ in range(MAX_PAGES):
        url = page.older_url
        if url is None or url in visited:
            break
        visited.add(url)
        try:
            got = await ctx.client.fetch(url, pause=PAUSE)
            assert isinstance(got, Fetched), "no validators were sent"
            page = await parse_fetched(ctx.pool, got, trust_guids=feed.trusts_guids)
        except MonitorError as error:
            log.warning("archive_failed", feed=feed.url, page=url, error=str(error))
            break
        known = await ctx.read(get_known_entries, feed.id, [item.key for item in page.items])
        fresh = [item for item in page.items if item.key not in known and item.key not in seen]
        seen.update(item.key for item in fresh)
        missed += fresh
        log.info("archive_read", feed=feed.url, page=url, items=len(page.items), missed=len(fresh))
        if known or not page.items:
            break
    return missed
