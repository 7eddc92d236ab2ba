"""JSON Schema of what a type looks like as JSON: of events, and of what commands print."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints

Schema = dict[str, Any]

SCALARS: Mapping[Any, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
    type(None): {"type": "null"},
    Any: {},
}
# What types cannot say.
_NARROWER: Mapping[str, Schema] = {
    "tier": {"type": ["integer", "null"], "minimum": 1, "maximum": 3},
    "known_share": {"type": "number", "minimum": 0, "maximum": 1},
    "event_date": {"type": ["string", "null"], "format": "date"},
    "next_date": {"type": ["string", "null"], "format": "date"},
    "event_date_precision": {"enum": ["day", "month", "unknown"]},
}


def record(properties: Schema) -> Schema:
    """Returns the schema of an object that has all of these."""
    return {"type": "object", "required": list(properties), "properties": properties}


def list_of(items: Schema) -> Schema:
    """Returns the schema of an array."""
    return {"type": "array", "items": items}


def object_schema(cls: type, *, drop: Sequence[str] = ()) -> Schema:
    """Returns the schema of a dataclass: all fields are there, whatever they hold.

    Args:
        drop: fields that are left out, at any depth.
    """
    hints = get_type_hints(cls)
    names = [field.name for field in fields(cls) if field.name not in drop]
    # By name, for all parts have one meaning for one name.
    return record({name: _NARROWER.get(name) or schema_of(hints[name], drop) for name in names})


def schema_of(hint: Any, drop: Sequence[str] = ()) -> Schema:
    """Returns the schema of a type: a scalar, a union, a list, a mapping, an enum, a dataclass."""
    if is_dataclass(hint) and isinstance(hint, type):
        return object_schema(hint, drop=drop)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return {"enum": list(map(str, hint))}
    if get_origin(hint) is None:
        return dict(SCALARS[hint])
    return _schema_of_parts(hint, drop)


def _schema_of_parts(hint: Any, drop: Sequence[str]) -> Schema:
    """Returns the schema of a type that is made of others."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return {"anyOf": [schema_of(part, drop) for part in parts]}
    if issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": schema_of(parts[1], drop)}
    inner = [part for part in parts if part is not Ellipsis]
    # A tuple of a fixed length is an array whose places have types of their own.
    if len(inner) > 1:
        return {"type": "array", "prefixItems": [schema_of(part, drop) for part in inner]}
    return list_of(schema_of(inner[0], drop))
