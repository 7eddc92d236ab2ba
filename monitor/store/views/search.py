"""Full text: which articles may match a query.

The exact answer is `matching`'s; this narrows a store to the texts worth asking about.

Folded words are indexed, so accents, hyphens and soft hyphens count as little here as in a case's
query, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from monitor.store.articles import MAX_WORD_CHARS
from monitor.store.engine import is_on_sqlite
from monitor.store.schema.selection import narrow
from monitor.store.schema.tables import article_at, articles, case_articles, cases

# Ranking looks at the newest of these; bm25 over a common word in a million texts costs half a
# second.
MAX_RANKED = 1000


def find_articles(  # noqa: PLR0913 (callers name them)
    session: Session,
    required: Sequence[Sequence[str]] | None,
    *,
    case: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = MAX_RANKED,
) -> list[int]:
    """Returns ids of the newest articles that may match, newest first.

    Args:
        required: groups of folded words (or `prefix*`), of each of which a text must hold one; None
            asks for every text.
        case: only articles judged for the case with this slug.
        limit: how many at most; on SQLite, with words required, those that were found last.
    """
    if required and is_on_sqlite(session):
        walk = _walk_index(required, limit)
        found = narrow(walk, (case, _is_of_case), *_span(since, until)).subquery()
        statement = sa.select(found.c.id).order_by(found.c.at.desc(), found.c.id.desc())
        return list(session.execute(statement).scalars())
    newest = sa.select(articles.c.id).order_by(article_at.desc(), articles.c.id.desc())
    statement = narrow(
        newest.limit(limit),
        (required or None, lambda groups: articles.c.id.in_(_indexed(session, groups))),
        (case, is_judged_for),
        *_span(since, until),
    )
    return list(session.execute(statement).scalars())


_Condition = tuple[Any, Callable[[Any], Any]]


def _span(since: datetime | None, until: datetime | None) -> tuple[_Condition, _Condition]:
    return (since, article_at.__ge__), (until, article_at.__lt__)


def _walk_index(required: Sequence[Sequence[str]], limit: int) -> sa.Select[Any]:
    """Selects what the index of SQLite finds, from the last article on, as far as needed: in a
    million texts a common word stands in half of them, and its newest twenty are near the end.
    """
    index = sa.table("article_search", sa.column("rowid", sa.Integer))
    is_hit = articles.c.id == index.c.rowid
    match = sa.text("article_search MATCH :match")
    return (
        sa.select(articles.c.id, article_at.label("at"))
        .select_from(index.join(articles, is_hit))
        .where(match.bindparams(match=_join(required, _fts5, " AND ", " OR ")))
        .order_by(index.c.rowid.desc())
        .limit(limit)
    )


def _is_of_case(slug: str) -> sa.ColumnElement[bool]:
    """Returns the condition that an article at hand was judged for a case."""
    case = sa.select(cases.c.id).where(cases.c.slug == slug).scalar_subquery()
    # Plus nothing, so that SQLite looks by article and does not read the whole case each time.
    verdict = sa.select(1).where(case_articles.c.article_id == articles.c.id)
    return verdict.where(case_articles.c.case_id + 0 == case).exists()


def is_judged_for(slug: str) -> sa.ColumnElement[bool]:
    """Returns the condition that an article was judged for a case."""
    # A set and no join: an article that was judged twice is still found once.
    is_case_of_verdict = cases.c.id == case_articles.c.case_id
    judged = sa.select(case_articles.c.article_id).join(cases, is_case_of_verdict)
    return articles.c.id.in_(judged.where(cases.c.slug == slug))


def _indexed(session: Session, required: Sequence[Sequence[str]]) -> sa.ScalarSelect[int]:
    """Selects the articles that the full-text index finds; each group needs one of its words."""
    if is_on_sqlite(session):
        row_id, match = "rowid", _join(required, _fts5, " AND ", " OR ")
        clause = sa.text("article_search MATCH :match")
    else:
        # Cast, since psycopg sends a text and PostgreSQL would parse it with a language's rules.
        row_id, match = "article_id", _join(required, _lexeme, " & ", " | ")
        clause = sa.text("words @@ CAST(:match AS tsquery)")
    return (
        sa.select(sa.column(row_id, sa.Integer))
        .select_from(sa.table("article_search"))
        .where(clause.bindparams(match=match))
        .scalar_subquery()
    )


def _join(
    groups: Sequence[Sequence[str]], quote: Callable[[str], str], all_of: str, any_of: str
) -> str:
    """Returns a search expression: of each group one word has to be there."""
    parts = [f"({any_of.join(map(quote, group))})" for group in groups]
    return all_of.join(parts)


def _fts5(word: str) -> str:
    """Quotes a word for FTS5, so that none is an operator; a star asks for words that begin so."""
    stem, begins = _as_indexed(word)
    return f'"{stem}"*' if begins else f'"{stem}"'


def _lexeme(word: str) -> str:
    """Quotes a word for a tsquery; words are folded, so no quote stands in them."""
    stem, begins = _as_indexed(word)
    return f"'{stem}':*" if begins else f"'{stem}'"


def _as_indexed(word: str) -> tuple[str, bool]:
    """Returns how an index has a word, and whether words that begin so are meant, too.

    One that is too long for it is such a word: it was not always cut in the index."""
    stem = word.removesuffix("*")
    return stem[:MAX_WORD_CHARS], stem != word or len(stem) > MAX_WORD_CHARS
