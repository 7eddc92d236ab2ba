"""What the daemon tells a person at a terminal, event by event."""

from __future__ import annotations

from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.cli.events import LogForm, Narrator, choose_form

FEED = "https://gazette.example/rss"
TITLES = {FEED: "Harbour Gazette"}
URL = "https://gazette.example/pier"


def tell(event: str, *, narrator: Narrator | None = None, **fields: Any) -> str:
    narrator = narrator or Narrator(TITLES, UTC)
    line = narrator.tell({"event": event, "timestamp": "2025-06-06T14:05:09Z", **fields})
    return line.removeprefix("\n").removeprefix("14:05:09 ")


@pytest.mark.parametrize(
    ("event", "fields", "expected"),
    [
        (
            "poll_done",
            {"feed": FEED, "outcome": "new", "items": 20, "new": 3},
            "Harbour Gazette: 3 new of 20 items",
        ),
        (
            "poll_done",
            {"feed": FEED, "outcome": "not_a_feed", "error": "it is a page"},
            "Harbour Gazette: not a feed: it is a page",
        ),
        (
            "poll_done",
            {"feed": "https://other.example/", "outcome": "unchanged", "new": 0},
            "https://other.example/: nothing new",
        ),
        (
            "ingest_done",
            {"url": URL, "outcome": "stored", "verdicts": ["pier:alert", "quay:silent"]},
            f"read {URL}: pier: new, alerts; quay: nothing new",
        ),
        (
            "ingest_done",
            {"url": URL, "outcome": "unmatched"},
            f"read {URL}: what it says belongs to no case",
        ),
        (
            "ingest_done",
            {"url": URL, "outcome": "retry", "error": "timeout"},
            f"read {URL}: could not be read, is tried again later (timeout)",
        ),
        ("recheck_done", {"url": URL, "outcome": "same", "edits": None}, ""),
        (
            "recheck_done",
            {"url": URL, "edits": ["copy_edit"]},
            f"looked again at {URL}: copy edit",
        ),
        ("delivery_done", {"channel": "desk", "outcome": "sent"}, "alert sent to desk"),
        (
            "delivery_done",
            {"channel": "desk", "outcome": "retry", "error": "no answer"},
            "alert not accepted by desk: no answer; it is tried again",
        ),
        (
            "delivery_done",
            {"channel": "desk", "outcome": "dead", "error": "550"},
            "alert not accepted by desk: 550; given up",
        ),
        (
            "feed_gone",
            {"feed": FEED, "hint": "take it out"},
            "feed gone: Harbour Gazette: take it out",
        ),
        ("heartbeat_failed", {"error": "disk full"}, "heartbeat failed: disk full"),
        ("config_reloaded", {"cases": 2, "feeds": 9}, "config read again: 2 cases, 9 feeds"),
        (
            "database_upgraded",
            {"copy": "/data/monitor.db.before-0016"},
            "the database was upgraded; as it was before, it is /data/monitor.db.before-0016",
        ),
        ("daemon_stopping", {}, "stopping: what is in hand is finished"),
        ("polling", {"feeds": 1}, ""),
        ("daemon_stopped", {}, ""),
    ],
)
def test_an_event_is_a_line_in_words(event: str, fields: dict[str, Any], expected: str) -> None:
    assert tell(event, **fields) == expected


def test_a_feed_without_news_is_told_of_once_and_then_when_it_has_some() -> None:
    narrator = Narrator(TITLES, UTC)
    said = [
        tell("poll_done", narrator=narrator, feed=FEED, outcome="unchanged", new=new, items=9)
        for new in (0, 0, 2, 0)
    ]

    assert said == ["Harbour Gazette: nothing new", "", "Harbour Gazette: 2 new of 9 items", ""]


def test_a_line_begins_with_the_time_where_the_reader_is() -> None:
    narrator = Narrator({}, ZoneInfo("Asia/Tokyo"))

    line = narrator.tell({"event": "daemon_stopping", "timestamp": "2025-06-06T14:05:09.5Z"})

    assert line.startswith("\n23:05:09 ")


@given(st.text(), st.text())
def test_no_text_from_the_web_makes_a_second_line_or_a_control_character(
    url: str, error: str
) -> None:
    said = tell("ingest_done", url=url, outcome="failed", error=error + "\x1b[2J\n")

    assert "\x1b" not in said
    assert len(said.splitlines()) <= 1


@pytest.mark.parametrize("form", list(LogForm))
def test_the_form_that_is_asked_for_stands_above_the_terminal(form: LogForm) -> None:
    assert choose_form(form) is form


def test_where_no_terminal_is_events_are_for_programs() -> None:
    assert choose_form(None) is LogForm.JSON
