"""Other projects' fixtures, read by the product's own functions: no suite falls below its floor.

Runs where MONITOR_SUITES names the suites, which are not part of this repository. `make
conformance` prints the figures."""

from __future__ import annotations

import pytest

from monitor.feeds.parse import parse_feed
from monitor.pipeline.polling.selection import hash_item
from tests.conformance.reporting import Report, run_suites, shown_misses
from tests.conformance.suites import VARIABLE, find_suites, load, read_floors

FLOORS = read_floors()

pytestmark = pytest.mark.skipif(
    find_suites() is None, reason=f"{VARIABLE} names no conformance suites"
)


@pytest.fixture(scope="module")
def report() -> Report:
    return run_suites()


@pytest.mark.parametrize("suite", dict.fromkeys(floor.suite for floor in FLOORS))
def test_suite_is_not_below_its_floor(report: Report, suite: str) -> None:
    floors = [floor for floor in FLOORS if floor.suite == suite]

    low = [
        f"{floor.metric} = {report.value(floor):g}, wanted {floor.shown()}"
        for floor in floors
        if not report.is_held(floor)
    ]

    assert not low, f"{low}\n{shown_misses(report, floors[0].kind)}"


def test_every_difference_is_listed_with_a_reason(report: Report) -> None:
    assert report.unlisted() == []


def test_the_same_bytes_bring_nothing_new_and_nothing_changed() -> None:
    for fixture in load("fixtures").fixtures("feeds", ["real"]):
        body, url = fixture.read(), fixture.expected.get("base_url") or "https://feeds.example/x"

        first, second = (parse_feed(body, url=url).items for _ in range(2))

        assert [(item.key, hash_item(item)) for item in first] == [
            (item.key, hash_item(item)) for item in second
        ], fixture.file
        assert len({item.key for item in first}) == len(first), fixture.file


def test_no_date_is_silently_wrong(report: Report) -> None:
    assert report.metrics["dates"]["odd.wrong"] == 0
    assert report.metrics["dates"]["known.wrong"] == 0


def test_no_page_that_is_no_article_passes_for_one_and_no_article_is_refused(
    report: Report,
) -> None:
    assert (
        report.metrics["articles"]["non_articles.detected"]
        == report.metrics["articles"]["non_articles.total"]
    )
    assert report.metrics["articles"]["non_articles.false_alarms"] == 0
