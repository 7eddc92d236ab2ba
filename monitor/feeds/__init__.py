"""Feeds: a document's bytes to items, and when to poll again. Pure.

Reads RSS, RDF, Atom, JSON Feed and news sitemaps (`parse`); identifies items from poll to poll
(`identity`); plans the next poll (`poll_interval`); judges how far a server is believed (`trust`)
and which feeds have dried up (`health`); finds the feeds that a page names (`discovery`); reads and
writes lists of feeds (`opml`)."""

from monitor.feeds.discovery import OfferedFeed, discover_feeds
from monitor.feeds.parse import parse_feed
from monitor.feeds.poll_interval import (
    PollFactors,
    PollPlan,
    UpdatePattern,
    has_possible_gap,
    is_skipped,
    leave_skipped,
    measure_pattern,
    plan_poll,
    spread_of,
)

__all__ = [
    "OfferedFeed",
    "PollFactors",
    "PollPlan",
    "UpdatePattern",
    "discover_feeds",
    "has_possible_gap",
    "is_skipped",
    "leave_skipped",
    "measure_pattern",
    "parse_feed",
    "plan_poll",
    "spread_of",
]
