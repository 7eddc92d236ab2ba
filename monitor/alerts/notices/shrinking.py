"""Feeds that still bring something, and far less than they used to.

Whole weeks are compared: no night, weekend or holiday makes one. A feed counts that brought enough
before for a quarter of it to be no chance."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from monitor.alerts.payload import EventType, FeedPart, NoticePayload
from monitor.feeds.health import FeedHealth
from monitor.urls import shown

WEEKS = 6  # the last one, the four that are usual, and one to tell what is told already
SHRINKING = "shrinking"
_USUAL_WEEKS = 4
# Items a week from which a feed is one that brings much: of fewer a quarter comes by chance once in
# thousands of weeks (Poisson, 20 expected, 5 or fewer: p = 7e-5).
_LEAST_USUAL = 20
_FAR_LESS = 0.25


def has_shrunk(weeks: Sequence[int]) -> bool:
    """Says whether the last week brought far less than the four before it, each of them.

    Args:
        weeks: items of each, the last one first.
    """
    last, usual = weeks[0], _usual(weeks)
    # Nothing at all is silence, which is told sooner.
    if not last or usual < _LEAST_USUAL:
        return False
    return last < usual * _FAR_LESS and last < min(_before(weeks)) / 2


def _before(weeks: Sequence[int]) -> Sequence[int]:
    return weeks[1 : 1 + _USUAL_WEEKS]


def _usual(weeks: Sequence[int]) -> float:
    # Not the mean: one week of an election is not what is usual.
    return median(_before(weeks))


def begins_to_shrink(weeks: Sequence[int]) -> bool:
    """Says whether the last week is the first that brought far less; a second one is no news."""
    return has_shrunk(weeks) and not has_shrunk(weeks[1:])


def part_that_shrinks(feed: FeedHealth, weeks: Sequence[int]) -> FeedPart:
    """Returns a feed with what it brought and what it used to."""
    reason = f"it brought {weeks[0]} new items in a week, {_usual(weeks):.0f} in a usual one"
    return FeedPart(shown(feed.url), feed.title, SHRINKING, reason, feed.last_new_at)


def describe_shrinking(feeds: Sequence[FeedPart]) -> NoticePayload:
    """Returns what people are told of feeds that bring far less."""
    names = [feed.title or feed.url for feed in feeds]
    what = f"A source brings far less: {names[0]}"
    title = what if len(feeds) == 1 else f"{len(feeds)} sources bring far less than they did"
    lines = [f"{name}: {feed.reason}" for name, feed in zip(names, feeds, strict=True)]
    hint = "Its address or its form may have changed: `monitor feeds show FEED`, then its site."
    about = {"count": len(feeds)}
    return NoticePayload(EventType.FEED_SILENT, title, (*lines, hint), about, tuple(feeds))
