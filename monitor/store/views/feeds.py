"""What the commands show of feeds, cases and the work itself: views read straight from the tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Table, case, func, select
from sqlmodel import Session

from monitor.errors import NotFound
from monitor.store.schema.tables import (
    alert_channels,
    articles,
    case_articles,
    cases,
    deliveries,
    developments,
    entries,
    feeds,
)
from monitor.store.schema.web_tables import Host

MIN_PREFIX = 3


@dataclass(frozen=True, slots=True)
class FeedView:
    """A feed and how polling it goes.

    Attributes:
        error: what the last poll failed of; empty when it did not.
        outcome: how the last poll went, in a word; status: its HTTP status.
        because: what set the moment of the next poll.
        usual_gap_seconds, newest_item_at: the feed's own rhythm.
        is_frozen: its validators do not change with its content.
        whole_at: when it last gave a whole document.
        moved_to: the address that is asked instead of `url`.
        redirects_to: a permanent redirect that is being watched, since when and for how many polls
            in a row.
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


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case and what it holds."""

    slug: str
    title: str
    note: str
    query: str
    articles: int
    developments: int
    last_development_at: datetime | None
    is_enabled: bool


@dataclass(frozen=True, slots=True)
class Totals:
    """The store in figures.

    Attributes:
        dead: deliveries of alerts that failed for good; dead_edits: events on edits that did.
    """

    feeds: int
    failing: int
    articles: int
    developments: int
    queued: int
    failed_entries: int
    waiting: int
    pending: int
    dead: int
    oldest_pending_at: datetime | None
    dead_edits: int = 0


def resolve_uid(session: Session, table: Table, prefix: str, what: str) -> int:
    """Returns the row id of the one thing whose public id begins with the prefix.

    Raises:
        NotFound: none does, or more than one.
    """
    if len(prefix) < MIN_PREFIX or not all(c in "0123456789abcdef" for c in prefix.lower()):
        raise NotFound(
            f"{prefix!r} is no id of {what}",
            hint=f"ids are hex digits, at least the first {MIN_PREFIX} of them",
        )
    columns = (
        select(table.c.id, table.c.uid)
        .where(table.c.uid.startswith(prefix.lower(), autoescape=True))
        .limit(5)
    )
    found = list(session.execute(columns))
    if not found:
        raise NotFound(f"no {what} has an id that begins with {prefix}")
    if len(found) > 1:
        raise NotFound(
            f"{prefix} is not unique", hint="one of " + ", ".join(row.uid for row in found)
        )
    return int(found[0].id)


def list_feeds(session: Session) -> list[FeedView]:
    """Returns all configured feeds in the order of the config."""
    counts = (
        func.count().label("count"),
        func.sum(case((entries.c.published_flag != "", 1), else_=0)).label("refused"),
        func.sum(case((entries.c.is_zone_assumed, 1), else_=0)).label("zoneless"),
    )
    counted = select(entries.c.feed_id, *counts).group_by(entries.c.feed_id).subquery()
    statement = (
        select(
            feeds,
            func.coalesce(counted.c.count, 0).label("entry_count"),
            func.coalesce(counted.c.refused, 0).label("refused"),
            func.coalesce(counted.c.zoneless, 0).label("zoneless"),
        )
        .outerjoin(counted, counted.c.feed_id == feeds.c.id)
        .where(feeds.c.is_enabled)
        .order_by(feeds.c.id)
    )
    pauses = {host.name: host for host in session.execute(select(Host)).scalars()}
    return [_feed_view(row, pauses) for row in session.execute(statement)]


def _feed_view(row: Any, pauses: Mapping[str, Host]) -> FeedView:
    pause = pauses.get(urlsplit(row.fetch_url or row.url).netloc.lower())
    return FeedView(
        title=row.title,
        url=row.url,
        state="paused" if row.is_paused else row.state,
        tags=tuple(row.tags),
        items=row.item_count,
        entries=row.entry_count,
        overlap=row.overlap,
        interval_seconds=row.interval_seconds,
        last_polled_at=row.last_polled_at,
        last_ok_at=row.last_ok_at,
        last_new_at=row.last_new_at,
        next_poll_at=row.next_poll_at,
        failures=row.failures,
        error=row.last_error,
        outcome=row.outcome,
        status=row.last_status,
        because=row.because,
        failing_since=row.failing_since,
        usual_gap_seconds=row.gap_seconds,
        newest_item_at=row.newest_at,
        etag=row.etag,
        last_modified=row.last_modified,
        is_frozen=row.is_frozen,
        whole_at=row.whole_at,
        max_age_seconds=row.max_age_seconds,
        ttl_seconds=row.ttl_seconds,
        skip_hours=tuple(row.skip_hours),
        skip_days=tuple(row.skip_days),
        moved_to=row.fetch_url,
        redirects_to=row.move_url,
        redirect_since=row.move_since,
        redirect_polls=row.move_polls,
        host_paused_until=pause.paused_until if pause else None,
        host_pause_reason=pause.reason if pause else "",
        hub_url=row.hub_url,
        dates_refused=row.refused,
        dates_without_zone=row.zoneless,
    )


def list_cases(session: Session) -> list[CaseView]:
    """Returns all cases that were ever configured, those of the config first."""
    in_case = (
        select(
            case_articles.c.case_id,
            func.count(case_articles.c.article_id.distinct()).label("articles"),
        )
        .group_by(case_articles.c.case_id)
        .subquery()
    )
    told = (
        select(
            developments.c.case_id,
            func.count().label("developments"),
            func.max(developments.c.created_at).label("last"),
        )
        .where(developments.c.is_confirmed)
        .group_by(developments.c.case_id)
        .subquery()
    )
    statement = (
        select(cases, in_case.c.articles, told.c.developments, told.c.last)
        .outerjoin(in_case, in_case.c.case_id == cases.c.id)
        .outerjoin(told, told.c.case_id == cases.c.id)
        .order_by(cases.c.is_enabled.desc(), cases.c.slug)
    )
    return [
        CaseView(
            r.slug,
            r.title,
            r.note,
            r.query,
            r.articles or 0,
            r.developments or 0,
            r.last,
            r.is_enabled,
        )
        for r in session.execute(statement)
    ]


def get_totals(session: Session) -> Totals:
    """Returns the figures for `monitor status`."""

    def count(table: Table, *conditions: Any) -> int:
        return int(
            session.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one()
        )

    pending, is_dead = deliveries.c.state == "pending", deliveries.c.state == "dead"
    # An event on an edit is sealed when it happens and may be meant for next Monday.
    is_late = pending & (deliveries.c.is_edit.is_(False) | (deliveries.c.attempts > 0))
    oldest = session.execute(select(func.min(deliveries.c.sealed_at)).where(is_late)).scalar_one()
    return Totals(
        feeds=count(feeds, feeds.c.is_enabled),
        failing=count(feeds, feeds.c.is_enabled, feeds.c.state.in_(("failing", "gone"))),
        articles=count(articles),
        developments=count(developments, developments.c.is_confirmed),
        queued=count(entries, entries.c.state == "queued"),
        failed_entries=count(entries, entries.c.state == "failed"),
        waiting=count(alert_channels, alert_channels.c.delivery_id.is_(None)),
        pending=count(deliveries, pending),
        dead=count(deliveries, is_dead, deliveries.c.is_edit.is_(False)),
        dead_edits=count(deliveries, is_dead, deliveries.c.is_edit),
        oldest_pending_at=oldest,
    )
