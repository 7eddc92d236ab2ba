"""Feeds: what a poll writes, what a reset forgets, and which feed a name means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from monitor.errors import NotFound
from monitor.model import Validators
from monitor.politeness import Farewell, Move
from monitor.store import Store
from monitor.store.feeds import (
    DueFeed,
    FeedName,
    FeedSpec,
    FeedUpdate,
    WatchedFeed,
    claim_feeds,
    fail_poll,
    find_feed,
    finish_poll,
    get_health,
    get_ids_by_url,
    get_last_poll_at,
    get_watched_feeds,
    mark_recovered,
    mark_told,
    postpone_poll,
    reset_feeds,
    set_paused,
    sync_feeds,
)
from tests.world import at

NOW = at("2025-06-01T12:00:00")
HOUR = timedelta(hours=1)
GAZETTE = FeedSpec("https://gazette.example/rss", "Harbour Gazette", ("local",), None, False)
COURIER = FeedSpec("https://courier.example/rss", "", (), timedelta(minutes=20), True)
# A feed of which a poll has told everything that it can tell.
FULL = FeedUpdate(
    next_poll_at=NOW + HOUR,
    because="its own rhythm",
    outcome="new",
    status=200,
    validators=Validators('"a"', "Sun, 01 Jun 2025 11:00:00 GMT"),
    validators_url=GAZETTE.url,
    body_hash="ab" * 32,
    whole_at=NOW,
    is_frozen=True,
    item_count=30,
    overlap=0.5,
    trusts_guids=False,
    last_new_at=NOW,
    interval=HOUR,
    gap=2 * HOUR,
    newest_at=NOW - HOUR,
    max_age=timedelta(minutes=5),
    ttl=timedelta(minutes=30),
    skip_hours=(1, 2),
    skip_days=(6,),
    hub_url="https://hub.example/",
    move=Move("https://gazette.example/feed", NOW - HOUR, 2, overlaps=True),
)


@pytest.fixture
def feeds(store: Store) -> Store:
    """A store with two feeds that were never polled."""
    store.write(sync_feeds, [GAZETTE, COURIER], NOW)
    return store


def test_a_start_writes_only_the_feeds_that_are_not_there(feeds: Store) -> None:
    statements: list[str] = []

    @sa.event.listens_for(feeds.engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, text: str, *_rest: Any) -> None:
        statements.append(text.split()[0])

    feeds.write(sync_feeds, [GAZETTE, COURIER], NOW)
    assert "INSERT" not in statements
    assert "UPDATE" not in statements

    herald = replace(GAZETTE, url="https://herald.example/rss")
    feeds.write(sync_feeds, [GAZETTE, COURIER, herald], NOW)
    assert statements.count("INSERT") == 1
    assert "UPDATE" not in statements
    assert len(feeds.read(get_watched_feeds)) == 3


def claim(store: Store, *, hours: float = 0) -> list[DueFeed]:
    now = NOW + timedelta(hours=hours)
    return store.write(claim_feeds, owner="worker", now=now, limit=10)


def poll(store: Store, update: FeedUpdate = FULL) -> DueFeed:
    """Polls the first feed and returns it as the next poll finds it."""
    feed = claim(store)[0]
    store.write(finish_poll, feed, "worker", update, now=NOW)
    return claim(store, hours=1)[0]


def test_a_feed_that_was_never_polled_is_baseline_and_due_at_once(feeds: Store) -> None:
    gazette, courier = claim(feeds)

    assert (gazette.is_baseline, gazette.validators) == (True, Validators())
    assert (gazette.item_count, gazette.move, gazette.interval) == (None, None, None)
    assert (courier.every, courier.takes_all) == (timedelta(minutes=20), True)
    assert gazette.name == FeedName(GAZETTE.url, "Harbour Gazette", ("local",))


def test_what_a_poll_writes_the_next_one_finds(feeds: Store) -> None:
    known = poll(feeds)

    assert not known.is_baseline
    for name in (
        *("validators", "validators_url", "body_hash", "whole_at", "is_frozen", "item_count"),
        *("trusts_guids", "last_new_at", "interval", "gap", "newest_at", "max_age", "ttl"),
        *("skip_hours", "skip_days", "move"),
    ):
        assert getattr(known, name) == getattr(FULL, name), name


def test_what_an_update_leaves_unset_stays(feeds: Store) -> None:
    before = poll(feeds)
    later = FeedUpdate(next_poll_at=NOW + HOUR, because="")

    feeds.write(finish_poll, before, "worker", later, now=NOW)

    assert claim(feeds, hours=1)[0] == before


@pytest.mark.parametrize("name", ["body_hash", "validators_url", "max_age", "gap", "ttl", "move"])
def test_none_is_a_value_and_is_written(feeds: Store, name: str) -> None:
    before = poll(feeds)
    nothing: Mapping[str, None] = {name: None}
    later = replace(FeedUpdate(next_poll_at=NOW + HOUR, because=""), **nothing)

    feeds.write(finish_poll, before, "worker", later, now=NOW)

    assert claim(feeds, hours=1)[0] == replace(before, **nothing)


def test_a_failure_keeps_all_that_the_feed_brought(feeds: Store) -> None:
    before = poll(feeds)
    failed = FeedUpdate(next_poll_at=NOW + HOUR, because="", status=500, error="broken")

    feeds.write(fail_poll, before, "worker", failed, now=NOW + HOUR)

    after = claim(feeds, hours=2)[0]
    assert after == replace(before, failures=1, failing_since=NOW + HOUR)


def test_failures_count_from_the_first_and_end_with_an_answer(feeds: Store) -> None:
    feed = claim(feeds)[0]
    for number in range(3):
        failed = FeedUpdate(next_poll_at=NOW, because="", error="broken")
        feeds.write(fail_poll, feed, "worker", failed, now=NOW + number * HOUR)
        feed = claim(feeds)[0]

    assert (feed.failures, feed.failing_since) == (3, NOW)
    assert poll_again(feeds, feed) == (0, None)


def poll_again(store: Store, feed: DueFeed) -> tuple[int, object]:
    store.write(finish_poll, feed, "worker", FULL, now=NOW)
    known = claim(store, hours=1)[0]
    return known.failures, known.failing_since


def test_a_postponed_feed_changes_nothing_but_its_time(feeds: Store) -> None:
    before = poll(feeds)

    feeds.write(postpone_poll, before, "worker", FeedUpdate(next_poll_at=NOW + HOUR, because=""))

    assert claim(feeds, hours=0.5) == []
    assert claim(feeds, hours=1)[0] == before


def test_a_feed_that_is_gone_is_taken_when_it_is_due_however_it_is_asked_for(feeds: Store) -> None:
    feed = claim(feeds)[0]
    gone = FeedUpdate(
        next_poll_at=NOW + 7 * 24 * HOUR,
        because="",
        state="gone",
        error="gone",
        status=410,
        farewell=Farewell(NOW, 3),
    )
    feeds.write(fail_poll, feed, "worker", gone, now=NOW)
    only = {"owner": "worker", "limit": 9, "only": [feed.id]}
    assert feeds.write(claim_feeds, now=NOW + 99 * HOUR, **only) == []

    (again,) = feeds.write(claim_feeds, now=NOW + 168 * HOUR, **only)

    assert (again.is_gone, again.farewell) == (True, Farewell(NOW, 3))


def test_a_reset_asks_a_feed_that_is_gone_at_once_and_counts_anew(feeds: Store) -> None:
    feed = claim(feeds)[0]
    gone = FeedUpdate(
        next_poll_at=NOW + 99 * HOUR, because="", state="gone", farewell=Farewell(NOW, 3)
    )
    feeds.write(fail_poll, feed, "worker", gone, now=NOW)

    feeds.write(reset_feeds, [feed.id], NOW)

    again = claim(feeds, hours=1)[0]
    assert (again.id, again.is_gone, again.farewell) == (feed.id, False, None)


def test_a_reset_forgets_validators_failures_and_moves(feeds: Store) -> None:
    before = poll(feeds)
    failed = FeedUpdate(
        next_poll_at=NOW + 9 * HOUR, because="", fetch_url="https://elsewhere.example/"
    )
    feeds.write(fail_poll, before, "worker", failed, now=NOW)

    feeds.write(reset_feeds, [before.id], NOW)

    after = claim(feeds)[0]
    assert (after.validators, after.body_hash) == (Validators(), None)
    assert (after.failures, after.failing_since) == (0, None)
    assert (after.move, after.fetch_url) == (None, None)
    assert (after.gap, after.item_count) == (before.gap, before.item_count)


def test_a_paused_feed_rests_until_it_is_resumed(feeds: Store) -> None:
    ids = feeds.read(get_ids_by_url, [GAZETTE.url])

    feeds.write(set_paused, ids, is_paused=True)
    assert [feed.url for feed in feeds.read(get_watched_feeds)] == [COURIER.url]

    feeds.write(set_paused, ids, is_paused=False)
    assert len(feeds.read(get_watched_feeds)) == 2


def test_a_feed_that_leaves_the_config_rests_and_keeps_all(feeds: Store) -> None:
    before = poll(feeds)
    feeds.write(postpone_poll, before, "worker", FeedUpdate(next_poll_at=NOW, because=""))

    feeds.write(sync_feeds, [COURIER], NOW)
    assert [feed.url for feed in claim(feeds, hours=2)] == [COURIER.url]

    feeds.write(sync_feeds, [GAZETTE, COURIER], NOW)
    assert claim(feeds, hours=4)[0] == before


def test_the_last_poll_is_that_of_any_feed(feeds: Store) -> None:
    assert feeds.read(get_last_poll_at) is None

    poll(feeds)

    assert feeds.read(get_last_poll_at) == NOW


def test_each_episode_of_silence_is_taken_by_one_worker(feeds: Store) -> None:
    ids = [feed.id for feed in feeds.read(get_health)]

    assert feeds.write(mark_told, ids[:1], "first", NOW) == set(ids[:1])
    assert feeds.write(mark_told, ids, "second", NOW) == set(ids[1:])
    assert [feed.notice_uid for feed in feeds.read(get_health)] == ["first", "second"]

    assert feeds.write(mark_recovered, ids) == set(ids)
    assert feeds.write(mark_recovered, ids) == set()


def test_health_is_measured_in_the_feeds_own_terms(feeds: Store) -> None:
    poll(feeds)

    gazette, _ = feeds.read(get_health)

    assert (gazette.state, gazette.interval, gazette.gap) == ("ok", HOUR, 2 * HOUR)
    assert (gazette.last_polled_at, gazette.last_ok_at, gazette.last_new_at) == (NOW, NOW, NOW)


NAMED = [
    WatchedFeed(1, "https://gazette.example/rss", "Gazette"),
    WatchedFeed(2, "https://gazette.example/sport", "Gazette Sport"),
    WatchedFeed(3, "https://courier.example/rss", ""),
]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("https://courier.example/rss", 3),
        ("Gazette", 1),
        ("sport", 2),
        ("COURIER", 3),
        ("Gazette Sport", 2),
    ],
)
def test_a_feed_is_named_by_url_title_or_a_part_that_only_it_has(name: str, found: int) -> None:
    assert find_feed(NAMED, name).id == found


@pytest.mark.parametrize(
    ("name", "message"), [("gazette", "2 feeds"), ("rss", "2 feeds"), ("herald", "no feed")]
)
def test_a_name_that_means_no_feed_or_several_is_refused(name: str, message: str) -> None:
    with pytest.raises(NotFound, match=f"'{name}' means {message}"):
        find_feed(NAMED, name)


def test_nothing_is_written_when_the_transaction_fails(feeds: Store) -> None:
    def half(session: Session) -> None:
        set_paused(session, [1, 2], is_paused=True)
        raise ValueError("interrupted")

    with pytest.raises(ValueError, match="interrupted"):
        feeds.write(half)

    assert len(feeds.read(get_watched_feeds)) == 2
