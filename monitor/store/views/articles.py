"""What the commands show of articles: views read straight from the tables, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlmodel import Session

from monitor.store.articles import stored_newsroom
from monitor.store.schema.date_columns import pick_columns
from monitor.store.schema.rows import as_value, as_values
from monitor.store.schema.selection import narrow, resolve_uid
from monitor.store.schema.tables import (
    article_at,
    articles,
    case_articles,
    cases,
    entries,
    feeds,
    revisions,
)
from monitor.store.views.search import is_judged_for
from monitor.text import fold


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article in one line; `published_source` and what follows it as in
    `monitor.model.DateOrigin`, empty for unknown, and `newsroom` empty where nobody says whose text
    it is.
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
    newsroom: str
    published_source: str = ""
    published_raw: str = ""
    published_flag: str = ""
    published_precision: str = ""
    is_zone_assumed: bool | None = None


@dataclass(frozen=True, slots=True)
class RevisionView:
    """A text that an article had.

    Attributes:
        published_at: its own date, where it is a later one and states it.
    """

    number: int
    title: str
    text: str
    text_hash: str
    extractor: str
    fetched_at: datetime
    published_at: datetime | None = None


def list_articles(  # noqa: PLR0913 (callers name them)
    session: Session,
    *,
    limit: int,
    case: str | None = None,
    outlet: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    only: Sequence[int] | None = None,
) -> list[ArticleView]:
    """Returns articles by publication, newest first; one without a date stands where it was found.

    Args:
        case: the slug of a case that has judged them.
        outlet: a part of the outlet's name, whatever its case and accents.
        since: from this time on; until: before this time.
        only: rows of articles; an empty list finds none.
    """
    statement = narrow(
        select(articles).order_by(article_at.desc(), articles.c.id.desc()).limit(limit),
        (only, articles.c.id.in_),
        (case, is_judged_for),
        (outlet, partial(_is_of_outlet, session)),
        (since, article_at.__ge__),
        (until, article_at.__lt__),
    )
    rows = list(session.execute(statement))
    slugs = _get_cases_of(session, [row.id for row in rows])
    return [_article_view(row, slugs.get(row.id, ())) for row in rows]


def _is_of_outlet(session: Session, name: str) -> ColumnElement[bool]:
    """Returns the condition that an outlet's name has the given part, whatever its case and
    accents.
    """
    # Told here: of letters beside ASCII SQLite knows no small form.
    stored = session.execute(select(articles.c.outlet).distinct()).scalars()
    return articles.c.outlet.in_([outlet for outlet in stored if _has_in_name(outlet, name)])


def _has_in_name(outlet: str, part: str) -> bool:
    folded = fold(part)
    # A part of marks alone means these.
    return folded in fold(outlet) if folded else part in outlet


def _get_cases_of(session: Session, article_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Returns the slugs of the cases that judged each article, sorted."""
    slugs: dict[int, tuple[str, ...]] = {}
    for row in session.execute(_select_judging(article_ids)):
        slugs[row.article_id] = (*slugs.get(row.article_id, ()), row.slug)
    return slugs


def _select_judging(article_ids: Sequence[int]) -> Select[Any]:
    """Selects the cases that judged articles, each once however many texts it judged."""
    return (
        select(case_articles.c.article_id, cases.c.slug)
        .join(cases, cases.c.id == case_articles.c.case_id)
        .where(case_articles.c.article_id.in_(article_ids))
        .distinct()
        .order_by(cases.c.slug)
    )


def _article_view(row: Any, slugs: tuple[str, ...]) -> ArticleView:
    """Returns an article with the cases that judged it."""
    return as_value(
        ArticleView,
        row,
        id=row.uid,
        cases=slugs,
        row_id=row.id,
        newsroom=stored_newsroom(row),
        **pick_columns(row),
    )


def get_article(session: Session, prefix: str) -> ArticleView:
    """Returns the article with an id that begins with the prefix.

    Raises:
        NotFound: there is none, or more than one.
    """
    row_id = resolve_uid(session, articles, prefix, "article")
    return list_articles(session, limit=1, only=[row_id])[0]


def list_revisions(session: Session, article_row_id: int) -> list[RevisionView]:
    """Returns the texts that an article had, oldest first."""
    of_article = select(revisions).where(revisions.c.article_id == article_row_id)
    return as_values(RevisionView, session.execute(of_article.order_by(revisions.c.number)))


def get_new_sentences(session: Session, article_row_id: int) -> list[str]:
    """Returns the sentences of an article that were new to some case when it was judged."""
    is_of_article = case_articles.c.article_id == article_row_id
    verdicts = session.execute(select(case_articles.c.new_sentences).where(is_of_article))
    # Several cases may hold the same sentence for new: a dict keeps each once, in order.
    texts: dict[str, None] = {}
    for row in verdicts:
        texts.update(dict.fromkeys(sentence["text"] for sentence in row.new_sentences))
    return list(texts)


def get_feeds_of(session: Session, article_ids: Sequence[int]) -> dict[int, str]:
    """Returns the titles (or URLs) of the feeds that brought each article, joined."""
    names: dict[int, str] = {}
    for row in session.execute(_select_feeds_of(article_ids)):
        names[row.article_id] = f"{names.get(row.article_id, '')} {row.title or row.url}".strip()
    return names


def _select_feeds_of(article_ids: Sequence[int]) -> Select[Any]:
    """Selects the feeds that brought articles, each once however often it brought one."""
    return (
        select(entries.c.article_id, feeds.c.title, feeds.c.url)
        .join(feeds, feeds.c.id == entries.c.feed_id)
        .where(entries.c.article_id.in_(article_ids))
        .distinct()
    )
