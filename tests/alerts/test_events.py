"""An event keeps to the size that receivers are promised, whichever of its texts is long."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.events import MAX_BODY_BYTES, alert_event, digest_event, notice_event
from monitor.alerts.payload import (
    AlertPayload,
    CorroborationPart,
    DigestKind,
    DigestPayload,
    EditPart,
    EventType,
    FeedPart,
    NoticePayload,
    Payload,
    ReporterPart,
    StatePart,
)
from tests.alerts.samples import NEAREST, NOW, PAYLOAD
from tests.alerts.test_schema import errors

ALERT = replace(
    PAYLOAD,
    corroboration=CorroborationPart(2, ("Tribune", "Gazette"), ReporterPart("Tribune", NOW), False),
    state=(StatePart("The ferry", "orders", "closed logbooks", "open logbooks"),) * 2,
)
EDIT = EditPart("correction", "Gazette", "https://g.example/", NOW, "It was Monday.")
FEED = FeedPart("https://g.example/rss", "Gazette", "failing", "it answers 503", NOW)
DIGEST = DigestPayload(
    DigestKind.DIGEST, PAYLOAD.case, (ALERT,) * 2, edits=(EDIT,) * 2, feeds=(FEED,) * 2
)
NOTICE = NoticePayload(
    EventType.HEARTBEAT, "All is well", ("One.", "Two."), {"channel": "desk"}, (FEED,)
)
# Values that are no free text.
FIXED = (
    *("type", "at", "found_at", "published_at", "first_found_at", "first_published_at"),
    *("last_new_at", "revised_at", "event_date", "event_date_precision", "next_date"),
)

Path = tuple[str | int, ...]


def texts_of(value: Any, path: Path = ()) -> Iterator[Path]:
    """Yields where the texts of a JSON value stand."""
    if isinstance(value, str):
        yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in () if isinstance(value, str) else pairs:
        if isinstance(part, str | dict | list) and key not in FIXED:
            yield from texts_of(part, (*path, key))


def put(value: Any, path: Path, text: str) -> None:
    for key in path[:-1]:
        value = value[key]
    value[path[-1]] = text


def with_long_texts(payload: Payload) -> st.SearchStrategy[dict[str, Any]]:
    """Returns the JSON of a payload, some of its texts being long."""
    plain = payload.to_json()
    # "kind" of a digest is one of a few words.
    paths = [path for path in texts_of(plain) if path != ("kind",)]
    long = st.builds(
        str.__mul__, st.sampled_from(["x", "é", "裁", "😀", '"', "pier "]), st.integers(500, 40_000)
    )

    def lengthened(chosen: dict[Path, str]) -> dict[str, Any]:
        copy = json.loads(json.dumps(plain))
        for path, text in chosen.items():
            put(copy, path, text)
        return copy

    return st.dictionaries(st.sampled_from(paths), long, min_size=1).map(lengthened)


@given(stored=with_long_texts(ALERT))
def test_an_alert_is_never_too_large(stored: dict[str, Any]) -> None:
    event = alert_event(AlertPayload.from_json(stored), now=NOW)

    assert len(event.encode()) <= MAX_BODY_BYTES
    assert errors(event) == []


@given(stored=with_long_texts(DIGEST))
def test_a_digest_is_never_too_large(stored: dict[str, Any]) -> None:
    event = digest_event(DigestPayload.from_json(stored), id="d1", now=NOW)

    assert len(event.encode()) <= MAX_BODY_BYTES
    assert errors(event) == []
    assert json.loads(event)["data"]["items"]


@given(stored=with_long_texts(NOTICE))
def test_a_notice_is_never_too_large(stored: dict[str, Any]) -> None:
    event = notice_event(NoticePayload.from_json(stored), id="n1", now=NOW)

    assert len(event.encode()) <= MAX_BODY_BYTES
    assert errors(event) == []


def test_every_text_of_an_alert_may_be_long_at_once() -> None:
    stored = ALERT.to_json()
    for path in list(texts_of(stored)):
        put(stored, path, '"' * 40_000)

    event = alert_event(AlertPayload.from_json(stored), now=NOW)

    assert len(event.encode()) <= MAX_BODY_BYTES
    assert json.loads(event)["data"]["truncated"]


@pytest.mark.parametrize("comment", ["why " * 8_000, "w" * 32_000])
def test_a_long_comment_of_a_silence_costs_no_other_alert(comment: str) -> None:
    silenced = replace(ALERT, alert=replace(ALERT.alert, silenced=comment))
    digest = replace(DIGEST, items=(silenced, ALERT))

    data = json.loads(digest_event(digest, id="d1", now=NOW))["data"]

    first, second = data["items"]
    assert first["alert"]["silenced"] == comment[: len(first["alert"]["silenced"])]
    assert second["development"]["summary_sentence"] == ALERT.development.summary_sentence
    assert (data["truncated"], len(data["edits"]), len(data["feeds"])) == (True, 2, 2)


def test_a_long_stored_sentence_costs_no_new_one() -> None:
    first, *rest = ALERT.new_sentences
    long = replace(first, nearest=replace(first.nearest, text=NEAREST * 600))
    told = replace(ALERT, new_sentences=(long, *rest))

    data = json.loads(alert_event(told, now=NOW))["data"]

    shown = data["new_sentences"]
    assert [one["text"] for one in shown] == [one.text for one in told.new_sentences]
    assert shown[0]["nearest"]["text"].startswith(NEAREST)


def test_what_is_small_is_left_as_it_is() -> None:
    data = json.loads(digest_event(DIGEST, id="d1", now=NOW))["data"]

    assert not data["truncated"]
    assert len(data["items"]) == 2
