"""Keeping due times within reason: what the config allows now, and what a clock may have spoiled.

A poll was planned under the intervals that held then. At the start and at a reload one that is
later than they allow now is brought forward, so that a shorter `every` or `max_interval` holds at
once. The same mends what a clock wrote that once ran ahead, when it is set right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlmodel import Session

from monitor.feeds.poll_interval import (
    ASKED_TO_WAIT,
    PollFactors,
    PollPlan,
    UpdatePattern,
    leave_skipped,
    spread_of,
)
from monitor.model import Validators
from monitor.pipeline.context import Context, log
from monitor.pipeline.polling.schedule import (
    SET_BY_CONFIG,
    PollTerms,
    factors_of_failure,
    plan,
    terms_of,
)
from monitor.pipeline.recheck_schedule import next_step
from monitor.politeness import HostPause
from monitor.store.hosts import get_pauses
from monitor.store.upkeep import due_times
from monitor.store.upkeep.due_times import ScheduledFeed

_MINUTE = timedelta(minutes=1)  # intervals are kept in whole seconds, plans are not
# A page past its last step that waits for too long.
_NEXT_DAY = timedelta(days=1)


async def keep_due_times(ctx: Context, *, after: timedelta = timedelta()) -> int:
    """Brings forward what is due later than the config allows; returns how many things were.

    Args:
        after: only feeds that are due later than this are looked at.
    """
    counts = await ctx.write(_keep, terms_of(ctx), after)
    found = {name: count for name, count in counts.items() if count}
    if found:
        hint = "an interval was shortened, or the clock was wrong for a time"
        log.warning("due_times_repaired", **found, hint=hint)
    return sum(found.values())


def _keep(session: Session, terms: PollTerms, after: timedelta) -> dict[str, int]:
    """Mends every kind of due time; returns how many of each were wrong."""
    now, beyond = terms.now, 2 * terms.longest
    # Before the feeds: what they did in the future says nothing of when they are due.
    counts = {"stamps": due_times.repair_passed(session, now)}
    counts["leases"] = due_times.repair_leases(session, now)
    counts["hosts"] = due_times.repair_hosts(session, now)
    counts["entries"] = due_times.repair_entries(session, now)
    counts["pages"] = _keep_pages(session, now)
    counts["alerts"] = due_times.repair_alerts(session, now)
    counts["deliveries"] = due_times.repair_deliveries(session, now, beyond)
    counts["told"] = due_times.repair_told(session, now)
    counts["feeds"] = _keep_feeds(session, terms, now + after)
    return counts


def _keep_feeds(session: Session, terms: PollTerms, after: datetime) -> int:
    """Brings polls forward that are later than planned anew; returns how many."""
    pauses, moved = get_pauses(session), 0
    for scheduled in due_times.get_scheduled(session, terms.now, after=after):
        found = bring_forward(scheduled, terms, _pause_of(scheduled, pauses))
        if found is not None:
            due_times.move_poll(session, scheduled.feed.id, *found, now=terms.now)
            moved += 1
    return moved


def _pause_of(scheduled: ScheduledFeed, pauses: Mapping[str, HostPause]) -> datetime | None:
    """Returns until when the feed's host is left alone."""
    url = scheduled.feed.fetch_url or scheduled.feed.url
    pause = pauses.get(urlsplit(url).netloc.lower())
    return pause.until if pause else None


def bring_forward(
    scheduled: ScheduledFeed, terms: PollTerms, paused_until: datetime | None
) -> tuple[datetime, str] | None:
    """Returns when a feed is to be polled instead, and why; None where its plan may stand.

    Args:
        paused_until: until when its host is left alone.
    """
    now = terms.now
    begun = min(scheduled.last_polled_at or now, now)
    planned = _plan_again(scheduled, replace(terms, now=begun))
    latest = _allow(scheduled, begun + planned.latest + _MINUTE, paused_until)
    if scheduled.next_poll_at <= latest:
        return None
    wanted = max(begun + planned.wait, now)
    because = ASKED_TO_WAIT if wanted < (paused_until or now) else planned.because
    return _allow(scheduled, wanted, paused_until), because


def _allow(scheduled: ScheduledFeed, at: datetime, paused_until: datetime | None) -> datetime:
    """Returns the moment, or the first one after it at which feed and host want to be asked."""
    feed = scheduled.feed
    at = max(at, paused_until or at)
    # `every` is the user's word and pins any feed.
    return at if feed.every is not None else leave_skipped(at, feed.skip_hours, feed.skip_days)


def _plan_again(scheduled: ScheduledFeed, terms: PollTerms) -> PollPlan:
    """Plans the poll after the last one as the intervals of now want it."""
    feed = scheduled.feed
    if feed.failures:
        is_blocked = scheduled.outcome == "blocked"
        before = replace(feed, failures=feed.failures - 1)
        return plan(
            terms, factors_of_failure(terms, before, scheduled.status, is_blocked=is_blocked)
        )
    return plan(terms, _factors_of_success(scheduled))


def _factors_of_success(scheduled: ScheduledFeed) -> PollFactors:
    feed = scheduled.feed
    return PollFactors(
        pattern=UpdatePattern(feed.gap, feed.newest_at, feed.item_count or 0),
        last_interval=_grown_interval(scheduled),
        pinned=feed.every,
        max_age=feed.max_age,
        ttl=feed.ttl,
        has_validators=feed.validators != Validators(),
        spread=spread_of(feed.url) if scheduled.is_second else 0.0,
    )


def _grown_interval(scheduled: ScheduledFeed) -> timedelta | None:
    """Returns the interval of a feed without a rhythm, which was grown step by step and goes on
    from there; None where the config set it.
    """
    is_grown = scheduled.feed.gap is None and not scheduled.because.startswith(SET_BY_CONFIG)
    return scheduled.feed.interval if is_grown else None


def _keep_pages(session: Session, now: datetime) -> int:
    """Brings pages to the step of their article that comes next; returns how many."""
    late = due_times.get_late_pages(session, now)
    steps = ((page.id, next_step(min(page.found_at, now), now) or now + _NEXT_DAY) for page in late)
    return sum(due_times.move_check(session, page_id, at) for page_id, at in steps)
