"""Feeds: a document's bytes to items, and when to look again. Pure.

Reads RSS, RDF, Atom, JSON Feed and news sitemaps (`parse`); tells items apart (`identity`); plans the next poll (`cadence`).
"""

from monitor.feeds.cadence import Rhythm, has_possible_gap, next_interval
from monitor.feeds.parse import discover_feeds, parse_feed, read_feed

__all__ = ["Rhythm", "discover_feeds", "has_possible_gap", "next_interval", "parse_feed", "read_feed"]
