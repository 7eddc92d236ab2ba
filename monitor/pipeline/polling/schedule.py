"""Planning a feed's next poll: what `feeds.poll_interval` needs to know, gathered from the poll,
the store and the config.

Returns what the poll changes of the feed, so that the plan is part of the poll's one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus

from monitor.errors import BotProtection, FetchError, MonitorError
from monitor.feeds.poll_interval import (
    PollFactors,
    PollPlan,
    UpdatePattern,
    is_skipped,
    leave_skipped,
    measure_pattern,
    plan_poll,
    spread_of,
)
from monitor.feeds.trust import is_gone, is_settled, leave_place, watch_farewell, watch_move
from monitor.model import FeedDocument, Fetched, NotModified, Validators
from monitor.pipeline.context import Context, log
from monitor.politeness import Move
from monitor.store.feeds import DueFeed, FeedUpdate

# Answers that say "not you" or "not now": they wait longer than a failure on the way.
REFUSALS = frozenset({401, 403, 410, 429, 503})
# Answers under which a feed may have ended for good: after weeks of them it is asked once a week.
MISSING = frozenset({401, 403, 404, 451})
# How the reason of an interval begins that the config set.
SET_BY_CONFIG = ("min_interval", "`every`")
SKIPPED = "the feed wants no polls before (skipHours, skipDays)"


@dataclass(frozen=True, slots=True)
class ScheduleHints:
    """What a feed and its server say about when to ask again.

    Attributes:
        hub_url: a WebSub hub that the document names.
        is_new: a document came; else the hints hold as an earlier one gave them.
    """

    pattern: UpdatePattern
    max_age: timedelta | None
    ttl: timedelta | None
    skip_hours: tuple[int, ...]
    skip_days: tuple[int, ...]
    hub_url: str | None = None
    is_new: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PollTerms:
    """What a plan depends on besides the feed.

    Attributes:
        shortest, longest: between polls, by the config.
        jitter: a random number from 0 to 1; it keeps feeds from marching in step.
    """

    now: datetime
    shortest: timedelta
    longest: timedelta
    jitter: float


def terms_of(ctx: Context) -> PollTerms:
    """Returns the terms of a plan that is made now."""
    bounds = ctx.settings.schedule
    return PollTerms(
        now=ctx.clock(),
        shortest=bounds.min_interval,
        longest=bounds.max_interval,
        jitter=ctx.jitter(),
    )


def plan_after_answer(
    terms: PollTerms,
    feed: DueFeed,
    got: Fetched | NotModified,
    *,
    document: FeedDocument | None = None,
    overlap: float = 1.0,
) -> FeedUpdate:
    """Plans the poll after one that brought an answer.

    Args:
        document: what came; None where nothing did: the hints hold as they were.
        overlap: share of its items that were known.
    """
    hints = _read_hints(feed, got, document, terms.now)
    has_validators = got.validators != Validators()
    made = plan(terms, _answer_factors(feed, hints, overlap, has_validators=has_validators))
    # What the document says of its hours holds for the poll that is planned by it.
    skipping = replace(feed, skip_hours=hints.skip_hours, skip_days=hints.skip_days)
    planned = replace(
        _planned(skipping, made, terms.now), interval=made.interval, max_age=hints.max_age
    )
    return _with_new_hints(planned, hints) if hints.is_new else planned


def plan_unknown(
    terms: PollTerms, every: timedelta | None, got: Fetched, document: FeedDocument
) -> PollPlan:
    """Plans the poll after the first one of a feed of which nothing is stored.

    Args:
        every: the interval that the config pins.
    """
    hints = _document_hints(document, got.max_age, terms.now)
    factors = PollFactors(
        pattern=hints.pattern,
        pinned=every,
        max_age=hints.max_age,
        ttl=hints.ttl,
        has_validators=got.validators != Validators(),
    )
    return plan(terms, factors)


def _answer_factors(
    feed: DueFeed, hints: ScheduleHints, overlap: float, *, has_validators: bool
) -> PollFactors:
    return PollFactors(
        pattern=hints.pattern,
        overlap=overlap,
        last_interval=feed.interval,
        pinned=feed.every,
        max_age=hints.max_age,
        ttl=hints.ttl,
        has_validators=has_validators,
        # Feeds that were added together must not be polled together for ever.
        spread=spread_of(feed.url) if feed.is_baseline else 0.0,
    )


def _with_new_hints(planned: FeedUpdate, hints: ScheduleHints) -> FeedUpdate:
    return replace(
        planned,
        gap=hints.pattern.gap,
        newest_at=hints.pattern.newest_at,
        ttl=hints.ttl,
        skip_hours=hints.skip_hours,
        skip_days=hints.skip_days,
        hub_url=hints.hub_url,
    )


def _read_hints(
    feed: DueFeed, got: Fetched | NotModified, document: FeedDocument | None, now: datetime
) -> ScheduleHints:
    """Returns what is known of when to ask again: what came now goes before an earlier word."""
    # A 304 without Cache-Control leaves what the whole response said in force (RFC 9111 §4.3.4); a
    # whole one replaces it.
    max_age = got.max_age or (feed.max_age if isinstance(got, NotModified) else None)
    if not document:
        return _stored_hints(feed, max_age)
    return _document_hints(document, max_age, now)


def _stored_hints(feed: DueFeed, max_age: timedelta | None) -> ScheduleHints:
    pattern = UpdatePattern(feed.gap, feed.newest_at, feed.item_count or 0)
    return ScheduleHints(pattern, max_age, feed.ttl, feed.skip_hours, feed.skip_days)


def _document_hints(
    document: FeedDocument, max_age: timedelta | None, now: datetime
) -> ScheduleHints:
    # Items without a date say nothing of how often the feed brings one, but they count.
    dates = [item.published_at for item in document.items]
    dates += [item.published_at for item in document.passed]
    published = [at for at in dates if at]
    return ScheduleHints(
        pattern=measure_pattern(published, len(dates), now),
        max_age=max_age,
        ttl=document.ttl,
        skip_hours=document.skip_hours,
        skip_days=document.skip_days,
        hub_url=document.hub_url,
        is_new=True,
    )


def plan_after_failure(terms: PollTerms, feed: DueFeed, error: MonitorError) -> FeedUpdate:
    """Plans the poll after one that failed."""
    status = error.status if isinstance(error, FetchError) else None
    factors = factors_of_failure(terms, feed, status, is_blocked=isinstance(error, BotProtection))
    if isinstance(error, FetchError):
        factors = replace(factors, retry_after=error.retry_after)
    if status != HTTPStatus.GONE or feed.fetch_url is not None:
        return _planned(feed, plan(terms, factors), terms.now)
    return _plan_farewell(terms, feed, factors)


def _plan_farewell(terms: PollTerms, feed: DueFeed, factors: PollFactors) -> FeedUpdate:
    """Plans the poll after an answer that the feed is gone for good."""
    farewell = watch_farewell(feed.farewell, terms.now)
    factors = replace(factors, is_gone=factors.is_gone or is_gone(farewell, terms.now))
    update = replace(_planned(feed, plan(terms, factors), terms.now), farewell=farewell)
    if not factors.is_gone:
        return update
    # Told once: the next answer of that kind is no news.
    if not feed.is_gone:
        hint = "find its new address, or take it out of feeds.toml"
        log.error("feed_gone", feed=feed.url, since=farewell.since.isoformat(), hint=hint)
    return replace(update, state="gone")


def factors_of_failure(
    terms: PollTerms, feed: DueFeed, status: int | None, *, is_blocked: bool
) -> PollFactors:
    """Returns what is known of a feed whose poll has just failed.

    Args:
        feed: as it was before that poll.
        status: what its server answered, None where it did not.
        is_blocked: a bot protection answered.
    """
    return PollFactors(
        last_interval=feed.interval,
        pinned=feed.every,
        failures=feed.failures + 1,
        is_refused=status in REFUSALS,
        is_blocked=is_blocked,
        missing_for=_missing_for(feed, status, terms.now),
        is_gone=feed.is_gone,
    )


def _missing_for(feed: DueFeed, status: int | None, now: datetime) -> timedelta | None:
    """Returns since when a feed has been failing, where its server says that it is not there."""
    if status not in MISSING:
        return None
    return now - (feed.failing_since or now)


def plan(terms: PollTerms, factors: PollFactors) -> PollPlan:
    """Plans a poll under these terms."""
    return plan_poll(
        factors,
        now=terms.now,
        shortest=terms.shortest,
        longest=terms.longest,
        jitter=terms.jitter,
    )


def _planned(feed: DueFeed, made: PollPlan, now: datetime) -> FeedUpdate:
    at = now + made.wait
    until = skipped_until(feed, at)
    if until is None:
        return FeedUpdate(next_poll_at=at, because=made.because)
    return FeedUpdate(next_poll_at=until, because=SKIPPED)


def skipped_until(feed: DueFeed, at: datetime) -> datetime | None:
    """Returns until when a feed wants no polls, None when it may be polled at that moment.

    A feed that is due may not want any: after a pause of ours that may be in an hour that it skips.
    """
    # `every` is the user's word and pins any feed.
    if feed.every is not None or not is_skipped(at, feed.skip_hours, feed.skip_days):
        return None
    return leave_skipped(at, feed.skip_hours, feed.skip_days)


def follow_move(
    update: FeedUpdate, feed: DueFeed, got: Fetched | NotModified, *, overlaps: bool, now: datetime
) -> FeedUpdate:
    """Returns the update with where the feed has moved to; a redirect that has held long enough is
    taken over.

    Args:
        overlaps: known items stood behind the redirect.
    """
    asked = feed.fetch_url or feed.url
    # A redirect is believed after some time only: a site under repair moves everything for a day.
    move = watch_move(feed.move, asked, got.permanent_url, overlaps=overlaps, now=now)
    if move is None or not is_settled(move, now):
        return replace(update, move=move)
    _warn_of_move(feed, asked, move)
    return replace(update, move=None, fetch_url=None if move.url == feed.url else move.url)


def swap_address(update: FeedUpdate, feed: DueFeed, now: datetime) -> FeedUpdate:
    """Returns the update with the other address of a feed that has moved, to be asked next: its own
    instead of a place that is dead, and that place again where its own is dead, too.
    """
    if feed.fetch_url is not None:
        return replace(update, fetch_url=None, move=leave_place(feed.fetch_url, now))
    if feed.move is not None and feed.move.is_left:
        return replace(update, fetch_url=feed.move.url, move=None)
    return update


def _warn_of_move(feed: DueFeed, asked: str, move: Move) -> None:
    log.warning(
        "feed_moved",
        feed=feed.url,
        before=asked,
        now_at=move.url,
        hint="put the new address into feeds.toml",
    )
