"""Rows to values: what leaves a transaction is a frozen value, never a row."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from typing import Any, TypeVar, cast

T = TypeVar("T")


def as_value(kind: Callable[..., T], row: Any, **given: Any) -> T:
    """Returns a row as a value of a dataclass.

    Args:
        kind: the dataclass; each of its fields is the column of the same name.
        row: of a statement, or an instance of a table's class; it may have more columns.
        given: fields that have another name or another form in the table.
    """
    # By name and not `**row`: a statement may select more, an ORM instance is no mapping.
    return kind(
        **{name: given[name] if name in given else getattr(row, name) for name in _names(kind)}
    )


def as_record(kind: Callable[..., T], columns: Mapping[str, Any], **given: Any) -> T:
    """Returns columns by their names as a value of a dataclass, see `as_value`; for rows that come
    by the hundred thousand.
    """
    return kind(**given, **{name: columns[name] for name in _names(kind) if name not in given})


@functools.cache
def _names(kind: Callable[..., Any]) -> tuple[str, ...]:
    """Returns the fields of a dataclass."""
    return tuple(field.name for field in fields(cast(Any, kind)))


def as_values(kind: Callable[..., T], rows: Iterable[Any]) -> list[T]:
    """Returns rows as values of a dataclass in their order, see `as_value`."""
    return [as_value(kind, row) for row in rows]
