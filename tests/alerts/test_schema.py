"""Every event keeps the published schema, and verifies by the library and by hand."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from standardwebhooks import Webhook

from monitor.alerts.payload import (
    DigestKind,
    DigestPayload,
    EditPart,
    EventType,
    FeedPart,
    NoticePayload,
)
from monitor.alerts.rendering import render_alert, render_digest, render_notice, render_test
from monitor.model import Message
from tests.alerts.generated import make_messages
from tests.alerts.samples import HOSTILE, NOW, OPTIONS, PAYLOAD, poison
from tests.world import SECRET

FILE = Path(__file__).parents[2] / "docs" / "webhook.schema.json"
VALIDATOR = Draft202012Validator(json.loads(FILE.read_text()), format_checker=FormatChecker())
FEED = FeedPart("https://g.example/rss", "Gazette", "failing", "it fails", None)


def notice(type_: EventType) -> Message:
    return render_notice(NoticePayload(type_, "A title", ("One.",), {"a": 1}, (FEED,)), **OPTIONS)


def digest() -> Message:
    edit = EditPart("correction", "Gazette", "https://g.example/", NOW, "It was Monday.")
    payload = DigestPayload(DigestKind.DIGEST, PAYLOAD.case, (PAYLOAD,))
    return render_digest(replace(payload, edits=(edit,), feeds=(FEED,)), **OPTIONS)


MESSAGES = {
    EventType.DEVELOPMENT_CREATED: render_alert(PAYLOAD, **OPTIONS),
    EventType.DEVELOPMENT_UPDATED: render_alert(
        replace(PAYLOAD, type=EventType.DEVELOPMENT_UPDATED), **OPTIONS
    ),
    EventType.REVISION_DETECTED: render_alert(
        replace(PAYLOAD, type=EventType.REVISION_DETECTED), **OPTIONS
    ),
    EventType.ARTICLE_REMOVED: render_alert(
        replace(PAYLOAD, type=EventType.ARTICLE_REMOVED), **OPTIONS
    ),
    EventType.DIGEST_CREATED: digest(),
    EventType.FEED_SILENT: notice(EventType.FEED_SILENT),
    EventType.FEED_RECOVERED: notice(EventType.FEED_RECOVERED),
    EventType.DELIVERY_DISABLED: notice(EventType.DELIVERY_DISABLED),
    EventType.HEARTBEAT: notice(EventType.HEARTBEAT),
    EventType.TEST: render_test(channel="desk", **OPTIONS),
}


def errors(event: str) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(json.loads(event))]


@pytest.mark.parametrize("type_", EventType)
def test_an_event_of_each_type_keeps_the_schema(type_: EventType) -> None:
    message = MESSAGES[type_]

    assert json.loads(message.event)["type"] == type_
    assert errors(message.event) == []


def test_generated_and_hostile_events_keep_the_schema_and_the_limit() -> None:
    hostile = render_alert(poison(PAYLOAD, HOSTILE), **OPTIONS)
    long = render_notice(
        NoticePayload(EventType.HEARTBEAT, "é" * 90_000, ("x" * 900,) * 50), **OPTIONS
    )

    for message in (*make_messages(80), hostile, long):
        assert errors(message.event) == []
        assert len(message.event.encode()) <= 20_000


@pytest.mark.parametrize(
    "change",
    [
        lambda event: event.update(type="development.told"),
        lambda event: event.pop("timestamp"),
        lambda event: event["data"].pop("state"),
        lambda event: event["data"]["development"].update(tier=4),
        lambda event: event["data"]["development"].update(event_date="Friday"),
        lambda event: event["data"]["corroboration"].pop("is_single"),
        lambda event: event["data"]["state"][0].pop("before"),
    ],
)
def test_the_schema_refuses_what_an_event_never_is(change) -> None:
    event = json.loads(
        next(one for one in make_messages(40) if '"state":[{' in one.event[:18_000]).event
    )
    data = event["data"]
    event["data"] = data["items"][0] if "items" in data else data
    event["type"] = "development.created"
    assert errors(json.dumps(event)) == []

    change(event)

    assert errors(json.dumps(event))


@pytest.mark.parametrize("type_", EventType)
def test_an_event_verifies_by_the_library_and_by_hand(type_: EventType) -> None:
    event, now = MESSAGES[type_].event, datetime.now(UTC)
    signature = Webhook(SECRET).sign("msg", now, event)
    headers = {
        "webhook-id": "msg",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature,
    }

    assert Webhook(SECRET).verify(event, headers) == json.loads(event)
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    signed = f"msg.{int(now.timestamp())}.{event}".encode()
    by_hand = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert signature == f"v1,{by_hand}"
