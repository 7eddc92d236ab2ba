"""Catching up: when nothing of the last poll is left, the pages of a feed's archive hold what was
missed (RFC 5005).

Only then, and only a few pages, slowly: an archive can be as long as the site is old. A page that
cannot be had is asked for again by the next polls, for a day: a site that was away comes back bit
by bit.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.errors import FetchError, MonitorError
from monitor.feeds.poll_interval import has_possible_gap
from monitor.model import FeedDocument, FeedItem, Fetched
from monitor.pipeline.context import Context, log
from monitor.pipeline.polling.parse import parse_fetched
from monitor.pipeline.polling.reading import ReadDocument
from monitor.store.entries import get_known_entries
from monitor.store.feeds import DueFeed

# What lies beyond them is missed: an archive is followed politely, not to its end.
MAX_PAGES = 5
PAUSE = timedelta(seconds=10)
# How long the next polls look for what is missing.
OPEN_FOR = timedelta(days=1)
# The warning of a feed by which the next poll knows that something is.
OPEN_GAP = "items may have been missed: a page of its archive could not be read"


@dataclass(frozen=True, slots=True)
class Missed:
    """What was found of the items that no poll has seen.

    Attributes:
        is_all: nothing more is to be found; otherwise the next poll looks again.
    """

    items: Sequence[FeedItem] = ()
    is_all: bool = True


def find_gap(read: ReadDocument, now: datetime) -> datetime | None:
    """Returns since when items of a feed may be missing: now where nothing of the last poll is
    left, the moment of such a poll where its search could not end; None where none are.
    """
    feed = read.feed
    if feed.item_count is None:
        return None
    if has_possible_gap(read.overlap, known_before=feed.item_count):
        hint = "nothing of the last poll is left: items may have been missed"
        log.warning("possible_gap", feed=feed.url, hint=hint)
        return now
    if OPEN_GAP not in feed.warning or feed.whole_at is None:
        return None
    return feed.whole_at if now - feed.whole_at < OPEN_FOR else None


async def read_missed(
    ctx: Context, feed: DueFeed, document: FeedDocument, since: datetime
) -> Missed:
    """Returns the items of the archive that no poll has seen, newest page first, until a page has
    one that was known before a gap.

    A page that cannot be had ends the search: what was found so far counts.
    """
    missed: dict[str, FeedItem] = {}
    current = {item.key for item in document.items}
    async for url, page in _read_archive(ctx, feed, document):
        if isinstance(page, MonitorError):
            return Missed(list(missed.values()), is_all=_is_final(page))
        keys = [item.key for item in page.items]
        known = await ctx.read(get_known_entries, feed.id, keys)
        fresh = _find_fresh(page, known.keys() | current | missed.keys())
        missed |= fresh
        log.info("archive_read", feed=feed.url, page=url, items=len(keys), missed=len(fresh))
        # Everything older was there before the gap.
        is_reached = any(entry.seen_at < since for entry in known.values())
        if is_reached or page.is_truncated or not keys:
            return Missed(list(missed.values()), is_all=is_reached or not page.is_truncated)
    return Missed(list(missed.values()))


def _is_final(error: MonitorError) -> bool:
    return isinstance(error, FetchError) and error.permanent


def _find_fresh(page: FeedDocument, seen: Set[str]) -> dict[str, FeedItem]:
    return {item.key: item for item in page.items if item.key not in seen}


async def _read_archive(
    ctx: Context, feed: DueFeed, document: FeedDocument
) -> AsyncIterator[tuple[str, FeedDocument | MonitorError]]:
    """Yields the older pages of a feed with their addresses, the newest first; one that cannot be
    had is the last.
    """
    # Some archives lead in a circle, back to the feed among them.
    visited = {feed.url, feed.fetch_url}
    url = document.older_url
    for _ in range(MAX_PAGES):
        if url is None or url in visited:
            return
        visited.add(url)
        page = await _fetch_page(ctx, feed, url)
        yield url, page
        url = None if isinstance(page, MonitorError) else page.older_url


async def _fetch_page(ctx: Context, feed: DueFeed, url: str) -> FeedDocument | MonitorError:
    try:
        # Without validators: what was never read cannot be unchanged.
        got = await ctx.client.fetch_feed(
            url, pause=PAUSE, credentials=ctx.config.logins.get(feed.url)
        )
        assert isinstance(got, Fetched), "no validators were sent"
        return await parse_fetched(ctx.pool, got, trust_guids=feed.trusts_guids)
    except MonitorError as error:
        log.warning("archive_failed", feed=feed.url, page=url, error=str(error))
        return error
