"""Feeds in trouble, as messages tell of them."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor.alerts.payload import FeedPart
from monitor.dates.printing import print_moment
from monitor.feeds.health import FeedHealth, Trouble, find_trouble
from monitor.urls import shown, shown_in


def part_in_trouble(feed: FeedHealth) -> FeedPart:
    """Returns a feed with its trouble in a word and in a sentence."""
    trouble = find_trouble(feed)
    if trouble is Trouble.SILENT and feed.last_new_at:
        since = _minute(feed.last_new_at)
        reason = f"it answers, but has brought nothing new since {since}"
    elif trouble is Trouble.GONE:
        reason = f"its server says that it is gone for good: {feed.error}"
    else:
        trouble, reason = Trouble.FAILING, _describe_failing(feed)
    return FeedPart(shown(feed.url), feed.title, trouble, shown_in(reason), feed.last_new_at)


def _describe_failing(feed: FeedHealth) -> str:
    since = f" since {_minute(feed.failing_since)}" if feed.failing_since else ""
    # The message names the feed, and its address where that can be shown.
    return f"it has failed{since}: {feed.error.removeprefix(feed.url).lstrip(': ')}"


def _minute(at: datetime) -> str:
    # A notice is sealed for several readers, so no clock of one of them is used.
    return print_moment(at, UTC)
