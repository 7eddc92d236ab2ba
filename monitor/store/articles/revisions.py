"""Storing a text of an article: its sentences, its hashes, the words that it is found by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy import text as sql
from sqlmodel import Session

from monitor.matching import slug
from monitor.model import (
    Analysis,
    Sentence,
)
from monitor.store.articles.values import FetchedArticle
from monitor.store.engine import insert_row, is_on_sqlite
from monitor.store.schema.tables import (
    fingerprints,
    revisions,
    sentences,
)
from monitor.text import fold_words

# PostgreSQL refuses a tsvector of more than a megabyte.
MAX_INDEXED_WORDS = 40_000
_FTS5_DELETE = sql("DELETE FROM article_search WHERE rowid = :id")
_FTS5_INSERT = sql("INSERT INTO article_search (rowid, words) VALUES (:id, :words)")
# An array of lexemes: PostgreSQL's own parser never sees the text and cannot split it otherwise
# than we do.
_TSVECTOR_UPSERT = sql(
    "INSERT INTO article_search (article_id, words) VALUES (:id, array_to_tsvector(:words)) "
    "ON CONFLICT (article_id) DO UPDATE SET words = excluded.words"
)


def insert_revision(  # noqa: PLR0913 (callers name them)
    session: Session,
    article_id: int,
    number: int,
    article: FetchedArticle,
    analysis: Analysis,
    *,
    now: datetime,
) -> int:
    """Stores a text with its sentences and hashes, and makes it searchable; returns the revision's
    id.
    """
    values = _text_columns(article)
    values |= {"article_id": article_id, "number": number}
    # The first text has the date of the article.
    values |= {"published_at": article.revised_at if number > 1 else None}
    values |= {"lang": analysis.lang, "fetched_at": now}
    # Number and article are unique: of two workers that found the same edit one fails here.
    revision_id = insert_row(session, revisions, values)
    _insert_sentences(session, revision_id, analysis)
    _insert_fingerprint(session, revision_id, analysis)
    # Only the newest text is searched for: it takes the place of the one before.
    index_article(session, article_id, _searchable(article))
    return revision_id


def _text_columns(article: FetchedArticle) -> dict[str, Any]:
    """Returns the columns of a revision that say what was read."""
    return {
        "title": article.title,
        "text": article.text,
        "text_hash": article.text_hash,
        "extractor": article.extractor,
    }


def _searchable(article: FetchedArticle) -> str:
    """Returns the words that an article is found by: those of its teaser and address, too."""
    return f"{article.title}\n{article.summary}\n{slug(article.url)}\n{article.text}"


def _insert_sentences(session: Session, revision_id: int, analysis: Analysis) -> None:
    """Stores the headline (number -1) and the sentences of a text with their facts."""
    stored = (analysis.title, *analysis.sentences)
    # One statement for the whole text, however many sentences it has.
    session.execute(
        insert(sentences), [_sentence_row(revision_id, sentence) for sentence in stored]
    )


def _sentence_row(revision_id: int, sentence: Sentence) -> dict[str, Any]:
    """Returns the row of a sentence; its key is that of the same words in every text."""
    # Here, since who reads articles does not need the judge.
    from monitor.novelty import facts_to_json

    return {
        "revision_id": revision_id,
        "number": sentence.index,
        "paragraph": sentence.paragraph,
        "text": sentence.text,
        "key": sentence.key,
        "facts": facts_to_json(sentence.facts),
    }


def _insert_fingerprint(session: Session, revision_id: int, analysis: Analysis) -> None:
    """Stores the sampled hashes of a text, each once."""
    # A hash that stands twice in a text is one row; the pair is the primary key.
    hashes = dict.fromkeys(analysis.fingerprint)
    if hashes:
        rows = [{"hash": value, "revision_id": revision_id} for value in hashes]
        session.execute(insert(fingerprints), rows)


def index_article(session: Session, article_id: int, text: str) -> None:
    """Makes an article findable by the folded words of a text, in place of those of before."""
    index_words(session, article_id, fold_words(text)[:MAX_INDEXED_WORDS])


def index_words(session: Session, article_id: int, words: Sequence[str]) -> None:
    """Makes an article findable by folded words, in place of those of before."""
    if is_on_sqlite(session):
        _index_fts5(session, article_id, words)
    else:
        _index_tsvector(session, article_id, words)


def _index_fts5(session: Session, article_id: int, words: Sequence[str]) -> None:
    """Makes an article findable on SQLite."""
    # FTS5 knows no upsert.
    session.execute(_FTS5_DELETE, {"id": article_id})
    session.execute(_FTS5_INSERT, {"id": article_id, "words": " ".join(words)})


def _index_tsvector(session: Session, article_id: int, words: Sequence[str]) -> None:
    """Makes an article findable on PostgreSQL."""
    session.execute(_TSVECTOR_UPSERT, {"id": article_id, "words": sorted(set(words))})
