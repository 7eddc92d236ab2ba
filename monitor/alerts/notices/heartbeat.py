"""The heartbeat: that somebody is watching, so that silence is not taken for a dead program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from monitor.alerts.payload import EventType, FeedPart, NoticePayload
from monitor.alerts.views import count_of, print_day

_MAX_NAMED = 20  # feeds


@dataclass(frozen=True, slots=True)
class Watch:
    """What is watched, and what came of it.

    Attributes:
        feeds: how many.
        troubled: those in trouble.
        since: when the first of them fell into it; None where nobody knows.
        developments: told in the time that the heartbeat is about.
        next_date: the next known day of a case, and its title.
    """

    feeds: int
    troubled: Sequence[FeedPart]
    since: datetime | None
    developments: int
    next_date: tuple[date, str] | None


def make_heartbeat(watch: Watch) -> NoticePayload:
    """Returns the sign of life: "Watching 24 feeds, 2 in trouble since 9 January, nothing new; next
    known date 4 May".
    """
    parts = [f"Watching {count_of(watch.feeds, 'feed')}", _trouble(watch)]
    parts.append(_count_news(watch.developments))
    ahead = f"; next known date {_print_day(watch.next_date[0])}" if watch.next_date else ""
    return NoticePayload(
        EventType.HEARTBEAT,
        f"{', '.join(filter(None, parts))}{ahead}",
        tuple(_lines(watch)),
        _about(watch),
        tuple(watch.troubled),
    )


def _trouble(watch: Watch) -> str:
    # That all is well is said by nothing being said of trouble.
    if not watch.troubled:
        return ""
    since = f" since {_print_day(watch.since.date())}" if watch.since else ""
    return f"{len(watch.troubled)} in trouble{since}"


def _count_news(developments: int) -> str:
    return count_of(developments, "development") if developments else "nothing new"


def _print_day(day: date) -> str:
    return f"{day.day} {day:%B}"


def _lines(watch: Watch) -> list[str]:
    named = [f"{one.title or one.url}: {one.reason}" for one in watch.troubled[:_MAX_NAMED]]
    # A hundred broken feeds are one trouble, and the mail stays short.
    if len(watch.troubled) > _MAX_NAMED:
        named.append(f"and {len(watch.troubled) - _MAX_NAMED} more")
    if watch.next_date:
        day, case = watch.next_date
        named.append(f"Next known date of {case}: {print_day(day.isoformat())}.")
    return [*named, "This comes once a week, whatever happens; `heartbeat` in [alerts] says when."]


def _about(watch: Watch) -> dict[str, str | int | float | bool | None]:
    return {
        "status": "ok",
        "feeds": watch.feeds,
        "troubled": len(watch.troubled),
        "developments": watch.developments,
        "next_date": watch.next_date[0].isoformat() if watch.next_date else None,
    }
