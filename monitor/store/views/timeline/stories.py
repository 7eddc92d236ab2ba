"""Stories: the articles of a case on one happening, and whose text each of them has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import Session

from monitor.store.articles import stored_newsroom
from monitor.store.schema.rows import as_value
from monitor.store.schema.selection import narrow, resolve_uid
from monitor.store.schema.tables import article_at, articles, case_articles, cases, stories
from monitor.store.stories import follow_merges
from monitor.urls import registered_domain


@dataclass(frozen=True, slots=True)
class StoryView:
    """A story in one line; `title` is that of its first article where that has one, `articles`
    counts those of all outlets.
    """

    id: str
    case: str
    title: str
    outlet: str
    articles: int
    outlets: int
    first_at: datetime
    last_at: datetime
    row_id: int


@dataclass(frozen=True, slots=True)
class StoryArticle:
    """An article of a story.

    Attributes:
        relation: how it stands to what the case had: "new", "copy", …
        newsroom: whose text it is; empty where nobody says.
    """

    id: str
    outlet: str
    title: str
    url: str
    published_at: datetime | None
    found_at: datetime
    relation: str
    newsroom: str
    has_news: bool


@dataclass(frozen=True, slots=True)
class StoryText:
    """The articles of a story that have the text of one newsroom, first published first.

    Attributes:
        basis: "credit_line" where another site's article names the newsroom, else "earliest", or
            "unknown" where nobody says whose text it is.
    """

    newsroom: str
    basis: str
    first_at: datetime
    articles: tuple[StoryArticle, ...]


def list_stories(
    session: Session,
    *,
    limit: int,
    case: str | None = None,
    since: datetime | None = None,
    only: int | None = None,
) -> list[StoryView]:
    """Returns the stories of cases, the one with the newest article first.

    Args:
        since: with an article of this time or later.
    """
    statement = narrow(
        _select_stories().limit(limit),
        (case, cases.c.slug.__eq__),
        (only, stories.c.id.__eq__),
    )
    # Of the whole story, so that it is asked for after the articles were gathered.
    if since is not None:
        statement = statement.having(func.max(article_at) >= since)
    return [
        as_value(StoryView, row, id=row.uid, row_id=row.id) for row in session.execute(statement)
    ]


def _select_stories() -> Select[Any]:
    first = articles.alias("first")
    counted = func.count(articles.c.id.distinct()).label("articles")
    # A seed may have no title; then any other names the story as well.
    named = func.coalesce(func.nullif(first.c.title, ""), func.max(articles.c.title))
    return (
        select(
            stories.c.id,
            stories.c.uid,
            cases.c.slug.label("case"),
            named.label("title"),
            first.c.outlet,
            counted,
            func.count(articles.c.outlet.distinct()).label("outlets"),
            func.min(article_at).label("first_at"),
            func.max(article_at).label("last_at"),
        )
        .join(cases, cases.c.id == stories.c.case_id)
        .join(first, first.c.id == stories.c.first_article_id)
        .join(case_articles, case_articles.c.story_id == stories.c.id)
        .join(articles, articles.c.id == case_articles.c.article_id)
        .group_by(stories.c.id, stories.c.uid, cases.c.slug, first.c.title, first.c.outlet)
        .order_by(func.max(article_at).desc(), stories.c.id.desc())
    )


def get_story(session: Session, prefix: str) -> tuple[StoryView, list[StoryText]]:
    """Returns a story with its texts, the one that was published first before the others.

    Raises:
        NotFound: no story has that id, or several begin with it.
    """
    # One whose articles went into another is that other one.
    row_id = follow_merges(session, resolve_uid(session, stories, prefix, "story"))
    (story,) = list_stories(session, limit=1, only=row_id)
    rows = session.execute(_select_articles(row_id))
    # An article that was judged twice stands once, as it was judged last.
    # Later verdicts come later and take the place of earlier ones.
    found = {row.id: _story_article(row) for row in rows}
    return story, fold_texts(found.values())


def _select_articles(story_id: int) -> Select[Any]:
    verdicts = (case_articles.c.relation, case_articles.c.outcome)
    return (
        select(articles, *verdicts)
        .join(case_articles, case_articles.c.article_id == articles.c.id)
        .where(case_articles.c.story_id == story_id)
        .order_by(case_articles.c.id)
    )


def _story_article(row: Any) -> StoryArticle:
    return as_value(
        StoryArticle,
        row,
        id=row.uid,
        newsroom=stored_newsroom(row),
        has_news=row.outcome == "alert",
    )


def fold_texts(found: Iterable[StoryArticle]) -> list[StoryText]:
    """Returns articles by whose text they have: what one newsroom wrote is one text, however many
    outlets carry it. An article of which nobody knows whose it is stands alone.
    """
    texts: dict[str, list[StoryArticle]] = {}
    for one in sorted(found, key=_published):
        texts.setdefault(one.newsroom or one.id, []).append(one)
    return [_text(carried) for carried in texts.values()]


def _text(carried: Sequence[StoryArticle]) -> StoryText:
    newsroom = carried[0].newsroom
    basis = "earliest" if newsroom else "unknown"
    # Its own site needs no credit line: somebody else's article named it.
    if newsroom and len({registered_domain(one.url) for one in carried}) > 1:
        basis = "credit_line"
    return StoryText(newsroom, basis, _published(carried[0]), tuple(carried))


def _published(article: StoryArticle) -> datetime:
    return article.published_at or article.found_at


def get_stories_of(session: Session, article_id: int) -> list[str]:
    """Returns the ids of the stories that an article, by its row, belongs to: one a case."""
    of_article = (
        select(stories.c.uid)
        .join(case_articles, case_articles.c.story_id == stories.c.id)
        .where(case_articles.c.article_id == article_id)
    )
    return list(session.execute(of_article.distinct().order_by(stories.c.uid)).scalars())
