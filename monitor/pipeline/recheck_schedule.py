"""When an article's page is asked for again. Pure.

Steps are counted from when the article was found, not from the last check: a daemon that was off
checks once what is due, and goes on with the next step."""

from __future__ import annotations

from datetime import datetime, timedelta

STEPS = (
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
    timedelta(hours=72),
    timedelta(days=7),
    timedelta(days=30),
)
# A page that is said to be gone is asked once more before anybody hears of it.
CONFIRM_AFTER = timedelta(hours=1)
# A live blog is asked as often as its feed until it has been quiet for so long.
LIVE_QUIET = timedelta(hours=24)
LIVE_INTERVAL = timedelta(minutes=15)
_MIN_RETRY = timedelta(days=1)
_MAX_RETRY = timedelta(days=30)


def next_step(found_at: datetime, now: datetime) -> datetime | None:
    """Returns the next step after `now`, None after the last."""
    return next((found_at + step for step in STEPS if found_at + step > now), None)


def after_failure(found_at: datetime, now: datetime) -> datetime:
    """Returns when a page is asked again to which no answer came: at the next step, after the last
    one at growing intervals.
    """
    step = next_step(found_at, now)
    return step or now + min(max(now - (found_at + STEPS[-1]), _MIN_RETRY), _MAX_RETRY)


def after_live(
    found_at: datetime, now: datetime, *, changed_at: datetime, interval: timedelta | None
) -> datetime | None:
    """Returns when a live blog is asked again: with its feed while it changes, then at the next
    step.
    """
    if now - changed_at >= LIVE_QUIET:
        return next_step(found_at, now)
    return now + (interval or LIVE_INTERVAL)
