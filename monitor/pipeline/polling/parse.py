"""Reads a feed as fetched, in a worker process that can be killed."""

from __future__ import annotations

from datetime import timedelta

from monitor.errors import BotProtection, FeedParseError
from monitor.feeds.parse import parse_feed
from monitor.fetching import is_challenge
from monitor.isolation import WorkerPool
from monitor.model import FeedDocument, Fetched

# A feed is read in milliseconds; what takes longer is broken or hostile.
PARSE_TIMEOUT = timedelta(seconds=10)
SMALL_BYTES = 65_536


async def parse_fetched(
    pool: WorkerPool, got: Fetched, *, trust_guids: bool = True
) -> FeedDocument:
    """Reads a feed as fetched.

    Raises:
        BotProtection: a challenge for browsers came instead.
        FeedParseError: it is not a feed.
        WorkerError: reading it took too much time or memory.
    """
    # Large ones have a process to themselves: others would have to wait for them.
    run = pool.run_small if len(got.body) <= SMALL_BYTES else pool.run
    try:
        return await run(
            parse_feed,
            got.body,
            url=got.final_url,
            media_type=got.media_type,
            charset=got.charset,
            content_language=got.content_language,
            trust_guids=trust_guids,
            timeout=PARSE_TIMEOUT,
        )
    except FeedParseError as error:
        # Asked only now: a feed may well quote the words of a challenge.
        if is_challenge(got.status, {}, got.body):
            raise _protected(got) from error
        raise


def _protected(got: Fetched) -> BotProtection:
    return BotProtection(
        got.url,
        f"{got.url}: the site's bot protection answered instead of the feed",
        status=got.status,
        permanent=True,
        hint="ask the site for access, or follow another feed of it",
    )
