"""When an article was first published, as far as is known, and where that comes from: its feed,
its page, or neither.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.dates import why_refused
from monitor.model import DateFlag, DateOrigin, DateSource, Page, Precision
from monitor.store.entries import QueuedEntry

# A feed that dates an article so much later than its page dates an old story anew.
MAX_DATE_GAP = timedelta(days=2)
# A date may be ahead of ours by time zones that were mistaken.
_AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PublishedDate:
    """When an article was first published, and where that date comes from."""

    at: datetime
    origin: DateOrigin

    def flagged(self, flag: DateFlag | None) -> PublishedDate:
        """Returns the same date with what was wrong with it, or with one that it stands in for."""
        return replace(self, origin=replace(self.origin, flag=flag))


def date_article(entry: QueuedEntry, page: Page | None, now: datetime) -> PublishedDate:
    """Returns when an article was first published, never later than tomorrow, and where that date
    comes from.

    A feed that dates an old story anew is not believed when the page itself gives an instant more
    than two days older. Without any date that can be believed it is when the entry was first seen;
    why a written one was refused is kept."""
    from_feed = _feed_date(entry, now)
    from_page = _page_date(page, now) if page else None
    if from_feed and from_page and _is_redated(from_feed, from_page):
        return from_page.flagged(DateFlag.REDATED)
    # What was wrong with the feed's date is still worth knowing when the page's stands in for it.
    flag = entry.date_origin.flag or (_why_refused(page.published_at, now) if page else None)
    found = from_feed or from_page
    return found.flagged(flag) if found else _first_seen(entry, page, flag, now)


def date_revision(
    stated: Iterable[datetime | None], first: datetime, now: datetime
) -> datetime | None:
    """Returns when a later text of an article was published; None where nothing believable after
    its first date is stated.

    Args:
        stated: by the feed and the page that show the text; the latest counts.
        first: when the article was first published.
    """
    later = (at for at in stated if at and at > first)
    return max((at for at in later if not _why_refused(at, now)), default=None)


def _first_seen(
    entry: QueuedEntry, page: Page | None, flag: DateFlag | None, now: datetime
) -> PublishedDate:
    """Returns when the entry was first seen, with what was written in place of a date."""
    raw = entry.date_origin.raw or (page.published_raw if page else "")
    # A clock that was set back must not date an article ahead.
    return PublishedDate(min(entry.seen_at, now), DateOrigin(DateSource.FIRST_SEEN, raw, flag))


def _feed_date(entry: QueuedEntry, now: datetime) -> PublishedDate | None:
    origin = replace(entry.date_origin, source=DateSource.FEED)
    return _believed(entry.published_at, origin, now)


def _page_date(page: Page, now: datetime) -> PublishedDate | None:
    origin = DateOrigin(
        page.published_source or "",
        page.published_raw,
        None,
        page.published_precision,
        page.is_zone_assumed,
    )
    return _believed(page.published_at, origin, now)


def _believed(at: datetime | None, origin: DateOrigin, now: datetime) -> PublishedDate | None:
    return PublishedDate(at, origin) if at and _why_refused(at, now) is None else None


def _why_refused(at: datetime | None, now: datetime) -> DateFlag | None:
    return why_refused(at, now=now, ahead=_AHEAD) if at else None


def _is_redated(from_feed: PublishedDate, from_page: PublishedDate) -> bool:
    is_instant = from_page.origin.precision is Precision.INSTANT
    return is_instant and from_feed.at - from_page.at > MAX_DATE_GAP
