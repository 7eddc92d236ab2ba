"""Due times follow the config at once, and a clock that was wrong is made up for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from monitor.feeds.poll_interval import ASKED_TO_WAIT
from monitor.model import Validators
from monitor.pipeline.context import Context
from monitor.pipeline.polling.due_times import bring_forward, keep_due_times
from monitor.pipeline.polling.pollers import Pollers
from monitor.pipeline.polling.schedule import PollTerms
from monitor.pipeline.run_once import prepare
from monitor.store.upkeep.due_times import ScheduledFeed
from monitor.store.views.feeds import list_feeds
from tests.fetching.server import response
from tests.pipeline.polling.feeds import due_feed
from tests.pipeline.room import Room, open_room
from tests.world import at

NOW = at("2025-06-01T12:00:00")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TERMS = PollTerms(now=NOW, shortest=15 * MINUTE, longest=6 * HOUR, jitter=0.0)
GIVEN = Validators('"a"', None)
RSS = (
    b"<rss version='2.0'><channel><title>Quarry</title><item><title>Quarry reopens</title>"
    b"<link>https://quarry.example/1</link></item></channel></rss>"
)


def scheduled(*, due_in: timedelta, polled_ago: timedelta = HOUR, **known: Any) -> ScheduledFeed:
    """A feed that was polled an hour ago, and when it is polled next."""
    facts = {name: known.pop(name, "") for name in ("outcome", "because")}
    status = known.pop("status", 200)
    feed = due_feed(**{"validators": GIVEN, "interval": 6 * HOUR, **known})
    return ScheduledFeed(feed, NOW + due_in, NOW - polled_ago, status, is_second=False, **facts)


def moved_to(found: ScheduledFeed, paused_until: datetime | None = None) -> timedelta | None:
    """In how long the feed is polled instead; None where its plan stands."""
    moved = bring_forward(found, TERMS, paused_until)
    return None if moved is None else moved[0] - NOW


def test_a_shorter_every_counts_from_the_last_poll() -> None:
    assert moved_to(scheduled(due_in=5 * HOUR, every=90 * MINUTE)) == 30 * MINUTE
    assert moved_to(scheduled(due_in=5 * HOUR, every=20 * MINUTE)) == timedelta()


def test_a_longer_every_lets_a_poll_stand() -> None:
    assert moved_to(scheduled(due_in=HOUR, every=12 * HOUR)) is None


def test_a_poll_beyond_max_interval_is_brought_forward() -> None:
    assert moved_to(scheduled(due_in=23 * HOUR)) == 5 * HOUR


def test_a_shorter_min_interval_lets_the_rhythm_of_the_feed_decide() -> None:
    busy = {"gap": HOUR, "newest_at": NOW - HOUR, "item_count": 20}
    undated = {"because": "min_interval is the least"}

    assert moved_to(scheduled(due_in=5 * HOUR, **busy)) == timedelta()
    assert moved_to(scheduled(due_in=5 * HOUR, **undated)) == timedelta()


@pytest.mark.parametrize(
    "known",
    [
        {"due_in": 5 * HOUR},
        {"due_in": 30 * MINUTE, "gap": 3 * HOUR, "newest_at": NOW - 2 * HOUR},
        {"due_in": 23 * HOUR, "ttl": DAY},
        {"due_in": 23 * HOUR, "max_age": DAY},
        {"due_in": 11 * HOUR, "skip_hours": tuple(range(13, 23))},
        {"due_in": 22 * HOUR, "failures": 12, "status": 500},
        {"due_in": 6 * DAY, "failures": 30, "status": 404, "failing_since": NOW - 20 * DAY},
        {"due_in": 5 * HOUR, "failures": 1, "status": 403, "outcome": "blocked"},
    ],
)
def test_a_plan_that_holds_is_left_alone(known: dict[str, Any]) -> None:
    """Whatever asked for the wait still does."""
    assert moved_to(scheduled(**known)) is None


def test_a_host_that_asked_for_peace_is_not_asked_sooner() -> None:
    late = scheduled(due_in=9 * HOUR, failures=1, status=429)

    assert moved_to(late, paused_until=NOW + 9 * HOUR) is None
    assert moved_to(scheduled(due_in=9 * DAY), paused_until=NOW + DAY) == DAY


def test_a_poll_that_waits_for_its_host_says_so_after_a_start() -> None:
    late = scheduled(due_in=22 * DAY, failures=1, status=429)

    moved = bring_forward(late, TERMS, NOW + 20 * DAY)

    assert moved == (NOW + 20 * DAY, ASKED_TO_WAIT)


def test_a_failing_feed_is_asked_as_its_shorter_every_allows() -> None:
    failing = {"failures": 2, "status": 500, "due_in": 20 * HOUR}

    assert moved_to(scheduled(every=5 * MINUTE, **failing)) == timedelta()


@given(st.integers(0, 366 * 24), st.integers(0, 366 * 24))
def test_a_clock_that_ran_ahead_costs_no_more_than_one_interval(ahead: int, beyond: int) -> None:
    """It stamped the last poll and the next one."""
    found = scheduled(due_in=(ahead + 7 + beyond) * HOUR, polled_ago=-ahead * HOUR)

    assert moved_to(found) == 6 * HOUR


async def due_in(ctx: Context) -> timedelta:
    return (await ctx.read(list_feeds))[0].next_poll_at - ctx.clock()


def in_room(work: Callable[[Room], Awaitable[None]]) -> None:
    """A feed that was polled once."""

    async def main() -> None:
        async with open_room(response(RSS)) as room:
            await work(room)

    asyncio.run(main())


def test_a_new_every_holds_from_the_next_start_on() -> None:
    async def work(room: Room) -> None:
        await room.poll()
        feeds = room.folder / "feeds.toml"
        feeds.write_text(feeds.read_text() + 'every = "15m"\n')

        async with room.program() as ctx:
            assert await due_in(ctx) >= HOUR
            await prepare(ctx)
            assert 15 * MINUTE <= await due_in(ctx) <= 16.5 * MINUTE

    in_room(work)


@pytest.mark.parametrize("ahead", [2 * HOUR, 400 * DAY])
def test_a_clock_that_is_set_right_finds_its_feed_due_again(ahead: timedelta) -> None:
    async def work(room: Room) -> None:
        await room.poll(after=ahead)
        room.now -= ahead

        async with room.program() as ctx:
            assert await keep_due_times(ctx) >= 1
            assert HOUR / 2 <= await due_in(ctx) <= 2 * HOUR + MINUTE
            assert await keep_due_times(ctx) == 0
            room.now += 3 * HOUR
            assert [poll.outcome for poll in await Pollers().run(ctx)] == ["unchanged"]

    with capture_logs() as logs:
        in_room(work)

    (told,) = [line for line in logs if line["event"] == "due_times_repaired"]
    assert (told["log_level"], told["feeds"]) == ("warning", 1)


def test_a_start_moves_nothing_while_config_and_clock_stay() -> None:
    async def work(room: Room) -> None:
        await room.poll()
        room.now += 5 * MINUTE

        async with room.program() as ctx:
            before = await due_in(ctx)
            assert await keep_due_times(ctx) == 0
            assert await due_in(ctx) == before

    in_room(work)
