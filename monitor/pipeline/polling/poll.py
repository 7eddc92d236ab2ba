"""Polling: claim due feeds, fetch, parse, match, and write the result in one transaction (T1).

Validators are written together with the entries they vouch for: saved alone, a 304 would hide those
entries for ever."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus

from sqlmodel import Session

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
from monitor.feeds.health import is_long_failure
from monitor.feeds.poll_interval import ASKED_TO_WAIT
from monitor.feeds.trust import ValidatorHistory, is_dead, is_frozen, needs_whole
from monitor.model import FeedItem, Fetched, NotModified, Validators
from monitor.pipeline.context import Context, log
from monitor.pipeline.polling.backfill import OPEN_GAP, Missed, find_gap, read_missed
from monitor.pipeline.polling.reading import ReadDocument, read_document
from monitor.pipeline.polling.schedule import (
    SKIPPED,
    follow_move,
    plan_after_answer,
    plan_after_failure,
    skipped_until,
    swap_address,
    terms_of,
)
from monitor.pipeline.polling.selection import EntrySelector
from monitor.pipeline.polling.vocabulary import read_vocabulary
from monitor.pipeline.work import settle, unless_lost
from monitor.store.entries import EntrySpec, insert_entries, requeue_changed
from monitor.store.feeds import (
    DueFeed,
    FeedUpdate,
    Unset,
    fail_poll,
    finish_poll,
    postpone_poll,
)

_NOTHING_KNOWN = Validators()
# How long a new feed is waited for whose documents break off.
BEGINS_AFTER = timedelta(days=1)
_OUTCOMES: tuple[tuple[type[MonitorError], str], ...] = (
    (BotProtection, "blocked"),
    (AddressBlocked, "blocked"),
    (BodyTooLarge, "too_large"),
    (DeadlineExceeded, "timeout"),
    (WorkerError, "timeout"),
    (FeedParseError, "not_a_feed"),
)
# For answers that the errors above do not tell apart.
_STATUSES: dict[int | None, str] = {
    HTTPStatus.GONE: "gone",
    HTTPStatus.TOO_MANY_REQUESTS: "rate_limited",
    HTTPStatus.SERVICE_UNAVAILABLE: "rate_limited",
}


@dataclass(frozen=True, slots=True)
class PollResult:
    """How one poll went.

    Attributes:
        changed: items that say something else than they did.
        outcome: "new", "unchanged", "not_modified", "postponed", "not_a_feed", "blocked",
            "rate_limited", "gone", "timeout", "too_large", "failed" or "lost".
    """

    url: str
    outcome: str
    items: int = 0
    new: int = 0
    queued: int = 0
    changed: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _PolledEntries:
    """What is stored of the items of a document.

    Attributes:
        is_baseline: the new ones never alert.
        open_since: when items were missed that could not be found yet; None where none are.
    """

    new: Sequence[EntrySpec]
    changed: Sequence[EntrySpec]
    is_baseline: bool
    now: datetime
    open_since: datetime | None = None

    @property
    def queued(self) -> int:
        """How many of the new ones a case wants to read."""
        return sum(bool(spec.wanted_by) for spec in self.new)


async def poll_scheduled(ctx: Context, feed: DueFeed) -> PollResult:
    """Polls a claimed feed that is due, unless it wants no polls at this hour."""
    until = skipped_until(feed, ctx.clock())
    if until is None:
        return await poll_feed(ctx, feed)
    postponed = FeedUpdate(next_poll_at=until, because=SKIPPED)
    result = PollResult(feed.url, "postponed")
    return await unless_lost(_postpone(ctx, feed, postponed, result), _lost(feed))


async def poll_feed(ctx: Context, feed: DueFeed) -> PollResult:
    """Polls one claimed feed; whatever happens becomes a state of the feed and one log line."""
    result = await settle(_poll(ctx, feed), on_error=partial(_give_up, ctx, feed), lost=_lost(feed))
    ctx.tally.note("poll", result.outcome)
    _log_done(feed, result)
    return result


def _log_done(feed: DueFeed, result: PollResult) -> None:
    # Most polls bring nothing: a line for each would be most of the log.
    tell = log.info if _has_happened(feed, result) else log.debug
    tell(
        "poll_done",
        feed=result.url,
        outcome=result.outcome,
        items=result.items,
        new=result.new,
        changed=result.changed or None,
        recovered=(feed.failures > 0 and not result.error) or None,
        error=result.error or None,
    )


def _has_happened(feed: DueFeed, result: PollResult) -> bool:
    """Says whether a poll brought anything, failed, or is the first one that did not."""
    has_brought = result.new or result.changed or result.error
    return bool(has_brought or feed.failures or feed.is_baseline)


def _lost(feed: DueFeed) -> PollResult:
    return PollResult(feed.url, "lost")


async def _poll(ctx: Context, feed: DueFeed) -> PollResult:
    got = await _ask(ctx, feed)
    if isinstance(got, NotModified):
        return await _finish_unchanged(ctx, feed, got, "not_modified")
    # Many servers send the whole document though nothing in it has changed.
    body_hash = hashlib.sha256(got.body).hexdigest()
    if body_hash == feed.body_hash:
        return await _finish_unchanged(ctx, feed, got, "unchanged")
    read = await read_document(ctx, feed, got)
    return await _finish_new(ctx, read, got, body_hash)


async def _ask(ctx: Context, feed: DueFeed) -> Fetched | NotModified:
    """Asks for a feed where it has moved to; for the whole where its validators are not trusted."""
    validators = _NOTHING_KNOWN if _needs_whole(feed, ctx.clock()) else feed.validators
    return await ctx.client.fetch_feed(
        feed.fetch_url or feed.url,
        validators=validators,
        credentials=ctx.config.logins.get(feed.url),
    )


def _needs_whole(feed: DueFeed, now: datetime) -> bool:
    history = ValidatorHistory(
        is_frozen=feed.is_frozen,
        whole_at=feed.whole_at,
        last_new_at=feed.last_new_at,
        gap=feed.gap,
        interval=feed.interval,
        is_failing=feed.failures > 0,
    )
    return needs_whole(history, now)


async def _finish_unchanged(
    ctx: Context, feed: DueFeed, got: Fetched | NotModified, outcome: str
) -> PollResult:
    """Writes a poll that brought nothing new."""
    now = ctx.clock()
    # Servers rotate validators without changing a byte: the newest are kept, or every later poll
    # would ask in vain.
    update = replace(
        plan_after_answer(terms_of(ctx), feed, got),
        outcome=outcome,
        validators=got.validators,
        validators_url=got.final_url,
    )
    update = _with_status(update, feed, got, now)
    update = follow_move(update, feed, got, overlaps=True, now=now)
    await ctx.write_together(feed.id, finish_poll, feed, ctx.owner, update, now=now)
    return PollResult(feed.url, outcome, items=feed.item_count or 0)


def _with_status(
    update: FeedUpdate, feed: DueFeed, got: Fetched | NotModified, now: datetime
) -> FeedUpdate:
    """Returns the update with what the answer says of the document that is stored."""
    if isinstance(got, Fetched):
        return replace(update, status=got.status, whole_at=now)
    update = replace(update, status=HTTPStatus.NOT_MODIFIED)
    # "Not modified" was said of another document than ours: the next poll asks for the whole.
    is_ours = feed.validators_url in (None, got.final_url)
    return update if is_ours else _without_validators(update)


def _without_validators(update: FeedUpdate) -> FeedUpdate:
    return replace(update, validators=_NOTHING_KNOWN, validators_url=None, body_hash=None)


async def _finish_new(ctx: Context, read: ReadDocument, got: Fetched, body_hash: str) -> PollResult:
    """Writes a poll that brought another document than the last one (T1)."""
    entries = await _choose_entries(ctx, read)
    update = _describe_poll(ctx, read, got)
    if entries.open_since is None:
        update = _with_memory(update, read, got, body_hash, entries)
    else:
        update = _with_open_gap(update, entries.open_since)
    if read.is_baseline and read.document.is_truncated:
        update = _without_baseline(update, read.feed, entries.now)
    # A feed that only changes what it has is silent all the same: `last_new_at` stays.
    if entries.new:
        update = replace(update, last_new_at=entries.now)
    _warn_of_document(read)
    feed = read.feed
    count = await ctx.write_together(feed.id, _store_poll, ctx.owner, feed, entries, update)
    return PollResult(
        feed.url,
        _outcome_of(count),
        items=read.size,
        new=count,
        queued=entries.queued,
        changed=len(entries.changed),
    )


def _with_memory(
    update: FeedUpdate, read: ReadDocument, got: Fetched, body_hash: str, entries: _PolledEntries
) -> FeedUpdate:
    """Returns the update with what the next poll needs to know of the document."""
    changed = [spec.item.key for spec in entries.changed]
    # Validators of a document that was cut off would hide its rest for ever, and those of one that
    # is not stored yet as it reads now would hide its changes.
    if not read.document.is_truncated and not read.find_postponed(changed):
        update = _with_validators(update, read.feed, got, body_hash, entries.now)
    memory = read.remembered(changed, entries.now)
    return update if memory == read.feed.read_items else replace(update, read_items=memory)


def _with_open_gap(update: FeedUpdate, since: datetime) -> FeedUpdate:
    """Returns the update of a poll after which items are still missing."""
    warning = "; ".join(filter(None, (str(update.warning), OPEN_GAP)))
    # Only the whole document, read as a whole, leads to its archive again.
    again = replace(_without_validators(update), read_items=None)
    return replace(again, warning=warning, whole_at=since)


def _without_baseline(update: FeedUpdate, feed: DueFeed, now: datetime) -> FeedUpdate:
    """Returns the update of a first document that broke off: what stood behind that is old, too."""
    was_read = feed.item_count is not None
    since = (feed.failing_since if was_read else None) or now
    # A feed that always breaks off has to begin some time.
    if now - since >= BEGINS_AFTER:
        return update
    return replace(update, baseline_at=None, failing_since=since)


async def _choose_entries(ctx: Context, read: ReadDocument) -> _PolledEntries:
    """Returns what is to be stored of a document, and of the archive where items were missed."""
    now = ctx.clock()
    gap_since = find_gap(read, now)
    missed = await read_missed(ctx, read.feed, read.document, gap_since) if gap_since else Missed()
    open_since = None if missed.is_all else gap_since
    fresh, changed = [*read.fresh, *missed.items], read.find_changed(now)
    if not fresh and not changed:
        return _PolledEntries(new=(), changed=(), is_baseline=False, now=now, open_since=open_since)
    await read_vocabulary(ctx)
    # Off the event loop: somebody's regular expression may take its time.
    entries = await asyncio.to_thread(_select_entries, ctx, read, fresh, changed)
    return replace(entries, open_since=open_since)


def _warn_of_document(read: ReadDocument) -> None:
    # Once a document, and only when it is another one: a broken feed would fill the log.
    if read.document.warning:
        log.warning("feed_warned", feed=read.feed.url, warning=read.document.warning)


def _select_entries(
    ctx: Context, read: ReadDocument, fresh: Sequence[FeedItem], changed: Sequence[FeedItem]
) -> _PolledEntries:
    """Returns the entries of fresh items and of those that have changed."""
    now = ctx.clock()
    config = ctx.config
    feed = replace(read.feed, is_baseline=read.is_baseline)
    selector = EntrySelector(
        config.cases, config.case_words, ctx.vocabulary, feed, read.document, now
    )
    return _PolledEntries(
        new=selector.select_new(fresh),
        changed=list(map(selector.select, changed)),
        is_baseline=feed.is_baseline or ctx.record_only,
        now=now,
    )


def _outcome_of(new_entries: int) -> str:
    return "new" if new_entries else "unchanged"


def _describe_poll(ctx: Context, read: ReadDocument, got: Fetched) -> FeedUpdate:
    """Returns what a poll that brought a document changes of the feed."""
    feed, document, now = read.feed, read.document, ctx.clock()
    # Where nothing was parsed, what was stored of the document before holds.
    parsed = None if read.was_known else document
    planned = plan_after_answer(terms_of(ctx), feed, got, document=parsed, overlap=read.overlap)
    update = replace(
        planned,
        status=got.status,
        item_count=read.size,
        overlap=read.overlap,
        trusts_guids=feed.trusts_guids,
        warning=document.warning,
    )
    return follow_move(update, feed, got, overlaps=read.has_known, now=now)


def _with_validators(
    update: FeedUpdate, feed: DueFeed, got: Fetched, body_hash: str, now: datetime
) -> FeedUpdate:
    """Returns the update with what tells next time whether the document has changed."""
    newest_at = feed.newest_at if isinstance(update.newest_at, Unset) else update.newest_at
    return replace(
        update,
        validators=got.validators,
        validators_url=got.final_url,
        body_hash=body_hash,
        whole_at=now,
        is_frozen=_are_frozen(feed, got.validators, newest_at, now),
    )


def _are_frozen(
    feed: DueFeed, validators: Validators, newest_at: datetime | None, now: datetime
) -> bool:
    """Says whether validators stay the same while the document changes."""
    # The body differs, or this poll would have ended before.
    had_document = feed.body_hash is not None
    if had_document and validators == feed.validators != _NOTHING_KNOWN:
        return True
    return is_frozen(validators, newest_at, now)


def _store_poll(
    session: Session, owner: str, feed: DueFeed, polled: _PolledEntries, update: FeedUpdate
) -> int:
    """T1: entries, matches, validators and the next poll, or nothing; returns how many entries are
    new.
    """
    now = polled.now
    count = insert_entries(session, feed.id, polled.new, now=now, is_baseline=polled.is_baseline)
    requeue_changed(session, feed.id, polled.changed, now=now)
    finish_poll(session, feed, owner, replace(update, outcome=_outcome_of(count)), now=now)
    return count


async def _give_up(ctx: Context, feed: DueFeed, error: Exception) -> PollResult:
    """Writes down that a poll failed, or that it has to wait."""
    if isinstance(error, HostHeld):
        return await _wait_for_host(ctx, feed, error)
    if isinstance(error, MonitorError):
        return await _fail(ctx, feed, error)
    # A bug met by one feed must not stop the others.
    log.error("poll_crashed", feed=feed.url, exc_info=error)
    return await _fail(ctx, feed, MonitorError(f"{type(error).__name__}: {error}"))


async def _wait_for_host(ctx: Context, feed: DueFeed, error: HostHeld) -> PollResult:
    """Postpones a poll for as long as the host has asked; that is not a failure of the feed, unless
    it has no answer for a day by that.
    """
    now = ctx.clock()
    until = now + (error.retry_after or ctx.settings.schedule.min_interval)
    since = feed.failing_since or now
    postponed = FeedUpdate(next_poll_at=until, because=ASKED_TO_WAIT, failing_since=since)
    if is_long_failure(since, until) and not feed.is_gone:
        postponed = replace(postponed, state="failing", error=str(error))
    result = PollResult(feed.url, "postponed", error=str(error))
    return await _postpone(ctx, feed, postponed, result)


async def _postpone(
    ctx: Context, feed: DueFeed, update: FeedUpdate, result: PollResult
) -> PollResult:
    await ctx.write_together(feed.id, postpone_poll, feed, ctx.owner, update)
    return result


async def _fail(ctx: Context, feed: DueFeed, error: MonitorError) -> PollResult:
    """Writes a poll that failed."""
    now = ctx.clock()
    outcome = name_outcome(error)
    planned = replace(
        plan_after_failure(terms_of(ctx), feed, error),
        outcome=outcome,
        status=error.status if isinstance(error, FetchError) else None,
        error=str(error),
    )
    update = _with_address(planned, feed, error, now)
    await ctx.write_together(feed.id, fail_poll, feed, ctx.owner, update, now=now)
    return PollResult(feed.url, outcome, error=str(error))


def _with_address(
    update: FeedUpdate, feed: DueFeed, error: MonitorError, now: datetime
) -> FeedUpdate:
    """Returns the update with where a feed is asked next."""
    is_final = isinstance(error, FetchError) and error.permanent
    if not is_final and not is_dead(feed.failures + 1, feed.failing_since, now):
        return update
    swapped = swap_address(update, feed, now)
    if swapped is update:
        return update
    next_at = swapped.fetch_url or feed.url
    log.warning("feed_asked_elsewhere", feed=feed.url, next_at=next_at, error=str(error))
    # Which must not hear of validators that are another's.
    return _without_validators(swapped)


def name_outcome(error: MonitorError) -> str:
    """Returns the one word for a failure, as in `PollResult.outcome`."""
    # The class goes before the status, as it decides what becomes of the feed; `feed_check` has a
    # table of its own, for people who want to know what the server answered.
    for kind, outcome in _OUTCOMES:
        if isinstance(error, kind):
            return outcome
    return _STATUSES.get(error.status if isinstance(error, FetchError) else None, "failed")
