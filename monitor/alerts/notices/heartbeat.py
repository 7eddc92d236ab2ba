"""The heartbeat: that somebody is watching, so that silence is not taken for a dead program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import attrgetter

from monitor.alerts.calendar import KnownDay
from monitor.alerts.payload import EventType, FeedPart, NoticePayload
from monitor.alerts.views.mail import MAX_AHEAD
from monitor.alerts.views.wording import count_of
from monitor.dates.printing import print_date, print_day
from monitor.text import cut, one_line

_MAX_NAMED = 20  # feeds, and cases
_HALF_A_YEAR = timedelta(days=183)  # of a day further away the year is told
_ONCE = {1: "once a day", 7: "once a week"}


@dataclass(frozen=True, slots=True)
class CaseNews:
    """What came of one case.

    Attributes:
        developments: told in the time that the heartbeat is about.
        last_at: when the last one was found, however long ago; None while there is none.
        last: the sentence that it was told with.
    """

    title: str
    developments: int
    last_at: datetime | None = None
    last: str = ""


@dataclass(frozen=True, slots=True)
class Watch:
    """What is watched, and what came of it.

    Attributes:
        days: that the heartbeat is about: 7, or 1 where it comes daily.
        feeds: how many.
        troubled: those in trouble.
        since: when each of them fell into it; those of which nobody knows are left out.
        cases: what came of each.
        ahead: the next known day of a case, and the case's title.
    """

    now: datetime
    days: int
    feeds: int
    troubled: Sequence[FeedPart]
    since: Sequence[datetime]
    cases: Sequence[CaseNews]
    ahead: tuple[KnownDay, str] | None

    @property
    def developments(self) -> int:
        """Those of all cases."""
        return sum(map(attrgetter("developments"), self.cases))


def make_heartbeat(watch: Watch) -> NoticePayload:
    """Returns the sign of life: "Watching 24 feeds, 2 in trouble since 9 January, nothing new; next
    known date 4 May".
    """
    parts = [f"Watching {_count_feeds(watch)}", _trouble(watch), _count_news(watch.developments)]
    ahead = f"; next known date {_print_day(watch.ahead[0].day, watch)}" if watch.ahead else ""
    return NoticePayload(
        EventType.HEARTBEAT,
        f"{', '.join(filter(None, parts))}{ahead}",
        tuple(_lines(watch)),
        _about(watch),
        tuple(watch.troubled),
    )


def _count_feeds(watch: Watch) -> str:
    return count_of(watch.feeds, "feed") if watch.feeds else "no feeds"


def _trouble(watch: Watch) -> str:
    # That all is well is said by nothing being said of trouble.
    if not watch.troubled:
        return ""
    is_all = len(watch.troubled) == watch.feeds > 1
    return f"{'all' if is_all else len(watch.troubled)} in trouble{_since(watch)}"


def _since(watch: Watch) -> str:
    if not watch.since:
        return ""
    days = {moment.date() for moment in watch.since}
    # One day is not that of all where they fell into it one after another.
    first = "" if len(days) == 1 and len(watch.since) == len(watch.troubled) else ", the first"
    return f"{first} since {_print_day(min(days), watch)}"


def _count_news(developments: int) -> str:
    return count_of(developments, "development") if developments else "nothing new"


def _print_day(day: date, watch: Watch) -> str:
    is_near = abs(day - watch.now.date()) < _HALF_A_YEAR
    return f"{day.day} {day:%B}" if is_near else print_date(day)


def _lines(watch: Watch) -> Iterator[str]:
    yield from _name_some(list(map(_news_of, watch.cases)), "cases")
    if watch.ahead:
        known, case = watch.ahead
        named = f"Next known date of {case}: {print_day(known.day)}"
        yield f"{named}: “{cut(one_line(known.text), MAX_AHEAD)}”"
    if not watch.feeds:
        yield "No feed is read, so nothing can be found: `monitor feeds add URL` adds one."
    troubled = [f"{one.title or one.url}: {one.reason}" for one in watch.troubled]
    yield from _name_some(troubled, "feeds")
    yield f"This comes {_ONCE[watch.days]}, whatever happens; `heartbeat` in [alerts] says when."


def _name_some(lines: Sequence[str], what: str) -> Iterator[str]:
    yield from lines[:_MAX_NAMED]
    # A hundred broken feeds are one trouble, and the mail stays short.
    if len(lines) > _MAX_NAMED:
        yield f"and {len(lines) - _MAX_NAMED} more {what}"


def _news_of(case: CaseNews) -> str:
    if case.last_at is None:
        return f"{case.title}: no development yet."
    day = print_date(case.last_at)
    if not case.developments:
        return f"{case.title}: nothing new since {day}."
    which = f"{count_of(case.developments, 'development')}, the last one on"
    which = which if case.developments > 1 else "1 development, on"
    return f"{case.title}: {which} {day}: “{cut(one_line(case.last), MAX_AHEAD)}”"


def _about(watch: Watch) -> dict[str, str | int | float | bool | None]:
    return {
        "status": "ok",
        "feeds": watch.feeds,
        "troubled": len(watch.troubled),
        "developments": watch.developments,
        "next_date": watch.ahead[0].day.isoformat() if watch.ahead else None,
    }
