"""What the commands show of feeds: views read straight from the tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Select, Subquery, case, func, select
from sqlmodel import Session

from monitor.feeds.health import silent_after
from monitor.store.schema.rows import as_value
from monitor.store.schema.tables import (
    entries,
    feeds,
)
from monitor.store.schema.web_tables import Host

# What people see under another name than the table's.
_SHOWN_AS = {
    "items": "item_count",
    "error": "last_error",
    "status": "last_status",
    "usual_gap_seconds": "gap_seconds",
    "newest_item_at": "newest_at",
    "moved_to": "fetch_url",
    "redirects_to": "move_url",
    "redirect_since": "move_since",
    "redirect_polls": "move_polls",
}


@dataclass(frozen=True, slots=True)
class FeedView:
    """A feed and how polling it goes.

    Attributes:
        error: what the last poll failed of; empty when it did not.
        outcome: how the last poll went, in a word; status: its HTTP status.
        because: what set the moment of the next poll.
        warning: what was wrong with its last document though it could be read.
        usual_gap_seconds, newest_item_at: the feed's own rhythm.
        is_frozen: its validators do not change with its content.
        whole_at: when it last gave a whole document.
        moved_to: the address that is asked instead of `url`.
        redirects_to: a permanent redirect that is being watched, since when and for how many polls
            in a row; of none a place that it had moved to and that is dead.
        host_paused_until: its host asked to be left alone until then; over or not.
        hub_url: a WebSub hub that it names; not used.
        dates_refused: stored items whose date could not be read or believed; dates_without_zone:
            read as UTC.
    """

    title: str
    url: str
    state: str
    tags: tuple[str, ...]
    items: int | None
    entries: int
    overlap: float | None
    interval_seconds: int | None
    last_polled_at: datetime | None
    last_ok_at: datetime | None
    last_new_at: datetime | None
    next_poll_at: datetime
    failures: int
    error: str
    outcome: str = ""
    status: int | None = None
    because: str = ""
    warning: str = ""
    failing_since: datetime | None = None
    usual_gap_seconds: int | None = None
    newest_item_at: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None
    is_frozen: bool = False
    whole_at: datetime | None = None
    max_age_seconds: int | None = None
    ttl_seconds: int | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    moved_to: str | None = None
    redirects_to: str | None = None
    redirect_since: datetime | None = None
    redirect_polls: int = 0
    host_paused_until: datetime | None = None
    host_pause_reason: str = ""
    hub_url: str | None = None
    dates_refused: int = 0
    dates_without_zone: int = 0

    def is_silent(self, now: datetime) -> bool:
        """Says whether a feed that used to bring items has brought none for unusually long."""
        # A feed that fails is reported as such, and one that never brought anything has no habits.
        if self.state != "ok" or self.last_new_at is None or self.interval_seconds is None:
            return False
        gap = timedelta(seconds=self.usual_gap_seconds) if self.usual_gap_seconds else None
        return now - self.last_new_at > silent_after(timedelta(seconds=self.interval_seconds), gap)


def list_feeds(session: Session) -> list[FeedView]:
    """Returns all configured feeds in the order of the config."""
    pauses = {host.name: host for host in session.scalars(select(Host))}
    return [_feed_view(row, pauses) for row in session.execute(_select_feeds())]


def _select_feeds() -> Select[Any]:
    """Selects the feeds of the config with what is counted of their entries."""
    counted = _count_entries()
    # A feed that has brought nothing yet has no row among the counts.
    columns = (
        func.coalesce(counted.c.entries, 0).label("entries"),
        func.coalesce(counted.c.refused, 0).label("dates_refused"),
        func.coalesce(counted.c.zoneless, 0).label("dates_without_zone"),
    )
    return (
        select(feeds, *columns)
        .outerjoin(counted, counted.c.feed_id == feeds.c.id)
        .where(feeds.c.is_enabled)
        .order_by(feeds.c.id)
    )


def _count_entries() -> Subquery:
    """Returns for each feed how many items are stored, and how many of their dates were refused or
    named no zone.
    """
    counts = (
        func.count().label("entries"),
        _count_where(entries.c.published_flag != "").label("refused"),
        _count_where(entries.c.is_zone_assumed).label("zoneless"),
    )
    return select(entries.c.feed_id, *counts).group_by(entries.c.feed_id).subquery()


def _count_where(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Returns how many rows of a group meet a condition; where it is unknown it is not met."""
    return func.sum(case((condition, 1), else_=0))


def _feed_view(row: Any, pauses: Mapping[str, Host]) -> FeedView:
    """Returns a feed with the pause of the host that is asked for it."""
    # Pauses are kept by host and port, as the client asks.
    pause = pauses.get(urlsplit(row.fetch_url or row.url).netloc.lower())
    return as_value(
        FeedView,
        row,
        state="paused" if row.is_paused else row.state,
        tags=tuple(row.tags),
        skip_hours=tuple(row.skip_hours),
        skip_days=tuple(row.skip_days),
        host_paused_until=pause.paused_until if pause else None,
        host_pause_reason=pause.reason if pause else "",
        **{shown: getattr(row, column) for shown, column in _SHOWN_AS.items()},
    )
