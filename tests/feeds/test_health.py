"""When a feed counts as dried up or back, and which feeds are told together."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.feeds.health import FeedHealth, Trouble, find_changes, find_trouble
from monitor.feeds.poll_interval import ASKED_TO_WAIT
from tests.feeds.healthy import HOUR, NOW, healthy

DAY = timedelta(days=1)


def failing(
    number: int = 1, *, since: timedelta = DAY, notice_uid: str | None = None
) -> FeedHealth:
    notified_at = NOW - HOUR if notice_uid else None
    return replace(
        healthy(number),
        state="failing",
        failures=5,
        failing_since=NOW - since,
        last_ok_at=None,
        notice_uid=notice_uid,
        notified_at=notified_at,
    )


def held(number: int = 1, *, since: timedelta = timedelta(), days: int = 20) -> FeedHealth:
    """A feed whose host wants no polls for some days after a first failure."""
    at = NOW + days * DAY
    own = failing(number, since=since)
    return replace(own, failures=1, because=ASKED_TO_WAIT, next_poll_at=at)


@pytest.mark.parametrize(
    ("feed", "trouble"),
    [
        (healthy(), None),
        (replace(healthy(), state="gone"), Trouble.GONE),
        (failing(), Trouble.FAILING),
        (failing(since=23 * HOUR), None),
        (replace(failing(), is_leaving=True), None),
        (replace(failing(), failures=2), None),
        (held(), Trouble.FAILING),
        (held(since=HOUR, days=0), None),
        (replace(held(), last_polled_at=None), Trouble.FAILING),
        (replace(healthy(), last_new_at=NOW - 2 * DAY - HOUR), Trouble.SILENT),
        (replace(healthy(), last_new_at=NOW - 2 * DAY), None),
        (replace(healthy(), last_new_at=NOW - 5 * DAY, gap=2 * DAY), None),
        (replace(healthy(), last_new_at=NOW - 5 * DAY, interval=6 * HOUR), None),
        (replace(healthy(), last_new_at=None), None),
    ],
)
def test_a_feed_has_dried_up_when_gone_failing_for_a_day_or_unusually_silent(
    feed: FeedHealth, trouble: Trouble | None
) -> None:
    assert find_trouble(feed) is trouble


def test_a_monitor_that_was_off_says_nothing_about_its_feeds() -> None:
    long_ago = NOW - 30 * DAY

    assert (
        find_trouble(
            replace(healthy(), last_polled_at=long_ago, last_ok_at=long_ago, last_new_at=long_ago)
        )
        is None
    )


def test_a_feed_is_told_once() -> None:
    assert [feed.id for feed in find_changes([failing(), healthy(2), healthy(3)]).dried_up] == [1]
    assert find_changes([failing(notice_uid="n"), healthy(2), healthy(3)]).is_empty


def test_when_most_feeds_fail_those_that_failed_late_are_told_with_the_others() -> None:
    news = find_changes([failing(1), failing(2, since=HOUR), failing(3, since=HOUR), healthy(4)])

    assert [feed.id for feed in news.dried_up] == [1, 2, 3]
    assert news.is_outage


def test_feeds_whose_hosts_ask_for_peace_are_no_outage() -> None:
    news = find_changes([held(1), held(2), failing(3), healthy(4)])

    assert [feed.id for feed in news.dried_up] == [1, 2, 3]
    assert not news.is_outage


def test_a_feed_that_begins_to_fail_during_a_told_outage_says_nothing_more() -> None:
    news = find_changes([failing(1, notice_uid="n"), failing(2, notice_uid="n"), failing(3)])

    assert (news.dried_up, [feed.id for feed in news.joined], news.outage_uid) == ((), [3], "n")


def test_feeds_told_together_are_notice_uid_back_once_half_of_them_are() -> None:
    back = [replace(healthy(number), notice_uid="n", notified_at=NOW - HOUR) for number in (1, 2)]
    down = [failing(number, notice_uid="n") for number in (3, 4)]

    assert [feed.id for feed in find_changes([*back, *down]).recovered] == [1, 2]
    assert find_changes([back[0], failing(2, notice_uid="n"), *down]).recovered == ()


def test_a_feed_is_not_back_before_it_has_answered() -> None:
    reset = replace(healthy(), notice_uid="n", notified_at=NOW, last_ok_at=NOW - DAY)

    assert find_changes([reset]).is_empty
