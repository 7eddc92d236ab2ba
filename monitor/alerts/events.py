"""Webhook events: a payload as the JSON text that is signed and posted, never larger than receivers
are promised.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Any

from monitor.alerts.codec import print_time
from monitor.alerts.payload import (
    AlertPart,
    AlertPayload,
    DigestPayload,
    EventType,
    NoticePayload,
)

SCHEMA = "1.0"
MAX_BODY_BYTES = 20_000
MAX_CARRIERS = 20  # named in an event; the counts are of all
MAX_LINES = 50
_MONSTROUS_CHARS = 4_000  # a longer text is cut before anything else is left out for it
_WHOLE_CHARS = 64  # ids, dates and hashes are no longer, and stay what they are
# What an event loses when it is too large, the least important first; one of each stays.
_SHORTENED = ("matched", "changed_claims", "new_sentences", "state")

_Data = dict[str, Any]


def alert_event(payload: AlertPayload, *, now: datetime) -> str:
    """Returns the event of one alert. What is over the limit is left out from the end of its
    longest lists, and said.

    Args:
        now: the event's timestamp.
    """
    data = _without_type(payload.to_json())
    _cut_carriers(data, MAX_CARRIERS)
    return _fit(payload.type, data, now, _shrink)


def digest_event(
    payload: DigestPayload,
    *,
    id: str,  # noqa: A002 (the webhook's own word)
    now: datetime,
) -> str:
    """Returns the event of a digest: as many alerts as fit, the count of all, and whether some were
    left out.

    Args:
        id: of the delivery.
        now: the event's timestamp.
    """
    items = [_without_type(item.to_json()) for item in payload.items]
    case = payload.to_json()["case"]
    digest = {"id": id, "kind": str(payload.kind), "count": len(items)}
    whole = payload.to_json()
    data: _Data = {"digest": digest, "case": case, "items": items, "truncated": False}
    data |= {"edits": whole["edits"], "feeds": whole["feeds"]}
    # In a digest the alerts count, and who carries each can be looked up.
    for item in items:
        _cut_carriers(item, 0)
    return _fit(payload.type, data, now, _shrink_digest)


def notice_event(
    payload: NoticePayload,
    *,
    id: str,  # noqa: A002 (the webhook's own word)
    now: datetime,
) -> str:
    """Returns the event of a notice; receivers recognise a test by `alert.is_test`, as in every
    other event.

    Args:
        id: of the delivery.
        now: the event's timestamp.
    """
    is_test = payload.type is EventType.TEST
    alert = AlertPart(id, kind=str(payload.type), thread_id=id, is_test=is_test)
    notice = {"id": id, "title": payload.title, "lines": list(payload.lines)[:MAX_LINES]}
    data: _Data = {"alert": asdict(alert), "notice": notice, "about": dict(payload.about or {})}
    if payload.feeds:
        data |= {"feeds": payload.to_json()["feeds"], "truncated": False}
    return _fit(payload.type, data, now, _shrink_notice)


def _fit(type_: EventType, data: _Data, now: datetime, shrink: Callable[[_Data], bool]) -> str:
    """Returns an event that is not too large, as far as its data can be shrunk.

    Args:
        shrink: leaves something out, in place; False when nothing is left to leave out.
    """
    text = _event(type_, data, now)
    while _is_too_large(text) and (_cut_texts(data, whole=_MONSTROUS_CHARS) or shrink(data)):
        text = _event(type_, data, now)
    return text


def _event(type_: EventType, data: _Data, now: datetime) -> str:
    return _serialise(
        {"type": str(type_), "timestamp": print_time(now), "schema": SCHEMA, "data": data}
    )


def _serialise(event: _Data) -> str:
    # Without blanks, and with other letters as they are: more fits under the limit.
    text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate cannot be sent


def _without_type(value: _Data) -> _Data:
    # The type stands round the data; once is enough.
    return {key: part for key, part in value.items() if key != "type"}


def _is_too_large(text: str) -> bool:
    return len(text.encode()) > MAX_BODY_BYTES


def _drop_quarter(data: _Data, *, name: str) -> bool:
    """Leaves out the last quarter of a list, in place; False when it is empty."""
    items = data.get(name)
    if not items:
        return False
    del items[len(items) * 3 // 4 :]
    data["truncated"] = True
    return True


def _shrink_notice(data: _Data) -> bool:
    """Leaves out feeds from the end, then lines, then the ends of texts."""
    if _drop_quarter(data, name="feeds"):
        return True
    notice = data["notice"]
    if len(notice["lines"]) > 1:
        data["truncated"] = True
        return _drop_quarter(notice, name="lines")
    # One line may be monstrous by itself.
    return _cut_texts(data)


def _shrink_digest(data: _Data) -> bool:
    """Leaves out alerts from the end, one staying; then what stands beside them."""
    if len(data["items"]) > 1:
        return _drop_quarter(data, name="items")
    if _drop_quarter(data, name="edits") or _drop_quarter(data, name="feeds"):
        return True
    # One alert may be too long by itself.
    if any(map(_drop_parts, data["items"])):
        data["truncated"] = True
        return True
    return _cut_texts(data)


def _cut_carriers(data: _Data, count: int) -> None:
    carriers = data["carriers"]
    if len(carriers["items"]) > count:
        carriers["items"] = carriers["items"][:count]
        carriers["truncated"] = True


def _shrink(data: _Data) -> bool:
    """Leaves out what matters least, in place; False when nothing more can be left out."""
    return _drop_parts(data) or _cut_texts(data)


def _drop_parts(data: _Data) -> bool:
    """Leaves out the end of the least important list, in place; False when each is short."""
    if data["carriers"]["items"]:
        _cut_carriers(data, len(data["carriers"]["items"]) // 2)
        return True
    for name in _SHORTENED:
        if len(data[name]) > 1:
            return _drop_quarter(data, name=name)
    return False


def _cut_texts(data: _Data, *, whole: int = _WHOLE_CHARS) -> bool:
    """Halves the longest texts of an event, wherever they stand, in place; False when there are
    none.

    Args:
        whole: characters of texts that are left as they are.
    """
    longest = _longest(data)
    if longest <= whole:
        return False
    # All that are about as long as it: no part may stay long because another was.
    data.update(_shortened(data, limit=max(whole, longest // 2)))
    data["truncated"] = True
    return True


def _longest(value: Any) -> int:
    """Returns how many characters the longest text in a JSON value has."""
    if isinstance(value, str):
        return len(value)
    return max(map(_longest, _parts(value)), default=0)


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list | tuple) else ()


def _shortened(value: Any, *, limit: int) -> Any:
    """Returns a JSON value whose texts have at most so many characters."""
    if isinstance(value, str):
        return value[:limit]
    parts = map(partial(_shortened, limit=limit), _parts(value))
    if isinstance(value, dict):
        return dict(zip(value, parts, strict=True))
    return list(parts) if isinstance(value, list | tuple) else value
