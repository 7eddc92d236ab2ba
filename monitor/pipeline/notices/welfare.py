"""Notices about the program itself: the heartbeat, a channel that is stuck, a full disk.

A notice is known by what it is about: made twice, by two workers or after a crash, it is one."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from functools import partial
from operator import attrgetter

from sqlmodel import Session

from monitor.alerts.calendar import KnownDay
from monitor.alerts.notices.heartbeat import Watch, make_heartbeat
from monitor.alerts.notices.shrinking import (
    WEEKS,
    begins_to_shrink,
    describe_shrinking,
    part_that_shrinks,
)
from monitor.alerts.notices.troubles import part_in_trouble
from monitor.alerts.payload import EventType, NoticePayload
from monitor.alerts.views.wording import count_of
from monitor.dates.printing import print_moment
from monitor.feeds.health import FeedHealth, find_trouble
from monitor.pipeline.context import Context, WatchedCase, log
from monitor.settings import Settings
from monitor.settings.values import Cadence
from monitor.store.articles import make_uid
from monitor.store.feeds import get_health
from monitor.store.outbox import SealedDelivery, find_unsealed, seal_deliveries
from monitor.store.views.cases import get_first_case_at
from monitor.store.views.payloads.standing import get_case_news, get_next_dates
from monitor.store.views.timeline.arrivals import count_days_with_items, get_weekly_arrivals
from monitor.store.views.troubles import StuckChannel, get_stuck_channels

# A receiver that is restarted is back sooner.
STUCK_AFTER = timedelta(hours=1)
# A write-ahead log and a day of articles need as much.
MIN_FREE_BYTES = 100_000_000
# When feeds are looked at that bring far less: a week against those before it.
_SHRINKING_DUE = Cadence(time(9), 0)
_SHRINKING_SPAN = timedelta(days=1)
# Of seven days, on which something came of any feed: on fewer the program itself was away.
_LEAST_DAYS = 5
_NONE = (0,) * WEEKS


@dataclass(frozen=True, slots=True)
class _Scope:
    """What notices are made from.

    Attributes:
        free_bytes: beside the database; None for a server's.
    """

    settings: Settings
    cases: Sequence[WatchedCase]
    now: datetime
    free_bytes: int | None

    @property
    def channels(self) -> dict[str, list[WatchedCase]]:
        """The channels with the cases that are told on each."""
        found: dict[str, list[WatchedCase]] = {}
        for case in self.cases:
            for name in dict.fromkeys(rule.channel for rule in case.settings.rules):
                found.setdefault(name, []).append(case)
        return found


async def tell_welfare(ctx: Context) -> int:
    """Makes messages of how the program does; returns how many."""
    path = ctx.store.path
    free_bytes = shutil.disk_usage(path).free if path and path.exists() else None
    scope = _Scope(ctx.settings, ctx.cases, ctx.clock(), free_bytes)
    # Nearly always there is nothing to tell: a read locks nobody out.
    if not await ctx.read(_find_notices, scope):
        return 0
    return await ctx.write(_seal_notices, scope)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A notice that may have been made before; `make` says what it tells."""

    uid: str
    channel: str
    make: Callable[[Session], NoticePayload]


def _seal_notices(session: Session, scope: _Scope) -> int:
    sealed = []
    for one in _find_notices(session, scope):
        payload = one.make(session)
        log.warning("welfare_told", channel=one.channel, notice=payload.title)
        # It belongs to no case: a channel may serve several.
        sealed.append(SealedDelivery(one.uid, one.channel, "notice", None, payload.to_json(), ()))
    seal_deliveries(session, sealed, scope.now)
    return len(sealed)


def _find_notices(session: Session, scope: _Scope) -> list[_Candidate]:
    """Returns the notices that nobody has made yet."""
    candidates = [
        *_disk_notices(scope),
        *_stuck_notices(session, scope),
        *_heartbeats(session, scope),
        *_shrinking_notices(session, scope),
    ]
    fresh = find_unsealed(session, list(map(attrgetter("uid"), candidates)))
    return [one for one in candidates if one.uid in fresh]


def _uid(scope: _Scope, channel: str, *about: str) -> str:
    return make_uid("welfare", channel, scope.settings.address_of(channel), *about)


def _disk_notices(scope: _Scope) -> Iterator[_Candidate]:
    free_bytes = scope.free_bytes
    if free_bytes is None or free_bytes >= MIN_FREE_BYTES:
        return
    payload = _describe_disk(free_bytes)
    # Once a day while it lasts.
    for channel in scope.channels:
        uid = _uid(scope, channel, "disk", scope.now.date().isoformat())
        yield _Candidate(uid, channel, partial(_same, payload))


def _describe_disk(free_bytes: int) -> NoticePayload:
    title = f"The disk is nearly full: {free_bytes / 1_000_000:.0f} MB are left"
    lines = ("Nothing can be stored when it is full. `monitor db prune` makes room.",)
    about: Mapping[str, str | int] = {"status": "failing", "free_bytes": free_bytes}
    return NoticePayload(EventType.HEARTBEAT, title, lines, about)


def _stuck_notices(session: Session, scope: _Scope) -> Iterator[_Candidate]:
    """Yields what the other channels are told of one that takes nothing."""
    stuck = get_stuck_channels(session, scope.now - STUCK_AFTER)
    # Nobody reads a channel that is stuck itself.
    names = set(map(attrgetter("channel"), stuck))
    for one in stuck:
        payload = _describe_stuck(one, scope.settings.timezone)
        for channel in sorted(scope.channels.keys() - names):
            uid = _uid(scope, channel, "stuck", one.first_uid)
            yield _Candidate(uid, channel, partial(_same, payload))


def _same(payload: NoticePayload, _session: Session) -> NoticePayload:
    return payload


def _describe_stuck(one: StuckChannel, zone: tzinfo) -> NoticePayload:
    since = print_moment(one.since, zone)
    waiting = f"{count_of(one.waiting, 'message')} {'waits' if one.waiting == 1 else 'wait'}"
    lines = (
        f"{waiting}, the first since {since}. It is tried again by itself.",
        f"The last answer: {one.error}",
    )
    about: Mapping[str, str | int] = {
        "channel": one.channel,
        "count": one.waiting,
        "state": "waiting",
    }
    title = f"Channel {one.channel} takes nothing"
    return NoticePayload(EventType.DELIVERY_DISABLED, title, lines, about)


def _shrinking_notices(session: Session, scope: _Scope) -> Iterator[_Candidate]:
    """Yields what each channel is told of its feeds that began to bring far less last week."""
    due = _SHRINKING_DUE.last_until(scope.now, scope.settings.timezone)
    # Counted in the hours after it alone: there is nothing to tell in nearly every week.
    if scope.now - due > _SHRINKING_SPAN or count_days_with_items(session, due) < _LEAST_DAYS:
        return
    weekly = get_weekly_arrivals(session, due, WEEKS)
    health = [feed for feed in get_health(session) if begins_to_shrink(weekly.get(feed.id, _NONE))]
    for channel, cases in scope.channels.items():
        parts = [part_that_shrinks(one, weekly[one.id]) for one in health if _is_taken(one, cases)]
        if parts:
            uid = _uid(scope, channel, "shrinking", str(due))
            yield _Candidate(uid, channel, partial(_same, describe_shrinking(parts)))


def _heartbeats(session: Session, scope: _Scope) -> Iterator[_Candidate]:
    due = _heartbeat_due(session, scope)
    for channel, cases in scope.channels.items() if due else ():
        uid = _uid(scope, channel, "heartbeat", str(due))
        yield _Candidate(uid, channel, partial(_heartbeat, cases, scope))


def _heartbeat_due(session: Session, scope: _Scope) -> datetime | None:
    """Returns the moment of the last heartbeat that was due; None where none was yet."""
    cadence, begun = scope.settings.alerts.heartbeat, get_first_case_at(session)
    if not isinstance(cadence, Cadence) or begun is None:
        return None
    # The last one alone: after a month away nobody needs four.
    due = cadence.last_until(scope.now, scope.settings.timezone)
    return due if due > begun else None


def _heartbeat(cases: Sequence[WatchedCase], scope: _Scope, session: Session) -> NoticePayload:
    return make_heartbeat(_watch(session, cases, scope))


def _watch(session: Session, cases: Sequence[WatchedCase], scope: _Scope) -> Watch:
    feeds = [feed for feed in get_health(session) if _is_taken(feed, cases)]
    troubled = list(filter(find_trouble, feeds))
    titles = {case.settings.slug: case.settings.title for case in cases}
    days = _days_of(scope.settings)
    return Watch(
        now=scope.now,
        days=days,
        feeds=len(feeds),
        troubled=list(map(partial(part_in_trouble, zone=scope.settings.timezone), troubled)),
        since=list(filter(None, map(_troubled_since, troubled))),
        cases=get_case_news(session, titles, since=scope.now - timedelta(days=days)),
        ahead=_next_date(session, cases, scope.now),
    )


def _days_of(settings: Settings) -> int:
    """Returns how many days a heartbeat counts: as long as it takes to the next one at most."""
    cadence = settings.alerts.heartbeat
    is_daily = isinstance(cadence, Cadence) and cadence.weekday is None
    return 1 if is_daily else 7


def _next_date(
    session: Session, cases: Sequence[WatchedCase], now: datetime
) -> tuple[KnownDay, str] | None:
    """Returns the next known day of some cases, with the title of its case."""
    dates: dict[str, KnownDay] = {}
    titles = {case.settings.slug: case.settings.title for case in cases}
    for case in cases:
        # Each on the clock of the place where it happens.
        local = case.settings.local_time(now)
        dates |= get_next_dates(session, [case.settings.slug], local)
    slug = min(dates, key=lambda one: (dates[one].day, one), default=None)
    return None if slug is None else (dates[slug], titles[slug])


def _is_taken(feed: FeedHealth, cases: Iterable[WatchedCase]) -> bool:
    return any(case.settings.selects(feed.url, feed.title, feed.tags) for case in cases)


def _troubled_since(feed: FeedHealth) -> datetime | None:
    # A silent feed answers, and brings nothing since then.
    since = None if feed.state == "ok" else feed.failing_since
    return since or feed.last_new_at
