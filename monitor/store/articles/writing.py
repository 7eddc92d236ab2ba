"""Storing articles: one canonical URL with its spellings and its newsroom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session

from monitor.newsrooms import newsroom_of, shipped_families
from monitor.store.articles.values import FetchedArticle, hash_text, make_uid
from monitor.store.engine import insert_new, insert_row
from monitor.store.schema.date_columns import to_columns
from monitor.store.schema.tables import (
    article_urls,
    articles,
)
from monitor.urls import is_web_url


def insert_article(  # noqa: PLR0913 (callers name them)
    session: Session,
    article: FetchedArticle,
    *,
    lang: str,
    origin: str,
    found_at: datetime,
    newsroom: str | None = None,
) -> int:
    """Stores an article (not yet its text) and returns its id.

    Args:
        lang: of its text.
        origin: "feed" or "seed".
        newsroom: whose text it is; None when nobody looked.
    """
    values = _first_columns(article) | _revised_columns(article, newsroom)
    values |= {"lang": lang, "origin": origin, "found_at": found_at}
    article_id = insert_row(session, articles, values)
    add_urls(session, article_id, article.urls)
    return article_id


def _first_columns(article: FetchedArticle) -> dict[str, Any]:
    """Returns the columns of an article that stay as they were when it was first read."""
    canonical_url = article.urls[0]
    return {
        "uid": make_uid("article", *_identity(article)),
        "canonical_url": canonical_url,
        "url": article.url,
        "outlet": article.outlet,
        "author": article.author,
        "published_at": article.published_at,
        **to_columns(article.date_origin),
    }


def _identity(article: FetchedArticle) -> tuple[str, ...]:
    """Returns what an article is: its canonical address; of a seed, or an item without a link,
    whose address is our own, the text as well.
    """
    canonical_url = article.urls[0]
    if is_web_url(canonical_url):
        return (canonical_url,)
    return canonical_url, hash_text(article.title, article.text)


def update_article(
    session: Session, article_id: int, article: FetchedArticle, *, newsroom: str | None = None
) -> None:
    """Brings an article's headline, way of extraction and newsroom up to its newest revision; its
    dates and first address stay.
    """
    changed = update(articles).where(articles.c.id == article_id)
    session.execute(changed.values(**_revised_columns(article, newsroom)))


def set_newsroom(session: Session, article_id: int, newsroom: str) -> None:
    """Writes whose text an article is."""
    changed = update(articles).where(articles.c.id == article_id)
    session.execute(changed.values(newsroom=newsroom))


def get_newsroom(session: Session, article_id: int) -> str:
    """Returns whose text an article is, see `stored_newsroom`."""
    columns = (articles.c.newsroom, articles.c.canonical_url)
    found = session.execute(select(*columns).where(articles.c.id == article_id)).one()
    return stored_newsroom(found)


def stored_newsroom(row: Any) -> str:
    """Returns whose text an article is, by its row; of one from before that was kept, by its
    address.
    """
    if row.newsroom is not None:
        return str(row.newsroom)
    return newsroom_of(row.canonical_url, "", shipped_families())


def _revised_columns(article: FetchedArticle, newsroom: str | None) -> dict[str, Any]:
    """Returns the columns of an article that follow its newest revision."""
    return {
        "title": article.title,
        "summary": article.summary,
        "extraction": article.extraction.value,
        "page_status": article.page_status,
        "page_reason": article.reason,
        "newsroom": newsroom,
    }


def add_urls(session: Session, article_id: int, urls: Iterable[str]) -> None:
    """Remembers further spellings of an article's address; one that belongs to another article
    stays there.
    """
    rows = [{"url": url, "article_id": article_id} for url in dict.fromkeys(urls) if url]
    # The URL is the primary key: who had it first keeps it, whatever order two workers come in.
    insert_new(session, article_urls, rows, returning="url")
