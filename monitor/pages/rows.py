"""Views of the store as rows that JSON can say: field names as they are, times in ISO 8601 UTC,
texts without control characters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date
from typing import Any

from monitor.text import clean_text


def to_row(view: Any, *, drop: Sequence[str] = ("row_id",)) -> dict[str, Any]:
    """Returns a view as a row with its field names; `drop` are left out at any depth."""
    row: dict[str, Any] = _without(asdict(view), drop)
    return row


def _without(value: Any, names: Sequence[str]) -> Any:
    """Returns a value without the fields of these names."""
    if isinstance(value, Mapping):
        return {name: _without(one, names) for name, one in value.items() if name not in names}
    if isinstance(value, list | tuple):
        return [_without(one, names) for one in value]
    return value


def to_plain(value: Any) -> Any:
    """Returns a value in what JSON has, texts without control characters."""
    # A time is a day too, to Python; the store knows UTC alone, which "Z" says in one letter.
    if isinstance(value, date):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, str):
        return clean_text(value)
    return _plain_parts(value)


def _plain_parts(value: Any) -> Any:
    """Returns a value with all its parts in what JSON has."""
    if is_dataclass(value) and not isinstance(value, type):
        return _plain_fields(asdict(value))
    if isinstance(value, Mapping):
        return _plain_fields(value)
    if isinstance(value, list | tuple | set | frozenset):
        return list(map(to_plain, value))
    return value


def _plain_fields(fields: Mapping[Any, Any]) -> dict[str, Any]:
    """Returns a mapping in what JSON has, whose keys are texts."""
    return {str(key): to_plain(value) for key, value in fields.items()}
