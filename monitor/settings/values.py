"""Values that people write as text: durations, sizes, and when an alert goes out.

Read as validators of the models, and printed as they are read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import ClassVar, Literal

from pydantic_core import PydanticCustomError

# ASCII: other scripts have digits too, and a file should look the same to everybody.
_DURATION = re.compile(r"(\d{1,6})(s|m|h|d)", re.ASCII)
_DURATION_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
FOREVER = "forever"
# Pages are looked at again, feedback comes and doubt is settled within that time.
SHORTEST_RETENTION = timedelta(days=30)
_SIZE = re.compile(r"(\d{1,6})(kB|KB|MB|GB)", re.ASCII)
_SIZE_UNITS = {"kB": 10**3, "KB": 10**3, "MB": 10**6, "GB": 10**9}
_CADENCE = re.compile(
    r"(?:(?P<now>now)|daily|weekly\s+(?P<weekday>[a-z]+))"
    r"(?:\s+(?P<hour>\d{1,2}):(?P<minute>\d{2}))?",
    re.ASCII,
)
_CADENCE_HINT = 'write "now", "daily 08:00" or "weekly mon 08:00"'
_HELD_HINT = 'write "daily 08:00", "weekly mon 08:00" or "none"'
_MIN_WEEKDAY_CHARS = 3  # "t" may be two days, and "s" too
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAYS_AHEAD = 9  # a week, and a day on either side for zones far from UTC


def wrong(what: str, hint: str = "") -> PydanticCustomError:
    """Returns the error that a validator raises: what is wrong with a value, and what to do."""
    return PydanticCustomError("wrong", "{what}", {"what": what, "hint": hint})


def read_duration(value: object) -> timedelta:
    """Reads "30s", "10m", "6h" or "7d".

    Raises:
        PydanticCustomError: it is none of these.
    """
    # A default of the models; files have text alone.
    if isinstance(value, timedelta):
        return value
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if not found:
        hint = 'write a number and a unit, such as "30s", "10m", "6h" or "7d"'
        raise wrong(f"{value!r} is no duration", hint)
    return timedelta(**{_DURATION_UNITS[found[2]]: int(found[1])})


def print_duration(value: timedelta) -> str:
    """Prints a duration as `read_duration` reads it."""
    seconds = int(value.total_seconds())
    # In the largest unit that leaves no rest.
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def read_retention(value: object) -> timedelta | None:
    """Reads how long something is kept: "forever", which is None, or thirty days and more.

    Raises:
        PydanticCustomError: it is none of these.
    """
    if value is None or value == FOREVER:
        return None
    kept = read_duration(value)
    if kept < SHORTEST_RETENTION:
        raise wrong(f"{value!r} is too short", 'write "forever", or "30d" and more')
    return kept


def read_size(value: object) -> int:
    """Reads "500kB", "10MB" or "1GB" as bytes (decimal units).

    Raises:
        PydanticCustomError: it is none of these.
    """
    # True is a number to Python; in a file it is a mistake.
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    found = _SIZE.fullmatch(value) if isinstance(value, str) else None
    if not found or not int(found[1]):
        raise wrong(f"{value!r} is no size", 'write a number and a unit, such as "500kB" or "10MB"')
    return int(found[1]) * _SIZE_UNITS[found[2]]


@dataclass(frozen=True, slots=True)
class Cadence:
    """When alerts go out: at once, or gathered into a digest every day or week at a local time.

    Attributes:
        at: the local time of a digest, None for "now".
        weekday: Monday is 0; None for every day.
    """

    at: time | None = None
    weekday: int | None = None

    NOW: ClassVar[Cadence]

    @property
    def is_now(self) -> bool:
        """Whether alerts go out one by one as they come."""
        return self.at is None

    def __str__(self) -> str:
        if self.at is None:
            return "now"
        day = "daily" if self.weekday is None else f"weekly {_WEEKDAYS[self.weekday][:3]}"
        return f"{day} {self.at:%H:%M}"

    def next_after(self, now: datetime, zone: tzinfo) -> datetime:
        """Returns the first time after `now` at which a digest is due, in the zone of `now`; `now`
        itself for "now".

        Each local day has exactly one such moment: a time that the clock shows twice counts the
        first time, one that it leaps over counts as much later as the clock leapt. So no digest is
        sent twice and none is left out."""
        if self.at is None:
            return now
        for day in self._iter_days(now.astimezone(zone).date()):
            due = _moment(day, self.at, zone).astimezone(now.tzinfo)
            if due > now:
                return due
        raise AssertionError("every weekday comes within the days looked at")

    def last_until(self, now: datetime, zone: tzinfo) -> datetime:
        """Returns the last time up to `now` at which a digest was due; `now` itself for "now"."""
        last, due = now, self.next_after(now - timedelta(days=_DAYS_AHEAD), zone)
        while due <= now and self.at is not None:
            last, due = due, self.next_after(due, zone)
        return last

    def _iter_days(self, today: date) -> Iterator[date]:
        """Yields the days around today on which a digest goes out."""
        for days in range(-1, _DAYS_AHEAD):
            day = today + timedelta(days=days)
            if self.weekday is None or day.weekday() == self.weekday:
                yield day


Cadence.NOW = Cadence()


def _moment(day: date, at: time, zone: tzinfo) -> datetime:
    """Returns the moment at which the clocks of a zone show a time; where they show it twice the
    first one, where they leap over it as much later as they leap.
    """
    # As a moment: two times of one zone are compared by the clock on the wall.
    return datetime.combine(day, at, zone).astimezone(UTC)


def read_cadence(value: object) -> Cadence:
    """Reads "now", "daily 08:00" or "weekly mon 08:00".

    Raises:
        PydanticCustomError: it is none of these.
    """
    if isinstance(value, Cadence):
        return value
    found = _match_cadence(value)
    if found["now"]:
        return Cadence.NOW
    weekday = found["weekday"]
    at = _read_time(found["hour"], found["minute"], _CADENCE_HINT)
    return Cadence(at, _read_weekday(weekday) if weekday else None)


NEVER: Literal["none"] = "none"
Held = Cadence | Literal["none"]


def read_held(value: object) -> Held | None:
    """Reads when a channel gets what was held back: "daily 08:00", "weekly mon 08:00" or "none".

    Returns:
        None where nothing is said.

    Raises:
        PydanticCustomError: it is none of these.
    """
    if value is None or value == NEVER:
        return value
    cadence = read_cadence(value)
    if cadence.is_now:
        raise wrong("what is held back is not told at once", _HELD_HINT)
    return cadence


_QUIET = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})", re.ASCII)
_QUIET_HINT = 'write two times, such as "22:00-07:00"'


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of each day in which nobody is to be disturbed, over midnight or not."""

    start: time
    end: time

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"

    def end_after(self, moment: datetime, zone: tzinfo) -> datetime | None:
        """Returns when the quiet hours that a moment falls into end; None when it falls into
        none.
        """
        # Those of today, and those that began yesterday and may go over midnight.
        for begun in (moment.astimezone(zone).date() - timedelta(days=days) for days in (0, 1)):
            over = begun + timedelta(days=int(self.end < self.start))
            # Compared as moments: on the night on which clocks change an hour comes twice, or
            # never.
            if _moment(begun, self.start, zone) <= moment < (end := _moment(over, self.end, zone)):
                return end.astimezone(moment.tzinfo)
        return None


def read_quiet(value: object) -> Quiet | None:
    """Reads quiet hours: "22:00-07:00".

    Returns:
        None where nothing is said.

    Raises:
        PydanticCustomError: they are none.
    """
    if value is None or isinstance(value, Quiet):
        return value
    found = _QUIET.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found:
        raise wrong(f"{value!r} are no quiet hours", _QUIET_HINT)
    begin = _read_time(found[1], found[2], _QUIET_HINT)
    quiet = Quiet(begin, _read_time(found[3], found[4], _QUIET_HINT))
    if quiet.start == quiet.end:
        raise wrong(f"{value!r} begins when it ends", _QUIET_HINT)
    return quiet


def _match_cadence(value: object) -> re.Match[str]:
    """Returns the parts of a cadence.

    Raises:
        PydanticCustomError: it has none.
    """
    found = _CADENCE.fullmatch(value.strip().lower()) if isinstance(value, str) else None
    # A digest needs a time, and "now" has none.
    if not found or bool(found["now"]) == bool(found["hour"]):
        raise wrong(f"{value!r} is no time for alerts", _CADENCE_HINT)
    return found


def _read_time(hour: str, minute: str, hint: str) -> time:
    """Returns a time of day; 24:00 is none, it would be the next day.

    Args:
        hint: what to write instead.
    """
    try:
        return time(int(hour), int(minute))
    except ValueError as error:
        raise wrong(f"{hour}:{minute} is no time of day", hint) from error


def _read_weekday(name: str) -> int:
    """Returns the number of a weekday, Monday is 0, by its name or at least three letters of it."""
    for number, weekday in enumerate(_WEEKDAYS):
        if len(name) >= _MIN_WEEKDAY_CHARS and weekday.startswith(name):
            return number
    raise wrong(f"{name!r} is no weekday", "write mon, tue, wed, thu, fri, sat or sun")
