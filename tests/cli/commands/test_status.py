"""`status`: what somebody should look at, and the exit code that says so."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.cli.commands.status import find_troubles
from monitor.settings import Settings, load_settings
from monitor.store.views.cases import Totals
from monitor.store.views.feeds import FeedView
from tests.acceptance.config import read_rows, run_command
from tests.cli.conftest import Read
from tests.world import Outlet

NOW = datetime(2025, 6, 6, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# A feed that is well: polled every five minutes, with news an hour ago.
FEED = FeedView(
    title="Tribune",
    url="https://tribune.example/rss",
    state="ok",
    tags=(),
    items=20,
    entries=20,
    overlap=0.9,
    interval_seconds=300,
    last_polled_at=NOW,
    last_ok_at=NOW,
    last_new_at=NOW - HOUR,
    next_poll_at=NOW + timedelta(minutes=5),
    failures=0,
    error="",
    usual_gap_seconds=3_600,
)
TOTALS = Totals(
    feeds=1,
    failing=0,
    articles=5,
    developments=1,
    queued=0,
    failed_entries=0,
    waiting=0,
    pending=0,
    dead=0,
    oldest_pending_at=None,
)


@pytest.fixture(scope="module")
def settings(read: Read) -> Settings:
    """Settings in UTC, under which a feed is polled every five minutes at least."""
    return load_settings(read.config, {})


def troubles(settings: Settings, feed: FeedView = FEED, totals: Totals = TOTALS) -> list[str]:
    return find_troubles(totals, [feed], NOW, settings)


def test_where_all_is_well_there_is_nothing_to_look_at(settings: Settings) -> None:
    assert troubles(settings) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"state": "failing", "error": "HTTP 500"}, "feed failing: Tribune: HTTP 500"),
        (
            {"state": "failing", "title": "", "error": "https://tribune.example/rss: no address"},
            "feed failing: https://tribune.example/rss: no address",
        ),
        ({"state": "gone", "error": "HTTP 410"}, "feed gone: Tribune: HTTP 410"),
        (
            {"state": "failing", "error": "HTTP 500", "title": ""},
            "feed failing: https://tribune.example/rss: HTTP 500",
        ),
        (
            {"last_new_at": NOW - 3 * DAY},
            "feed silent: Tribune: nothing new since 2025-06-03 12:00",
        ),
        ({"next_poll_at": NOW - timedelta(minutes=11)}, "feed not polled: Tribune"),
    ],
)
def test_a_feed_in_trouble_is_named_with_what_is_wrong(
    settings: Settings, changes: dict[str, Any], expected: str
) -> None:
    assert troubles(settings, replace(FEED, **changes)) == [expected]


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "paused", "next_poll_at": NOW - 9 * DAY},
        {"next_poll_at": NOW - timedelta(minutes=9)},
        {"last_new_at": None},
        {"last_new_at": NOW - DAY},
        {"last_new_at": NOW - 9 * DAY, "usual_gap_seconds": 2 * DAY.total_seconds()},
        {"last_new_at": NOW - 9 * DAY, "state": "paused"},
    ],
    ids=["paused", "a bit late", "never brought any", "for a day", "a slow feed", "paused long"],
)
def test_a_feed_that_only_rests_is_no_trouble(settings: Settings, changes: dict[str, Any]) -> None:
    assert troubles(settings, replace(FEED, **changes)) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"dead": 2}, ["2 deliveries failed for good: monitor alerts list --failed"]),
        (
            {"dead_edits": 1},
            ["1 events on edits were refused for good by a webhook; the log says why"],
        ),
        (
            {"oldest_pending_at": NOW - 2 * HOUR},
            ["deliveries wait since 2025-06-06 10:00: monitor alerts list --pending"],
        ),
        ({"oldest_pending_at": NOW - HOUR}, []),
        ({"waiting": 9, "pending": 9, "queued": 900}, []),
    ],
    ids=["dead", "dead edits", "waiting for long", "for an hour", "work as usual"],
)
def test_deliveries_that_nobody_will_get_are_named_with_what_to_do(
    settings: Settings, changes: dict[str, Any], expected: list[str]
) -> None:
    assert troubles(settings, totals=replace(TOTALS, **changes)) == expected


@pytest.mark.parametrize(
    ("days", "interval", "is_expected"),
    [
        (1, 300, False),
        (3, 300, True),
        (3, 4 * 3_600, False),
        (4, 4 * 3_600, True),
        (9, None, False),
    ],
)
def test_a_feed_is_silent_after_two_days_and_twenty_of_its_intervals(
    days: int, interval: int | None, is_expected: bool
) -> None:
    feed = replace(FEED, last_new_at=NOW - days * DAY, interval_seconds=interval)

    assert feed.is_silent(NOW) is is_expected


def test_status_counts_what_the_store_holds(read: Read) -> None:
    (row,) = read_rows(read.config, "status")

    assert {name: row[name] for name in ("feeds", "articles", "developments", "daemon")} == {
        "feeds": 1,
        "articles": 4,
        "developments": 1,
        "daemon": "not running",
    }
    assert row["database_bytes"] == (read.config / "monitor.db").stat().st_size
    assert (row["pending"], row["dead"], row["troubles"]) == (0, 0, [])


def test_status_check_exits_3_when_a_feed_fails(config: Path, outlet: Outlet) -> None:
    assert run_command(config, "status", "--check").returncode == 0
    outlet.answers["/feed.xml"] = lambda: (500, "text/plain", b"broken")
    run_command(config, "poll")

    done = run_command(config, "status", "--check", check=False)

    assert done.returncode == 3
    assert "500" in done.stdout
    # Without --check trouble is shown, and is no failure of the command.
    assert "500" in run_command(config, "status").stdout


@pytest.mark.parametrize(
    ("waited", "expected"), [("-30 minutes", 0), ("-2 hours", 3), ("+9 hours", 0)]
)
def test_status_check_exits_3_when_nobody_seals_an_alert_that_is_due(
    judged: Path, waited: str, expected: int
) -> None:
    with closing(sqlite3.connect(judged / "monitor.db")) as database, database:
        database.execute(
            "UPDATE alert_channels SET delivery_id = NULL,"
            " due_at = datetime('now', ?) || '.000000'",
            (waited,),
        )

    done = run_command(judged, "status", "--check", check=False)

    assert done.returncode == expected
    assert ("deliveries wait since" in done.stdout) is (expected == 3)
