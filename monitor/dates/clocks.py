"""The time of day in a date string."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from monitor.dates.zones import TIME_MARK

TIME = re.compile(
    r"(?<![\d:.+-])(?P<hour>\d{1,2})"
    r"(?:[:h](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?(?!\d)"
    r"\s*(?P<half>[ap]\.?\s?m\b\.?)?"
    r"|\s*(?P<half_alone>[ap]\.?\s?m\b\.?))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class TimeCut:
    """The time of day in a text, None when it has none, and the text without it."""

    clock: timedelta | None
    rest: str


def cut_time(text: str) -> TimeCut:
    """Cuts the time of day out of the text; `24:00` and the like are the next day."""
    match = TIME.search(text)
    clock = _read_clock(match) if match else None
    if match is None or clock is None:
        return TimeCut(None, text)
    return TimeCut(clock, f"{text[: match.start()]} {TIME_MARK} {text[match.end() :]}")


def _read_clock(match: re.Match[str]) -> timedelta | None:
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    half = (match["half"] or match["half_alone"] or "").lower()[:1]
    if not _is_clock(hour, minute, second) or (half == "a" and hour > 12):
        return None
    hour = _hour_of_day(hour, half)
    # A leap second has no place in a `datetime`.
    return timedelta(hours=hour, minutes=minute, seconds=min(second, 59))


def _hour_of_day(hour: int, half: str) -> int:
    # "14:30 pm" occurs, and means what it says.
    if not half or hour > 12:
        return hour
    return hour % 12 + (12 if half == "p" else 0)


def _is_clock(hour: int, minute: int, second: int) -> bool:
    return hour <= 24 and minute <= 59 and second <= 60
