"""Planning a feed's next poll: what `feeds.poll_interval` needs to know, gathered from the poll,
the store and the config.

Returns the columns to be written, so that the plan is part of the poll's one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from monitor.errors import BotProtection, FetchError, MonitorError
from monitor.feeds import (
    PollFactors,
    PollPlan,
    UpdatePattern,
    leave_skipped,
    measure_pattern,
    plan_poll,
    spread_of,
)
from monitor.feeds.poll_interval import is_skipped
from monitor.feeds.trust import is_settled, watch_move
from monitor.model import FeedDocument, Fetched, NotModified, Validators
from monitor.pipeline.context import Context, log
from monitor.store.feeds import DueFeed

REFUSALS = frozenset({401, 403, 429, 503})
MISSING = frozenset({401, 403, 404, 451})


@dataclass(frozen=True, slots=True)
class Planned:
    """The moment of the next poll, and what is written of how it came about."""

    at: datetime
    values: dict[str, Any]


def plan_after_answer(
    ctx: Context,
    feed: DueFeed,
    got: Fetched | NotModified,
    *,
    document: FeedDocument | None = None,
    overlap: float = 1.0,
) -> Planned:
    """Plans the poll after one that brought an answer; where no document came (None), its wishes
    hold as it said before.
    """
    now = ctx.clock()
    kept = _keep_wishes(feed, got, document, now)
    factors = PollFactors(
        pattern=kept.habits,
        overlap=overlap,
        last_interval=feed.interval,
        pinned=feed.every,
        max_age=kept.max_age,
        ttl=kept.ttl,
        has_validators=got.validators != Validators(),
        spread=spread_of(feed.url) if feed.is_baseline else 0.0,
    )
    plan = _plan(ctx, factors)
    planned = _planned(feed, plan, now, kept.skip_hours, kept.skip_days)
    return replace(
        planned,
        values={**planned.values, "interval_seconds": _seconds(plan.interval), **kept.values},
    )


@dataclass(frozen=True, slots=True)
class _Wishes:
    habits: UpdatePattern
    max_age: timedelta | None
    ttl: timedelta | None
    skip_hours: tuple[int, ...]
    skip_days: tuple[int, ...]
    hub_url: str | None = None
    is_new: bool = False

    @property
    def values(self) -> dict[str, Any]:
        wishes: dict[str, Any] = {"max_age_seconds": _seconds(self.max_age)}
        if self.is_new:
            wishes |= {
                "gap_seconds": _seconds(self.habits.gap),
                "newest_at": self.habits.newest_at,
                "ttl_seconds": _seconds(self.ttl),
                "skip_hours": list(self.skip_hours),
                "skip_days": list(self.skip_days),
                "hub_url": self.hub_url,
            }
        return wishes


def _keep_wishes(
    feed: DueFeed, got: Fetched | NotModified, document: FeedDocument | None, now: datetime
) -> _Wishes:
    # A 304 without Cache-Control leaves what the whole response said in force (RFC 9111 §4.3.4); a
    # whole one replaces it.
    max_age = got.max_age or (feed.max_age if isinstance(got, NotModified) else None)
    if document is None:
        habits = UpdatePattern(feed.gap, feed.newest_at, feed.item_count or 0)
        return _Wishes(habits, max_age, feed.ttl, feed.skip_hours, feed.skip_days)
    published = [item.published_at for item in document.items if item.published_at]
    habits = measure_pattern(published, len(document.items), now)
    return _Wishes(
        habits,
        max_age,
        document.ttl,
        document.skip_hours,
        document.skip_days,
        document.hub_url,
        is_new=True,
    )


def plan_after_failure(ctx: Context, feed: DueFeed, error: MonitorError) -> Planned:
    """Plans the poll after one that failed."""
    now = ctx.clock()
    status = error.status if isinstance(error, FetchError) else None
    factors = PollFactors(
        last_interval=feed.interval,
        pinned=feed.every,
        failures=feed.failures + 1,
        is_refused=status in REFUSALS,
        is_blocked=isinstance(error, BotProtection),
        missing_for=now - (feed.failing_since or now) if status in MISSING else None,
        retry_after=error.retry_after if isinstance(error, FetchError) else None,
    )
    return _planned(feed, _plan(ctx, factors), now, feed.skip_hours, feed.skip_days)


def _plan(ctx: Context, factors: PollFactors) -> PollPlan:
    schedule = ctx.settings.schedule
    return plan_poll(
        factors,
        now=ctx.clock(),
        shortest=schedule.min_interval,
        longest=schedule.max_interval,
        jitter=ctx.jitter(),
    )


def _planned(
    feed: DueFeed, plan: PollPlan, now: datetime, hours: tuple[int, ...], days: tuple[int, ...]
) -> Planned:
    at, because = now + plan.wait, plan.because
    if feed.every is None and is_skipped(at, hours, days):
        at, because = (
            leave_skipped(at, hours, days),
            "the feed wants no polls before (skipHours, skipDays)",
        )
    return Planned(at, {"because": because})


def skipped_until(feed: DueFeed, now: datetime) -> datetime | None:
    """Returns until when a feed that is due wants no polls: after a pause of ours it may be due in
    an hour that it skips.
    """
    if feed.every is not None or not is_skipped(now, feed.skip_hours, feed.skip_days):
        return None
    return leave_skipped(now, feed.skip_hours, feed.skip_days)


def follow_move(
    feed: DueFeed, got: Fetched | NotModified, *, overlaps: bool, now: datetime
) -> dict[str, Any]:
    """Returns the columns that say where the feed has moved to, and takes a redirect over that has
    held long enough.
    """
    asked = feed.fetch_url or feed.url
    move = watch_move(feed.move, asked, got.permanent_url, overlaps=overlaps, now=now)
    nothing: dict[str, Any] = {
        "move_url": None,
        "move_since": None,
        "move_polls": 0,
        "move_overlaps": False,
    }
    if move is None:
        return nothing
    if is_settled(move, now):
        log.warning(
            "feed_moved",
            feed=feed.url,
            before=asked,
            now_at=move.url,
            hint="put the new address into feeds.toml",
        )
        return {**nothing, "fetch_url": None if move.url == feed.url else move.url}
    return {
        "move_url": move.url,
        "move_since": move.since,
        "move_polls": move.polls,
        "move_overlaps": move.overlaps,
    }


def _seconds(span: timedelta | None) -> int | None:
    return None if span is None else int(span.total_seconds())
