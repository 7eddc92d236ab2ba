"""What the commands show of cases and of the store as a whole, read straight from the tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Subquery, Table, func, select
from sqlmodel import Session

from monitor.store.schema.rows import as_values
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


_IS_PENDING = deliveries.c.state == "pending"
_IS_DEAD = deliveries.c.state == "dead"
_IS_ALERT = deliveries.c.is_edit.is_(False)
# An event on an edit is sealed when it happens and may be meant for next Monday; what a restore
# holds waits for a word and not for its channel.
_IS_HELD = deliveries.c.parked_at.is_not(None)
_IS_LATE = _IS_PENDING & ~_IS_HELD & (_IS_ALERT | (deliveries.c.attempts > 0))
# Each count of `Totals`: the table, and the conditions that a row has to meet.
_COUNTED: dict[str, tuple[Any, ...]] = {
    "feeds": (feeds, feeds.c.is_enabled),
    "failing": (feeds, feeds.c.is_enabled, feeds.c.state.in_(("failing", "gone"))),
    "articles": (articles,),
    "developments": (developments, developments.c.is_confirmed),
    "queued": (entries, entries.c.state == "queued"),
    "failed_entries": (entries, entries.c.state == "failed"),
    "waiting": (alert_channels, alert_channels.c.delivery_id.is_(None)),
    "pending": (deliveries, _IS_PENDING),
    "dead": (deliveries, _IS_DEAD, _IS_ALERT),
    "dead_edits": (deliveries, _IS_DEAD, deliveries.c.is_edit),
}


def list_cases(session: Session) -> list[CaseView]:
    """Returns all cases that were ever configured, those of the config first."""
    judged, news = _count_articles(), _count_developments()
    # A case without articles has no row in either count.
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
    return as_values(CaseView, session.execute(statement))


def get_case_titles(session: Session) -> dict[str, str]:
    """Returns the titles of all cases by slug, also of those that left the config."""
    return {row.slug: row.title for row in session.execute(select(cases.c.slug, cases.c.title))}


def _count_articles() -> Subquery:
    """Returns how many articles each case has judged."""
    # Not verdicts: an edited article is judged again and stays one.
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
    counts = {name: _count(session, *counted) for name, counted in _COUNTED.items()}
    oldest = select(func.min(deliveries.c.sealed_at)).where(_IS_LATE)
    return Totals(**counts, oldest_pending_at=session.execute(oldest).scalar_one())


def _count(session: Session, table: Table, *conditions: ColumnElement[bool]) -> int:
    """Returns how many rows of a table meet all conditions."""
    counted = select(func.count()).select_from(table).where(*conditions)
    return int(session.execute(counted).scalar_one())


def get_first_case_at(session: Session) -> datetime | None:
    """Returns when the first case was stored; None while there is none."""
    return session.execute(select(func.min(cases.c.created_at))).scalar()
