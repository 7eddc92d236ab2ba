"""Feeds in trouble, as messages tell of them."""

from __future__ import annotations

from datetime import tzinfo

from monitor.alerts.payload import FeedPart
from monitor.dates.printing import print_moment
from monitor.feeds.health import FeedHealth, Trouble, find_trouble
from monitor.urls import shown, shown_in


def part_in_trouble(feed: FeedHealth, zone: tzinfo) -> FeedPart:
    """Returns a feed with its trouble in a word and in a sentence.

    Args:
        zone: in which moments are told.
    """
    trouble = find_trouble(feed)
    if trouble is Trouble.SILENT and feed.last_new_at:
        since = print_moment(feed.last_new_at, zone)
        reason = f"it answers, but has brought nothing new since {since}"
    elif trouble is Trouble.GONE:
        reason = f"its server says that it is gone for good: {feed.error}"
    else:
        trouble, reason = Trouble.FAILING, _describe_failing(feed, zone)
    return FeedPart(shown(feed.url), feed.title, trouble, shown_in(reason), feed.last_new_at)


def _describe_failing(feed: FeedHealth, zone: tzinfo) -> str:
    since = f" since {print_moment(feed.failing_since, zone)}" if feed.failing_since else ""
    if feed.is_held:
        until = print_moment(feed.next_poll_at, zone)
        return f"it has not answered{since}, and its host wants no polls before {until}"
    # The message names the feed, and its address where that can be shown.
    return f"it has failed{since}: {feed.error.removeprefix(feed.url).lstrip(': ')}"
