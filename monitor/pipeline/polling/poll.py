"""Polling: claim due feeds, fetch, parse, match, and write the result in one transaction (T1).

Validators are written together with the entries they vouch for: saved alone, a 304 would hide those
entries for ever."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from sqlmodel import Session

from monitor.dates import is_plausible, why_refused
from monitor.errors import (
    AddressBlocked,
    BodyTooLarge,
    BotProtection,
    DeadlineExceeded,
    FeedParseError,
    FetchError,
    HostHeld,
    LeaseLost,
    MonitorError,
    WorkerError,
)
from monitor.feeds import has_possible_gap
from monitor.feeds.trust import ValidatorHistory, is_frozen, needs_whole
from monitor.matching import Folded
from monitor.matching.related import is_live_on_case, is_related
from monitor.model import (
    DateFlag,
    DateOrigin,
    DateSource,
    FeedDocument,
    FeedItem,
    Fetched,
    Fields,
    MatchedTerm,
    NotModified,
    PageStatus,
    Validators,
)
from monitor.pipeline.context import Context, WatchedCase, log
from monitor.pipeline.ingestion.fetch_article import UNREADABLE_HOSTS
from monitor.pipeline.polling.backfill import read_missed
from monitor.pipeline.polling.identity import recognise
from monitor.pipeline.polling.parse import parse_fetched
from monitor.pipeline.polling.schedule import (
    follow_move,
    plan_after_answer,
    plan_after_failure,
    skipped_until,
)
from monitor.settings import CaseSettings
from monitor.store.entries import CaseTerms, EntrySpec, KnownEntry, insert_entries, requeue_changed
from monitor.store.feeds import DueFeed, claim_feeds, fail_poll, finish_poll, postpone_poll
from monitor.text import fold_words
from monitor.urls import canonical_url

# An item that says something else is read again, but not at every poll: some feeds put the time of
# day into their items.
CHANGE_PAUSE = timedelta(hours=1)
MAX_CHANGES = 24
# Feeds in hand at once; the client makes fewer requests at a time, and those of one host one after
# the other.
MIN_BATCH = 32
_NOTHING_KNOWN = Validators()
_OUTCOMES: tuple[tuple[type[MonitorError], str], ...] = (
    (BotProtection, "blocked"),
    (AddressBlocked, "blocked"),
    (BodyTooLarge, "too_large"),
    (DeadlineExceeded, "timeout"),
    (WorkerError, "timeout"),
    (FeedParseError, "not_a_feed"),
)
_STATUSES: dict[int | None, str] = {
    HTTPStatus.GONE: "gone",
    HTTPStatus.TOO_MANY_REQUESTS: "rate_limited",
    HTTPStatus.SERVICE_UNAVAILABLE: "rate_limited",
}
# A live blog says something else all day long, and that is what it is for.
LIVE_PAUSE = timedelta(minutes=5)
MAX_LIVE_CHANGES = 1_000
# Items of a poll whose page is read because the feed gives nothing but a headline.
MAX_HEADLINES = 100


@dataclass(frozen=True, slots=True)
class PollResult:
    """How one poll went.

    Attributes:
        outcome: "new", "unchanged", "not_modified", "postponed", "not_a_feed", "blocked",
            "rate_limited", "gone", "timeout", "too_large", "failed" or "lost".
    """

    url: str
    outcome: str
    items: int = 0
    new: int = 0
    queued: int = 0
    error: str = ""


async def poll_due(ctx: Context, *, only: Sequence[int] | None = None) -> list[PollResult]:
    """Polls the feeds that are due (or exactly those of the given ids, due or not), many at a time;
    returns how each went.
    """
    results: list[PollResult] = []
    limit = max(ctx.settings.fetch.concurrency, MIN_BATCH)
    waiting = list(only) if only is not None else None
    poll = poll_feed if only is not None else poll_scheduled
    while True:
        batch = None if waiting is None else waiting[:limit]
        if batch == []:
            return results
        claimed = await ctx.write(
            claim_feeds, owner=ctx.owner, now=ctx.clock(), limit=limit, only=batch
        )
        if waiting is not None:
            waiting = waiting[limit:]
        elif not claimed:
            return results
        results += await asyncio.gather(*(poll(ctx, feed) for feed in claimed))


async def poll_scheduled(ctx: Context, feed: DueFeed) -> PollResult:
    """Polls a claimed feed that is due, unless it wants no polls at this hour."""
    until = skipped_until(feed, ctx.clock())
    if until is None:
        return await poll_feed(ctx, feed)
    because = "the feed wants no polls before (skipHours, skipDays)"
    try:
        await ctx.write(postpone_poll, feed, ctx.owner, next_poll_at=until, because=because)
    except LeaseLost:
        return PollResult(feed.url, "lost")
    return PollResult(feed.url, "postponed")


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
    log.info(
        "poll_done",
        feed=feed.url,
        outcome=result.outcome,
        items=result.items,
        new=result.new,
        error=result.error or None,
    )
    return result


async def _poll(ctx: Context, feed: DueFeed) -> PollResult:
    wants_whole = needs_whole(
        ValidatorHistory(
            is_frozen=feed.is_frozen,
            whole_at=feed.whole_at,
            last_new_at=feed.last_new_at,
            gap=feed.gap,
            interval=feed.interval,
            is_failing=feed.failures > 0,
        ),
        ctx.clock(),
    )
    got = await ctx.client.fetch(
        feed.fetch_url or feed.url, validators=_NOTHING_KNOWN if wants_whole else feed.validators
    )
    if isinstance(got, NotModified):
        return await _unchanged(ctx, feed, got, "not_modified")
    body_hash = hashlib.sha256(got.body).hexdigest()
    if body_hash == feed.body_hash:
        return await _unchanged(ctx, feed, got, "unchanged")
    document = await parse_fetched(ctx.pool, got, trust_guids=feed.trusts_guids)
    if document.has_repeated_guids and feed.trusts_guids:
        # From now on items of this feed are told apart by their links: a guid that was reused once
        # says nothing.
        feed = replace(feed, trusts_guids=False)
        document = await parse_fetched(ctx.pool, got, trust_guids=False)
    return await _new(ctx, feed, got, document, body_hash)


async def _unchanged(
    ctx: Context, feed: DueFeed, got: Fetched | NotModified, outcome: str
) -> PollResult:
    now = ctx.clock()
    # Servers rotate validators without changing a byte: the newest are kept, or every later poll
    # would ask in vain.
    values: dict[str, Any] = {
        "outcome": outcome,
        **_validator_values(got.validators, got.final_url),
    }
    if isinstance(got, Fetched):
        values |= {"last_status": got.status, "whole_at": now}
    elif feed.validators_url in (None, got.final_url):
        values |= {"last_status": HTTPStatus.NOT_MODIFIED}
    else:
        # "Not modified" was said of another document than ours: the next poll asks for the whole.
        values |= {
            "last_status": HTTPStatus.NOT_MODIFIED,
            "body_hash": None,
            **_validator_values(_NOTHING_KNOWN, None),
        }
    planned = plan_after_answer(ctx, feed, got)
    values |= {**planned.values, **follow_move(feed, got, overlaps=True, now=now)}
    await ctx.write(finish_poll, feed, ctx.owner, values, now=now, next_poll_at=planned.at)
    return PollResult(feed.url, outcome, items=feed.item_count or 0)


async def _new(
    ctx: Context, feed: DueFeed, got: Fetched, document: FeedDocument, body_hash: str
) -> PollResult:
    keep = feed.takes_all or document.keeps_fragments
    found = await ctx.read(recognise, feed.id, document, keep_fragment=keep)
    if found.has_reused_guids and feed.trusts_guids:
        feed = replace(feed, trusts_guids=False)
        document = await parse_fetched(ctx.pool, got, trust_guids=False)
        found = await ctx.read(recognise, feed.id, document, keep_fragment=keep)
    document, known = found.document, found.known
    fresh = [item for item in document.items if item.key not in known]
    overlap = len(known) / len(document.items) if document.items else 1.0
    if feed.item_count is not None and has_possible_gap(overlap, known_before=feed.item_count):
        log.warning(
            "possible_gap",
            feed=feed.url,
            hint="nothing of the last poll is left: items may have been missed",
        )
        fresh += await read_missed(ctx, feed, document)
    now = ctx.clock()
    changed = [
        item
        for item in document.items
        if item.key in known and _may_requeue(known[item.key], item, now)
    ]
    new_specs = _with_headlines(
        ctx, feed, [_spec(ctx, feed, document, item, now) for item in fresh]
    )
    changed_specs = [_spec(ctx, feed, document, item, now) for item in changed]
    planned = plan_after_answer(ctx, feed, got, document=document, overlap=overlap)
    values: dict[str, Any] = {
        **planned.values,
        **(
            {}
            if document.is_truncated
            else _vouched(feed, got, planned.values["newest_at"], body_hash, now)
        ),
        **follow_move(feed, got, overlaps=bool(known), now=now),
        "last_status": got.status,
        "item_count": len(document.items),
        "overlap": overlap,
        "trusts_guids": feed.trusts_guids,
    }
    if new_specs:
        values["last_new_at"] = now
    if document.warning:
        log.warning("feed_warned", feed=feed.url, warning=document.warning)
    count = await ctx.write(_record, ctx, feed, new_specs, changed_specs, now, planned.at, values)
    queued = sum(bool(spec.wanted_by) for spec in new_specs)
    return PollResult(
        feed.url,
        "new" if count else "unchanged",
        items=len(document.items),
        new=count,
        queued=queued,
    )


def _vouched(
    feed: DueFeed, got: Fetched, newest_at: datetime | None, body_hash: str, now: datetime
) -> dict[str, Any]:
    """Returns what a whole document lets the next poll ask with."""
    has_changed_under_them = (
        feed.body_hash is not None and got.validators == feed.validators != _NOTHING_KNOWN
    )
    return {
        **_validator_values(got.validators, got.final_url),
        "body_hash": body_hash,
        "whole_at": now,
        "is_frozen": has_changed_under_them or is_frozen(got.validators, newest_at, now),
    }


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
    count = insert_entries(
        session, feed.id, new, now=now, is_baseline=feed.is_baseline or ctx.record_only
    )
    requeue_changed(session, feed.id, changed, now=now)
    outcome = "new" if count else "unchanged"
    finish_poll(
        session, feed, ctx.owner, {**values, "outcome": outcome}, now=now, next_poll_at=next_poll_at
    )
    return count


async def _postponed(ctx: Context, feed: DueFeed, error: HostHeld) -> PollResult:
    """Waits as long as the host has asked; that is no failure of the feed."""
    wait = error.retry_after or ctx.settings.schedule.min_interval
    try:
        await ctx.write(
            postpone_poll,
            feed,
            ctx.owner,
            next_poll_at=ctx.clock() + wait,
            because="the host asked to wait",
        )
    except LeaseLost:
        return PollResult(feed.url, "lost")
    return PollResult(feed.url, "postponed", error=str(error))


async def _failed(ctx: Context, feed: DueFeed, error: MonitorError) -> PollResult:
    now = ctx.clock()
    status = error.status if isinstance(error, FetchError) else None
    outcome = name_outcome(error)
    planned = plan_after_failure(ctx, feed, error)
    values = {**planned.values, "outcome": outcome}
    if outcome == "gone" and feed.fetch_url is None:
        values |= {
            "state": "gone",
            "because": "the server says that it is gone for good; `feeds reset` tries it again",
        }
        log.error(
            "feed_gone", feed=feed.url, hint="find its new address, or take it out of feeds.toml"
        )
    elif isinstance(error, FetchError) and error.permanent and feed.fetch_url is not None:
        # Where it had moved to it is no more: its own address is asked again.
        log.warning("feed_move_undone", feed=feed.url, was_at=feed.fetch_url, error=str(error))
        values |= {"fetch_url": None, "body_hash": None, **_validator_values(_NOTHING_KNOWN, None)}
    try:
        await ctx.write(
            fail_poll,
            feed,
            ctx.owner,
            values,
            now=now,
            next_poll_at=planned.at,
            error=str(error),
            status=status,
        )
    except LeaseLost:
        return PollResult(feed.url, "lost")
    return PollResult(feed.url, outcome, error=str(error))


def name_outcome(error: MonitorError) -> str:
    """Returns the one word for a failure, as in `PollResult.outcome`."""
    named = next((outcome for kind, outcome in _OUTCOMES if isinstance(error, kind)), None)
    return named or _STATUSES.get(error.status if isinstance(error, FetchError) else None, "failed")


def _validator_values(validators: Validators, url: str | None) -> dict[str, str | None]:
    """Returns the columns of validators; a response without any drops those of the one before."""
    return {
        "etag": validators.etag,
        "last_modified": validators.last_modified,
        "validators_url": url,
    }


def _may_requeue(known: KnownEntry, item: FeedItem, now: datetime) -> bool:
    is_live = known.last_status == PageStatus.LIVE
    if known.item_hash == hash_item(item) or known.changes >= (
        MAX_LIVE_CHANGES if is_live else MAX_CHANGES
    ):
        return False
    return known.changed_at is None or now - known.changed_at >= (
        LIVE_PAUSE if is_live else CHANGE_PAUSE
    )


def hash_item(item: FeedItem) -> str:
    """Returns what an item says as a short hash: another hash, another text."""
    text = "\x1f".join((item.title, item.summary, item.content, item.url or ""))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _spec(
    ctx: Context, feed: DueFeed, document: FeedDocument, item: FeedItem, now: datetime
) -> EntrySpec:
    origin = date_origin(item, now)
    if item.published_at and origin.flag:
        log.warning(
            "date_refused",
            feed=feed.url,
            item=item.url,
            published=item.published_raw,
            why=origin.flag,
        )
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
    return EntrySpec(item, hash_item(item), canonical, tuple(wanted), origin)


def date_origin(item: FeedItem, now: datetime) -> DateOrigin:
    """Returns where an item's date comes from; one that cannot be read or believed stays as it is
    written, with the reason.
    """
    raw = item.published_raw
    flag = (
        why_refused(item.published_at, now=now)
        if item.published_at
        else DateFlag.UNREADABLE
        if raw
        else None
    )
    if flag or not item.published_at:
        return DateOrigin(DateSource.FIRST_SEEN, raw, flag)
    return DateOrigin(
        item.published_source, raw, None, item.published_precision, item.is_zone_assumed
    )


def _with_headlines(ctx: Context, feed: DueFeed, specs: Sequence[EntrySpec]) -> list[EntrySpec]:
    """Gives the newest items that are a headline and nothing else to every case of the feed: only
    their page says more.

    Not at a feed's first poll, which may bring the headlines of a month.
    """
    cases = [
        CaseTerms(case.id, ())
        for case in ctx.cases
        if case.settings.selects(feed.url, feed.title, feed.tags)
    ]
    if feed.is_baseline or not cases:
        return list(specs)
    bare = [
        place
        for place, spec in enumerate(specs)
        if not spec.wanted_by and _is_headline_only(spec.item)
    ]
    bare.sort(
        key=lambda place: specs[place].item.published_at or datetime.min.replace(tzinfo=UTC),
        reverse=True,
    )
    read = set(bare[:MAX_HEADLINES])
    return [
        replace(spec, wanted_by=tuple(cases)) if place in read else spec
        for place, spec in enumerate(specs)
    ]


def _is_headline_only(item: FeedItem) -> bool:
    host = urlsplit(item.url or "").hostname
    return bool(host) and host not in UNREADABLE_HOSTS and not item.summary and not item.content


def item_fields(
    item: FeedItem, document: FeedDocument, *, feed_url: str, feed_title: str, now: datetime
) -> Fields:
    """Returns what queries see of an item."""
    return Fields(
        title=item.title,
        summary=item.summary,
        text=item.content,
        url=item.url or "",
        outlet=item.source_name or feed_title or document.title,
        lang=item.lang or document.lang or "",
        feed=feed_title or feed_url,
        at=item.published_at
        if item.published_at and is_plausible(item.published_at, now=now)
        else now,
    )


def wants(
    ctx: Context, case: WatchedCase, feed: DueFeed, fields: Fields, folded: Folded, now: datetime
) -> tuple[MatchedTerm, ...] | None:
    """Says whether a case wants to look at an item, and what made it so; None when it does not.

    A feed with `match = "all"` gives everything to the cases that name it, or to those that take
    all feeds when none does."""
    if not case.settings.selects(feed.url, feed.title, feed.tags):
        return None
    if feed.takes_all and takes_everything(ctx, case, feed.url, feed.title, feed.tags):
        return ()
    terms = case.settings.find_candidate(folded, now=now)
    if terms:
        return terms
    counts = ctx.vocabulary.cases.get(case.id)
    if counts is None:
        return None
    words = fold_words(f"{fields.title} {fields.summary}")
    may_belong = is_related(words, counts, ctx.vocabulary.everywhere) or is_live_on_case(
        fields.title, words, counts
    )
    return () if may_belong else None


def takes_everything(
    ctx: Context, case: WatchedCase, url: str, title: str, tags: Sequence[str]
) -> bool:
    """Says whether every item of a `match = "all"` feed belongs to the case."""
    return is_given_all(case.settings, [other.settings for other in ctx.cases], url, title, tags)


def is_given_all(
    case: CaseSettings, cases: Sequence[CaseSettings], url: str, title: str, tags: Sequence[str]
) -> bool:
    """Says whether every item of a `match = "all"` feed belongs to one case of `cases`."""
    return case.names(url, title, tags) or not any(other.names(url, title, tags) for other in cases)
