"""Webhook events: a payload as the JSON text that is signed and posted, never larger than receivers
are promised.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from monitor.alerts.payload import (
    AlertPart,
    AlertPayload,
    DigestPayload,
    EventType,
    NoticePayload,
    print_time,
)

SCHEMA = "1.0"
MAX_BODY_BYTES = 64 * 1024
MAX_CARRIERS = 20  # named in an event; the counts are of all


def alert_event(payload: AlertPayload, *, now: datetime) -> str:
    """Returns the event of one alert. What is over the limit is left out from the end of its
    longest lists, and said.
    """
    data = _without_type(payload.to_json())
    _cut_carriers(data, MAX_CARRIERS)
    text = _event(payload.type, data, now)
    while _is_too_large(text) and _shrink(data):
        text = _event(payload.type, data, now)
    return text


def digest_event(payload: DigestPayload, *, id: str, now: datetime) -> str:  # noqa: A002  (the webhook's own word)
    """Returns the event of a digest: as many alerts as fit, the count of all, and whether some were
    left out.
    """
    items = [_without_type(item.to_json()) for item in payload.items]
    case = payload.to_json()["case"]
    digest = {"id": id, "kind": str(payload.kind), "count": len(items)}
    data: dict[str, Any] = {"digest": digest, "case": case, "items": items, "truncated": False}
    for item in items:
        _cut_carriers(item, 0)
    text = _event(payload.type, data, now)
    while _is_too_large(text) and items:
        del items[len(items) * 3 // 4 :]
        data["truncated"] = True
        text = _event(payload.type, data, now)
    return text


def notice_event(payload: NoticePayload, *, id: str, now: datetime) -> str:  # noqa: A002  (the webhook's own word)
    """Returns the event of a notice; receivers tell a test by `alert.is_test`, as in every other
    event.
    """
    alert = AlertPart(
        id, kind=str(payload.type), thread_id=id, is_test=payload.type is EventType.TEST
    )
    notice = {"id": id, "title": payload.title, "lines": list(payload.lines)[:50]}
    data: dict[str, Any] = {
        "alert": asdict(alert),
        "notice": notice,
        "about": dict(payload.about or {}),
    }
    if payload.feeds:
        data |= {"feeds": payload.to_json()["feeds"], "truncated": False}
    text = _event(payload.type, data, now)
    while _is_too_large(text) and data.get("feeds"):
        del data["feeds"][len(data["feeds"]) * 3 // 4 :]
        data["truncated"] = True
        text = _event(payload.type, data, now)
    return text


def _event(type_: EventType, data: dict[str, Any], now: datetime) -> str:
    event = {"type": str(type_), "timestamp": print_time(now), "schema": SCHEMA, "data": data}
    text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate cannot be sent


def _without_type(value: dict[str, Any]) -> dict[str, Any]:
    return {key: part for key, part in value.items() if key != "type"}


def _is_too_large(text: str) -> bool:
    return len(text.encode()) > MAX_BODY_BYTES


def _cut_carriers(data: dict[str, Any], count: int) -> None:
    carriers = data["carriers"]
    if len(carriers["items"]) > count:
        carriers["items"] = carriers["items"][:count]
        carriers["truncated"] = True


def _shrink(data: dict[str, Any]) -> bool:
    """Leaves something out that matters least, in place; False when nothing is left to leave out."""
    if data["carriers"]["items"]:
        _cut_carriers(data, len(data["carriers"]["items"]) // 2)
        return True
    for name in ("matched", "changed_claims", "new_sentences"):
        if len(data[name]) > 1:
            data[name] = data[name][: len(data[name]) * 3 // 4]
            data["truncated"] = True
            return True
    return _cut_texts(data)


def _cut_texts(data: dict[str, Any]) -> bool:
    """Cuts the longest texts of an event that is one monstrous text, in place."""
    is_cut = False
    lists = (*data["new_sentences"], *data["changed_claims"], *data["matched"])
    for part in (data["case"], data["article"], data["development"], *lists):
        for key, value in part.items():
            if isinstance(value, str) and len(value) > 1_000:
                part[key] = value[: len(value) // 2]
                data["truncated"] = is_cut = True
    return is_cut
