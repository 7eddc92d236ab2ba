"""Which feeds have dried up, and which bring items again: what people are notified of about the
sources themselves.

One notice for each episode, and never a storm: feeds that fail together share a notice, and share
one again when they are back.

Measured up to a feed's last poll, not up to now: a monitor that was switched off for a week says
nothing about its feeds. Where a host has asked for no polls until a time, up to then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.feeds.poll_interval import ASKED_TO_WAIT

FAILING_FOR = timedelta(hours=24)
FAILING_POLLS = 3
SILENT_FOR = timedelta(days=2)
# Measured in what is usual for the feed: a quarterly's month of silence is no news.
_SILENT_INTERVALS = 20
_SILENT_GAPS = 5
_MIN_FEEDS_OF_OUTAGE = 3


class Trouble(StrEnum):
    """Why a feed brings nothing."""

    GONE = "gone"
    FAILING = "failing"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """What is known of how a feed has been doing.

    Attributes:
        state: "new", "ok", "failing" or "gone".
        error: of the last poll.
        failing_since: the first of the polls in a row that brought no answer.
        because: what set the moment of the next poll.
        is_leaving: its server says that it is gone for good, and is not believed yet: what people
            are told of it waits until then.
        interval: between its polls.
        gap: its usual time between items.
        notice_uid: the notice that said that it has dried up; None while none is in force.
        notified_at: when that notice was made.
    """

    id: int
    url: str
    title: str
    tags: tuple[str, ...]
    state: str
    error: str
    is_leaving: bool
    failures: int
    failing_since: datetime | None
    next_poll_at: datetime
    because: str
    last_polled_at: datetime | None
    last_ok_at: datetime | None
    last_new_at: datetime | None
    interval: timedelta | None
    gap: timedelta | None
    notice_uid: str | None
    notified_at: datetime | None

    @property
    def is_failing(self) -> bool:
        """Whether its last poll failed, or may not be made for a day and more."""
        return self.state == "failing"

    @property
    def is_held(self) -> bool:
        """Whether its host has asked for no poll before the next one."""
        return self.because == ASKED_TO_WAIT

    @property
    def is_out(self) -> bool:
        """Whether it fails otherwise than by its host's word, which is an answer."""
        return self.is_failing and not self.is_held


@dataclass(frozen=True, slots=True)
class HealthChanges:
    """What people are to be notified of about feeds.

    Attributes:
        dried_up: to be named in one notice.
        recovered: bring items again, to be named in one notice.
        joined: fail in an outage that has its notice already: they are recorded under
            `outage_uid`, and nobody is notified of them.
        outage_uid: the notice of that outage; empty when none joined.
        is_outage: more than half of all feeds fail: the network here is the likelier cause.
    """

    dried_up: tuple[FeedHealth, ...] = ()
    recovered: tuple[FeedHealth, ...] = ()
    joined: tuple[FeedHealth, ...] = ()
    outage_uid: str = ""
    is_outage: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to notify anyone of, and nothing to record."""
        return not (self.dried_up or self.recovered or self.joined)


def silent_after(interval: timedelta | None, gap: timedelta | None) -> timedelta:
    """Returns how long without anything new is unusual for a feed: twenty polls, five of its usual
    gaps between items, and two days at least.
    """
    by_polls = _SILENT_INTERVALS * (interval or timedelta())
    by_gaps = _SILENT_GAPS * (gap or timedelta())
    return max(SILENT_FOR, by_polls, by_gaps)


def find_trouble(feed: FeedHealth) -> Trouble | None:
    """Returns why a feed brings nothing; None while it is well, or has failed for too short a time
    to notify anyone.
    """
    if feed.state == "gone":
        return Trouble.GONE
    if feed.is_failing:
        return Trouble.FAILING if _has_failed_for_long(feed) else None
    return Trouble.SILENT if _is_silent(feed) else None


def _has_failed_for_long(feed: FeedHealth) -> bool:
    if feed.failing_since is None or feed.is_leaving:
        return False
    if feed.is_held:
        return is_long_failure(feed.failing_since, feed.next_poll_at)
    if feed.last_polled_at is None or feed.failures < FAILING_POLLS:
        return False
    return is_long_failure(feed.failing_since, feed.last_polled_at)


def is_long_failure(since: datetime, until: datetime) -> bool:
    """Says whether a feed that brings no answer does so for long enough to notify people."""
    return until - since >= FAILING_FOR


def _is_silent(feed: FeedHealth) -> bool:
    """Whether a feed answers, but has brought nothing for unusually long."""
    # Without an interval it was never planned, so nobody knows how often it was looked at.
    if feed.state != "ok" or feed.interval is None:
        return False
    if feed.last_new_at is None or feed.last_ok_at is None:
        return False
    return feed.last_ok_at - feed.last_new_at > silent_after(feed.interval, feed.gap)


def find_changes(feeds: Sequence[FeedHealth]) -> HealthChanges:
    """Returns what people are to be notified of now.

    Args:
        feeds: all that are watched; their order is kept.
    """
    dried_up = tuple(feed for feed in feeds if feed.notice_uid is None and find_trouble(feed))
    changes = HealthChanges(dried_up, tuple(_find_recovered(feeds)))
    polled = [feed for feed in feeds if feed.last_polled_at]
    failing = [feed for feed in polled if feed.is_out]
    # Of one or two feeds more than half fail easily, and that says nothing about the network.
    is_outage = len(polled) >= _MIN_FEEDS_OF_OUTAGE and 2 * len(failing) > len(polled)
    return _gather_outage(changes, failing) if is_outage else changes


def _gather_outage(changes: HealthChanges, failing: Sequence[FeedHealth]) -> HealthChanges:
    """Returns the changes so that an outage has one notice, which all its feeds share."""
    victims = tuple(feed for feed in changes.dried_up if feed.is_out)
    if not victims:
        return changes
    outage_uid = next((feed.notice_uid for feed in failing if feed.notice_uid), "")
    if not outage_uid:
        late = _failed_late(changes.dried_up, failing)
        return replace(changes, dried_up=(*changes.dried_up, *late), is_outage=True)
    others = tuple(feed for feed in changes.dried_up if not feed.is_out)
    return replace(changes, dried_up=others, joined=victims, outage_uid=outage_uid)


def _failed_late(dried_up: Sequence[FeedHealth], failing: Sequence[FeedHealth]) -> list[FeedHealth]:
    """Returns the failing feeds that have not failed for a day yet."""
    # They are in the same outage, and would otherwise come one by one, a notice each.
    return [feed for feed in failing if feed.notice_uid is None and feed not in dried_up]


def _find_recovered(feeds: Iterable[FeedHealth]) -> Iterator[FeedHealth]:
    """Yields the feeds that are back; of those that share a notice, only once half of them are."""
    for group in _group_by_notice(feeds).values():
        # Feeds come back one by one after an outage; a notice for each would be the storm again.
        back = list(filter(_is_back, group))
        if 2 * len(back) >= len(group):
            yield from back


def _group_by_notice(feeds: Iterable[FeedHealth]) -> dict[str, list[FeedHealth]]:
    groups: dict[str, list[FeedHealth]] = {}
    for feed in feeds:
        if feed.notice_uid is not None:
            groups.setdefault(feed.notice_uid, []).append(feed)
    return groups


def _is_back(feed: FeedHealth) -> bool:
    if feed.last_ok_at is None or feed.notified_at is None:
        return False
    # `monitor feeds reset` sets a feed to "ok" before it was polled: only an answer counts.
    has_answered = feed.last_ok_at > feed.notified_at
    return has_answered and feed.state == "ok" and find_trouble(feed) is None
