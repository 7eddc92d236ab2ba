"""Feeds: a document's bytes to items, and when to poll again. Pure.

Reads RSS, RDF, Atom, JSON Feed and news sitemaps (`parse`); identifies items from poll to poll
(`identity`); plans the next poll (`poll_interval`); judges how far a server is believed (`trust`)
and which feeds have dried up (`health`); finds the feeds that a page names (`discovery`); reads and
writes lists of feeds (`opml`)."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from monitor.feeds.discovery import OfferedFeed as OfferedFeed
    from monitor.feeds.discovery import discover_feeds as discover_feeds
    from monitor.feeds.parse import parse_feed as parse_feed
    from monitor.feeds.poll_interval import PollFactors as PollFactors
    from monitor.feeds.poll_interval import PollPlan as PollPlan
    from monitor.feeds.poll_interval import UpdatePattern as UpdatePattern
    from monitor.feeds.poll_interval import has_possible_gap as has_possible_gap
    from monitor.feeds.poll_interval import is_skipped as is_skipped
    from monitor.feeds.poll_interval import leave_skipped as leave_skipped
    from monitor.feeds.poll_interval import measure_pattern as measure_pattern
    from monitor.feeds.poll_interval import plan_poll as plan_poll
    from monitor.feeds.poll_interval import spread_of as spread_of

# Where a name is: its module is imported when the name is asked for (PEP 562), since a command that
# needs one of them would load all.
_ROOMS = {
    "discovery": (
        "OfferedFeed",
        "discover_feeds",
    ),
    "parse": ("parse_feed",),
    "poll_interval": (
        "PollFactors",
        "PollPlan",
        "UpdatePattern",
        "has_possible_gap",
        "is_skipped",
        "leave_skipped",
        "measure_pattern",
        "plan_poll",
        "spread_of",
    ),
}


def _find(name: str) -> Any:
    """Returns what a name of this package stands for.

    Raises:
        AttributeError: it has no such name.
    """
    for room, names in _ROOMS.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{room}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


if not TYPE_CHECKING:  # else every name would be one
    __getattr__ = _find
