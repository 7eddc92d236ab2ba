"""Days and moments as people write them. What is stored and sent is ISO 8601; what is read by
people is never.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, tzinfo

_ISO_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


def print_date(day: date) -> str:
    """Prints a day: `6 June 2025`."""
    return f"{day.day} {day:%B %Y}"


def print_day(day: date) -> str:
    """Prints a day with its name: `Friday 6 June 2025`."""
    return f"{day:%A} {print_date(day)}"


def print_iso_day(text: str | None) -> str:
    """Prints a day that is given as ISO 8601 with its name; nothing for none.

    Raises:
        ValueError: it is no day.
    """
    return print_day(date.fromisoformat(text)) if text else ""


def print_moment(moment: datetime, zone: tzinfo) -> str:
    """Prints a moment in a zone, to the minute: `6 June 2025, 14:05 CEST`."""
    local = moment.astimezone(zone)
    return f"{print_date(local)}, {local:%H:%M %Z}"


def is_day(moment: datetime) -> bool:
    """Says whether a moment is a day that was given without a time: such is kept as its midnight
    in UTC.
    """
    return moment.astimezone(UTC).time() == time.min


def day_of(moment: datetime, zone: tzinfo) -> date:
    """Returns the day of a moment in a zone; of a day that was given without a time that day."""
    # Its midnight in UTC is another day west of it.
    return moment.astimezone(UTC if is_day(moment) else zone).date()


def name_days(text: str) -> str:
    """Returns a text with its ISO 8601 days as people write them: "set for 28 January 2026"."""
    return _ISO_DAY.sub(_name_day, text)


def _name_day(found: re.Match[str]) -> str:
    try:
        return print_date(date.fromisoformat(found[0]))
    except ValueError:
        return found[0]
