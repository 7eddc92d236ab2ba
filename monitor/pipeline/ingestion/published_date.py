"""When an article was first published, as far as can be told, and where that comes from: its feed,
its page, or neither.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.dates import why_refused
from monitor.model import DateFlag, DateOrigin, DateSource, Page, Precision
from monitor.store.entries import QueuedEntry

MAX_DATE_GAP = timedelta(days=2)
_AHEAD = timedelta(days=1)


def date_article(
    entry: QueuedEntry, page: Page | None, now: datetime
) -> tuple[datetime, DateOrigin]:
    """Returns when an article was first published, never later than tomorrow, and where that date
    comes from.

    A feed that dates an old story anew is not believed when the page itself gives an instant more
    than two days older. Without any date that can be believed it is when the entry was first seen;
    why a written one was refused is kept."""
    from_feed = _believed(
        entry.published_at, replace(entry.date_origin, source=DateSource.FEED), now
    )
    from_page = _believed(page.published_at, _page_origin(page), now) if page else None
    if (
        from_feed
        and from_page
        and from_feed[0] - from_page[0] > MAX_DATE_GAP
        and from_page[1].precision is Precision.INSTANT
    ):
        return from_page[0], replace(from_page[1], flag=DateFlag.REDATED)
    # What was wrong with the feed's date is still worth knowing when the page's stands in for it.
    flag = entry.date_origin.flag or _page_flag(page, now)
    if from_feed or from_page:
        at, origin = from_feed or from_page  # type: ignore[misc]  # one of them is there
        return at, replace(origin, flag=flag)
    raw = entry.date_origin.raw or (page.published_raw if page else "")
    return min(entry.seen_at, now), DateOrigin(DateSource.FIRST_SEEN, raw, flag)


def _page_origin(page: Page) -> DateOrigin:
    source = page.published_source or ""
    return DateOrigin(
        source, page.published_raw, None, page.published_precision, page.is_zone_assumed
    )


def _believed(
    at: datetime | None, origin: DateOrigin, now: datetime
) -> tuple[datetime, DateOrigin] | None:
    return (at, origin) if at and why_refused(at, now=now, ahead=_AHEAD) is None else None


def _page_flag(page: Page | None, now: datetime) -> DateFlag | None:
    return (
        why_refused(page.published_at, now=now, ahead=_AHEAD)
        if page and page.published_at
        else None
    )
