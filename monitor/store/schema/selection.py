"""Choosing rows for a view: by the options that were given, or by the beginning of a public id."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, Table, select
from sqlmodel import Session

from monitor.errors import NotFound
from monitor.store.schema.tables import articles

MIN_PREFIX = 3
_MAX_NAMED = 5  # ids in the hint of one that is not unique
_HEX_DIGITS = frozenset("0123456789abcdef")


def resolve_uid(session: Session, table: Table, prefix: str, what: str) -> int:
    """Returns the row id of the one thing whose public id begins with the prefix.

    Raises:
        NotFound: none does, or more than one.
    """
    if not _is_prefix(prefix):
        hint = f"ids are hex digits, at least the first {MIN_PREFIX} of them"
        raise NotFound(f"{prefix!r} is no id of {what}", hint=hint)
    found = _find_by_prefix(session, table, prefix.lower())
    if not found:
        raise NotFound(f"no {_bare(what)} has an id that begins with {prefix}")
    if len(found) > 1:
        uids = ", ".join(row.uid for row in found)
        raise NotFound(f"{prefix} is not unique", hint=f"one of {uids}")
    return int(found[0].id)


def _bare(what: str) -> str:
    """Returns the name of a thing without its article."""
    return what.removeprefix("a ").removeprefix("an ")


def _is_prefix(prefix: str) -> bool:
    """Says whether a public id may begin so, in upper or lower case."""
    return len(prefix) >= MIN_PREFIX and set(prefix.lower()) <= _HEX_DIGITS


def _find_by_prefix(session: Session, table: Table, prefix: str) -> Sequence[Any]:
    """Returns ids of the things whose public id begins with a prefix, at most `_MAX_NAMED`."""
    begins = table.c.uid.startswith(prefix, autoescape=True)
    return session.execute(select(table.c.id, table.c.uid).where(begins).limit(_MAX_NAMED)).all()


def narrow(statement: Select[Any], *conditions: tuple[Any, Callable[[Any], Any]]) -> Select[Any]:
    """Adds the condition of every option that was given.

    Args:
        conditions: an option's value, None where it was not given, and what makes a condition of
            it, such as a column's own comparison.
    """
    for value, condition in conditions:
        if value is not None:
            statement = statement.where(condition(value))
    return statement


def with_public_ids(
    session: Session, records: Sequence[Mapping[str, Any]]
) -> tuple[dict[str, Any], ...]:
    """Returns stored JSON objects with the public ids of articles in the place of their rows; None
    for an article that is gone.
    """
    rows = {row for record in records for row in _iter_article_rows(record)}
    found = session.execute(select(articles.c.id, articles.c.uid).where(articles.c.id.in_(rows)))
    uids = {row.id: row.uid for row in found} if rows else {}
    return tuple(_named(record, uids) for record in records)


def _iter_article_rows(record: Mapping[str, Any]) -> Iterator[int]:
    """Yields the rows of the articles that an object names, at any depth."""
    for name, value in record.items():
        if isinstance(value, Mapping):
            yield from _iter_article_rows(value)
        elif name.endswith("article_id") and isinstance(value, int):
            yield value


def _named(record: Mapping[str, Any], uids: Mapping[int, str]) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for name, value in record.items():
        if isinstance(value, Mapping):
            named[name] = _named(value, uids)
        else:
            is_row = name.endswith("article_id") and isinstance(value, int)
            named[name] = uids.get(value) if is_row else value
    return named
