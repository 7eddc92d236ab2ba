"""When a delivery that was not accepted is tried again."""

from __future__ import annotations

from datetime import timedelta

# 75 h 35 m in all, so that a receiver may be down over a weekend.
SCHEDULE = (
    timedelta(0),
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
# Share of a wait, either way, so that deliveries that failed together do not return together
JITTER = 0.2
MAX_RETRY_AFTER = timedelta(hours=24)


def next_attempt(attempt: int, *, jitter: float, retry_after: timedelta | None) -> timedelta | None:
    """Returns how long to wait before the next attempt; None when there is none and the delivery is
    dead.

    Args:
        attempt: attempts made so far; 0 before the first.
        jitter: a random number from 0 to 1.
        retry_after: how long the receiver asked to wait; it never shortens a wait, and counts up to
            24 hours.
    """
    if attempt >= len(SCHEDULE):
        return None
    wait = SCHEDULE[attempt] * (1 - JITTER + 2 * JITTER * jitter)
    return max(wait, min(retry_after, MAX_RETRY_AFTER)) if retry_after else wait
