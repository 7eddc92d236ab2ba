"""Choosing rows for a view: by the options that were given, or by the beginning of a public id."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Select, Table, select
from sqlmodel import Session

from monitor.errors import NotFound

MIN_PREFIX = 3
_MAX_NAMED = 5  # ids in the hint of one that is not unique
_HEX_DIGITS = frozenset("0123456789abcdef")


def resolve_uid(session: Session, table: Table, prefix: str, what: str) -> int:
    """Returns the row id of the one thing whose public id begins with the prefix.

    Raises:
        NotFound: none does, or more than one.
    """
    if len(prefix) < MIN_PREFIX or not set(prefix.lower()) <= _HEX_DIGITS:
        raise NotFound(
            f"{prefix!r} is no id of {what}",
            hint=f"ids are hex digits, at least the first {MIN_PREFIX} of them",
        )
    begins = table.c.uid.startswith(prefix.lower(), autoescape=True)
    found = list(session.execute(select(table.c.id, table.c.uid).where(begins).limit(_MAX_NAMED)))
    if not found:
        raise NotFound(f"no {what} has an id that begins with {prefix}")
    if len(found) > 1:
        uids = ", ".join(row.uid for row in found)
        raise NotFound(f"{prefix} is not unique", hint=f"one of {uids}")
    return int(found[0].id)


def narrow(statement: Select[Any], *conditions: tuple[Any, Callable[[Any], Any]]) -> Select[Any]:
    """Adds the condition of every option that was given."""
    for value, condition in conditions:
        if value is not None:
            statement = statement.where(condition(value))
    return statement
