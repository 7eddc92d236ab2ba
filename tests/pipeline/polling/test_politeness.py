"""Thirty simulated days over twenty feeds: the points of docs/politeness.md, each as an assertion
on what the servers saw.
"""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from tests.pipeline.polling.month import (
    DAY,
    HOUR,
    LONGEST,
    MINUTE,
    PINNED,
    SHOWN,
    START,
    UNCONDITIONAL,
    Hit,
    Month,
    live,
)

GIVES_VALIDATORS = [
    "etag",
    "date",
    "fresh",
    "expires",
    "ttl",
    "period",
    "hours",
    "days",
    "limited",
    "busy",
    "broken",
    "gone",
    "missing",
    "one",
    "two",
    "pinned",
]

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Month:
    return live(tmp_path_factory.mktemp("month") / "config")


def between(hits: list[Hit], first: float, last: float) -> list[Hit]:
    """The hits from one day of the month to another."""
    return [hit for hit in hits if START + first * DAY <= hit.at < START + last * DAY]


def test_every_feed_was_asked_and_most_until_the_end(month: Month) -> None:
    assert len(month.kinds) == 20
    assert all(month.of(name) for name in month.kinds)
    assert sum(bool(between(month.of(name), 28, 30)) for name in month.kinds) >= 18


def test_point_1_validators_come_back_byte_for_byte_after_restarts_too(month: Month) -> None:
    assert all(hit.headers["if-none-match"].startswith('W/"') for hit in month.of("etag")[1:])
    assert all(hit.headers["if-modified-since"].endswith("GMT") for hit in month.of("date")[1:])
    assert "if-none-match" not in month.of("date")[-1].headers


def test_point_3_at_least_95_of_100_requests_that_can_be_are_conditional(month: Month) -> None:
    assert month.share_conditional() >= 0.95


@pytest.mark.parametrize("name", GIVES_VALIDATORS)
def test_point_3_a_feed_with_validators_is_asked_for_everything_once(
    month: Month, name: str
) -> None:
    assert [hit.is_conditional for hit in month.of(name)].count(False) == 1
    assert not month.of(name)[0].is_conditional


def test_point_3_a_server_without_validators_is_asked_as_any_other(month: Month) -> None:
    """Its items come every 16 hours, so max_interval sets the pace."""
    hits = month.of("bare")
    gaps = [later.at - earlier.at for earlier, later in itertools.pairwise(hits)]

    assert all(UNCONDITIONAL <= gap <= LONGEST + MINUTE for gap in gaps)
    assert 4 * 30 <= len(hits) <= 6 * 30
    assert month.feeds["bare"].entries == SHOWN + 29.5 * DAY // (16 * HOUR)


def test_a_frozen_feed_is_asked_for_everything_once_a_day_and_nothing_is_missed(
    month: Month,
) -> None:
    wholes = [hit for hit in month.of("frozen") if not hit.is_conditional]

    assert month.feeds["frozen"].is_frozen
    assert 30 <= len(wholes) <= 45
    assert all(later.at - earlier.at <= DAY for earlier, later in itertools.pairwise(wholes))
    assert month.feeds["frozen"].entries >= 30 * 4


def test_point_4_no_request_comes_early(month: Month) -> None:
    """Neither before the floor, nor before max-age, Expires, ttl, sy:update, `every`, nor after a
    restart.
    """
    assert month.early() == []


def test_point_4_a_restart_asks_nobody(month: Month) -> None:
    assert month.asked_at_restart == 0


def test_point_5_what_a_304_says_of_freshness_is_heeded(month: Month) -> None:
    hits = month.of("fresh")

    assert any(hit.status == 304 for hit in hits) or len(hits) > 100
    assert all(later.at - earlier.at >= 3 * HOUR for earlier, later in itertools.pairwise(hits))


def test_point_6_retry_after_in_seconds_is_kept_over_a_restart(month: Month) -> None:
    hits = month.of("limited")
    waits = [
        later.at - earlier.at
        for earlier, later in itertools.pairwise(hits)
        if earlier.status == 429
    ]

    assert waits[0] <= 3 * HOUR  # refusals in a row double the pause, so a third one may be longer
    assert all(wait >= 2 * HOUR for wait in waits)


def test_point_6_retry_after_as_a_date_is_kept(month: Month) -> None:
    (refused,) = [hit for hit in month.of("busy") if hit.status == 503]
    after = [hit for hit in month.of("busy") if hit.at > refused.at]

    assert timedelta(hours=50) <= after[0].at - refused.at <= timedelta(hours=56)


def test_point_7_a_broken_server_is_asked_ever_more_slowly_and_one_success_ends_that(
    month: Month,
) -> None:
    failing = [hit for hit in month.of("broken") if hit.status == 500]
    waits = [later.at - earlier.at for earlier, later in itertools.pairwise(failing)]
    healthy = between(month.of("broken"), 12, 16)

    assert waits == sorted(waits)
    assert len(failing) <= 9
    assert all(later.at - earlier.at <= 7 * HOUR for earlier, later in itertools.pairwise(healthy))


def test_point_8_a_feed_that_is_gone_is_asked_weekly_after_three_days_of_410(
    month: Month,
) -> None:
    said = [hit for hit in month.of("gone") if hit.status == 410]
    before = [hit for hit in said if hit.at - said[0].at < 3 * DAY]

    assert 3 <= len(before) <= 9
    assert len(said) - len(before) <= 1 + (30 - 10 - 3) // 7
    assert all(hit.is_conditional for hit in said)
    assert month.feeds["gone"].state == "gone"


def test_point_8_a_feed_that_is_missing_is_asked_weekly_in_the_end_and_stays_visible(
    month: Month,
) -> None:
    missing = [hit for hit in month.of("missing") if hit.status == 404]

    assert len(between(missing, 17, 30)) <= 2
    assert (month.feeds["missing"].state, month.feeds["missing"].outcome) == ("failing", "failed")


def test_point_9_a_permanent_redirect_is_stored_after_the_third_poll_over_a_day(
    month: Month,
) -> None:
    old = [hit for hit in month.of("moved") if hit.status == 301]

    assert len(old) >= 3
    assert old[-1].at - old[0].at >= DAY
    assert old[-1].at - old[0].at <= 1.5 * DAY
    assert {hit.path for hit in between(month.of("moved"), 6, 30)} == {"/moved-to.xml"}
    assert month.feeds["moved"].url.endswith("/moved.xml")


def test_point_9_a_temporary_redirect_is_never_stored(month: Month) -> None:
    assert month.feeds["maintained"].moved_to is None
    assert {hit.path for hit in between(month.of("maintained"), 8, 30)} == {"/maintained.xml"}


def test_point_10_requests_say_who_asks_and_carry_nothing_else(month: Month) -> None:
    assert all(hit.headers["user-agent"].startswith("monitor/") for hit in month.hits)
    assert all("gzip" in hit.headers["accept-encoding"] for hit in month.hits)
    assert not any({"cookie", "referer", "authorization"} & set(hit.headers) for hit in month.hits)
    assert not any("?" in hit.path for hit in month.hits)


def test_point_11_no_host_is_asked_twice_at_once_or_within_two_seconds(month: Month) -> None:
    assert sum(month.crowds.values()) == 0
    assert month.too_close() == []


def test_point_11_feeds_that_were_added_together_do_not_stay_together(month: Month) -> None:
    second = sorted(month.of(name)[1].at for name in month.kinds if name != "pinned")

    assert month.of("pinned")[1].at - month.of("pinned")[0].at <= 1.2 * PINNED
    assert second[-1] - second[0] >= 3 * HOUR


def test_point_12_robots_txt_is_not_asked_for_feeds(month: Month) -> None:
    assert not any(hit.path == "/robots.txt" for hit in month.hits)


def test_point_13_hours_and_days_to_skip_are_kept(month: Month) -> None:
    assert not {hit.at.hour for hit in month.of("hours")[1:]} & set(range(6))
    assert not {hit.at.weekday() for hit in month.of("days")} & {5, 6}


def test_point_15_everything_is_asked_with_get(month: Month) -> None:
    assert {hit.method for hit in month.hits} == {"GET"}
