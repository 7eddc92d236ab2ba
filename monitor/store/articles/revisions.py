"""Storing a text of an article with its sentences and hashes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session

from monitor.matching import slug
from monitor.model import (
    Analysis,
    Sentence,
)
from monitor.store.articles.indexing import index_article
from monitor.store.articles.values import FetchedArticle
from monitor.store.engine import insert_row
from monitor.store.schema.tables import (
    fingerprints,
    revisions,
    sentences,
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
