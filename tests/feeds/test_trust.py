"""How far a server's validators and permanent redirects are believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.feeds.trust import (
    ValidatorHistory,
    is_dead,
    is_frozen,
    is_gone,
    is_settled,
    needs_whole,
    watch_farewell,
    watch_move,
)
from monitor.model import Validators
from monitor.politeness import Farewell, Move

NOW = datetime(2025, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
OLD = "Thu, 12 Jan 2017 00:12:01 GMT"
HERE, THERE = "https://quarry.example/feed", "https://quarry.example/new"


@pytest.mark.parametrize(
    ("last_modified", "newest_at", "frozen"),
    [
        (OLD, NOW - DAY, True),
        ("Thu, 01 Jan 1970 00:00:00 GMT", NOW - 300 * DAY, True),
        (OLD, datetime(2017, 1, 12, tzinfo=UTC), False),
        (OLD, None, True),
        ("Fri, 11 Apr 2025 21:00:00 GMT", None, False),
        ("Fri, 11 Apr 2025 21:00:00 GMT", NOW, False),
        ("Fri, 11 Apr 2099 21:00:00 GMT", NOW, False),
        ("yesterday", NOW, False),
        (None, NOW, False),
    ],
)
def test_a_date_that_is_older_than_the_document_cannot_be_true(
    last_modified: str | None, newest_at: datetime | None, frozen: bool
) -> None:
    assert is_frozen(Validators('"a"', last_modified), newest_at, NOW) is frozen


def asks(
    *,
    frozen: bool = False,
    whole: timedelta | None = HOUR,
    new: timedelta | None = HOUR,
    gap: timedelta | None = HOUR,
    failing: bool = False,
) -> bool:
    history = ValidatorHistory(
        is_frozen=frozen,
        whole_at=None if whole is None else NOW - whole,
        last_new_at=None if new is None else NOW - new,
        gap=gap,
        interval=HOUR,
        is_failing=failing,
    )
    return needs_whole(history, NOW)


def test_a_frozen_feed_is_asked_for_the_whole_document_before_a_day_is_over() -> None:
    assert [asks(frozen=True, whole=HOUR * hours) for hours in (1, 22, 23, 40)] == [
        False,
        False,
        True,
        True,
    ]
    assert asks(frozen=True, whole=None)


def test_a_lively_feed_that_says_not_modified_for_a_week_is_doubted_once() -> None:
    assert asks(whole=8 * DAY, new=8 * DAY)
    assert not asks(whole=6 * DAY, new=8 * DAY)
    assert not asks(whole=8 * DAY, new=8 * DAY, gap=3 * DAY)
    assert not asks(whole=8 * DAY, new=8 * DAY, gap=None)
    assert not asks(whole=8 * DAY, new=8 * DAY, failing=True)
    assert not asks(whole=8 * DAY, new=None)


def test_a_move_counts_polls_in_a_row_with_one_target() -> None:
    first = watch_move(None, HERE, THERE, overlaps=False, now=NOW)
    second = watch_move(first, HERE, THERE, overlaps=True, now=NOW + HOUR)

    assert first == Move(THERE, NOW, 1, False)
    assert second == Move(THERE, NOW, 2, True)
    assert watch_move(
        second, HERE, "https://quarry.example/else", overlaps=True, now=NOW + DAY
    ) == Move("https://quarry.example/else", NOW + DAY, 1, True)
    assert watch_move(second, HERE, None, overlaps=True, now=NOW) is None
    assert watch_move(second, HERE, HERE, overlaps=True, now=NOW) is None


def test_nothing_moves_from_https_to_http() -> None:
    assert watch_move(None, HERE, "http://quarry.example/feed", overlaps=True, now=NOW) is None
    assert watch_move(None, "http://quarry.example/feed", HERE, overlaps=True, now=NOW) is not None


@pytest.mark.parametrize(
    ("polls", "hours", "overlaps", "settled"),
    [(3, 24, True, True), (2, 99, True, False), (9, 23, True, False), (9, 99, False, False)],
)
def test_a_move_is_settled_after_three_polls_over_a_day_with_the_same_feed_behind_it(
    polls: int, hours: int, overlaps: bool, settled: bool
) -> None:
    assert is_settled(Move(THERE, NOW - hours * HOUR, polls, overlaps), NOW) is settled


@pytest.mark.parametrize(
    ("answers", "hours", "gone"),
    [(1, 0, False), (3, 71, False), (2, 500, False), (3, 72, True), (9, 90, True)],
)
def test_a_feed_is_gone_when_three_answers_over_three_days_say_so(
    answers: int, hours: float, gone: bool
) -> None:
    farewell = watch_farewell(None, NOW)
    for _ in range(answers - 1):
        farewell = watch_farewell(farewell, NOW + hours * HOUR)

    assert farewell == Farewell(NOW, answers)
    assert is_gone(farewell, NOW + hours * HOUR) is gone


@pytest.mark.parametrize(
    ("failures", "since", "is_so"),
    [
        (3, NOW - DAY, True),
        (2, NOW - 9 * DAY, False),
        (9, NOW - 23 * HOUR, False),
        (1, None, False),
    ],
)
def test_an_address_is_dead_after_three_failures_over_a_day(
    failures: int, since: datetime | None, is_so: bool
) -> None:
    assert is_dead(failures, since, NOW) is is_so
