"""Feeds looked at without storing anything: what `check --live` and `feeds discover` show.

Everything is fetched with the same client and read in the same worker processes as in a poll, so
what works here works there. Validators are not sent: the question is what a feed holds, not whether
it has changed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus

from monitor.decoding import decode
from monitor.errors import (
    AddressBlocked,
    BodyTooLarge,
    BotProtection,
    DeadlineExceeded,
    FeedParseError,
    FetchError,
    HostHeld,
    MonitorError,
    WorkerError,
)
from monitor.feeds import OfferedFeed, discover_feeds
from monitor.fetching import Client
from monitor.isolation import WorkerPool
from monitor.matching import Folded
from monitor.model import FeedDocument, Fetched
from monitor.pipeline.context import log
from monitor.pipeline.polling.parse import parse_fetched
from monitor.pipeline.polling.poll import date_origin, is_given_all, item_fields
from monitor.settings import CaseSettings, FeedSettings

DISCOVER_TIMEOUT = timedelta(seconds=10)
_OUTCOMES: tuple[tuple[type[MonitorError], str], ...] = (
    (AddressBlocked, "blocked"),
    (BotProtection, "blocked"),
    (BodyTooLarge, "too_large"),
    (DeadlineExceeded, "timeout"),
    (HostHeld, "rate_limited"),
    (FeedParseError, "not_a_feed"),
    (WorkerError, "timeout"),
)
_STATUSES = {HTTPStatus.GONE: "gone", HTTPStatus.TOO_MANY_REQUESTS: "rate_limited"}


@dataclass(frozen=True, slots=True)
class FeedTrial:
    """How one fetch of a feed went.

    Attributes:
        outcome: "ok", "not_a_feed", "blocked", "rate_limited", "gone", "too_large", "timeout" or
            "failed".
        format: "rss", "atom", "rdf", "json" or "sitemap"; empty when it could not be read.
        matches: by the slug of each case that takes the feed, how many of the items it would read
            in full.
        error: why it failed, with a hint; for "ok" what is wrong with the document though it could
            be read.
    """

    title: str
    url: str
    outcome: str
    format: str = ""
    items: int | None = None
    matches: dict[str, int] = field(default_factory=dict)
    error: str = ""


@dataclass(frozen=True, slots=True)
class Discovery:
    """The feeds behind an address; `is_feed`: the address is a feed itself, the only one here."""

    offered: tuple[OfferedFeed, ...]
    is_feed: bool = False


class FeedReader:
    """Fetches and reads feeds and pages; keeps nothing."""

    def __init__(self, client: Client, pool: WorkerPool) -> None:
        self._client = client
        self._pool = pool

    async def try_feeds(
        self, feeds: Sequence[FeedSettings], cases: Sequence[CaseSettings], *, now: datetime
    ) -> list[FeedTrial]:
        """Fetches every feed once, many at a time, and returns how each went, in order. No failure
        is raised.
        """
        return list(await asyncio.gather(*(self._try(feed, cases, now) for feed in feeds)))

    async def discover(self, url: str) -> Discovery:
        """Returns the feeds that a page names; for a feed itself, that one feed with its own title
        and format.

        Raises:
            FetchError: the page cannot be fetched.
            WorkerError: reading it took too much time or memory.
        """
        got = await self._fetch(url)
        try:
            document = await parse_fetched(self._pool, got)
        except FeedParseError:
            page = decode(got.body, got.charset).text
            return Discovery(
                await self._pool.run(discover_feeds, page, got.final_url, timeout=DISCOVER_TIMEOUT)
            )
        return Discovery(
            (OfferedFeed(got.final_url, document.title, document.format),), is_feed=True
        )

    async def _try(
        self, feed: FeedSettings, cases: Sequence[CaseSettings], now: datetime
    ) -> FeedTrial:
        try:
            document = await parse_fetched(self._pool, await self._fetch(feed.url))
            matches = await asyncio.to_thread(count_matches, feed, document, cases, now)
        except MonitorError as error:
            return FeedTrial(feed.title, feed.url, _outcome(error), error=str(error))
        except Exception as error:  # noqa: BLE001 (the border of a unit of work: a bug met by one feed must not hide the others)
            log.exception("trial_crashed", feed=feed.url)
            return FeedTrial(
                feed.title, feed.url, "failed", error=f"{type(error).__name__}: {error}"
            )
        title = feed.title or document.title
        said = "; ".join(filter(None, (document.warning, _describe_dates(document, now))))
        return FeedTrial(title, feed.url, "ok", document.format, len(document.items), matches, said)

    async def _fetch(self, url: str) -> Fetched:
        got = await self._client.fetch(url)
        if not isinstance(got, Fetched):
            raise FetchError(
                url,
                f"{url} answered 304 to a request without validators",
                status=HTTPStatus.NOT_MODIFIED,
            )
        return got


def _describe_dates(document: FeedDocument, now: datetime) -> str:
    """Says how many of the dates that are written cannot be used, with one of them; empty when all
    can.
    """
    refused = [origin for item in document.items if (origin := date_origin(item, now)).flag]
    if not refused:
        return ""
    return f"{len(refused)} of {len(document.items)} dates cannot be used, e.g. {refused[0].raw!r} ({refused[0].flag})"


def count_matches(
    feed: FeedSettings, document: FeedDocument, cases: Sequence[CaseSettings], now: datetime
) -> dict[str, int]:
    """Returns for each case that takes the feed how many of its items the case would read in full."""
    takers = [case for case in cases if case.selects(feed.url, feed.title, feed.tags)]
    everything = {
        case.slug
        for case in takers
        if feed.match == "all" and is_given_all(case, cases, feed.url, feed.title, feed.tags)
    }
    counts = {case.slug: len(document.items) if case.slug in everything else 0 for case in takers}
    for item in document.items:
        folded = Folded.of(
            item_fields(item, document, feed_url=feed.url, feed_title=feed.title, now=now)
        )
        for case in takers:
            if case.slug not in everything and case.find_candidate(folded, now=now):
                counts[case.slug] += 1
    return counts


def _outcome(error: MonitorError) -> str:
    if isinstance(error, FetchError) and error.status in _STATUSES:
        return _STATUSES[HTTPStatus(error.status)]
    return next((outcome for kind, outcome in _OUTCOMES if isinstance(error, kind)), "failed")
