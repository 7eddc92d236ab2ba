"""The heartbeat says in one line that somebody watches, what is in trouble, and what lies ahead."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from monitor.alerts.calendar import KnownDay
from monitor.alerts.notices.heartbeat import CaseNews, Watch, make_heartbeat
from monitor.alerts.payload import FeedPart
from tests.alerts.samples import NOW

FEED = FeedPart("https://g.example/rss", "Gazette", "failing", "it has failed: answered 503", None)
HEARING = "The hearing is on 4 July."
AHEAD = (KnownDay(date(2025, 7, 4), HEARING), "Night ferry")
QUIET = CaseNews("Night ferry", 0, NOW - timedelta(days=20), "The ferry stopped.")
CALM = Watch(NOW, 7, 24, (), (), (QUIET,), None)


def news(count: int) -> tuple[CaseNews, ...]:
    return (replace(QUIET, developments=count, last_at=NOW),)


@pytest.mark.parametrize(
    ("changed", "title"),
    [
        ({}, "Watching 24 feeds, nothing new"),
        ({"feeds": 1, "cases": news(1)}, "Watching 1 feed, 1 development"),
        ({"feeds": 0}, "Watching no feeds, nothing new"),
        (
            {"troubled": (FEED, FEED), "since": (NOW, NOW), "ahead": AHEAD},
            "Watching 24 feeds, 2 in trouble since 6 June, nothing new; next known date 4 July",
        ),
        (
            {"troubled": (FEED, FEED), "since": (NOW, NOW - timedelta(days=3))},
            "Watching 24 feeds, 2 in trouble, the first since 3 June, nothing new",
        ),
        (
            {"troubled": (FEED, FEED), "since": (NOW,)},
            "Watching 24 feeds, 2 in trouble, the first since 6 June, nothing new",
        ),
        (
            {"troubled": (FEED,), "cases": (*news(2), *news(10))},
            "Watching 24 feeds, 1 in trouble, 12 developments",
        ),
        (
            {"feeds": 2, "troubled": (FEED, FEED), "since": (NOW, NOW)},
            "Watching 2 feeds, all in trouble since 6 June, nothing new",
        ),
        (
            {"ahead": (KnownDay(date(2026, 5, 4), HEARING), "Night ferry")},
            "Watching 24 feeds, nothing new; next known date 4 May 2026",
        ),
    ],
    ids=["calm", "one", "none", "trouble", "first", "unknown", "sum", "all", "next year"],
)
def test_a_heartbeat_says_it_in_a_line(changed, title):
    assert make_heartbeat(replace(CALM, **changed)).title == title


def test_a_heartbeat_names_the_feeds_in_trouble_and_why():
    notice = make_heartbeat(replace(CALM, troubled=(FEED,) * 22, since=(NOW,) * 22, ahead=AHEAD))

    assert notice.lines[1:3] == (
        "Next known date of Night ferry: Friday 4 July 2025: “The hearing is on 4 July.”",
        "Gazette: it has failed: answered 503",
    )
    assert notice.lines[22] == "and 2 more feeds"
    assert notice.about == {
        "status": "ok",
        "feeds": 24,
        "troubled": 22,
        "developments": 0,
        "next_date": "2025-07-04",
    }


@pytest.mark.parametrize(
    ("case", "line"),
    [
        (CaseNews("Night ferry", 0), "Night ferry: no development yet."),
        (QUIET, "Night ferry: nothing new since 17 May 2025."),
        (*news(1), "Night ferry: 1 development, on 6 June 2025: “The ferry stopped.”"),
        (
            *news(3),
            "Night ferry: 3 developments, the last one on 6 June 2025: “The ferry stopped.”",
        ),
    ],
    ids=["nothing ever", "quiet", "one", "several"],
)
def test_a_heartbeat_tells_of_each_case_what_came_last(case, line):
    assert make_heartbeat(replace(CALM, cases=(case,))).lines[0] == line


def test_a_heartbeat_names_twenty_cases_at_most():
    notice = make_heartbeat(replace(CALM, cases=(QUIET,) * 23))

    assert notice.lines[19:21] == (
        "Night ferry: nothing new since 17 May 2025.",
        "and 3 more cases",
    )


def test_a_heartbeat_without_feeds_says_how_to_add_one():
    notice = make_heartbeat(replace(CALM, feeds=0))

    assert (
        "No feed is read, so nothing can be found: `monitor feeds add URL` adds one."
        in notice.lines
    )


@pytest.mark.parametrize(("days", "often"), [(7, "once a week"), (1, "once a day")])
def test_a_heartbeat_says_how_often_it_comes(days, often):
    assert make_heartbeat(replace(CALM, days=days)).lines[-1].startswith(f"This comes {often},")
