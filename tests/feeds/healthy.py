"""A feed in good health, which tests change as they need."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.feeds.health import FeedHealth

NOW = datetime(2025, 4, 12, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def healthy(number: int = 1) -> FeedHealth:
    return FeedHealth(
        id=number,
        url=f"https://quarry.example/{number}",
        title=f"Quarry {number}",
        tags=(),
        state="ok",
        error="",
        is_leaving=False,
        failures=0,
        failing_since=None,
        next_poll_at=NOW + HOUR,
        because="its rhythm",
        last_polled_at=NOW,
        last_ok_at=NOW,
        last_new_at=NOW - HOUR,
        interval=HOUR,
        gap=HOUR,
        notice_uid=None,
        notified_at=None,
    )
