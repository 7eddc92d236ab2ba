"""The JSON Schema of webhook events, made of the payloads' own fields: `docs/webhook.schema.json`.

Events carry all that is required here; further keys may come with later versions.
"""

from __future__ import annotations

from datetime import datetime

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
from monitor.alerts.shapes import SCALARS, Schema, list_of, object_schema, record

_NOTICES = (
    EventType.FEED_SILENT,
    EventType.FEED_RECOVERED,
    EventType.DELIVERY_DISABLED,
    EventType.HEARTBEAT,
    EventType.TEST,
)
_FLAG: Schema = {"type": "boolean"}


def event_schema() -> Schema:
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
            "timestamp": SCALARS[datetime],
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


def _when(type_: EventType, name: str) -> Schema:
    """Returns the rule that an event of a type has data of a definition."""
    condition = {"properties": {"type": {"const": str(type_)}}}
    return {"if": condition, "then": {"properties": {"data": _defined(name)}}}


def _defined(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _alert_schema() -> Schema:
    schema = object_schema(AlertPayload)
    # The type stands round the data.
    del schema["properties"]["type"]
    schema["required"].remove("type")
    schema["properties"]["truncated"] = _FLAG
    return schema


def _digest_schema() -> Schema:
    kind: Schema = {"enum": list(map(str, DigestKind))}
    digest = record({"id": SCALARS[str], "kind": kind, "count": SCALARS[int]})
    return record(
        {
            "digest": digest,
            "case": {"anyOf": [object_schema(CasePart), {"type": "null"}]},
            "items": list_of(_defined("alert")),
            "edits": list_of(object_schema(EditPart)),
            "feeds": list_of(object_schema(FeedPart)),
            "truncated": _FLAG,
        }
    )


def _notice_schema() -> Schema:
    lines = list_of(SCALARS[str])
    notice = record({"id": SCALARS[str], "title": SCALARS[str], "lines": lines})
    schema = record(
        {"alert": object_schema(AlertPart), "notice": notice, "about": {"type": "object"}}
    )
    # Only where it is about feeds.
    schema["properties"] |= {"feeds": list_of(object_schema(FeedPart)), "truncated": _FLAG}
    return schema
