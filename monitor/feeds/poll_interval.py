"""When to poll a feed again, and why then.

Two signs set the pace: the feed's own habits (how far apart its recent items are) and *overlap*,
the share of items in the last poll that were known. Little overlap means that items may fall off
the feed's end before they are seen, so the next poll comes sooner; none at all means that some
probably were missed. What the server asks for (max-age, ttl, Retry-After, hours and days to skip)
is a lower bound, and a server that gives no validators sends the whole document each time, so it is
asked once a day unless items would be lost: a polite client is not blocked. `every` of the config
overrides all but failures and Retry-After."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

HOUR = timedelta(hours=1)
FIRST = HOUR  # before anything is known of a feed
REFUSED = (
    HOUR  # after the first answer that refuses us (403, 429, 503); doubled with each further one
)
BLOCKED = timedelta(hours=6)  # after the first challenge of a bot protection
CEILING = timedelta(hours=24)  # of back-off, and of what a feed may ask for
LONGEST_WAIT = timedelta(days=30)  # of Retry-After
MISSING_AFTER = timedelta(
    days=14
)  # a feed that was not there (404, 403) for so long is asked once a week
WEEKLY = timedelta(days=7)
UNCONDITIONAL = timedelta(hours=24)  # between polls of a server that gives no validators

_RECENT_ITEMS = 20
_POLLS_PER_ITEM = 2  # of an average gap between items: half a gap is the mean delay that remains
_LITTLE_OVERLAP = 0.5
_KEPT_SHARE = 0.5  # of a document that may be new at the next poll, where polls are dear
_QUIET_SHARE = (
    0.25  # of the silence so far: a feed that slept for a day is not asked every ten minutes
)
_SLOWER = 1.5
_MAX_DOUBLINGS = 10
_JITTER = (
    0.1  # is added only: a poll that comes early is marked down as one that ignores the interval
)
_DAYS_LOOKED_AHEAD = 8


@dataclass(frozen=True, slots=True)
class Habits:
    """How a feed publishes.

    Attributes:
        gap: usual time between its newest items, None when fewer than three are dated.
        newest_at: date of the newest item.
        items: how many a document holds.
    """

    gap: timedelta | None = None
    newest_at: datetime | None = None
    items: int = 0


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What is known of a feed when its next poll is planned.

    Attributes:
        habits: as the last document showed them.
        overlap: share of its items that were known before, 0-1; 1 when nothing came.
        last: the interval so far, None before the first poll.
        pinned: the interval that the user set.
        max_age: how long the response stays fresh.
        ttl: the feed's own wish.
        has_validators: the server lets us ask whether anything has changed.
        failures: polls in a row that failed. A network that is down for a minute must not cost
            hours, so these begin short.
        is_refused: the server answered, and did not want us.
        is_blocked: a bot protection answered.
        missing_for: for how long the server has said that the feed is not there, or not for us;
            None when it does not.
        retry_after: how long the server asked to wait.
        spread: 0-1, moves the second poll of a feed, so that feeds added together do not stay
            together; 0 for later ones.
    """

    habits: Habits = Habits()
    overlap: float = 1.0
    last: timedelta | None = None
    pinned: timedelta | None = None
    max_age: timedelta | None = None
    ttl: timedelta | None = None
    has_validators: bool = True
    failures: int = 0
    is_refused: bool = False
    is_blocked: bool = False
    missing_for: timedelta | None = None
    retry_after: timedelta | None = None
    spread: float = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """When to poll again.

    Attributes:
        interval: the pace that was chosen; the next plan builds on it.
        wait: until the next poll: the interval with what was added so that feeds do not march in
            step.
        because: what set it, in words.
    """

    interval: timedelta
    wait: timedelta
    because: str


def observe(published: Sequence[datetime], items: int, now: datetime) -> Habits:
    """Returns a feed's habits.

    Items of one moment (a whole feed re-dated at once, day-only dates) say nothing about the gap
    and count once.

    Args:
        published: dates of the document's items, in any order; those in the future say nothing.
        items: how many items it has, dated or not.
    """
    recent = sorted({at for at in published if at <= now}, reverse=True)[:_RECENT_ITEMS]
    if len(recent) < 3:
        return Habits(None, recent[0] if recent else None, items)
    gap = median((newer - older).total_seconds() for newer, older in pairwise(recent))
    return Habits(timedelta(seconds=gap), recent[0], items)


def plan_poll(
    rhythm: Rhythm, *, now: datetime, shortest: timedelta, longest: timedelta, jitter: float = 0.0
) -> Plan:
    """Returns how long to wait until the next poll, and why.

    Args:
        rhythm: what is known of the feed.
        now: the moment of planning.
        shortest: never sooner, but for a pinned feed.
        longest: never later, but for what the server asks and for failures.
        jitter: 0-1, adds up to a tenth, so that feeds do not march in step.
    """
    choices = (
        _failing(rhythm, shortest) if rhythm.failures else _working(rhythm, now, shortest, longest)
    )
    if rhythm.retry_after:
        choices.append((min(rhythm.retry_after, LONGEST_WAIT), "the host asked to wait"))
    interval, because = max(choices, key=lambda choice: choice[0])
    wait = interval * (1 + _JITTER * min(max(jitter, 0.0), 1.0))
    if rhythm.spread and not rhythm.failures and rhythm.pinned is None:
        wait += min(interval, longest) * min(max(rhythm.spread, 0.0), 1.0)
        because += "; the second poll is moved, so that feeds added together do not stay together"
    return Plan(interval, wait, because)


def _failing(rhythm: Rhythm, shortest: timedelta) -> list[tuple[timedelta, str]]:
    """Returns the waits that failures ask for, each with its reason; the longest one holds."""
    if rhythm.is_blocked:
        base, what = BLOCKED, "the site's bot protection answered"
    elif rhythm.is_refused:
        base, what = REFUSED, "the server refused"
    else:
        base, what = rhythm.pinned or shortest, "the poll failed"
    times = f" {rhythm.failures} times in a row" if rhythm.failures > 1 else ""
    choices = [
        (min(base * 2 ** min(rhythm.failures - 1, _MAX_DOUBLINGS), CEILING), f"{what}{times}")
    ]
    if rhythm.missing_for is not None and rhythm.missing_for >= MISSING_AFTER:
        choices.append(
            (
                WEEKLY,
                f"it has not been there for {rhythm.missing_for.days} days, so it is asked once a week",
            )
        )
    return choices


def _working(
    rhythm: Rhythm, now: datetime, shortest: timedelta, longest: timedelta
) -> list[tuple[timedelta, str]]:
    """Returns the waits that a feed that works asks for, each with its reason; the longest one
    holds.
    """
    if rhythm.pinned is not None:
        return [(rhythm.pinned, "`every` pins it")]
    own, because = _adapted(rhythm, now, shortest)
    if own > longest:
        own, because = longest, f"{because}, but max_interval is the most"
    choices = [(shortest, "min_interval is the least"), (own, because)]
    if rhythm.max_age:
        choices.append(
            (
                min(rhythm.max_age, CEILING),
                "the response stays fresh for so long (Cache-Control, Expires)",
            )
        )
    if rhythm.ttl:
        choices.append((min(rhythm.ttl, CEILING), "the feed asks for it (ttl, sy:updatePeriod)"))
    if not rhythm.has_validators:
        # Whoever sets max_interval under an hour wants every feed so often.
        dear = _dear(rhythm) if longest >= HOUR else longest
        choices.append(
            (dear, "without validators each poll is a whole document; `every` asks more often")
        )
    return choices


def _dear(rhythm: Rhythm) -> timedelta:
    """Returns the interval of a feed whose polls cost a whole document: a day, or less where items
    would be lost.
    """
    wait = UNCONDITIONAL
    if rhythm.habits.gap is not None:
        wait = min(wait, rhythm.habits.gap * rhythm.habits.items * _KEPT_SHARE)
    if rhythm.last is not None and rhythm.overlap < _LITTLE_OVERLAP:
        wait = min(wait, rhythm.last * max(rhythm.overlap, 0.1))
    return max(wait, HOUR)


def has_possible_gap(overlap: float, *, known_before: int) -> bool:
    """Tells whether items may have been missed: the feed was read before, and nothing of it is
    left.
    """
    return known_before > 0 and overlap <= 0.0


def _adapted(rhythm: Rhythm, now: datetime, shortest: timedelta) -> tuple[timedelta, str]:
    """Returns the interval that habits and overlap ask for, within no bounds yet, and why."""
    last = rhythm.last or FIRST
    if rhythm.overlap <= 0.0 and rhythm.last is not None:
        return shortest, "nothing of the last poll was left, items may have been missed"
    own, because = _own_pace(rhythm.habits, now)
    if own is None:
        is_slower = rhythm.overlap >= 1.0 and rhythm.last is not None
        own = last * _SLOWER if is_slower else last
        because = (
            "nothing was new, and its items have no dates"
            if is_slower
            else "little is known of its rhythm"
        )
    if rhythm.overlap < _LITTLE_OVERLAP and rhythm.last is not None and last * rhythm.overlap < own:
        return last * rhythm.overlap, "little of the last poll was left, items may fall off its end"
    return own, because


def _own_pace(habits: Habits, now: datetime) -> tuple[timedelta | None, str]:
    """Returns a share of the usual gap between the newest items, or of the silence since, with the
    reason.
    """
    if habits.gap is None or habits.newest_at is None:
        return None, ""
    by_gap, by_silence = habits.gap / _POLLS_PER_ITEM, (now - habits.newest_at) * _QUIET_SHARE
    if by_silence > by_gap:
        return by_silence, "its newest item is older than usual"
    return by_gap, "twice in its usual gap between items"


def spread_of(url: str) -> float:
    """Returns 0-1 for a feed's address, always the same."""
    return int.from_bytes(hashlib.sha256(url.encode()).digest()[:4], "big") / 2**32


def is_skipped(at: datetime, hours: Collection[int], days: Collection[int]) -> bool:
    """Tells whether a feed wants no request at a moment (skipHours, skipDays; UTC); one that skips
    always is not heeded.
    """
    if len({*hours}) >= 24 or len({*days}) >= 7:
        return False
    return at.hour in hours or at.weekday() in days


def leave_skipped(at: datetime, hours: Collection[int], days: Collection[int]) -> datetime:
    """Returns the first moment from `at` on at which a feed may be asked, at the same minute of a
    later hour.
    """
    for _ in range(_DAYS_LOOKED_AHEAD * 24):
        if not is_skipped(at, hours, days):
            return at
        at += HOUR
    return at
