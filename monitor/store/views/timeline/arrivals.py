"""How many items feeds brought in each of the last weeks."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, case, func, select
from sqlmodel import Session

from monitor.store.schema.tables import entries, feeds

_WEEK = timedelta(days=7)


def get_weekly_arrivals(
    session: Session, until: datetime, weeks: int
) -> dict[int, tuple[int, ...]]:
    """Returns the new items of each week, the last one first, by the row of the feed; feeds that
    were not followed before all of these are left out: their first poll brought what was there.
    """
    begin = until - weeks * _WEEK
    columns = []
    for back in range(weeks):
        end = until - back * _WEEK
        is_then = and_(entries.c.seen_at >= end - _WEEK, entries.c.seen_at < end)
        columns.append(func.sum(case((is_then, 1), else_=0)))
    followed = select(feeds.c.id).where(feeds.c.baseline_at < begin)
    counted = (
        select(entries.c.feed_id, *columns)
        .where(entries.c.seen_at >= begin, entries.c.feed_id.in_(followed))
        .group_by(entries.c.feed_id)
    )
    return {row[0]: tuple(map(int, row[1:])) for row in session.execute(counted)}


def count_days_with_items(session: Session, until: datetime) -> int:
    """Returns on how many of the last seven days any feed brought anything: where it is few, it
    was this program that did not look.
    """
    window = (entries.c.seen_at >= until - _WEEK, entries.c.seen_at < until)
    days = select(func.count(func.distinct(func.date(entries.c.seen_at)))).where(*window)
    return int(session.scalar(days) or 0)
