"""Searching: the full-text index narrows, the query language decides, the best come first."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from monitor.matching import Folded, compile_query
from monitor.model import Fields, Match
from monitor.store.articles import get_article_texts
from monitor.store.views.articles import ArticleView, get_feeds_of, list_articles
from monitor.store.views.developments import get_with_news
from monitor.store.views.search import find_articles
from monitor.text import fold_words

TITLE_WEIGHT = 3.0


@dataclass(frozen=True, slots=True)
class Hit:
    """A stored article that a query matches.

    Attributes:
        words: folded words and `prefix*` that the query looks for.
        score: above 0, higher is better.
    """

    article: ArticleView
    snippet: str
    words: frozenset[str]
    score: float


def search_articles(
    session: Session,
    query: str,
    *,
    now: datetime,
    limit: int,
    case: str | None = None,
    is_new_only: bool = False,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Hit]:
    """Returns the stored articles that the query matches, best first.

    Raises:
        QueryError: the query cannot be read.
        MonitorError: a regular expression in it takes too long.
    """
    compiled = compile_query(query)
    ids = find_articles(session, compiled.prefilter(), case=case, since=since, until=until)
    if is_new_only:
        with_news = get_with_news(session, ids)
        ids = [article_id for article_id in ids if article_id in with_news]
    texts = {one.id: one for one in get_article_texts(session, ids)}
    feeds = get_feeds_of(session, ids)
    looked_for = frozenset(word for term in compiled.terms for word in _words_of(term))
    hits = []
    for article in list_articles(session, limit=max(1, len(ids)), only=ids):
        fields = Fields(
            title=article.title,
            summary=texts[article.row_id].summary,
            text=texts[article.row_id].text,
            url=article.url,
            outlet=article.outlet,
            lang=article.lang,
            feed=feeds.get(article.row_id, ""),
            at=article.published_at or article.found_at,
        )
        match = compiled.match(Folded.of(fields), now=now)
        if match is not None:
            hits.append(_hit(article, match, looked_for))
    # The sort is stable: equally good ones stay newest first.
    return sorted(hits, key=lambda hit: -hit.score)[:limit]


def _words_of(term: str) -> list[str]:
    """Returns the folded words of a term as it was written, a prefix with its star."""
    found = []
    for part in term.split():
        folded = fold_words(part)
        found += [f"{folded[-1]}*"] if folded and part.rstrip('")').endswith("*") else folded
    return found


def _hit(article: ArticleView, match: Match, looked_for: frozenset[str]) -> Hit:
    in_title = sum(term.field == "title" for term in match.terms)
    in_text = len(match.terms) - in_title
    snippets = [term.snippet for term in match.terms if term.field == "text"] or [
        term.snippet for term in match.terms
    ]
    score = 1.0 + TITLE_WEIGHT * in_title + math.log1p(in_text)
    return Hit(article, snippets[0] if snippets else article.title, looked_for, score)
