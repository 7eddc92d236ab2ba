"""What a development changed in its case, which known day of the case comes next, and what came
last.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlmodel import Session

from monitor.alerts.calendar import Agenda, KnownDay, said_on
from monitor.alerts.notices.heartbeat import CaseNews
from monitor.alerts.payload import StatePart
from monitor.novelty import Holding, stands_apart
from monitor.store.schema.tables import case_articles, cases, developments
from monitor.store.views.developments import get_case_states

# Reports name days by month and day alone; what was said longer ago means another year.
_LOOK_BACK = timedelta(days=200)
_MAX_READ = 300  # newest developments whose sentences are read for days ahead


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds around the developments of some cases.

    Attributes:
        changes: what each development changed, by its public id.
        next_dates: the next known day of each case that has one, by slug.
    """

    changes: Mapping[str, tuple[StatePart, ...]] = field(default_factory=dict)
    next_dates: Mapping[str, KnownDay] = field(default_factory=dict)


def get_standing(session: Session, titles: Mapping[str, str], now: datetime) -> Standing:
    """Returns what the developments of cases changed, and what lies ahead.

    Args:
        titles: of the cases, by slug.
        now: on the clock of the place where they happen.
    """
    changes: dict[str, tuple[StatePart, ...]] = {}
    for slug, state in get_case_states(session, titles).items():
        changes |= _with_before(titles[slug], state.changes)
    return Standing(changes, get_next_dates(session, titles, now))


def _with_before(
    title: str, changes: Mapping[str, Sequence[Holding]]
) -> dict[str, tuple[StatePart, ...]]:
    """Returns changes with what held before each, by development in the order of telling."""
    before: dict[str, str] = {}
    found = {}
    for development_id, changed in changes.items():
        # As it was before this one: a development may change two aspects.
        found[development_id] = tuple(_state_part(title, one, before) for one in changed)
        before |= dict(map(attrgetter("aspect", "value"), changed))
    return found


def _state_part(title: str, holding: Holding, before: Mapping[str, str]) -> StatePart:
    held = "" if stands_apart(holding) else before.get(holding.aspect, "")
    return StatePart(title, holding.aspect, held, holding.value)


def get_next_dates(session: Session, slugs: Collection[str], now: datetime) -> dict[str, KnownDay]:
    """Returns the next day that the developments of each case name.

    Args:
        now: on the clock of the place where the cases happen: that says which day it is there.
    """
    agendas = _read_agendas(session, slugs, now)
    return {slug: day for slug, agenda in agendas.items() if (day := agenda.next_day)}


def get_days_ahead(session: Session, slug: str, now: datetime) -> list[KnownDay]:
    """Returns all known days of a case that lie ahead, the next one first.

    Args:
        now: on the clock of the place where the case happens.
    """
    agenda = _read_agendas(session, [slug], now).get(slug)
    return sorted(agenda.days.values(), key=attrgetter("day")) if agenda else []


def _read_agendas(session: Session, slugs: Collection[str], now: datetime) -> dict[str, Agenda]:
    agendas: dict[str, Agenda] = {}
    # One row at a time: all sentences together are megabytes, and each alert asks.
    for row in session.execute(_select_recent(slugs, now)):
        agenda = agendas.setdefault(row.slug, Agenda(now.date()))
        texts = (row.summary, *(sentence["text"] for sentence in row.new_sentences))
        agenda.read(texts, said_on(row.first_published_at, row.created_at, now.tzinfo))
    return agendas


def _select_recent(slugs: Collection[str], now: datetime) -> Select[Any]:
    """Selects what the newest confirmed developments of cases say."""
    columns = (cases.c.slug, developments.c.summary, case_articles.c.new_sentences)
    return (
        select(*columns, developments.c.created_at, developments.c.first_published_at)
        .join(cases, cases.c.id == developments.c.case_id)
        .join(case_articles, case_articles.c.id == developments.c.case_article_id)
        .where(
            cases.c.slug.in_(slugs),
            developments.c.is_confirmed,
            developments.c.created_at > now.astimezone(UTC) - _LOOK_BACK,
        )
        .order_by(developments.c.created_at.desc(), developments.c.id.desc())
        .limit(_MAX_READ)
    )


def get_case_news(
    session: Session, titles: Mapping[str, str], *, since: datetime
) -> list[CaseNews]:
    """Returns how many confirmed developments each case has had since a time, and its last one.

    Args:
        titles: of the cases, by slug, in the order in which they are told.
    """
    counts = {row.slug: row for row in session.execute(_count_news(titles, since))}
    newest = select(developments.c.id, developments.c.created_at, developments.c.summary).where(
        developments.c.id.in_(list(map(attrgetter("newest"), counts.values())))
    )
    last = {row.id: row for row in session.execute(newest)}
    return [_case_news(title, counts.get(slug), last) for slug, title in titles.items()]


def _count_news(slugs: Collection[str], since: datetime) -> Select[Any]:
    """Selects what is counted of the confirmed developments of cases."""
    is_recent = case((developments.c.created_at > since, 1), else_=0)
    columns = (func.sum(is_recent).label("recent"), func.max(developments.c.id).label("newest"))
    return (
        select(cases.c.slug, *columns)
        .join(developments, developments.c.case_id == cases.c.id)
        .where(cases.c.slug.in_(slugs), developments.c.is_confirmed)
        .group_by(cases.c.slug)
    )


def _case_news(title: str, counted: Any, last: Mapping[int, Any]) -> CaseNews:
    if counted is None:
        return CaseNews(title, 0)
    newest = last[counted.newest]
    return CaseNews(title, int(counted.recent), newest.created_at, newest.summary)
