"""Feeds: a document's bytes to items, and when to look again. Pure.

Reads RSS, RDF, Atom, JSON Feed and news sitemaps (`parse`); tells items apart (`identity`); plans
the next poll (`cadence`); finds the feeds that a page names (`discovery`); reads and writes lists
of feeds (`opml`)."""

from monitor.feeds.discovery import OfferedFeed, discover_feeds
from monitor.feeds.parse import parse_feed, read_feed
from monitor.feeds.poll_interval import (
    Habits,
    Plan,
    Rhythm,
    has_possible_gap,
    is_skipped,
    leave_skipped,
    observe,
    plan_poll,
    spread_of,
)

__all__ = [
    "Habits",
    "OfferedFeed",
    "Plan",
    "Rhythm",
    "discover_feeds",
    "has_possible_gap",
    "is_skipped",
    "leave_skipped",
    "observe",
    "parse_feed",
    "plan_poll",
    "read_feed",
    "spread_of",
]
