"""Copying a store into another database, of the same kind or of the other: whole or not at all.

Everything is read on one stable view and written in one transaction, which is committed after every
row was read again and compared."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from itertools import zip_longest
from typing import Any

import sqlalchemy as sa
from sqlmodel import AutoString, Session, SQLModel

from monitor.errors import StoreError
from monitor.store.articles import fit_index, index_words
from monitor.store.engine import Store, is_on_sqlite
from monitor.store.schema.migrate import require_current, schema_version, upgrade

# Rows that are held in memory at a time; the texts of articles may be long.
BATCH = 500
SEARCH = "article_search"

Progress = Callable[[str, int], None]
_Row = tuple[Any, ...]
_Rows = Generator[_Row, None, None]
_FTS5 = f"SELECT rowid, words FROM {SEARCH} ORDER BY rowid"  # noqa: S608 (a constant)
_TSVECTOR = (
    f"SELECT article_id, tsvector_to_array(words) FROM {SEARCH}"  # noqa: S608
    " ORDER BY article_id"
)


def copy_store(source: Store, target: Store, progress: Progress = lambda _name, _rows: None) -> int:
    """Copies every row into an empty database, which gets the schema where it has none; returns how
    many there were.

    Nobody may write to either meanwhile.

    Args:
        progress: is told the table and how many of its rows are written, after each batch.

    Raises:
        SchemaMismatch: one of them has another schema than this code.
        StoreError: the target has rows, is the source itself, or a row is not what it was.
    """
    require_current(source)
    if source.url == target.url:
        raise StoreError("a database is not copied onto itself", hint="give another URL")
    if schema_version(target) is None:
        upgrade(target)
    require_current(target)
    return source.read(lambda read: target.write(_copy_all, read, progress))


def _copy_all(write: Session, read: Session, progress: Progress) -> int:
    _require_empty(write)
    if not is_on_sqlite(read):
        # Else each statement would see what was committed before it.
        read.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
    total = sum(_copy_table(write, read, table, progress) for table in _tables())
    _copy_words(write, read, progress)
    for table in _tables():
        _require_same(table.name, _iter_rows(read, table), _iter_rows(write, table))
    _require_same(SEARCH, _iter_words(read), _iter_words(write))
    if not is_on_sqlite(write):
        _count_on(write)
    return total


def _tables() -> list[sa.Table]:
    """Returns all tables, those that others point to first."""
    return list(SQLModel.metadata.sorted_tables)


def _require_empty(session: Session) -> None:
    """Raises StoreError when a table has a row."""
    for table in _tables():
        if session.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first():
            raise StoreError(
                f"the database has rows already, in {table.name}",
                hint="copy into an empty database; nothing was written",
            )


def _iter_rows(session: Session, table: sa.Table) -> _Rows:
    """Yields the rows of a table by its key, a batch at a time in memory."""
    # By key, so that both databases give them in one order.
    keys = [_in_bytes(column, session) for column in table.primary_key]
    ordered = sa.select(table).order_by(*keys).execution_options(yield_per=BATCH)
    with closing(session.execute(ordered)) as found:
        yield from map(tuple, found)


def _in_bytes(column: sa.Column[Any], session: Session) -> sa.ColumnElement[Any]:
    """Returns what a key is sorted by: texts by their bytes, as SQLite does it."""
    is_text = isinstance(column.type, sa.String | AutoString)
    return sa.collate(column, "C") if is_text and not is_on_sqlite(session) else column


def _copy_table(write: Session, read: Session, table: sa.Table, progress: Progress) -> int:
    """Copies the rows of a table; returns how many."""
    names, written = table.columns.keys(), 0
    with closing(_iter_rows(read, table)) as rows:
        for batch in _batches(rows):
            write.execute(sa.insert(table), [dict(zip(names, row, strict=True)) for row in batch])
            written += len(batch)
            progress(table.name, written)
    return written


def _batches(rows: _Rows) -> Iterator[Sequence[_Row]]:
    batch: list[_Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _iter_words(session: Session) -> _Rows:
    """Yields each article with the words that it is found by, sorted; their order tells nothing."""
    is_fts5 = is_on_sqlite(session)
    statement = sa.text(_FTS5 if is_fts5 else _TSVECTOR).execution_options(yield_per=BATCH)
    with closing(session.execute(statement)) as found:
        for article_id, words in found:
            given = words.split() if is_fts5 else words
            # As an older version stored them they may be more than the other database takes.
            yield article_id, sorted(set(fit_index(sorted(set(given)))))


def _copy_words(write: Session, read: Session, progress: Progress) -> None:
    """Makes the articles findable that were: the index is of a kind of its own on each database."""
    with closing(_iter_words(read)) as found:
        for count, (article_id, words) in enumerate(found, start=1):
            index_words(write, article_id, words)
            if count % BATCH == 0:
                progress(SEARCH, count)


def _require_same(name: str, before: _Rows, after: _Rows) -> None:
    """Raises StoreError unless both give the same rows in the same order."""
    with closing(before), closing(after):
        for number, (was, is_now) in enumerate(zip_longest(before, after), start=1):
            if was != is_now:
                raise StoreError(
                    f"row {number} of {name} is not what it was",
                    hint="the target is left empty; copy again while nobody writes to the source",
                )


def _count_on(session: Session) -> None:
    """Has PostgreSQL give the next rows ids after those that were copied."""
    for table in _tables():
        column = table.autoincrement_column
        if column is None:
            continue
        highest = session.execute(sa.select(sa.func.max(column))).scalar_one()
        sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
        if highest is not None:
            session.execute(sa.select(sa.func.setval(sequence, highest)))
