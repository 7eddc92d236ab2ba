"""When to poll a feed again.

Two signs set the pace: the feed's own rhythm (how far apart its recent items are) and *overlap*, the share of items in the
last poll that were known. Little overlap means that items may fall off the feed's end before they are seen, so the next poll
comes sooner; none at all means that some probably were missed. What the server asks for (max-age, ttl, Retry-After) is a
lower bound: a polite client is not blocked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

FIRST = timedelta(hours=1)  # before anything is known of a feed
REFUSED = timedelta(hours=1)  # after the first answer that refuses us (403, 429, 503); doubled with each further one
CEILING = timedelta(hours=24)  # of back-off, and of what a server may ask for

_RECENT_ITEMS = 20
_POLLS_PER_ITEM = 2  # of an average gap between items: half a gap is the mean delay that remains
_LITTLE_OVERLAP = 0.5
_QUIET_SHARE = 0.25  # of the silence so far: a feed that slept for a day is not asked every ten minutes
_SLOWER = 1.5
_MAX_DOUBLINGS = 10
_JITTER = 0.1  # is added only: a poll that comes early is marked down as one that ignores the interval


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What is known of a feed when its next poll is planned.

    Attributes:
        published: dates of the items in the last document, in any order; empty when there was no document.
        overlap: share of its items that were known before, 0-1; 1 when nothing came.
        last: the interval so far, None before the first poll.
        pinned: the interval that the user set.
        max_age: how long the response stays fresh.
        ttl: the feed's own wish.
        failures: polls in a row that failed. A network that is down for a minute must not cost hours, so these begin short.
        is_refused: the server answered, and did not want us.
        retry_after: how long the server asked to wait.
    """

    published: Sequence[datetime] = ()
    overlap: float = 1.0
    last: timedelta | None = None
    pinned: timedelta | None = None
    max_age: timedelta | None = None
    ttl: timedelta | None = None
    failures: int = 0
    is_refused: bool = False
    retry_after: timedelta | None = None


def next_interval(rhythm: Rhythm, *, now: datetime, shortest: timedelta, longest: timedelta, jitter: float = 0.0) -> timedelta:
    """Returns how long to wait until the next poll.

    Args:
        rhythm: what is known of the feed.
        now: the moment of planning.
        shortest: never sooner, but for a pinned feed.
        longest: never later, but for what the server asks and for failures.
        jitter: 0-1, adds up to a tenth, so that feeds do not march in step.
    """
    interval = rhythm.pinned or min(max(_adapted(rhythm, now, shortest), shortest), longest)
    if rhythm.pinned is None:
        wishes = [min(wish, CEILING) for wish in (rhythm.max_age, rhythm.ttl) if wish]
        interval = max(interval, *wishes) if wishes else interval
    if rhythm.failures:
        base = REFUSED if rhythm.is_refused else rhythm.pinned or shortest
        interval = min(base * 2 ** min(rhythm.failures - 1, _MAX_DOUBLINGS), CEILING)
    if rhythm.retry_after:
        interval = max(interval, min(rhythm.retry_after, CEILING))
    return interval * (1 + _JITTER * min(max(jitter, 0.0), 1.0))


def has_possible_gap(overlap: float, *, known_before: int) -> bool:
    """Tells whether items may have been missed: the feed was read before, and nothing of it is left."""
    return known_before > 0 and overlap <= 0.0


def _adapted(rhythm: Rhythm, now: datetime, shortest: timedelta) -> timedelta:
    """Returns the interval that rhythm and overlap ask for, within no bounds yet."""
    last = rhythm.last or FIRST
    if rhythm.failures:
        return last
    if rhythm.overlap <= 0.0 and rhythm.last is not None:
        return shortest
    own = _own_pace(rhythm.published, now)
    if own is None:
        own = last * _SLOWER if rhythm.overlap >= 1.0 and rhythm.last is not None else last
    return min(own, last * rhythm.overlap) if rhythm.overlap < _LITTLE_OVERLAP and rhythm.last is not None else own


def _own_pace(published: Sequence[datetime], now: datetime) -> timedelta | None:
    """Returns a share of the usual gap between the newest items, None when fewer than three are dated.

    Items of one moment (a whole feed re-dated at once, day-only dates) say nothing about the gap and count once.
    """
    recent = sorted({at for at in published if at <= now}, reverse=True)[:_RECENT_ITEMS]
    if len(recent) < 3:
        return None
    gap = median((newer - older).total_seconds() for newer, older in pairwise(recent))
    return max(timedelta(seconds=gap) / _POLLS_PER_ITEM, (now - recent[0]) * _QUIET_SHARE)
