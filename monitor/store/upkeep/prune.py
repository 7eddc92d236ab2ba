"""Taking texts out of the store that are old and told nobody anything.

What says that something is known stays for ever: keys of entries, addresses, hashes of texts,
headlines, the keys and facts of sentences, verdicts with their reasons. So a text that comes again
word for word is known, and so are its events; of a rewording nobody sees any more whose copy it is.

What people were told, or said themselves, stays whole: every article that carries a development,
seeds, articles with feedback. So does what is still to be read, asked for again or sent."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, and_, cast, delete, exists, func, select, update
from sqlmodel import Session

from monitor.errors import StoreError
from monitor.matching import slug
from monitor.store.articles import index_article
from monitor.store.engine import Store, is_on_sqlite
from monitor.store.schema.tables import (
    articles,
    carriers,
    entries,
    feedback,
    fingerprints,
    pages,
    revisions,
    sentences,
)

# Rows of one transaction: a tenth of a second, so that nobody waits for it.
BATCH = 200
_HEADLINE = -1
_ENTRY_TEXTS = (entries.c.content, entries.c.summary)
# A hash, a row's number and what an index keeps of both.
_FINGERPRINT_BYTES = 40


@dataclass(frozen=True, slots=True)
class Prunable:
    """What there is to take out.

    Attributes:
        texts: revisions of articles; entries: items of feeds; fingerprints: their hashes.
        size: of all that in bytes, about: what the database needs around it is left out.
    """

    texts: int
    fingerprints: int
    entries: int
    size: int


@dataclass(frozen=True, slots=True)
class PrunedBatch:
    """One batch: how many rows, and after which one to go on; None at the end."""

    count: int
    after: int | None


def measure(session: Session, before: datetime) -> Prunable:
    """Returns what is prunable of before a moment."""
    texts = select(revisions.c.id).where(_is_prunable_text(before))
    size = _sum_bytes(session, (revisions.c.text,), _is_prunable_text(before))
    size += _sum_bytes(session, (sentences.c.text,), _is_body(texts))
    size += _sum_bytes(session, _ENTRY_TEXTS, _is_prunable_entry(before))
    hashes = select(func.count()).where(fingerprints.c.revision_id.in_(texts))
    count = int(session.execute(hashes).scalar_one())
    return Prunable(
        texts=_count(session, revisions.c.id, _is_prunable_text(before)),
        fingerprints=count,
        entries=_count(session, entries.c.id, _is_prunable_entry(before)),
        size=size + count * _FINGERPRINT_BYTES,
    )


def prune_texts(session: Session, before: datetime, after: int, limit: int = BATCH) -> PrunedBatch:
    """Takes the next texts of articles out, with their sentences and hashes; by rising id."""
    columns = (revisions.c.id, revisions.c.article_id)
    chosen = select(*columns).where(revisions.c.id > after, _is_prunable_text(before))
    rows = session.execute(chosen.order_by(revisions.c.id).limit(limit)).all()
    ids = [row.id for row in rows]
    session.execute(update(revisions).where(revisions.c.id.in_(ids)).values(text=""))
    session.execute(update(sentences).where(_is_body(ids)).values(text=""))
    session.execute(delete(fingerprints).where(fingerprints.c.revision_id.in_(ids)))
    _index_anew(session, {row.article_id for row in rows})
    return _step(ids, limit)


def prune_entries(
    session: Session, before: datetime, after: int, limit: int = BATCH
) -> PrunedBatch:
    """Takes the next texts of items out; their keys, hashes and headlines stay."""
    chosen = select(entries.c.id).where(entries.c.id > after, _is_prunable_entry(before))
    ids = list(session.scalars(chosen.order_by(entries.c.id).limit(limit)))
    emptied = update(entries).where(entries.c.id.in_(ids))
    session.execute(emptied.values(**{column.name: "" for column in _ENTRY_TEXTS}))
    return _step(ids, limit)


Pruner = Callable[[Session, datetime, int], PrunedBatch]
# In this order, each to its end.
PRUNERS: Mapping[str, Pruner] = {"texts": prune_texts, "entries": prune_entries}


def _step(ids: Sequence[int], limit: int) -> PrunedBatch:
    return PrunedBatch(len(ids), ids[-1] if len(ids) == limit else None)


def _is_prunable_entry(before: datetime) -> ColumnElement[bool]:
    """The condition that an item is read, or will never be, and has a text."""
    return and_(entries.c.seen_at < before, entries.c.state != "queued", _has_text())


def _has_text() -> ColumnElement[bool]:
    # What was taken out already is no work, and no figure of a dry run.
    return func.length(entries.c.content) + func.length(entries.c.summary) > 0


def _is_prunable_text(before: datetime) -> ColumnElement[bool]:
    """The condition that a revision has a text that nobody needs any more."""
    later = revisions.alias("later")
    is_fresh = exists().where(
        later.c.article_id == revisions.c.article_id, later.c.fetched_at >= before
    )
    # Not as a list of ids: it would be made anew for every batch.
    is_old = exists().where(
        articles.c.id == revisions.c.article_id,
        articles.c.found_at < before,
        articles.c.origin == "feed",
    )
    return and_(
        revisions.c.text != "",
        is_old,
        ~is_fresh,
        ~exists().where(carriers.c.article_id == revisions.c.article_id),
        ~exists().where(feedback.c.article_id == revisions.c.article_id),
        ~exists().where(_is_watched()),
        ~exists().where(_is_to_be_read()),
    )


def _is_watched() -> ColumnElement[bool]:
    """The condition that an article's page is to be asked for again."""
    is_own = pages.c.article_id == revisions.c.article_id
    return and_(is_own, pages.c.next_check_at.is_not(None))


def _is_to_be_read() -> ColumnElement[bool]:
    """The condition that an item of an article is queued."""
    return and_(entries.c.state == "queued", entries.c.article_id == revisions.c.article_id)


def _is_body(revision_ids: Any) -> ColumnElement[bool]:
    """The condition that a sentence stands in one of these texts, below the headline."""
    # The headline stays: lists and the judge's memory name an article by it.
    return and_(sentences.c.revision_id.in_(revision_ids), sentences.c.number > _HEADLINE)


def _index_anew(session: Session, article_ids: set[int]) -> None:
    """Keeps articles findable by what is left of them."""
    columns = (articles.c.id, articles.c.title, articles.c.summary, articles.c.url)
    for row in session.execute(select(*columns).where(articles.c.id.in_(article_ids))).all():
        index_article(session, row.id, f"{row.title}\n{row.summary}\n{slug(row.url)}")


def _count(session: Session, column: ColumnElement[Any], condition: ColumnElement[bool]) -> int:
    return int(session.execute(select(func.count(column)).where(condition)).scalar_one())


def _sum_bytes(
    session: Session, columns: Sequence[ColumnElement[Any]], condition: ColumnElement[bool]
) -> int:
    """Returns how many bytes texts have under a condition."""
    total = 0
    for column in columns:
        summed = select(func.coalesce(func.sum(_bytes(session, column)), 0)).where(condition)
        total += int(session.execute(summed).scalar_one())
    return total


def _bytes(session: Session, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Returns the length of a text in bytes."""
    # SQLite counts characters of a text and bytes of a blob.
    if is_on_sqlite(session):
        return func.length(cast(column, LargeBinary))
    return func.octet_length(column)


def prune_all(store: Store, before: datetime) -> None:
    """Takes out all that is prunable, a batch a transaction."""
    for pruner in PRUNERS.values():
        after: int | None = 0
        while after is not None:
            after = store.write(pruner, before, after).after


def compact(store: Store) -> int:
    """Gives the room that is free within an SQLite file back to the disk; returns how many bytes.

    Nobody else may work on it meanwhile, and the disk needs as much room again. A server does it by
    itself.

    Raises:
        StoreError: there is no room, or somebody works on it.
    """
    if store.path is None:
        return 0
    size = store.path.stat().st_size
    # A connection of ours would be in its own way.
    store.close()
    try:
        with closing(sqlite3.connect(store.path, isolation_level=None)) as connection:
            connection.execute("VACUUM")
            # The smaller file is in the log until then.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        raise StoreError(
            f"{store.path}: not made smaller: {error}",
            hint="it needs as much free disk as it is large, and nobody else at work on it",
        ) from error
    return size - store.path.stat().st_size
