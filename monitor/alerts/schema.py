"""The JSON Schema of webhook events, made of the payloads' own fields: `docs/webhook.schema.json`.

Events carry all that is required here; further keys may come with later versions.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints

from monitor.alerts.events import MAX_BODY_BYTES, SCHEMA
from monitor.alerts.payload import (
    AlertPart,
    AlertPayload,
    CasePart,
    DigestKind,
    EditPart,
    EventType,
    FeedPart,
)

_Schema = dict[str, Any]

_NOTICES = (
    EventType.FEED_SILENT,
    EventType.FEED_RECOVERED,
    EventType.DELIVERY_DISABLED,
    EventType.HEARTBEAT,
    EventType.TEST,
)
_SCALARS: Mapping[Any, _Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    datetime: {"type": "string", "format": "date-time"},
}
# What types cannot say.
_NARROWER: Mapping[str, _Schema] = {
    "tier": {"type": ["integer", "null"], "minimum": 1, "maximum": 3},
    "known_share": {"type": "number", "minimum": 0, "maximum": 1},
    "event_date": {"type": ["string", "null"], "format": "date"},
    "next_date": {"type": ["string", "null"], "format": "date"},
    "event_date_precision": {"enum": ["day", "month", "unknown"]},
}
_FLAG: _Schema = {"type": "boolean"}


def event_schema() -> _Schema:
    """Returns the schema of every event."""
    kinds = {EventType.DIGEST_CREATED: "digest", **dict.fromkeys(_NOTICES, "notice")}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Webhook event of monitor",
        "description": f"A body is at most {MAX_BODY_BYTES} bytes; `truncated` says that "
        "something was left out.",
        "type": "object",
        "required": ["type", "timestamp", "schema", "data"],
        "properties": {
            "type": {"enum": list(map(str, EventType))},
            "timestamp": _SCALARS[datetime],
            "schema": {"const": SCHEMA},
            "data": {"type": "object"},
        },
        "allOf": [_when(type_, kinds.get(type_, "alert")) for type_ in EventType],
        "$defs": {
            "alert": _alert_schema(),
            "digest": _digest_schema(),
            "notice": _notice_schema(),
        },
    }


def _when(type_: EventType, name: str) -> _Schema:
    """Returns the rule that an event of a type has data of a definition."""
    condition = {"properties": {"type": {"const": str(type_)}}}
    return {"if": condition, "then": {"properties": {"data": _defined(name)}}}


def _defined(name: str) -> _Schema:
    return {"$ref": f"#/$defs/{name}"}


def _alert_schema() -> _Schema:
    schema = _object_schema(AlertPayload)
    # The type stands round the data.
    del schema["properties"]["type"]
    schema["required"].remove("type")
    schema["properties"]["truncated"] = _FLAG
    return schema


def _digest_schema() -> _Schema:
    kind: _Schema = {"enum": list(map(str, DigestKind))}
    digest = _record({"id": _SCALARS[str], "kind": kind, "count": _SCALARS[int]})
    return _record(
        {
            "digest": digest,
            "case": {"anyOf": [_object_schema(CasePart), {"type": "null"}]},
            "items": _list_of(_defined("alert")),
            "edits": _list_of(_object_schema(EditPart)),
            "feeds": _list_of(_object_schema(FeedPart)),
            "truncated": _FLAG,
        }
    )


def _notice_schema() -> _Schema:
    lines = _list_of(_SCALARS[str])
    notice = _record({"id": _SCALARS[str], "title": _SCALARS[str], "lines": lines})
    schema = _record(
        {"alert": _object_schema(AlertPart), "notice": notice, "about": {"type": "object"}}
    )
    # Only where it is about feeds.
    schema["properties"] |= {"feeds": _list_of(_object_schema(FeedPart)), "truncated": _FLAG}
    return schema


def _record(properties: _Schema) -> _Schema:
    return {"type": "object", "required": list(properties), "properties": properties}


def _list_of(items: _Schema) -> _Schema:
    return {"type": "array", "items": items}


def _object_schema(cls: type) -> _Schema:
    """Returns the schema of a dataclass: all fields are there, whatever they hold."""
    hints = get_type_hints(cls)
    properties = {}
    for field in fields(cls):
        # By name, for all parts have one meaning for one name.
        properties[field.name] = _NARROWER.get(field.name) or _schema_of(hints[field.name])
    return _record(properties)


def _schema_of(hint: Any) -> _Schema:
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):  # of payloads' fields all unions are `X | None`
        return {"anyOf": [_schema_of(args[0]), {"type": "null"}]}
    if origin is tuple:
        return _list_of(_schema_of(args[0]))
    if is_dataclass(hint) and isinstance(hint, type):
        return _object_schema(hint)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return {"enum": list(map(str, hint))}
    return dict(_SCALARS[hint])
