"""Polling: claim due feeds, fetch, parse, match, and write the result in one transaction (T1).

Validators are written together with the entries they vouch for: saved alone, a 304 would hide those entries for ever.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlmodel import Session

from monitor.dates import is_plausible
from monitor.errors import FeedParseError, FetchError, HostHeld, LeaseLost, MonitorError, WorkerError
from monitor.feeds import Rhythm, has_possible_gap, next_interval, parse_feed
from monitor.isolation import WorkerPool
from monitor.matching import Folded
from monitor.matching.related import is_related
from monitor.model import FeedDocument, FeedItem, Fetched, Fields, MatchedTerm, NotModified, PageStatus
from monitor.pipeline.context import Context, WatchedCase, log
from monitor.pipeline.reading import UNREADABLE_HOSTS
from monitor.pipeline.recognising import recognise
from monitor.settings import CaseSettings
from monitor.store.entries import CaseTerms, EntrySpec, KnownEntry, insert_entries, requeue_changed
from monitor.store.feeds import DueFeed, claim_feeds, fail_poll, finish_poll, postpone_poll
from monitor.text import fold_words
from monitor.urls import canonical_url

PARSE_TIMEOUT = timedelta(seconds=10)
# An item that says something else is read again, but not at every poll: some feeds put the time of day into their items.
CHANGE_PAUSE = timedelta(hours=1)
MAX_CHANGES = 24
# A live blog says something else all day long, and that is what it is for.
LIVE_PAUSE = timedelta(minutes=5)
MAX_LIVE_CHANGES = 1_000
# Items of a poll whose page is read because the feed gives nothing but a headline.
MAX_HEADLINES = 100
REFUSALS = frozenset({401, 403, 429, 503})


@dataclass(frozen=True, slots=True)
class PollResult:
    """How one poll went: "new", "unchanged", "not_modified", "postponed", "not_a_feed", "timeout", "failed" or "lost"."""

    url: str
    outcome: str
    items: int = 0
    new: int = 0
    queued: int = 0
    error: str = ""


async def poll_due(ctx: Context, *, only: Sequence[int] | None = None) -> list[PollResult]:
    """Polls the feeds that are due (or exactly those of the given ids, due or not), many at a time; returns how each went."""
    results: list[PollResult] = []
    limit = ctx.settings.fetch.concurrency
    waiting = list(only) if only is not None else None
    while True:
        batch = None if waiting is None else waiting[:limit]
        if batch == []:
            return results
        claimed = await ctx.write(claim_feeds, owner=ctx.owner, now=ctx.clock(), limit=limit, only=batch)
        if waiting is not None:
            waiting = waiting[limit:]
        elif not claimed:
            return results
        results += await asyncio.gather(*(poll_feed(ctx, feed) for feed in claimed))


async def poll_feed(ctx: Context, feed: DueFeed) -> PollResult:
    """Polls one claimed feed; whatever happens becomes a state of the feed and one log line."""
    try:
        result = await _poll(ctx, feed)
    except LeaseLost:
        result = PollResult(feed.url, "lost")
    except HostHeld as error:
        result = await _postponed(ctx, feed, error)
    except MonitorError as error:
        result = await _failed(ctx, feed, error)
    except Exception as error:  # noqa: BLE001
        # The border of a unit of work: a bug met by one feed must not stop the others.
        log.exception("poll_crashed", feed=feed.url)
        result = await _failed(ctx, feed, MonitorError(f"{type(error).__name__}: {error}"))
    log.info("poll_done", feed=feed.url, outcome=result.outcome, items=result.items, new=result.new, error=result.error or None)
    return result


async def _poll(ctx: Context, feed: DueFeed) -> PollResult:
    got = await ctx.client.fetch(feed.url, validators=feed.validators)
    if isinstance(got, NotModified):
        return await _unchanged(ctx, feed, got, "not_modified")
    body_hash = hashlib.sha256(got.body).hexdigest()
    if body_hash == feed.body_hash:
        return await _unchanged(ctx, feed, got, "unchanged")
    document = await parse_fetched(ctx.pool, got, trust_guids=feed.trusts_guids)
    if document.has_repeated_guids and feed.trusts_guids:
        # From now on items of this feed are told apart by their links: a guid that was reused once says nothing.
        feed = replace(feed, trusts_guids=False)
        document = await parse_fetched(ctx.pool, got, trust_guids=False)
    return await _new(ctx, feed, got, document, body_hash)


async def parse_fetched(pool: WorkerPool, got: Fetched, *, trust_guids: bool = True) -> FeedDocument:
    """Reads a feed as fetched, in a worker process.

    Raises:
        FeedParseError: it is no feed.
        WorkerError: reading it took too much time or memory.
    """
    return await pool.run(
        parse_feed,
        got.body,
        url=got.final_url,
        media_type=got.media_type,
        charset=got.charset,
        content_language=got.content_language,
        trust_guids=trust_guids,
        timeout=PARSE_TIMEOUT,
    )


async def _unchanged(ctx: Context, feed: DueFeed, got: Fetched | NotModified, outcome: str) -> PollResult:
    now = ctx.clock()
    # Servers rotate validators without changing a byte: the newest are kept, or every later poll would ask in vain.
    kept = (
        {}
        if isinstance(got, NotModified) and got.validators.etag is None and got.validators.last_modified is None
        else _validators(got)
    )
    interval = _interval(ctx, feed, got, document=None, overlap=1.0)
    values = {"last_status": 304 if isinstance(got, NotModified) else got.status, **kept}
    await ctx.write(finish_poll, feed, ctx.owner, values, now=now, next_poll_at=now + interval)
    return PollResult(feed.url, outcome, items=feed.item_count or 0)


async def _new(ctx: Context, feed: DueFeed, got: Fetched, document: FeedDocument, body_hash: str) -> PollResult:
    now = ctx.clock()
    keep = feed.takes_all or document.keeps_fragments
    found = await ctx.read(recognise, feed.id, document, keep_fragment=keep)
    if found.has_reused_guids and feed.trusts_guids:
        feed = replace(feed, trusts_guids=False)
        document = await parse_fetched(ctx.pool, got, trust_guids=False)
        found = await ctx.read(recognise, feed.id, document, keep_fragment=keep)
    document, known = found.document, found.known
    fresh = [item for item in document.items if item.key not in known]
    changed = [item for item in document.items if item.key in known and _may_requeue(known[item.key], item, now)]
    new_specs = _with_headlines(ctx, feed, [_spec(ctx, feed, document, item, now) for item in fresh])
    changed_specs = [_spec(ctx, feed, document, item, now) for item in changed]
    overlap = len(known) / len(document.items) if document.items else 1.0
    if feed.item_count is not None and has_possible_gap(overlap, known_before=feed.item_count):
        log.warning("possible_gap", feed=feed.url, hint="nothing of the last poll is left: items may have been missed")
    values: dict[str, Any] = {
        **({} if document.is_truncated else {**_validators(got), "body_hash": body_hash}),
        "last_status": got.status,
        "item_count": len(document.items),
        "overlap": overlap,
        "trusts_guids": feed.trusts_guids,
        "last_error": document.warning,
    }
    interval = _interval(ctx, feed, got, document=document, overlap=overlap)
    if new_specs:
        values["last_new_at"] = now
    count = await ctx.write(_record, ctx, feed, new_specs, changed_specs, now, now + interval, values)
    queued = sum(bool(spec.wanted_by) for spec in new_specs)
    return PollResult(feed.url, "new" if count else "unchanged", items=len(document.items), new=count, queued=queued)


def _record(
    session: Session,
    ctx: Context,
    feed: DueFeed,
    new: Sequence[EntrySpec],
    changed: Sequence[EntrySpec],
    now: datetime,
    next_poll_at: datetime,
    values: dict[str, Any],
) -> int:
    """T1: entries, matches, validators and the next poll, or nothing."""
    count = insert_entries(session, feed.id, new, now=now, is_baseline=feed.is_baseline or ctx.record_only)
    requeue_changed(session, feed.id, changed, now=now)
    error = values.pop("last_error")
    finish_poll(session, feed, ctx.owner, values, now=now, next_poll_at=next_poll_at)
    if error:
        log.warning("feed_warned", feed=feed.url, warning=error)
    return count


async def _postponed(ctx: Context, feed: DueFeed, error: HostHeld) -> PollResult:
    """Waits as long as the host has asked; that is no failure of the feed."""
    now = ctx.clock()
    wait = error.retry_after or ctx.settings.schedule.min_interval
    await ctx.write(postpone_poll, feed, ctx.owner, next_poll_at=now + wait)
    return PollResult(feed.url, "postponed", error=str(error))


async def _failed(ctx: Context, feed: DueFeed, error: MonitorError) -> PollResult:
    now = ctx.clock()
    status = error.status if isinstance(error, FetchError) else None
    retry_after = error.retry_after if isinstance(error, FetchError) else None
    interval = _interval(
        ctx,
        feed,
        None,
        document=None,
        overlap=1.0,
        failures=feed.failures + 1,
        is_refused=status in REFUSALS,
        retry_after=retry_after,
    )
    try:
        await ctx.write(fail_poll, feed, ctx.owner, now=now, next_poll_at=now + interval, error=str(error), status=status)
    except LeaseLost:
        return PollResult(feed.url, "lost")
    outcome = "not_a_feed" if isinstance(error, FeedParseError) else "timeout" if isinstance(error, WorkerError) else "failed"
    return PollResult(feed.url, outcome, error=str(error))


def _validators(got: Fetched | NotModified) -> dict[str, str | None]:
    return {"etag": got.validators.etag, "last_modified": got.validators.last_modified}


def _may_requeue(known: KnownEntry, item: FeedItem, now: datetime) -> bool:
    is_live = known.last_status == PageStatus.LIVE
    if known.item_hash == hash_item(item) or known.changes >= (MAX_LIVE_CHANGES if is_live else MAX_CHANGES):
        return False
    return known.changed_at is None or now - known.changed_at >= (LIVE_PAUSE if is_live else CHANGE_PAUSE)


def hash_item(item: FeedItem) -> str:
    """Returns what an item says as a short hash: another hash, another text."""
    text = "\x1f".join((item.title, item.summary, item.content, item.url or ""))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _spec(ctx: Context, feed: DueFeed, document: FeedDocument, item: FeedItem, now: datetime) -> EntrySpec:
    if item.published_at and not is_plausible(item.published_at, now=now):
        log.warning("date_refused", feed=feed.url, item=item.url, published=item.published_raw)
        item = replace(item, published_at=None)
    fields = item_fields(item, document, feed_url=feed.url, feed_title=feed.title, now=now)
    folded = Folded.of(fields)
    wanted = []
    for case in ctx.cases:
        terms = wants(ctx, case, feed, fields, folded, now)
        if terms is not None:
            wanted.append(CaseTerms(case.id, terms))
    keep_fragment = feed.takes_all or document.keeps_fragments
    canonical = canonical_url(item.url, keep_fragment=keep_fragment) if item.url else None
    return EntrySpec(item, hash_item(item), canonical, tuple(wanted))


def _with_headlines(ctx: Context, feed: DueFeed, specs: Sequence[EntrySpec]) -> list[EntrySpec]:
    """Gives the newest items that are a headline and nothing else to every case of the feed: only their page says more.

    Not at a feed's first poll, which may bring the headlines of a month.
    """
    cases = [CaseTerms(case.id, ()) for case in ctx.cases if case.settings.selects(feed.url, feed.title, feed.tags)]
    if feed.is_baseline or not cases:
        return list(specs)
    bare = [place for place, spec in enumerate(specs) if not spec.wanted_by and _is_headline_only(spec.item)]
    bare.sort(key=lambda place: specs[place].item.published_at or datetime.min.replace(tzinfo=UTC), reverse=True)
    read = set(bare[:MAX_HEADLINES])
    return [replace(spec, wanted_by=tuple(cases)) if place in read else spec for place, spec in enumerate(specs)]


def _is_headline_only(item: FeedItem) -> bool:
    host = urlsplit(item.url or "").hostname
    return bool(host) and host not in UNREADABLE_HOSTS and not item.summary and not item.content


def item_fields(item: FeedItem, document: FeedDocument, *, feed_url: str, feed_title: str, now: datetime) -> Fields:
    """Returns what queries see of an item."""
    return Fields(
        title=item.title,
        summary=item.summary,
        text=item.content,
        url=item.url or "",
        outlet=item.source_name or feed_title or document.title,
        lang=item.lang or document.lang or "",
        feed=feed_title or feed_url,
        at=item.published_at if item.published_at and is_plausible(item.published_at, now=now) else now,
    )


def wants(
    ctx: Context, case: WatchedCase, feed: DueFeed, fields: Fields, folded: Folded, now: datetime
) -> tuple[MatchedTerm, ...] | None:
    """Says whether a case wants to look at an item, and what made it so; None when it does not.

    A feed with `match = "all"` gives everything to the cases that name it, or to those that take all feeds when none does.
    """
    if not case.settings.selects(feed.url, feed.title, feed.tags):
        return None
    if feed.takes_all and takes_everything(ctx, case, feed.url, feed.title, feed.tags):
        return ()
    terms = case.settings.find_candidate(folded, now=now)
    if terms:
        return terms
    counts = ctx.vocabulary.cases.get(case.id)
    if counts is not None and is_related(fold_words(f"{fields.title} {fields.summary}"), counts, ctx.vocabulary.everywhere):
        return ()
    return None


def takes_everything(ctx: Context, case: WatchedCase, url: str, title: str, tags: Sequence[str]) -> bool:
    """Says whether every item of a `match = "all"` feed belongs to the case."""
    return is_given_all(case.settings, [other.settings for other in ctx.cases], url, title, tags)


def is_given_all(case: CaseSettings, cases: Sequence[CaseSettings], url: str, title: str, tags: Sequence[str]) -> bool:
    """Says whether every item of a `match = "all"` feed belongs to one case of `cases`."""
    return case.names(url, title, tags) or not any(other.names(url, title, tags) for other in cases)


def _interval(
    ctx: Context,
    feed: DueFeed,
    got: Fetched | NotModified | None,
    *,
    document: FeedDocument | None,
    overlap: float,
    failures: int = 0,
    is_refused: bool = False,
    retry_after: timedelta | None = None,
) -> timedelta:
    schedule = ctx.settings.schedule
    published = tuple(item.published_at for item in document.items if item.published_at) if document else ()
    return next_interval(
        Rhythm(
            published=published,
            overlap=overlap,
            last=feed.interval,
            pinned=feed.every,
            max_age=got.max_age if got else None,
            ttl=document.ttl if document else None,
            failures=failures,
            is_refused=is_refused,
            retry_after=retry_after,
        ),
        now=ctx.clock(),
        shortest=schedule.min_interval,
        longest=schedule.max_interval,
        jitter=ctx.jitter(),
    )
