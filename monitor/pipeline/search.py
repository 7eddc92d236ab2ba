"""Searching: the full-text index narrows, the query language decides, the best come first."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from operator import attrgetter

from sqlmodel import Session

from monitor.matching import Folded, Query, compile_query
from monitor.model import Match
from monitor.model.matching import Facet
from monitor.pipeline.fields import article_fields
from monitor.store.articles import get_stored_articles, get_titles
from monitor.store.engine import chunks
from monitor.store.views.articles import ArticleView, get_feeds_of, list_articles
from monitor.store.views.search import find_articles
from monitor.text import fold_words

# A term in the headline counts as much as some twenty in the text, whose number counts by its log.
TITLE_WEIGHT = 3.0
# Texts that are read at a time.
_READ = 60


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A stored article that a query matches.

    Attributes:
        words: folded words and `prefix*` that the query looks for.
        score: above 0, higher is better.
    """

    article: ArticleView
    snippet: str
    words: frozenset[str]
    score: float


def search_articles(  # noqa: PLR0913 (callers name them)
    session: Session,
    query: str,
    *,
    now: datetime,
    limit: int,
    case: str | None = None,
    is_new_only: bool = False,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[SearchHit]:
    """Returns the stored articles that the query matches, best first.

    Raises:
        QueryError: the query cannot be read.
        MonitorError: a regular expression in it takes too long.
    """
    compiled = compile_query(query)
    ids = find_articles(session, compiled.prefilter(), case=case, since=since, until=until)
    if is_new_only:
        ids = _keep_with_news(session, ids)
    words = _sought_words(compiled)
    promising = _headlines_first(session, ids, words)
    matches = _match_best(session, compiled, promising, now, limit)
    # The sort is stable: equally good ones stay newest first.
    best = sorted(filter(matches.__contains__, ids), key=lambda one: -_score(matches[one]))[:limit]
    found = {one.row_id: one for one in list_articles(session, limit=len(best), only=best)}
    return [_hit(found[one], matches[one], words) for one in best]


@dataclass(frozen=True, slots=True)
class FacetCount:
    """The hits of one outlet, or of one month, by when they were published, else found.

    Attributes:
        value: the outlet's name, or the month as `2025-06`.
    """

    value: str
    articles: int
    first_at: datetime
    last_at: datetime


def count_hits(hits: Iterable[SearchHit], facet: Facet, zone: tzinfo) -> list[FacetCount]:
    """Returns how many hits there are of each outlet, most first, or of each month, newest first.

    Args:
        zone: on whose calendar a month is.
    """
    groups: dict[str, list[datetime]] = {}
    for hit in hits:
        at = hit.article.published_at or hit.article.found_at
        value = hit.article.outlet if facet is Facet.OUTLET else f"{at.astimezone(zone):%Y-%m}"
        groups.setdefault(value, []).append(at)
    counts = [
        FacetCount(value, len(times), min(times), max(times)) for value, times in groups.items()
    ]
    if facet is Facet.MONTH:
        return sorted(counts, key=attrgetter("value"), reverse=True)
    return sorted(counts, key=lambda one: (-one.articles, one.value))


def _keep_with_news(session: Session, ids: Sequence[int]) -> list[int]:
    from monitor.store.views.developments import get_with_news

    with_news = get_with_news(session, ids)
    return [article_id for article_id in ids if article_id in with_news]


def _sought_words(query: Query) -> frozenset[str]:
    return frozenset(word for term in query.terms for word in _words_of(term))


def _headlines_first(session: Session, ids: Sequence[int], words: Collection[str]) -> list[int]:
    """Returns articles with those first that have most of the words in their headline; of equals
    the newest.
    """
    titles = get_titles(session, ids)
    return sorted(ids, key=lambda article_id: -_count_words(titles[article_id], words))


def _count_words(title: str, words: Collection[str]) -> int:
    found = fold_words(title)
    stems = [word[:-1] for word in words if word.endswith("*")]
    begun = sum(any(one.startswith(stem) for one in found) for stem in stems)
    return begun + len(set(found).intersection(words))


def _match_best(
    session: Session, query: Query, ids: Sequence[int], now: datetime, limit: int
) -> dict[int, Match]:
    """Returns how the query matches articles, most promising first, until enough are found: to
    fold a text takes longer than all else.
    """
    found: dict[int, Match] = {}
    for part in chunks(list(ids), max(limit, _READ)):
        found |= _match_all(session, query, part, now)
        if len(found) >= limit:
            break
    return found


def _match_all(
    session: Session, query: Query, ids: Sequence[int], now: datetime
) -> dict[int, Match]:
    """Returns how the query matches the full text of articles, by row, for those that it does."""
    feeds = get_feeds_of(session, ids)
    found = {}
    for article in get_stored_articles(session, ids):
        fields = article_fields(article, feed=feeds.get(article.id, ""), at=article.at)
        match = query.match(Folded.of(fields), now=now)
        if match is not None:
            found[article.id] = match
    return found


def _words_of(term: str) -> list[str]:
    """Returns the folded words of a term as it was written, a prefix with its star."""
    found = []
    for part in term.split():
        folded = fold_words(part)
        found += [f"{folded[-1]}*"] if folded and part.rstrip('")').endswith("*") else folded
    return found


def _hit(article: ArticleView, match: Match, words: frozenset[str]) -> SearchHit:
    return SearchHit(article, _snippet(match) or article.title, words, _score(match))


def _score(match: Match) -> float:
    in_title = sum(term.field == "title" for term in match.terms)
    in_text = len(match.terms) - in_title
    # A query of words to leave out alone has no terms: its matches still count as found.
    return 1.0 + TITLE_WEIGHT * in_title + math.log1p(in_text)


def _snippet(match: Match) -> str | None:
    """Returns the words around a match, those in the text first; None without any."""
    in_text = [term for term in match.terms if term.field == "text"]
    found = in_text or match.terms
    return found[0].snippet if found else None
