"""Values that people write as text: durations, sizes, and when an alert goes out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import ClassVar

from pydantic_core import PydanticCustomError

_DURATION = re.compile(r"(\d{1,6})(s|m|h|d)", re.ASCII)
_DURATION_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_SIZE = re.compile(r"(\d{1,6})(kB|KB|MB|GB)", re.ASCII)
_SIZE_UNITS = {"kB": 10**3, "KB": 10**3, "MB": 10**6, "GB": 10**9}
_CADENCE = re.compile(r"(?:(now)|(daily)|(weekly)\s+([a-z]+))(?:\s+(\d{1,2}):(\d{2}))?", re.ASCII)
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
    if isinstance(value, timedelta):
        return value
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise wrong(
            f"{value!r} is no duration",
            'write a number and a unit, such as "30s", "10m", "6h" or "7d"',
        )
    return timedelta(**{_DURATION_UNITS[found[2]]: int(found[1])})


def print_duration(value: timedelta) -> str:
    """Prints a duration as `read_duration` reads it."""
    seconds = int(value.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def read_size(value: object) -> int:
    """Reads "500kB", "10MB" or "1GB" as bytes (decimal units).

    Raises:
        PydanticCustomError: it is none of these.
    """
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
        """Alerts go out one by one as they come."""
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
        today = now.astimezone(zone).date()
        for days in range(-1, _DAYS_AHEAD):
            day = today + timedelta(days=days)
            if self.weekday is not None and day.weekday() != self.weekday:
                continue
            due = datetime.combine(day, self.at, zone).astimezone(now.tzinfo)
            if due > now:
                return due
        raise AssertionError("every weekday comes within the days looked at")


Cadence.NOW = Cadence()


def read_cadence(value: object) -> Cadence:
    """Reads "now", "daily 08:00" or "weekly mon 08:00".

    Raises:
        PydanticCustomError: it is none of these.
    """
    if isinstance(value, Cadence):
        return value
    hint = 'write "now", "daily 08:00" or "weekly mon 08:00"'
    found = _CADENCE.fullmatch(value.strip().lower()) if isinstance(value, str) else None
    if not found or bool(found[1]) == bool(found[5]):
        raise wrong(f"{value!r} is no time for alerts", hint)
    if found[1]:
        return Cadence.NOW
    if int(found[5]) > 23 or int(found[6]) > 59:
        raise wrong(f"{found[5]}:{found[6]} is no time of day", hint)
    weekday = None
    if found[4]:
        weekday = next(
            (
                n
                for n, name in enumerate(_WEEKDAYS)
                if len(found[4]) > 2 and name.startswith(found[4])
            ),
            None,
        )
        if weekday is None:
            raise wrong(f"{found[4]!r} is no weekday", "write mon, tue, wed, thu, fri, sat or sun")
    return Cadence(time(int(found[5]), int(found[6])), weekday)
