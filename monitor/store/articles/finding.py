"""Finding stored articles: by an address, by what they are, with their newest text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlmodel import Session

from monitor.model import (
    Extraction,
)
from monitor.store.articles.values import FetchedArticle, StoredArticle
from monitor.store.schema.rows import as_value
from monitor.store.schema.tables import (
    article_at,
    article_urls,
    articles,
    revisions,
)
from monitor.urls import site_of

# Articles that one condition may find; only the republished can be several.
_MAX_FOUND = 50
# The newest revision beside its article; what both tables name alike gets a name of its own.
_REVISION_COLUMNS = (
    revisions.c.id.label("revision_id"),
    revisions.c.number.label("revision"),
    revisions.c.title.label("headline"),
    revisions.c.text,
    revisions.c.text_hash,
    revisions.c.extractor,
)


def is_newest_revision() -> ColumnElement[bool]:
    """Returns the condition that ties an article to the newest of its revisions."""
    # Of the article at hand: grouped over all articles it took as long as there are many.
    others = revisions.alias("others")
    numbers = select(func.max(others.c.number)).where(others.c.article_id == articles.c.id)
    newest = numbers.correlate(articles).scalar_subquery()
    return and_(revisions.c.article_id == articles.c.id, revisions.c.number == newest)


def find_article(session: Session, urls: Iterable[str]) -> StoredArticle | None:
    """Returns the article known under one of the spellings, None when there is none."""
    return next(iter(_find(session, _is_known_under(urls))), None)


def _is_known_under(urls: Iterable[str]) -> ColumnElement[bool]:
    """Returns the condition that an article was met under one of these spellings."""
    known = select(article_urls.c.article_id).where(article_urls.c.url.in_(list(urls)))
    return articles.c.id.in_(known)


def get_stored(session: Session, article_id: int) -> StoredArticle:
    """Returns a stored article with its newest revision."""
    return _find(session, articles.c.id == article_id)[0]


def find_republished(session: Session, article: FetchedArticle) -> StoredArticle | None:
    """Returns the article that the same site published at the same time with the same headline and
    text under another URL.
    """
    site = site_of(article.url)
    # The site is no column: what other sites published so is found, too, and left aside here.
    for found in _find(session, _is_same_publication(article)):
        if site_of(found.url) == site:
            return found
    return None


def _is_same_publication(article: FetchedArticle) -> ColumnElement[bool]:
    """Returns the condition that an article has the text and the date of another."""
    return and_(
        revisions.c.text_hash == article.text_hash,
        articles.c.published_at == article.published_at,
    )


def _find(session: Session, condition: ColumnElement[bool]) -> list[StoredArticle]:
    """Returns the articles under a condition with their newest text, at most `_MAX_FOUND`, the
    oldest stored first.
    """
    found = _select_stored().where(condition).order_by(articles.c.id).limit(_MAX_FOUND)
    return list(map(_stored, session.execute(found)))


def get_stored_articles(session: Session, article_ids: Sequence[int]) -> list[StoredArticle]:
    """Returns articles with their newest text, oldest published first."""
    chosen = _select_stored().where(articles.c.id.in_(article_ids))
    # Many articles share a date: the row breaks ties, so that the order is always the same.
    found = session.execute(chosen.order_by(article_at, articles.c.id))
    return list(map(_stored, found))


def get_titles(session: Session, article_ids: Sequence[int]) -> dict[int, str]:
    """Returns the headlines of articles."""
    chosen = select(articles.c.id, articles.c.title).where(articles.c.id.in_(article_ids))
    return dict(session.execute(chosen).all())


def _select_stored() -> Select[Any]:
    """Selects articles with the columns of their newest revision."""
    with_text = articles.join(revisions, is_newest_revision())
    return select(articles, *_REVISION_COLUMNS).select_from(with_text)


def _stored(row: Any) -> StoredArticle:
    """Returns an article as `_select_stored` found it."""
    # Headline and text are of one revision, whatever the article's own row says.
    return as_value(StoredArticle, row, title=row.headline, extraction=Extraction(row.extraction))
