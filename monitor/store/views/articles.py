"""What the commands show of articles, developments and alerts: views read straight from the tables,
newest first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import Session

from monitor.store.schema.date_columns import pick_columns
from monitor.store.schema.tables import (
    alert_channels,
    alerts,
    articles,
    carriers,
    case_articles,
    cases,
    deliveries,
    developments,
    entries,
    feeds,
    revisions,
)
from monitor.store.views.feeds import resolve_uid


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article in one line; `published_source` and what follows it as in
    `monitor.model.DateOrigin`, empty for unknown.
    """

    id: str
    url: str
    title: str
    outlet: str
    lang: str
    published_at: datetime | None
    found_at: datetime
    extraction: str
    cases: tuple[str, ...]
    row_id: int
    published_source: str = ""
    published_raw: str = ""
    published_flag: str = ""
    published_precision: str = ""
    is_zone_assumed: bool | None = None


@dataclass(frozen=True, slots=True)
class RevisionView:
    """A text that an article had."""

    number: int
    title: str
    text: str
    text_hash: str
    extractor: str
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class DevelopmentView:
    """A development: what happened, who told it first, who carries it."""

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


@dataclass(frozen=True, slots=True)
class CarrierView:
    """An article that reports a development."""

    outlet: str
    url: str
    title: str
    article_id: str
    published_at: datetime | None
    found_at: datetime


@dataclass(frozen=True, slots=True)
class AlertView:
    """An alert for one channel and how delivering it goes; `state` is waiting, pending, sent or
    dead.
    """

    id: str
    case: str
    summary: str
    channel: str
    cadence: str
    state: str
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    attempts: int
    delivery_id: str | None
    error: str


def _narrow(statement: Select[Any], *conditions: tuple[Any, Callable[[Any], Any]]) -> Select[Any]:
    """Adds the condition of every option that was given."""
    for value, condition in conditions:
        if value is not None:
            statement = statement.where(condition(value))
    return statement


def list_articles(
    session: Session,
    *,
    limit: int,
    case: str | None = None,
    outlet: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    only: Sequence[int] | None = None,
) -> list[ArticleView]:
    """Returns articles by publication, newest first."""
    at = func.coalesce(articles.c.published_at, articles.c.found_at)
    statement = select(articles).order_by(at.desc(), articles.c.id.desc()).limit(limit)
    judged = select(case_articles.c.article_id).join(cases, cases.c.id == case_articles.c.case_id)
    statement = _narrow(
        statement,
        (only, articles.c.id.in_),
        (case, lambda slug: articles.c.id.in_(judged.where(cases.c.slug == slug))),
        (
            outlet,
            lambda name: func.lower(articles.c.outlet).contains(name.lower(), autoescape=True),
        ),
        (since, at.__ge__),
        (until, at.__lt__),
    )
    rows = list(session.execute(statement))
    slugs = _get_cases_of(session, [row.id for row in rows])
    return [_article_view(row, slugs.get(row.id, ())) for row in rows]


def _get_cases_of(session: Session, article_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    statement = (
        select(case_articles.c.article_id, cases.c.slug)
        .join(cases, cases.c.id == case_articles.c.case_id)
        .where(case_articles.c.article_id.in_(article_ids))
        .distinct()
        .order_by(cases.c.slug)
    )
    slugs: dict[int, tuple[str, ...]] = {}
    for row in session.execute(statement):
        slugs[row.article_id] = (*slugs.get(row.article_id, ()), row.slug)
    return slugs


def _article_view(row: Any, slugs: tuple[str, ...]) -> ArticleView:
    return ArticleView(
        id=row.uid,
        url=row.url,
        title=row.title,
        outlet=row.outlet,
        lang=row.lang,
        published_at=row.published_at,
        found_at=row.found_at,
        extraction=row.extraction,
        cases=slugs,
        row_id=row.id,
        **pick_columns(row),
    )


def get_article(session: Session, prefix: str) -> ArticleView:
    """Returns the article with an id that begins with the prefix.

    Raises:
        NotFound: there is none, or more than one.
    """
    row_id = resolve_uid(session, articles, prefix, "article")
    row = session.execute(select(articles).where(articles.c.id == row_id)).one()
    return _article_view(row, _get_cases_of(session, [row_id]).get(row_id, ()))


def list_revisions(session: Session, article_row_id: int) -> list[RevisionView]:
    """Returns the texts that an article had, oldest first."""
    statement = (
        select(revisions)
        .where(revisions.c.article_id == article_row_id)
        .order_by(revisions.c.number)
    )
    return [
        RevisionView(r.number, r.title, r.text, r.text_hash, r.extractor, r.fetched_at)
        for r in session.execute(statement)
    ]


def get_new_sentences(session: Session, article_row_id: int) -> list[str]:
    """Returns the sentences of an article that were new to some case when it was judged."""
    statement = select(case_articles.c.new_sentences).where(
        case_articles.c.article_id == article_row_id
    )
    told = [
        sentence["text"] for row in session.execute(statement) for sentence in row.new_sentences
    ]
    return list(dict.fromkeys(told))


def list_developments(
    session: Session,
    *,
    limit: int,
    case: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    as_of: datetime | None = None,
    only: int | None = None,
) -> list[DevelopmentView]:
    """Returns developments, newest first; `as_of` shows what was known then, its carriers included."""
    joined = select(carriers.c.development_id, func.count().label("count")).group_by(
        carriers.c.development_id
    )
    if as_of is not None:
        joined = joined.where(carriers.c.joined_at <= as_of)
    counted = joined.subquery()
    statement = (
        select(
            developments,
            cases.c.slug,
            articles.c.outlet,
            articles.c.url,
            articles.c.uid.label("article_uid"),
            alerts.c.uid.label("alert_uid"),
            func.coalesce(counted.c.count, 0).label("carrier_count"),
        )
        .join(cases, cases.c.id == developments.c.case_id)
        .join(articles, articles.c.id == developments.c.article_id)
        .join(alerts, alerts.c.development_id == developments.c.id)
        .outerjoin(counted, counted.c.development_id == developments.c.id)
        .where(developments.c.is_confirmed)
        .order_by(developments.c.created_at.desc(), developments.c.id.desc())
        .limit(limit)
    )
    statement = _narrow(
        statement,
        (case, cases.c.slug.__eq__),
        (since, developments.c.created_at.__ge__),
        (until, developments.c.created_at.__lt__),
        (as_of, developments.c.created_at.__le__),
        (only, developments.c.id.__eq__),
    )
    return [_development_view(row) for row in session.execute(statement)]


def _development_view(row: Any) -> DevelopmentView:
    return DevelopmentView(
        id=row.uid,
        case=row.slug,
        summary=row.summary,
        outlet=row.outlet,
        url=row.url,
        article_id=row.article_uid,
        first_found_at=row.created_at,
        first_published_at=row.first_published_at,
        carriers=row.carrier_count,
        alert_id=row.alert_uid,
        row_id=row.id,
    )


def list_carriers(session: Session, development_row_id: int) -> list[CarrierView]:
    """Returns the articles that report a development, first found first."""
    statement = (
        select(articles, carriers.c.joined_at)
        .join(carriers, carriers.c.article_id == articles.c.id)
        .where(carriers.c.development_id == development_row_id)
        .order_by(carriers.c.joined_at, articles.c.id)
    )
    return [
        CarrierView(r.outlet, r.url, r.title, r.uid, r.published_at, r.found_at)
        for r in session.execute(statement)
    ]


def list_alerts(
    session: Session,
    *,
    limit: int,
    case: str | None = None,
    states: Sequence[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    only: int | None = None,
) -> list[AlertView]:
    """Returns alerts with the state of each of their channels, newest first."""
    state = func.coalesce(deliveries.c.state, "waiting").label("delivery_state")
    statement = (
        select(
            alerts.c.uid,
            cases.c.slug,
            developments.c.summary,
            alert_channels.c.channel,
            alert_channels.c.cadence,
            alert_channels.c.due_at,
            state,
            alerts.c.created_at,
            deliveries.c.sent_at,
            deliveries.c.attempts,
            deliveries.c.uid.label("delivery_uid"),
            deliveries.c.last_error,
        )
        .join(cases, cases.c.id == alerts.c.case_id)
        .join(developments, developments.c.id == alerts.c.development_id)
        .join(alert_channels, alert_channels.c.alert_id == alerts.c.id)
        .outerjoin(deliveries, deliveries.c.id == alert_channels.c.delivery_id)
        .order_by(alerts.c.created_at.desc(), alerts.c.id.desc(), alert_channels.c.channel)
        .limit(limit)
    )
    statement = _narrow(
        statement,
        (case, cases.c.slug.__eq__),
        (states or None, func.coalesce(deliveries.c.state, "waiting").in_),
        (since, alerts.c.created_at.__ge__),
        (until, alerts.c.created_at.__lt__),
        (only, alerts.c.id.__eq__),
    )
    return [
        AlertView(
            id=row.uid,
            case=row.slug,
            summary=row.summary,
            channel=row.channel,
            cadence=row.cadence,
            state=row.delivery_state,
            created_at=row.created_at,
            due_at=row.due_at,
            sent_at=row.sent_at,
            attempts=row.attempts or 0,
            delivery_id=row.delivery_uid,
            error=row.last_error or "",
        )
        for row in session.execute(statement)
    ]


def get_delivery_ids(session: Session, alert_row_id: int, channel: str | None) -> list[int]:
    """Returns the sealed deliveries of an alert, of one channel or all."""
    statement = select(alert_channels.c.delivery_id).where(
        alert_channels.c.alert_id == alert_row_id, alert_channels.c.delivery_id.is_not(None)
    )
    if channel is not None:
        statement = statement.where(alert_channels.c.channel == channel)
    return list(session.execute(statement.distinct()).scalars())


def get_with_news(session: Session, article_ids: Sequence[int]) -> set[int]:
    """Returns those of the articles that were first to tell a development."""
    statement = select(developments.c.article_id).where(developments.c.article_id.in_(article_ids))
    return set(session.execute(statement).scalars())


def get_feeds_of(session: Session, article_ids: Sequence[int]) -> dict[int, str]:
    """Returns the titles (or URLs) of the feeds that brought each article, joined."""
    statement = (
        select(entries.c.article_id, feeds.c.title, feeds.c.url)
        .join(feeds, feeds.c.id == entries.c.feed_id)
        .where(entries.c.article_id.in_(article_ids))
        .distinct()
    )
    names: dict[int, str] = {}
    for row in session.execute(statement):
        names[row.article_id] = f"{names.get(row.article_id, '')} {row.title or row.url}".strip()
    return names
