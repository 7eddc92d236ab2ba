"""Full text: which articles may match a query.

The exact answer is `matching`'s; this narrows a store to the texts worth asking about.

Folded words are indexed, so accents, hyphens and soft hyphens count as little here as in a case's
query, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from monitor.matching import slug
from monitor.store.schema.tables import articles, case_articles, cases
from monitor.text import fold_words

# Ranking looks at the newest of these; bm25 over a common word in a million texts costs half a
# second (research/perf.md).
MAX_RANKED = 2000
MAX_INDEXED_WORDS = 40_000


def index_article(
    session: Session, article_id: int, *, title: str, summary: str, text: str, url: str
) -> None:
    """Makes an article's newest text findable by its folded words, those of its teaser and address
    included.
    """
    words = fold_words(f"{title}\n{summary}\n{slug(url)}\n{text}")[:MAX_INDEXED_WORDS]
    if _is_sqlite(session):
        session.execute(sa.text("DELETE FROM article_search WHERE rowid = :id"), {"id": article_id})
        values = {"id": article_id, "words": " ".join(words)}
        session.execute(
            sa.text("INSERT INTO article_search (rowid, words) VALUES (:id, :words)"), values
        )
        return
    # An array of lexemes: PostgreSQL's own parser never sees the text and cannot split it otherwise
    # than we do.
    statement = sa.text(
        "INSERT INTO article_search (article_id, words) VALUES (:id, array_to_tsvector(:words)) "
        "ON CONFLICT (article_id) DO UPDATE SET words = excluded.words"
    )
    session.execute(statement, {"id": article_id, "words": sorted(set(words))})


def find_articles(
    session: Session,
    required: Sequence[Sequence[str]] | None,
    *,
    case: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[int]:
    """Returns ids of the newest articles that may match, newest first.

    Args:
        required: groups of folded words (or `prefix*`), of each of which a text must hold one; None
            asks for every text.
        case: only articles judged for the case with this slug.
    """
    found_at = sa.func.coalesce(articles.c.published_at, articles.c.found_at)
    statement = (
        sa.select(articles.c.id).order_by(found_at.desc(), articles.c.id.desc()).limit(MAX_RANKED)
    )
    if required:
        statement = statement.where(articles.c.id.in_(_indexed(session, required)))
    if case is not None:
        judged = sa.select(case_articles.c.article_id).join(
            cases, cases.c.id == case_articles.c.case_id
        )
        statement = statement.where(articles.c.id.in_(judged.where(cases.c.slug == case)))
    if since is not None:
        statement = statement.where(found_at >= since)
    if until is not None:
        statement = statement.where(found_at < until)
    return list(session.execute(statement).scalars())


def _indexed(session: Session, required: Sequence[Sequence[str]]) -> sa.ScalarSelect[int]:
    if _is_sqlite(session):
        match = " AND ".join(
            "(" + " OR ".join(_fts5(word) for word in group) + ")" for group in required
        )
        clause = sa.text("article_search MATCH :match").bindparams(match=match)
        return (
            sa.select(sa.column("rowid", sa.Integer))
            .select_from(sa.table("article_search"))
            .where(clause)
            .scalar_subquery()
        )
    match = " & ".join(
        "(" + " | ".join(_lexeme(word) for word in group) + ")" for group in required
    )
    clause = sa.text("words @@ CAST(:match AS tsquery)").bindparams(match=match)
    return (
        sa.select(sa.column("article_id", sa.Integer))
        .select_from(sa.table("article_search"))
        .where(clause)
        .scalar_subquery()
    )


def _fts5(word: str) -> str:
    stem = word.removesuffix("*")
    return f'"{stem}"*' if word.endswith("*") else f'"{stem}"'


def _lexeme(word: str) -> str:
    stem = word.removesuffix("*")
    return f"'{stem}':*" if word.endswith("*") else f"'{stem}'"


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
