"""How long servers ask to wait, as their headers say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

MAX_WAIT = timedelta(days=30)  # for Retry-After
# A server that asks for more than MAX_WAIT has a typing error more often than a reason.
WAIT_FOR_ABSURD = timedelta(hours=24)
MAX_AGE = timedelta(days=7)
# Digits that are read: more would overflow, and are as absurd without the rest.
_MAX_WAIT_DIGITS = 10
_MAX_AGE_DIGITS = 9


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> timedelta | None:
    """Returns how long a server asks to wait (Retry-After: seconds, or an HTTP date counted from
    the response's own Date); None when it does not say.

    More than 30 days are taken for a mistake and count as 24 hours; what is negative or no number
    counts as not said.

    Args:
        now: stands in for a Date header that is missing or wrong.

    Source: RFC 9110 §10.2.3.
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdecimal():
        return _sane(timedelta(seconds=int(value[:_MAX_WAIT_DIGITS])))
    at, sent_at = _http_date(value), _http_date(headers.get("date", "")) or now
    return _sane(max(at - sent_at, timedelta())) if at and sent_at else None


def _sane(wait: timedelta) -> timedelta:
    return wait if wait <= MAX_WAIT else WAIT_FOR_ABSURD


def max_age(headers: Mapping[str, str]) -> timedelta | None:
    """Returns how long a response stays fresh, at most 7 days: Cache-Control's `max-age`, else
    Expires less Date; None when it does not say, or is not to be kept.

    Source: RFC 9111 §4.2.1.
    """
    directives = list(map(str.strip, headers.get("cache-control", "").lower().split(",")))
    if "no-store" in directives or "no-cache" in directives:
        return None
    for directive in directives:
        seconds = _read_max_age(directive)
        if seconds is not None:
            return min(timedelta(seconds=seconds), MAX_AGE) or None
    return _until_expiry(headers)


def _read_max_age(directive: str) -> int | None:
    name, _, value = directive.partition("=")
    value = value.strip('" ')
    is_seconds = name == "max-age" and value.isascii() and value.isdecimal()
    return int(value[:_MAX_AGE_DIGITS]) if is_seconds else None


def _until_expiry(headers: Mapping[str, str]) -> timedelta | None:
    # By the server's own clock: ours may differ from it by more than the page stays fresh.
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
