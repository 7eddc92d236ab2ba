"""Dataclasses to plain JSON values and back, by the types of their fields.

Payloads are stored with it: what was written by an older version is read as long as no field is
missing, and fields that are not known any more are passed over."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def print_time(moment: datetime) -> str:
    """Prints a moment as receivers get it: ISO 8601, UTC, with Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def encode(value: Any) -> Any:
    """Returns plain JSON values for a dataclass, tuple, moment, enum, mapping or plain value."""
    if is_dataclass(value):
        return {field.name: encode(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return list(map(encode, value))
    if isinstance(value, datetime):
        return print_time(value)
    if isinstance(value, Mapping):
        return dict(value)
    return str(value) if isinstance(value, StrEnum) else value


def decode(cls: type[T], value: Any) -> T:
    """Builds a dataclass from JSON values, by the types of its fields.

    Raises:
        ValueError: a field is missing or of another kind.
    """
    if not isinstance(value, Mapping):
        raise ValueError(f"{cls.__name__} is no object")
    hints, parts = get_type_hints(cls), {}
    for field in fields(cls):  # type: ignore[arg-type]  # only called with dataclasses
        place = f"{cls.__name__}.{field.name}"
        if field.name in value:
            parts[field.name] = _decode_value(hints[field.name], value[field.name], place)
        elif _is_required(field):
            raise ValueError(f"{place} is missing")
    return cls(**parts)


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING


def _decode_value(hint: Any, value: Any, place: str) -> Any:
    """Returns a value of a type.

    Args:
        hint: the type of the field.
        place: what to call the value in errors.
    """
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):  # of payloads' fields all unions are `X | None`
        return None if value is None else _decode_value(args[0], value, place)
    if origin is tuple:
        return _decode_tuple(args[0], value, place)
    if is_dataclass(hint):
        return decode(hint, value)  # type: ignore[arg-type]  # a class, as hints are
    return _decode_scalar(hint, value, place) if origin is None else value


def _decode_tuple(hint: Any, value: Any, place: str) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise ValueError(f"{place} is no list")
    return tuple(_decode_value(hint, one, place) for one in value)


def _decode_scalar(hint: Any, value: Any, place: str) -> Any:
    if hint is datetime:
        return datetime.fromisoformat(value)
    if not isinstance(hint, type):
        return value
    if issubclass(hint, StrEnum):
        return hint(value)
    # JSON has one kind of number: 1.0 may come back as 1.
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, hint):
        raise ValueError(f"{place} is no {hint.__name__}")
    return value
