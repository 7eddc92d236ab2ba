"""What the commands show of developments: views read straight from the tables, newest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, groupby, islice, zip_longest
from operator import attrgetter
from typing import Any

from sqlalchemy import ScalarSelect, Select, Subquery, func, select
from sqlmodel import Session

from monitor.alerts.calendar import event_day
from monitor.novelty import CaseState, Holding, ToldDevelopment, read_case_state
from monitor.store.articles import stored_newsroom
from monitor.store.engine import chunks
from monitor.store.schema.rows import as_value
from monitor.store.schema.selection import narrow
from monitor.store.schema.tables import (
    alerts,
    article_at,
    articles,
    carriers,
    case_articles,
    cases,
    developments,
    revisions,
)
from monitor.store.views.corroboration import Spread, count_newsrooms, get_spreads
from monitor.store.views.search import is_judged_for
from monitor.urls import urls_in

# Its case, its first report and its alert: every confirmed development has one of each.
_COLUMNS = (
    cases.c.slug.label("case"),
    articles.c.outlet,
    articles.c.url,
    articles.c.uid.label("article_uid"),
    alerts.c.uid.label("alert_uid"),
)
# Of a development that says what holds.
_TOLD_COLUMNS = (
    cases.c.slug,
    developments.c.uid,
    developments.c.event_keys,
    developments.c.created_at,
    developments.c.summary,
    developments.c.tier,
    articles.c.title,
    cases.c.title.label("subject"),
)


@dataclass(frozen=True, slots=True)
class DevelopmentView:
    """A development: what happened, who reported it first, who carries it.

    Attributes:
        tier: see `monitor.model.Verdict`; None in developments from before there were tiers.
        newsrooms: how many have it, see `monitor.newsrooms`.
        changes: what it changed in the state of its case, pairs of aspect and value.
        event_date: the day on which it happened; None where its reports do not say.
        first_outlet: who published it first; next_outlet: who of another newsroom came next, empty
            where none did.
        lead_seconds: by how much the first was before that one; None without one.
        named_urls: addresses that its new sentences name: filings, orders, letters.
        revisions: how many texts its report has had; 1 for as it was published.
    """

    id: str
    case: str
    summary: str
    outlet: str
    url: str
    article_id: str
    first_found_at: datetime
    first_published_at: datetime | None
    carriers: int
    alert_id: str
    row_id: int
    tier: int | None
    newsrooms: int
    changes: tuple[tuple[str, str], ...] = ()
    event_date: date | None = None
    first_outlet: str = ""
    next_outlet: str = ""
    lead_seconds: int | None = None
    named_urls: tuple[str, ...] = ()
    revisions: int = 1


@dataclass(frozen=True, slots=True)
class CarrierView:
    """An article that reports a development; `newsroom` is empty where nobody says whose text it
    is.
    """

    outlet: str
    url: str
    title: str
    article_id: str
    published_at: datetime | None
    found_at: datetime
    newsroom: str


def list_developments(  # noqa: PLR0913 (callers name them)
    session: Session,
    *,
    limit: int | None,
    case: str | None = None,
    tiers: Sequence[int] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    as_of: datetime | None = None,
    only: int | None = None,
) -> list[DevelopmentView]:
    """Returns confirmed developments, newest first.

    Args:
        limit: None for all.
        case: the slug of the case that they belong to.
        tiers: any of 1, 2 and 3; none asks for all, those without a tier included.
        since: born at this time or later; until: born before this time.
        only: the row of a single development.
        as_of: shows what was known then, with those who carried it then.
    """
    statement = narrow(
        _select_developments(as_of).limit(limit),
        (case, cases.c.slug.__eq__),
        (tiers or None, developments.c.tier.in_),
        (since, developments.c.created_at.__ge__),
        (until, developments.c.created_at.__lt__),
        (as_of, developments.c.created_at.__le__),
        (only, developments.c.id.__eq__),
    )
    rows = list(session.execute(statement))
    row_ids = list(map(attrgetter("id"), rows))
    beside = _Beside(
        get_spreads(session, row_ids, as_of=as_of),
        get_quotes(session, row_ids),
        _get_changes(session, set(map(attrgetter("case"), rows))),
    )
    return [_development_view(row, beside) for row in rows]


@dataclass(frozen=True, slots=True)
class _Beside:
    """What is read of all developments together: by row, changes by public id."""

    spreads: Mapping[int, Spread]
    quotes: Mapping[int, Sequence[str]]
    changes: Mapping[str, Sequence[Holding]]


def get_case_state(session: Session, slug: str) -> CaseState:
    """Returns what holds in a case after all that was told of it."""
    return get_case_states(session, [slug]).get(slug) or read_case_state(())


def _get_changes(session: Session, slugs: Collection[str]) -> dict[str, tuple[Holding, ...]]:
    """Returns what each development of some cases changed in its case, by its public id."""
    changes: dict[str, tuple[Holding, ...]] = {}
    for state in get_case_states(session, slugs).values():
        changes.update(state.changes)
    return changes


def get_case_states(session: Session, slugs: Collection[str]) -> dict[str, CaseState]:
    """Returns what holds in each case that anything was told of, after all that was."""
    # What holds depends on everything before. One row at a time: each alert asks, and all that a
    # case of years has told would be in memory beside the alert.
    cases_told = groupby(session.execute(_select_told(slugs)), key=attrgetter("slug"))
    return {slug: read_case_state(map(_told_development, told)) for slug, told in cases_told}


def _select_told(slugs: Collection[str]) -> Select[Any]:
    """Selects all confirmed developments, case by case in the order in which they were told."""
    return (
        select(*_TOLD_COLUMNS)
        .join(cases, cases.c.id == developments.c.case_id)
        .join(articles, articles.c.id == developments.c.article_id)
        .where(cases.c.slug.in_(slugs), developments.c.is_confirmed)
        .order_by(cases.c.slug, developments.c.created_at, developments.c.id)
    )


def _told_development(row: Any) -> ToldDevelopment:
    return as_value(
        ToldDevelopment,
        row,
        development_id=row.uid,
        day=row.created_at.date(),
        event_keys=tuple(row.event_keys),
    )


def count_articles_by_day(session: Session, slug: str) -> dict[date, int]:
    """Returns how many articles of a case were published on each day (UTC) that has one."""
    of_case = select(articles.c.id, article_at.label("at")).where(is_judged_for(slug))
    return dict(Counter(row.at.date() for row in session.execute(of_case)))


def count_tiers(session: Session, slug: str) -> dict[int, int]:
    """Returns how many confirmed developments of each tier a case has; those of before there were
    tiers are left out.
    """
    counted = (
        select(developments.c.tier, func.count().label("total"))
        .join(cases, cases.c.id == developments.c.case_id)
        .where(cases.c.slug == slug, developments.c.is_confirmed)
        .group_by(developments.c.tier)
        .order_by(developments.c.tier)
    )
    rows = session.execute(counted.where(developments.c.tier.is_not(None)))
    return {row.tier: row.total for row in rows}


def _select_developments(as_of: datetime | None) -> Select[Any]:
    """Selects confirmed developments, newest first, each with its first report and its alert."""
    counted = _count_carriers(as_of)
    carried = func.coalesce(counted.c.count, 0).label("carriers")
    return (
        select(developments, *_COLUMNS, carried, _count_texts(as_of).label("revisions"))
        .join(cases, cases.c.id == developments.c.case_id)
        .join(articles, articles.c.id == developments.c.article_id)
        .join(alerts, alerts.c.development_id == developments.c.id)
        .outerjoin(counted, counted.c.development_id == developments.c.id)
        .where(developments.c.is_confirmed)
        .order_by(developments.c.created_at.desc(), developments.c.id.desc())
    )


def _count_carriers(as_of: datetime | None) -> Subquery:
    """Returns how many articles carried each development at a time, now by default."""
    counted = select(carriers.c.development_id, func.count().label("count"))
    counted = narrow(counted, (as_of, carriers.c.joined_at.__le__))
    return counted.group_by(carriers.c.development_id).subquery()


def _count_texts(as_of: datetime | None) -> ScalarSelect[int]:
    """Returns how many texts the first report of a development had at a time, now by default."""
    counted = select(func.count()).where(revisions.c.article_id == developments.c.article_id)
    return narrow(counted, (as_of, revisions.c.fetched_at.__le__)).scalar_subquery()


def _development_view(row: Any, beside: _Beside) -> DevelopmentView:
    """Returns a development under the ids that people see."""
    spread, quotes = beside.spreads[row.id], beside.quotes.get(row.id, ())
    changes = beside.changes.get(row.uid, ())
    return as_value(
        DevelopmentView,
        row,
        id=row.uid,
        article_id=row.article_uid,
        first_found_at=row.created_at,
        alert_id=row.alert_uid,
        row_id=row.id,
        newsrooms=count_newsrooms(spread.newsrooms),
        changes=tuple((one.aspect, one.value) for one in changes),
        event_date=event_day(row.event_keys, row.summary, row.created_at.date()),
        first_outlet=spread.first or row.outlet,
        next_outlet=spread.following,
        lead_seconds=None if spread.lead is None else int(spread.lead.total_seconds()),
        named_urls=tuple(dict.fromkeys(chain.from_iterable(map(urls_in, quotes)))),
        revisions=row.revisions or 1,
    )


def choose_top(
    found: Sequence[DevelopmentView], weights: Mapping[date, float], count: int
) -> list[DevelopmentView]:
    """Returns the developments that matter most, in the order in which they came: of the days with
    the greatest weight one each, the one that most newsrooms have; further ones of the same days
    only where days are fewer than wanted.

    Args:
        weights: how much each day matters, see `timeline.mentions.weigh_days`.
    """
    # One a day first: two reports of one hearing would take the place of another day.
    by_day: dict[date, list[DevelopmentView]] = {}
    for one in sorted(found, key=_spread, reverse=True):
        by_day.setdefault(one.event_date or one.first_found_at.date(), []).append(one)
    days = sorted(by_day, key=lambda day: (-weights.get(day, 0), day))
    # The days side by side: all firsts, then all seconds.
    rounds = chain.from_iterable(zip_longest(*(by_day[day] for day in days)))
    chosen = {one.id for one in islice(filter(None, rounds), count)}
    return [one for one in found if one.id in chosen]


def _spread(development: DevelopmentView) -> tuple[int, int]:
    return development.newsrooms, development.carriers


def get_quotes(session: Session, development_ids: Collection[int]) -> dict[int, list[str]]:
    """Returns the new sentences of the first report of each development."""
    quotes: dict[int, list[str]] = {}
    for part in chunks(list(development_ids)):
        for row in session.execute(_select_new_sentences(part)):
            quotes[row.id] = [sentence["text"] for sentence in row.new_sentences]
    return quotes


def _select_new_sentences(development_ids: Collection[int]) -> Select[Any]:
    return (
        select(developments.c.id, case_articles.c.new_sentences)
        .join(case_articles, case_articles.c.id == developments.c.case_article_id)
        .where(developments.c.id.in_(development_ids))
    )


def list_carriers(session: Session, development_row_id: int) -> list[CarrierView]:
    """Returns the articles that report a development, first found first."""
    rows = session.execute(_select_carriers(development_row_id))
    return list(map(_carrier_view, rows))


def _carrier_view(row: Any) -> CarrierView:
    """Returns an article that reports a development under the id that people see."""
    return as_value(CarrierView, row, article_id=row.uid, newsroom=stored_newsroom(row))


def _select_carriers(development_row_id: int) -> Select[Any]:
    """Selects the articles that report a development in the order in which they joined it."""
    return (
        select(articles, carriers.c.joined_at)
        .join(carriers, carriers.c.article_id == articles.c.id)
        .where(carriers.c.development_id == development_row_id)
        .order_by(carriers.c.joined_at, articles.c.id)
    )


def get_with_news(session: Session, article_ids: Sequence[int]) -> set[int]:
    """Returns those of the articles that were first to tell a development."""
    statement = select(developments.c.article_id).where(developments.c.article_id.in_(article_ids))
    return set(session.execute(statement).scalars())
