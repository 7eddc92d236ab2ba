"""What the commands show of cases and of the store as a whole: views read straight from the tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, func, select
from sqlmodel import Session

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
