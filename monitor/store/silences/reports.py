"""The first reports of developments, and edited articles: what channels and silences choose by."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import Select, case, select
from sqlmodel import Session

from monitor.model import Fields
from monitor.store.articles import stored_newsroom
from monitor.store.articles.finding import is_newest_revision
from monitor.store.engine import chunks
from monitor.store.schema.tables import alerts, articles, developments, edits, revisions, stories
from monitor.store.schema.tables import case_articles as verdicts
from monitor.text import fold


@dataclass(frozen=True, slots=True)
class ReportedNews:
    """A development with its first report.

    Attributes:
        story: its public id.
        names: of the outlet and its newsroom.
        fields: what a query sees of it.
    """

    development_id: int
    alert_id: int
    case_id: int
    story: str
    tier: int | None
    names: tuple[str, ...]
    fields: Fields


def get_reports(session: Session, development_ids: Collection[int]) -> list[ReportedNews]:
    """Returns developments with their first reports, by their rows."""
    found: list[ReportedNews] = []
    # A roll-up may have hundreds, a statement only so many values.
    for part in chunks(list(development_ids)):
        rows = session.execute(_select_reports().where(developments.c.id.in_(part)))
        found += map(_report, rows)
    return found


def knows_outlet(session: Session, name: str, case_id: int | None) -> bool:
    """Says whether a stored article is of an outlet or newsroom that a silence may be about.

    Args:
        case_id: of the case whose articles are looked at; None for all.
    """
    known = chain.from_iterable(map(_names_of, session.execute(_select_names(case_id))))
    return fold(name) in map(fold, known)


def _select_names(case_id: int | None) -> Select[Any]:
    """Selects every outlet once with each newsroom, by an address where nobody stored that."""
    address = case((articles.c.newsroom.is_(None), articles.c.canonical_url), else_="")
    columns = (articles.c.outlet, articles.c.newsroom, address.label("canonical_url"))
    of_case = select(verdicts.c.article_id).where(verdicts.c.case_id == case_id)
    names = select(*columns).distinct()
    return names if case_id is None else names.where(articles.c.id.in_(of_case))


def _select_reports() -> Select[Any]:
    columns = (
        developments.c.id.label("development_row"),
        alerts.c.id.label("alert_row"),
        developments.c.tier.label("told_tier"),
        developments.c.case_id,
        stories.c.uid.label("story_uid"),
        revisions.c.text,
        revisions.c.lang.label("text_lang"),
    )
    return (
        select(articles, *columns)
        .select_from(developments)
        .join(alerts, alerts.c.development_id == developments.c.id)
        .join(stories, stories.c.id == developments.c.story_id)
        .join(articles, articles.c.id == developments.c.article_id)
        .join(verdicts, verdicts.c.id == developments.c.case_article_id)
        .join(revisions, revisions.c.id == verdicts.c.revision_id)
    )


def _names_of(row: Any) -> tuple[str, str]:
    """Returns by what names an article's outlet is known: its own and that of its newsroom."""
    return row.outlet, stored_newsroom(row)


@dataclass(frozen=True, slots=True)
class EditedText:
    """An article that its outlet changed or took away, as it reads now; see `ReportedNews`."""

    names: tuple[str, ...]
    fields: Fields


def get_edited(session: Session, edit_id: int) -> EditedText:
    """Returns the article of an edit with its newest text."""
    joined = articles.join(edits, edits.c.article_id == articles.c.id)
    with_text = joined.join(revisions, is_newest_revision())
    columns = (articles, revisions.c.text, revisions.c.lang.label("text_lang"))
    found = select(*columns).select_from(with_text).where(edits.c.id == edit_id)
    row = session.execute(found).one()
    return EditedText((row.outlet, stored_newsroom(row)), _fields(row))


def _fields(row: Any) -> Fields:
    return Fields(
        title=row.title,
        summary=row.summary,
        text=row.text,
        url=row.url,
        outlet=row.outlet,
        lang=(row.text_lang or row.lang or "")[:2],
        at=row.published_at or row.found_at,
    )


def _report(row: Any) -> ReportedNews:
    return ReportedNews(
        development_id=row.development_row,
        alert_id=row.alert_row,
        case_id=row.case_id,
        story=row.story_uid,
        tier=row.told_tier,
        names=_names_of(row),
        fields=_fields(row),
    )
