"""Whether a document's own date may be believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.model import DateFlag

# No news feed is older: earlier dates are placeholders.
EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)


def is_plausible(at: datetime, *, now: datetime) -> bool:
    """Returns whether a document's own date may be believed: not before 1995, not more than an hour
    in the future.
    """
    return why_refused(at, now=now) is None


def why_refused(
    at: datetime, *, now: datetime, ahead: timedelta = timedelta(hours=1)
) -> DateFlag | None:
    """Returns why a document's own date is not believed: it lies before 1995, or more than `ahead`
    in the future; None when it is.
    """
    if at < EARLIEST:
        return DateFlag.TOO_EARLY
    return DateFlag.FUTURE if at > now + ahead else None
