"""Feeds looked at without storing anything: what `check --live` and `feeds discover` show.

Everything is fetched with the same client and read in the same worker processes as in a poll, so
what works here works there. Validators are not sent: the question is what a feed holds, not whether
it has changed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
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
from monitor.feeds.discovery import OfferedFeed, discover_feeds
from monitor.fetching import Client, Credentials
from monitor.isolation import WorkerPool
from monitor.matching import Folded
from monitor.model import FeedDocument, Fetched
from monitor.pipeline.context import log
from monitor.pipeline.fields import item_fields
from monitor.pipeline.login import login_of
from monitor.pipeline.polling.parse import parse_fetched
from monitor.pipeline.polling.schedule import PollTerms, plan_unknown
from monitor.pipeline.polling.selection import date_origin, is_given_all
from monitor.pipeline.work import Failed, attempt
from monitor.settings import CaseSettings, FeedSettings, ScheduleSettings
from monitor.store.feeds import FeedName

DISCOVER_TIMEOUT = timedelta(seconds=10)
_MAX_HEADLINES = 5  # of a feed and a case: enough to see whether they are meant
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
class FeedCheck:
    """How one fetch of a feed went.

    Attributes:
        outcome: "ok", "not_a_feed", "blocked", "rate_limited", "gone", "too_large", "timeout" or
            "failed".
        format: "rss", "atom", "rdf", "json" or "sitemap"; empty when it could not be read.
        interval_seconds, because: how often it would be asked, and why so often; None and empty
            when it could not be read.
        matches: by the slug of each case that takes the feed, how many of the items it would read
            in full; `headlines` has the first of them.
        error: why it failed, with a hint; for "ok" what is wrong with the document though it could
            be read.
    """

    title: str
    url: str
    outcome: str
    format: str = ""
    items: int | None = None
    interval_seconds: int | None = None
    because: str = ""
    matches: dict[str, int] = field(default_factory=dict)
    error: str = ""
    headlines: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Discovery:
    """The feeds behind an address.

    Attributes:
        is_feed: the address is a feed itself, or leads to one, the only one here.
        hint: what to do where nothing is offered.
    """

    offered: tuple[OfferedFeed, ...]
    is_feed: bool = False
    hint: str = ""


def _nothing() -> None:
    """What is done after a feed where nobody waits."""


async def _then(check: Awaitable[FeedCheck], done: Callable[[], None]) -> FeedCheck:
    checked = await check
    done()
    return checked


class FeedReader:
    """Fetches and reads feeds and pages; keeps nothing.

    Args:
        schedule: the bounds within which a feed would be polled.
    """

    def __init__(self, client: Client, pool: WorkerPool, schedule: ScheduleSettings) -> None:
        self._client = client
        self._pool = pool
        self._schedule = schedule

    async def check_feeds(
        self,
        feeds: Sequence[FeedSettings],
        cases: Sequence[CaseSettings],
        *,
        now: datetime,
        done: Callable[[], None] = _nothing,
    ) -> list[FeedCheck]:
        """Fetches every feed once, many at a time, and returns how each went, in order. No failure
        is raised.

        Args:
            done: is called after each feed.
        """
        checks = (_then(self._check(feed, cases, now), done) for feed in feeds)
        return list(await asyncio.gather(*checks))

    async def discover(self, url: str, credentials: Credentials | None = None) -> Discovery:
        """Returns the feeds that a page names; for a feed itself, that one feed with its own title
        and format.

        Args:
            credentials: for its site, where that wants a login.

        Raises:
            FetchError: the page cannot be fetched.
            WorkerError: reading it took too much time or memory.
        """
        got = await self._fetch(url, credentials)
        try:
            document = await parse_fetched(self._pool, got)
        except FeedParseError as error:
            # Not a feed: a page that may name some.
            page = decode(got.body, got.charset).text
            offered = await self._pool.run(
                discover_feeds, page, got.final_url, timeout=DISCOVER_TIMEOUT
            )
            return Discovery(offered, hint=error.hint)
        itself = OfferedFeed(got.final_url, document.title, document.format)
        return Discovery((itself,), is_feed=True)

    async def _check(
        self, feed: FeedSettings, cases: Sequence[CaseSettings], now: datetime
    ) -> FeedCheck:
        check = await attempt(self._read(feed, cases, now))
        return _failed(feed, check.error) if isinstance(check, Failed) else check

    async def _read(
        self, feed: FeedSettings, cases: Sequence[CaseSettings], now: datetime
    ) -> FeedCheck:
        got = await self._fetch(feed.url, login_of(feed))
        document = await parse_fetched(self._pool, got)
        # Off the event loop: the queries of many cases over a long feed take a while.
        matches = await asyncio.to_thread(find_matches, feed, document, cases, now)
        plan = plan_unknown(self._terms(now), feed.every, got, document)
        return FeedCheck(
            feed.title or document.title,
            feed.url,
            "ok",
            document.format,
            len(document.items),
            int(plan.interval.total_seconds()),
            plan.because,
            {slug: len(titles) for slug, titles in matches.items()},
            _describe_faults(document, now),
            {slug: tuple(titles[:_MAX_HEADLINES]) for slug, titles in matches.items()},
        )

    def _terms(self, now: datetime) -> PollTerms:
        bounds = self._schedule
        return PollTerms(
            now=now, shortest=bounds.min_interval, longest=bounds.max_interval, jitter=0.0
        )

    async def _fetch(self, url: str, credentials: Credentials | None = None) -> Fetched:
        got = await self._client.fetch_feed(url, credentials=credentials)
        if not isinstance(got, Fetched):
            raise FetchError(
                url,
                f"{url} answered 304 to a request without validators",
                status=HTTPStatus.NOT_MODIFIED,
            )
        return got


def _failed(feed: FeedSettings, error: Exception) -> FeedCheck:
    if isinstance(error, MonitorError):
        return FeedCheck(feed.title, feed.url, _name_outcome(error), error=str(error))
    # A bug met by one feed must not hide the others.
    log.error("trial_crashed", feed=feed.url, exc_info=error)
    text = f"{type(error).__name__}: {error}"
    return FeedCheck(feed.title, feed.url, "failed", error=text)


def _describe_faults(document: FeedDocument, now: datetime) -> str:
    """Says what is wrong with a document that could be read; empty when nothing is."""
    return "; ".join(filter(None, (document.warning, _describe_dates(document, now))))


def _describe_dates(document: FeedDocument, now: datetime) -> str:
    """Says how many of the dates that are written cannot be used, with one of them; empty when all
    can.
    """
    origins = [date_origin(item, now) for item in document.items]
    refused = [origin for origin in origins if origin.flag]
    if not refused:
        return ""
    count = f"{len(refused)} of {len(origins)} dates cannot be used"
    return f"{count}, e.g. {refused[0].raw!r} ({refused[0].flag})"


def count_matches(
    feed: FeedSettings, document: FeedDocument, cases: Sequence[CaseSettings], now: datetime
) -> dict[str, int]:
    """Returns for each case that takes the feed how many of its items the case would read in
    full.
    """
    matches = find_matches(feed, document, cases, now)
    return {slug: len(titles) for slug, titles in matches.items()}


def find_matches(
    feed: FeedSettings, document: FeedDocument, cases: Sequence[CaseSettings], now: datetime
) -> dict[str, list[str]]:
    """Returns for each case that takes the feed the titles of the items that the case would read in
    full, in the order of the feed.
    """
    name = FeedName(feed.url, feed.title, tuple(feed.tags))
    # Folded once for all cases: that is most of the work.
    folded = [Folded.of(item_fields(item, document, name, now)) for item in document.items]
    matches = {}
    for case in cases:
        if case.selects(feed.url, feed.title, feed.tags):
            takes_all = feed.match == "all" and is_given_all(case, cases, name)
            matches[case.slug] = [
                item.title
                for item, text in zip(document.items, folded, strict=True)
                if takes_all or case.find_candidate(text, now=now)
            ]
    return matches


def _name_outcome(error: MonitorError) -> str:
    # Not `poll.name_outcome`: here the status goes before the class, since a person wants to know
    # what the server answered; there the word decides what becomes of the feed. A host that is held
    # back is an outcome here, where nothing is postponed.
    if isinstance(error, FetchError) and error.status in _STATUSES:
        return _STATUSES[HTTPStatus(error.status)]
    for kind, outcome in _OUTCOMES:
        if isinstance(error, kind):
            return outcome
    return "failed"
