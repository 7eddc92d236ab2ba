"""How long servers ask to wait, as their headers say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

MAX_WAIT = timedelta(days=30)  # for Retry-After
# A server that asks for more than MAX_WAIT has a typing error more often than a reason.
WAIT_FOR_ABSURD = timedelta(hours=24)
MAX_AGE = timedelta(days=7)


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> timedelta | None:
    """Reads Retry-After: seconds, or an HTTP date counted from the response's own Date.

    More than 30 days are taken for a mistake and count as 24 hours; what is negative or no number
    counts as not said.

    Args:
        now: stands in for a Date header that is missing or wrong.

    Source: RFC 9110 §10.2.3.
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdecimal():
        return _sane(timedelta(seconds=int(value[:10])))
    at, sent_at = _http_date(value), _http_date(headers.get("date", "")) or now
    return _sane(max(at - sent_at, timedelta())) if at and sent_at else None


def _sane(wait: timedelta) -> timedelta:
    return wait if wait <= MAX_WAIT else WAIT_FOR_ABSURD


def max_age(headers: Mapping[str, str]) -> timedelta | None:
    """Reads how long a response stays fresh: Cache-Control's `max-age`, else Expires less Date; at
    most 7 days.

    Source: RFC 9111 §4.2.1.
    """
    directives = [
        directive.strip() for directive in headers.get("cache-control", "").lower().split(",")
    ]
    if "no-store" in directives or "no-cache" in directives:
        return None
    for directive in directives:
        name, _, value = directive.partition("=")
        value = value.strip('" ')
        if name == "max-age" and value.isascii() and value.isdecimal():
            return min(timedelta(seconds=int(value[:9])), MAX_AGE) or None
    at, now = _http_date(headers.get("expires", "")), _http_date(headers.get("date", ""))
    return min(at - now, MAX_AGE) if at and now and at > now else None


def _http_date(value: str) -> datetime | None:
    """Reads a date that begins with a day's name, as HTTP's three forms do: others, such as `1.5`,
    are no dates.
    """
    if not value[:3].isalpha():
        return None
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
