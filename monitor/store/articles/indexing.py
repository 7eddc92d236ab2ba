"""The words that an article is found by: alike on both databases, whose indexes have limits of
their own. PostgreSQL does not refuse what is beyond its limits here, it stores something else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import text as sql
from sqlmodel import Session

from monitor.store.engine import is_on_sqlite
from monitor.text import fold_words

MAX_INDEXED_WORDS = 40_000
# A lexeme of PostgreSQL has 2,046 bytes at most, a character four.
MAX_WORD_CHARS = 500
# Of different words; those of a tsvector have 1,048,575 bytes at most.
MAX_INDEXED_BYTES = 1_000_000
_MAX_CHAR_BYTES = 4
_FTS5_DELETE = sql("DELETE FROM article_search WHERE rowid = :id")
_FTS5_INSERT = sql("INSERT INTO article_search (rowid, words) VALUES (:id, :words)")
# An array of lexemes: PostgreSQL's own parser never sees the text and cannot split it otherwise
# than we do.
_TSVECTOR_UPSERT = sql(
    "INSERT INTO article_search (article_id, words) VALUES (:id, array_to_tsvector(:words)) "
    "ON CONFLICT (article_id) DO UPDATE SET words = excluded.words"
)


def index_article(session: Session, article_id: int, text: str) -> None:
    """Makes an article findable by the folded words of a text, in place of those of before."""
    index_words(session, article_id, fold_words(text)[:MAX_INDEXED_WORDS])


def index_words(session: Session, article_id: int, words: Sequence[str]) -> None:
    """Makes an article findable by folded words, as `fit_index` cuts them, in place of those of
    before.
    """
    fitting = fit_index(words)
    if is_on_sqlite(session):
        _index_fts5(session, article_id, fitting)
    else:
        _index_tsvector(session, article_id, fitting)


def fit_index(words: Iterable[str]) -> list[str]:
    """Returns words as an index takes them, in their order: each no longer than `MAX_WORD_CHARS`,
    and the first of them that have `MAX_INDEXED_BYTES` together. Idempotent.
    """
    cut = [word[:MAX_WORD_CHARS] for word in words]
    # All but a hostile text ends here.
    if sum(map(len, cut)) * _MAX_CHAR_BYTES <= MAX_INDEXED_BYTES:
        return cut
    return list(_take_fitting(cut))


def _take_fitting(words: Iterable[str]) -> Iterator[str]:
    """Yields words until there is no room for a further one; one that was there takes none."""
    seen: set[str] = set()
    room = MAX_INDEXED_BYTES
    for word in words:
        if word not in seen:
            seen.add(word)
            room -= len(word.encode())
        if room < 0:
            return
        yield word


def _index_fts5(session: Session, article_id: int, words: Sequence[str]) -> None:
    """Makes an article findable on SQLite."""
    # FTS5 knows no upsert.
    session.execute(_FTS5_DELETE, {"id": article_id})
    session.execute(_FTS5_INSERT, {"id": article_id, "words": " ".join(words)})


def _index_tsvector(session: Session, article_id: int, words: Sequence[str]) -> None:
    """Makes an article findable on PostgreSQL."""
    session.execute(_TSVECTOR_UPSERT, {"id": article_id, "words": sorted(set(words))})
