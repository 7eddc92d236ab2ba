"""What makes a thing itself, for its public id: a case's slug, a canonical address, a text.

Never a row's number: two databases count from one, and would give two developments the same id;
mail programs and webhook receivers then take the second for the first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Table, case, exists, func, null, or_, select, true
from sqlmodel import Session

from monitor.model import DateSource
from monitor.store.articles import make_uid
from monitor.store.schema.tables import articles, cases, revisions

_MAX_NAMESAKES = 1_000


def identify_case(session: Session, case_id: int) -> str:
    """Returns a case's slug."""
    found = select(cases.c.slug).where(cases.c.id == case_id)
    return str(session.execute(found).scalar_one())


def identify_article(session: Session, article_id: int) -> str:
    """Returns an article's canonical address."""
    found = select(articles.c.canonical_url).where(articles.c.id == article_id)
    return str(session.execute(found).scalar_one())


def identify_text(session: Session, revision_id: int) -> tuple[str, str]:
    """Returns the canonical address of an article and the hash of one of its texts."""
    joined = revisions.join(articles, articles.c.id == revisions.c.article_id)
    columns = select(articles.c.canonical_url, revisions.c.text_hash).select_from(joined)
    row = session.execute(columns.where(revisions.c.id == revision_id)).one()
    return row.canonical_url, row.text_hash


def date_text(session: Session, revision_id: int) -> datetime | None:
    """Returns when a text was published: its own date, else that of its article; None where neither
    has one, and for what an outlet made of an earlier text without dating it.
    """
    joined = revisions.join(articles, articles.c.id == revisions.c.article_id)
    is_undated = or_(is_edit(), articles.c.published_source == DateSource.FIRST_SEEN)
    of_article = case((is_undated, null()), else_=articles.c.published_at)
    at = func.coalesce(revisions.c.published_at, of_article)
    found = select(at).select_from(joined).where(revisions.c.id == revision_id)
    published_at: datetime | None = session.execute(found).scalar_one()
    return published_at


def is_edit() -> ColumnElement[bool]:
    """Returns the condition on `revisions` that a text was read as an earlier one of its article
    was: what took the place of a feed's teaser is the article as it was published.
    """
    earlier = revisions.alias("earlier")
    return exists().where(
        earlier.c.article_id == revisions.c.article_id,
        earlier.c.number < revisions.c.number,
        earlier.c.extractor == revisions.c.extractor,
    )


def free_uid(
    session: Session,
    table: Table,
    kind: str,
    *parts: str,
    besides: ColumnElement[bool] | None = None,
) -> str:
    """Returns the public id of a new thing; where another one of the table has it (a case that has
    the slug of a renamed one, a text that came back), the next that is free.

    Args:
        besides: rows that do not count as another one.
    """
    others = true() if besides is None else ~besides
    for number in range(_MAX_NAMESAKES):
        uid = make_uid(kind, *parts, *([str(number)] if number else []))
        taken = select(func.count()).select_from(table).where(table.c.uid == uid, others)
        if not session.execute(taken).scalar_one():
            return uid
    raise RuntimeError(f"{_MAX_NAMESAKES} things of {table.name} have the same parts")
