"""When to poll a feed again, and why then.

Two signs set the interval: the feed's own update pattern (how far apart its recent items are) and
*overlap*, the share of items in the last poll that were known. Little overlap means that items may
fall off the feed's end before they are seen, so the next poll comes sooner; none at all means that
some were probably missed. What the server asks for (max-age, ttl, Retry-After, hours and days to
skip) is a lower bound. A server that gives no validators sends the whole document each time, so
half an hour is the least there; otherwise such a feed is asked as any other, for news that comes a
day late is none. `every` of the config overrides all but failures and Retry-After.

Source: RFC 9111 (Cache-Control), RFC 9110 §10.2.3 (Retry-After), RSS 2.0 (ttl, skipHours).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

HOUR = timedelta(hours=1)
FIRST = HOUR  # before anything is known of a feed
# After the first answer that refuses us (403, 429, 503); doubled with each further one.
REFUSED = HOUR
BLOCKED = timedelta(hours=6)  # after the first challenge of a bot protection
CEILING = timedelta(hours=24)  # of back-off, and of what a feed may ask for
LONGEST_WAIT = timedelta(days=30)  # of Retry-After
ASKED_TO_WAIT = "the host asked to wait"
# A feed that was not there (404, 403) for so long is asked once a week, as one that is gone (410).
MISSING_AFTER = timedelta(days=14)
WEEKLY = timedelta(days=7)
UNCONDITIONAL = timedelta(minutes=30)  # least time between polls of a server without validators

_RECENT_ITEMS = 20
_MIN_DATED_ITEMS = 3
# Of an average gap between items: half a gap is the mean delay that remains.
_POLLS_PER_ITEM = 2
_LITTLE_OVERLAP = 0.5
# Of the silence so far: a feed that slept for a day is not asked every ten minutes.
_QUIET_SHARE = 0.25
_SLOWER = 1.5
_MAX_DOUBLINGS = 10
# Is added: a poll that comes early is marked down as one that ignores what the server asked for.
_JITTER = 0.1
_DAYS_LOOKED_AHEAD = 8


@dataclass(frozen=True, slots=True)
class UpdatePattern:
    """How a feed publishes.

    Attributes:
        gap: usual time between its newest items, None when fewer than three are dated.
        newest_at: date of the newest item.
        items: how many items a document holds.
    """

    gap: timedelta | None = None
    newest_at: datetime | None = None
    items: int = 0


@dataclass(frozen=True, slots=True)
class PollFactors:
    """What is known of a feed when its next poll is planned.

    Attributes:
        pattern: as the last document showed it.
        overlap: share of its items that were known before, 0-1; 1 when nothing came.
        last_interval: None before the first poll.
        pinned: the interval that the user set.
        max_age: how long the response stays fresh.
        ttl: the interval that the feed itself asks for.
        has_validators: the server lets us ask whether anything has changed.
        failures: polls in a row that failed. A network that is down for a minute must not cost
            hours, so these begin short.
        is_refused: the server answered, and did not want us.
        is_blocked: a bot protection answered.
        missing_for: for how long the server has said that the feed is not there, or not for us;
            None when it does not.
        is_gone: it has been said to be gone for good often and long enough to be believed.
        retry_after: how long the server asked to wait.
        spread: 0-1, moves the second poll of a feed, so that feeds added together do not stay
            together; 0 for later ones.
    """

    pattern: UpdatePattern = UpdatePattern()
    overlap: float = 1.0
    last_interval: timedelta | None = None
    pinned: timedelta | None = None
    max_age: timedelta | None = None
    ttl: timedelta | None = None
    has_validators: bool = True
    failures: int = 0
    is_refused: bool = False
    is_blocked: bool = False
    missing_for: timedelta | None = None
    is_gone: bool = False
    retry_after: timedelta | None = None
    spread: float = 0.0

    @property
    def has_little_overlap(self) -> bool:
        """Whether a poll brought so much that items may fall off the feed's end."""
        return self.last_interval is not None and self.overlap < _LITTLE_OVERLAP


@dataclass(frozen=True, slots=True)
class PollPlan:
    """When to poll again.

    Attributes:
        interval: as chosen; the next plan builds on it.
        wait: until the next poll: the interval, moved a little so that feeds are not all polled at
            once, but never beyond the longest one for that.
        latest: the longest wait that the plan allows, whatever the jitter.
        because: what set it, in words.
    """

    interval: timedelta
    wait: timedelta
    latest: timedelta
    because: str


@dataclass(frozen=True, slots=True)
class _Demand:
    """A wait that something asks for, with its reason in words.

    Attributes:
        is_ours: it is our own choice, which may be moved; others are the least that is allowed.
    """

    wait: timedelta
    because: str
    is_ours: bool = False


def measure_pattern(published: Sequence[datetime], items: int, now: datetime) -> UpdatePattern:
    """Returns how a feed publishes.

    Items of one moment (a whole feed re-dated at once, day-only dates) say nothing about the gap
    and count once.

    Args:
        published: dates of the document's items, in any order; those in the future are ignored.
        items: how many items it has, dated or not.
    """
    recent = sorted({at for at in published if at <= now}, reverse=True)[:_RECENT_ITEMS]
    newest_at = recent[0] if recent else None
    if len(recent) < _MIN_DATED_ITEMS:
        return UpdatePattern(None, newest_at, items)
    gap = median((newer - older).total_seconds() for newer, older in pairwise(recent))
    return UpdatePattern(timedelta(seconds=gap), newest_at, items)


def plan_poll(
    factors: PollFactors,
    *,
    now: datetime,
    shortest: timedelta,
    longest: timedelta,
    jitter: float = 0.0,
) -> PollPlan:
    """Returns how long to wait until the next poll, and why.

    Args:
        factors: what is known of the feed.
        now: the moment of planning.
        shortest: never sooner, but for a pinned feed.
        longest: never later, but for what the server asks and for failures.
        jitter: 0-1, adds up to a tenth, so that feeds are not all polled at once.
    """
    if factors.failures:
        demands = list(_demands_of_failure(factors, shortest))
    else:
        demands = list(_demands_of_success(factors, now, shortest, longest))
    if factors.retry_after:
        demands.append(
            _Demand(min(factors.retry_after, LONGEST_WAIT), ASKED_TO_WAIT),
        )
    chosen = max(demands, key=lambda demand: demand.wait)
    least = max(demand.wait for demand in demands if not demand.is_ours)
    return _spread(_Room(chosen, least, longest), factors, jitter)


@dataclass(frozen=True, slots=True)
class _Room:
    """A demand, and how far the wait may be moved away from it: not below what others ask for, and
    not beyond the longest interval.
    """

    chosen: _Demand
    least: timedelta
    longest: timedelta

    def move(self, shift: timedelta) -> timedelta:
        """Returns the wait, moved later, or sooner where later would be too late."""
        interval = self.chosen.wait
        # What a server asks for beyond the longest interval holds, and is not cut short.
        if interval > self.longest or interval + shift <= self.longest:
            return interval + shift
        return max(self.longest - shift, self.least)

    def latest(self, shift: timedelta) -> timedelta:
        """Returns the longest wait that a shift up to this one may lead to."""
        interval = self.chosen.wait
        if interval > self.longest:
            return interval + shift
        return max(min(interval + shift, self.longest), self.least)


def _spread(room: _Room, factors: PollFactors, jitter: float) -> PollPlan:
    """Returns the plan that a demand makes, with the wait moved so that feeds are not all polled at
    once.
    """
    interval, because = room.chosen.wait, room.chosen.because
    second = timedelta()
    if factors.spread and not factors.failures and factors.pinned is None:
        second = min(interval, room.longest) * _clamp(factors.spread)
        because += "; the second poll is moved, so that feeds added together do not stay together"
    # Only the wait is moved: the next plan builds on the interval, which would creep upwards.
    wait = room.move(interval * _JITTER * _clamp(jitter) + second)
    return PollPlan(interval, wait, room.latest(interval * _JITTER + second), because)


def _clamp(share: float) -> float:
    return min(max(share, 0.0), 1.0)


def _demands_of_failure(factors: PollFactors, shortest: timedelta) -> Iterator[_Demand]:
    """Yields the waits that failures ask for; the longest one holds."""
    if factors.is_gone:
        yield _Demand(
            WEEKLY, "it is gone for good, so it is asked once a week; `feeds reset` asks now"
        )
        return
    first = _first_backoff(factors, shortest)
    times = f" {factors.failures} times in a row" if factors.failures > 1 else ""
    backoff = first.wait * 2 ** min(factors.failures - 1, _MAX_DOUBLINGS)
    yield _Demand(min(backoff, CEILING), f"{first.because}{times}")
    if factors.missing_for is not None and factors.missing_for >= MISSING_AFTER:
        days = factors.missing_for.days
        yield _Demand(WEEKLY, f"it has not been there for {days} days, so it is asked once a week")


def _first_backoff(factors: PollFactors, shortest: timedelta) -> _Demand:
    if factors.is_blocked:
        return _Demand(BLOCKED, "the site's bot protection answered")
    if factors.is_refused:
        return _Demand(REFUSED, "the server refused")
    return _Demand(factors.pinned or shortest, "the poll failed")


def _demands_of_success(
    factors: PollFactors, now: datetime, shortest: timedelta, longest: timedelta
) -> Iterator[_Demand]:
    """Yields the waits that a feed that works asks for; the longest one holds."""
    if factors.pinned is not None:
        yield _Demand(factors.pinned, "`every` pins it")
        return
    yield _Demand(shortest, "min_interval is the least")
    adaptive = replace(_adaptive_demand(factors, now, shortest), is_ours=True)
    if adaptive.wait > longest:
        because = f"{adaptive.because}, but max_interval is the most"
        adaptive = replace(adaptive, wait=longest, because=because)
    yield adaptive
    yield from _demands_of_server(factors, longest)


def _demands_of_server(factors: PollFactors, longest: timedelta) -> Iterator[_Demand]:
    if factors.max_age:
        yield _Demand(
            min(factors.max_age, CEILING),
            "the response stays fresh for so long (Cache-Control, Expires)",
        )
    if factors.ttl:
        yield _Demand(min(factors.ttl, CEILING), "the feed asks for it (ttl, sy:updatePeriod)")
    if not factors.has_validators:
        # Whoever sets max_interval under half an hour wants every feed so often.
        yield _Demand(
            min(UNCONDITIONAL, longest),
            "without validators each poll is a whole document; `every` asks more often",
        )


def has_possible_gap(overlap: float, *, known_before: int) -> bool:
    """Whether items may have been missed: the feed was read before, and none of what it then held
    is left.

    Args:
        overlap: share of the items that were known, 0-1.
        known_before: how many items of the feed were known.
    """
    return known_before > 0 and overlap <= 0.0


def _adaptive_demand(factors: PollFactors, now: datetime, shortest: timedelta) -> _Demand:
    """Returns the interval that update pattern and overlap ask for, within no bounds yet."""
    last = factors.last_interval
    if last is not None and factors.overlap <= 0.0:
        return _Demand(shortest, "nothing of the last poll was left, items may have been missed")
    demand = _demand_of_pattern(factors.pattern, now) or _demand_without_pattern(factors)
    if last is not None and factors.has_little_overlap and last * factors.overlap < demand.wait:
        return _Demand(
            last * factors.overlap, "little of the last poll was left, items may fall off its end"
        )
    return demand


def _demand_without_pattern(factors: PollFactors) -> _Demand:
    """Returns the interval of a feed whose items have no dates."""
    if factors.last_interval is not None and factors.overlap >= 1.0:
        return _Demand(
            factors.last_interval * _SLOWER, "nothing was new, and its items have no dates"
        )
    return _Demand(factors.last_interval or FIRST, "little is known of its rhythm")


def _demand_of_pattern(pattern: UpdatePattern, now: datetime) -> _Demand | None:
    """Returns a share of the usual gap between the newest items, or of the silence since then,
    whichever is longer; None when the gap is not known.
    """
    if pattern.gap is None or pattern.newest_at is None:
        return None
    by_gap = pattern.gap / _POLLS_PER_ITEM
    by_silence = (now - pattern.newest_at) * _QUIET_SHARE
    if by_silence > by_gap:
        return _Demand(by_silence, "its newest item is older than usual")
    return _Demand(by_gap, "twice in its usual gap between items")


def spread_of(url: str) -> float:
    """Returns 0-1 for a feed's address, always the same and evenly spread over addresses."""
    # Not random: a restart between the first poll and the second must not move it again.
    return int.from_bytes(hashlib.sha256(url.encode()).digest()[:4], "big") / 2**32


def is_skipped(at: datetime, hours: Collection[int], days: Collection[int]) -> bool:
    """Whether a feed wants no request at a moment; one that would always be skipped is not obeyed.

    Args:
        at: aware, UTC.
        hours: of `skipHours`, 0-23.
        days: of `skipDays`, 0 is Monday.
    """
    # Taken at its word such a feed could never be asked; it is a mistake in its template.
    if _is_never_free(hours, days):
        return False
    return at.hour in hours or at.weekday() in days


def _is_never_free(hours: Collection[int], days: Collection[int]) -> bool:
    return len({*hours}) >= 24 or len({*days}) >= 7


def leave_skipped(at: datetime, hours: Collection[int], days: Collection[int]) -> datetime:
    """Returns the first moment from `at` on at which a feed may be asked, at the same minute of a
    later hour.
    """
    for _ in range(_DAYS_LOOKED_AHEAD * 24):
        if not is_skipped(at, hours, days):
            return at
        at += HOUR
    return at
