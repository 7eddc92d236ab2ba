"""What the commands show of cases and of the store as a whole, read straight from the tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, Subquery, Table, func, select
from sqlmodel import Session

from monitor.store.schema.rows import as_value
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


def list_cases(session: Session) -> list[CaseView]:
    """Returns all cases that were ever configured, those of the config first."""
    judged, news = _count_articles(), _count_developments()
    columns = (
        func.coalesce(judged.c.articles, 0).label("articles"),
        func.coalesce(news.c.developments, 0).label("developments"),
        news.c.last_development_at,
    )
    statement = (
        select(cases, *columns)
        .outerjoin(judged, judged.c.case_id == cases.c.id)
        .outerjoin(news, news.c.case_id == cases.c.id)
        .order_by(cases.c.is_enabled.desc(), cases.c.slug)
    )
    return [as_value(CaseView, row) for row in session.execute(statement)]


def _count_articles() -> Subquery:
    """Returns how many articles each case has judged."""
    articles_judged = func.count(case_articles.c.article_id.distinct()).label("articles")
    counted = select(case_articles.c.case_id, articles_judged)
    return counted.group_by(case_articles.c.case_id).subquery()


def _count_developments() -> Subquery:
    """Returns how many confirmed developments each case has, and when the last one came."""
    counts = (
        func.count().label("developments"),
        func.max(developments.c.created_at).label("last_development_at"),
    )
    counted = select(developments.c.case_id, *counts).where(developments.c.is_confirmed)
    return counted.group_by(developments.c.case_id).subquery()


def get_totals(session: Session) -> Totals:
    """Returns the figures for `monitor status`."""
    count = partial(_count, session)
    is_pending, is_dead = deliveries.c.state == "pending", deliveries.c.state == "dead"
    is_alert = deliveries.c.is_edit.is_(False)
    # An event on an edit is sealed when it happens and may be meant for next Monday.
    is_late = is_pending & (is_alert | (deliveries.c.attempts > 0))
    oldest = session.execute(select(func.min(deliveries.c.sealed_at)).where(is_late)).scalar_one()
    return Totals(
        feeds=count(feeds, feeds.c.is_enabled),
        failing=count(feeds, feeds.c.is_enabled, feeds.c.state.in_(("failing", "gone"))),
        articles=count(articles),
        developments=count(developments, developments.c.is_confirmed),
        queued=count(entries, entries.c.state == "queued"),
        failed_entries=count(entries, entries.c.state == "failed"),
        waiting=count(alert_channels, alert_channels.c.delivery_id.is_(None)),
        pending=count(deliveries, is_pending),
        dead=count(deliveries, is_dead, is_alert),
        dead_edits=count(deliveries, is_dead, deliveries.c.is_edit),
        oldest_pending_at=oldest,
    )


def _count(session: Session, table: Table, *conditions: ColumnElement[bool]) -> int:
    counted = select(func.count()).select_from(table).where(*conditions)
    return int(session.execute(counted).scalar_one())
