"""When a feed is polled next: what its document, its server and the config say, put together."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from monitor.errors import BotProtection, FeedParseError, FetchError, MonitorError
from monitor.model import FeedDocument, FeedItem, NotModified, Validators
from monitor.pipeline.polling.schedule import (
    SKIPPED,
    PollTerms,
    follow_move,
    plan_after_answer,
    plan_after_failure,
    skipped_until,
)
from monitor.politeness import Move
from monitor.store.feeds import UNSET, FeedUpdate
from tests.pipeline.polling.feeds import URL, answer, due_feed
from tests.world import at

NOW = at("2025-06-01T12:00:00")  # a Sunday
HOUR = timedelta(hours=1)
TERMS = PollTerms(now=NOW, shortest=timedelta(minutes=5), longest=timedelta(hours=6), jitter=0.0)
ELSEWHERE = "https://quarry.example/feed"


def document(*, hours: tuple[int, ...] = (), **other: object) -> FeedDocument:
    """Four items, an hour apart."""
    items = tuple(
        FeedItem(str(number), None, f"Item {number}", published_at=NOW - number * HOUR)
        for number in range(1, 5)
    )
    return FeedDocument("rss", items, skip_hours=hours, **other)  # type: ignore[arg-type]


def test_a_document_says_how_its_feed_publishes() -> None:
    plan = plan_after_answer(
        TERMS, due_feed(), answer(), document=document(ttl=HOUR, hub_url="https://hub.example/")
    )

    assert (plan.gap, plan.newest_at) == (HOUR, NOW - HOUR)
    assert (plan.ttl, plan.hub_url) == (HOUR, "https://hub.example/")
    assert NOW < plan.next_poll_at <= NOW + TERMS.longest


def test_without_a_document_what_was_known_stays() -> None:
    feed = due_feed(gap=HOUR, newest_at=NOW - HOUR, ttl=HOUR, item_count=4)

    plan = plan_after_answer(TERMS, feed, NotModified(URL))

    assert (plan.gap, plan.newest_at, plan.ttl, plan.hub_url) == (UNSET, UNSET, UNSET, UNSET)


@pytest.mark.parametrize(
    ("got", "kept"),
    [
        (NotModified(URL), 2 * HOUR),
        (NotModified(URL, max_age=HOUR), HOUR),
        (answer(), None),
        (answer(max_age=HOUR), HOUR),
    ],
)
def test_a_304_leaves_the_max_age_of_the_whole_answer_in_force(
    got: NotModified, kept: timedelta | None
) -> None:
    assert plan_after_answer(TERMS, due_feed(max_age=2 * HOUR), got).max_age == kept


def test_a_pinned_feed_is_polled_at_its_pace() -> None:
    feed = due_feed(every=timedelta(minutes=20))
    got = answer(validators=Validators('"a"', None))

    plan = plan_after_answer(TERMS, feed, got, document=document())

    assert plan.next_poll_at == NOW + timedelta(minutes=20)


def test_hours_that_a_feed_skips_are_left_out_whatever_set_the_moment() -> None:
    waking = tuple(range(1, 24))

    plan = plan_after_answer(TERMS, due_feed(), answer(), document=document(hours=waking))

    assert (plan.next_poll_at, plan.because) == (at("2025-06-02T00:30:00"), SKIPPED)
    assert plan.skip_hours == waking


@pytest.mark.parametrize(
    ("known", "until"),
    [
        ({}, None),
        ({"skip_hours": (11, 13)}, None),
        ({"skip_hours": (12, 13)}, at("2025-06-01T14:00:00")),
        ({"skip_days": (6,)}, at("2025-06-02T00:00:00")),
        ({"skip_hours": (12, 13), "every": HOUR}, None),
    ],
)
def test_a_due_feed_waits_for_an_hour_in_which_it_wants_to_be_asked(
    known: dict[str, object], until: datetime | None
) -> None:
    assert skipped_until(due_feed(**known), NOW) == until


@pytest.mark.parametrize(
    ("error", "at_least"),
    [
        (FetchError(URL, "no answer"), timedelta(minutes=5)),
        (FetchError(URL, "busy", status=503), HOUR),
        (FetchError(URL, "busy", status=429, retry_after=timedelta(hours=9)), 9 * HOUR),
        (BotProtection(URL, "a challenge", status=403, permanent=True), 6 * HOUR),
        (FeedParseError("not a feed"), timedelta(minutes=5)),
    ],
)
def test_a_failure_waits_as_long_as_the_answer_asks_for(
    error: MonitorError, at_least: timedelta
) -> None:
    plan = plan_after_failure(TERMS, due_feed(interval=timedelta(minutes=5)), error)

    assert plan.next_poll_at >= NOW + at_least


def test_each_failure_in_a_row_makes_the_pause_longer() -> None:
    error = FetchError(URL, "no answer")
    waits = [
        plan_after_failure(TERMS, due_feed(failures=count, interval=HOUR), error).next_poll_at
        for count in range(4)
    ]

    assert waits == sorted(waits)
    assert waits[0] < waits[-1]


def test_a_feed_that_has_been_missing_for_weeks_is_asked_once_a_week() -> None:
    feed = due_feed(failures=40, failing_since=NOW - timedelta(days=20))

    plan = plan_after_failure(TERMS, feed, FetchError(URL, "not found", status=404))

    assert plan.next_poll_at == NOW + timedelta(days=7)


def moved(feed_move: Move | None, target: str | None, *, overlaps: bool = True) -> FeedUpdate:
    update = FeedUpdate(next_poll_at=NOW, because="")
    got = answer(permanent_url=target)
    return follow_move(update, due_feed(move=feed_move), got, overlaps=overlaps, now=NOW)


def test_a_first_permanent_redirect_is_watched() -> None:
    update = moved(None, ELSEWHERE)

    assert update.move == Move(ELSEWHERE, NOW, 1, overlaps=True)
    assert update.fetch_url is UNSET


def test_a_redirect_that_has_held_is_taken_over() -> None:
    update = moved(Move(ELSEWHERE, NOW - timedelta(days=2), 2, overlaps=True), ELSEWHERE)

    assert (update.move, update.fetch_url) == (None, ELSEWHERE)


@pytest.mark.parametrize(
    ("move", "overlaps"),
    [
        (Move(ELSEWHERE, NOW - timedelta(hours=1), 9, overlaps=True), True),
        (Move(ELSEWHERE, NOW - timedelta(days=9), 1, overlaps=True), True),
        (Move(ELSEWHERE, NOW - timedelta(days=9), 9, overlaps=False), False),
    ],
    ids=["not for a day", "not three polls", "another feed"],
)
def test_a_redirect_is_not_taken_over_too_soon(move: Move, overlaps: bool) -> None:
    update = moved(move, ELSEWHERE, overlaps=overlaps)

    assert isinstance(update.move, Move)
    assert update.fetch_url is UNSET


def test_a_redirect_that_ends_is_forgotten() -> None:
    assert moved(Move(ELSEWHERE, NOW - timedelta(days=2), 2, overlaps=True), None).move is None
