"""Feeds as people see them: in the order of the config, with what polling them brought."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import Session

from monitor.model import DateFlag, DateOrigin, FeedItem
from monitor.politeness import HostPause, Move
from monitor.store import Store
from monitor.store.entries import EntrySpec, insert_entries
from monitor.store.feeds import (
    FeedSpec,
    FeedUpdate,
    claim_feeds,
    finish_poll,
    get_ids_by_url,
    set_paused,
    sync_feeds,
)
from monitor.store.hosts import put_pause
from monitor.store.views.feeds import FeedView, list_feeds
from tests.store.rows import NOW

HOUR = timedelta(hours=1)
GAZETTE = "https://gazette.example:8443/rss"
COURIER = "https://courier.example/atom"
SPECS = [
    FeedSpec(GAZETTE, "Gazette", ("harbour",), None, False),
    FeedSpec(COURIER, "Courier", (), HOUR, True),
]


@pytest.fixture
def feeds(store: Store) -> Store:
    """Two feeds that were never polled."""
    store.write(sync_feeds, SPECS, NOW)
    return store


def gazette(store: Store) -> FeedView:
    return store.read(list_feeds)[0]


def poll(session: Session, **changes: object) -> None:
    """Polls the first feed with an answer."""
    (feed,) = claim_feeds(session, owner="w", now=NOW, limit=1)
    values: dict[str, object] = {"next_poll_at": NOW + HOUR, "because": "its rhythm", **changes}
    finish_poll(session, feed, "w", FeedUpdate(**values), now=NOW)  # type: ignore[arg-type]


def add_items(session: Session, *origins: DateOrigin) -> None:
    """Stores an item of the first feed for each origin of a date."""
    (feed_id,) = get_ids_by_url(session, [GAZETTE])
    specs = []
    for number, origin in enumerate(origins):
        item = FeedItem(f"k{number}", None, f"Item {number}")
        specs.append(EntrySpec(item, "h", None, (), date_origin=origin))
    insert_entries(session, feed_id, specs, now=NOW, is_baseline=False)


def test_feeds_stand_in_the_order_of_the_config(feeds: Store) -> None:
    assert [one.title for one in feeds.read(list_feeds)] == ["Gazette", "Courier"]


def test_a_feed_that_left_the_config_is_not_shown(feeds: Store) -> None:
    feeds.write(sync_feeds, SPECS[1:], NOW)

    assert [one.title for one in feeds.read(list_feeds)] == ["Courier"]


def test_a_new_feed_has_brought_nothing(feeds: Store) -> None:
    shown = gazette(feeds)

    assert (shown.state, shown.tags, shown.entries) == ("new", ("harbour",), 0)
    assert (shown.items, shown.last_polled_at, shown.error) == (None, None, "")
    assert (shown.dates_refused, shown.dates_without_zone) == (0, 0)


@pytest.mark.parametrize(
    ("origins", "refused", "zoneless"),
    [
        ([DateOrigin()], 0, 0),
        ([DateOrigin("pubDate", "1 May 2055", DateFlag.FUTURE)], 1, 0),
        ([DateOrigin("pubDate", "soon", DateFlag.UNREADABLE), DateOrigin()], 1, 0),
        ([DateOrigin("pubDate", "2025-05-01", is_zone_assumed=True)], 0, 1),
        ([DateOrigin("pubDate", "2025-05-01", is_zone_assumed=False)], 0, 0),
    ],
    ids=["unknown", "future", "unreadable", "no zone", "with zone"],
)
def test_dates_that_were_refused_or_have_no_zone_are_counted(
    feeds: Store, origins: list[DateOrigin], refused: int, zoneless: int
) -> None:
    feeds.write(add_items, *origins)

    shown = gazette(feeds)

    assert shown.entries == len(origins)
    assert (shown.dates_refused, shown.dates_without_zone) == (refused, zoneless)


def test_entries_of_another_feed_do_not_count(feeds: Store) -> None:
    feeds.write(add_items, DateOrigin(), DateOrigin())

    assert [one.entries for one in feeds.read(list_feeds)] == [2, 0]


def test_what_a_poll_found_is_shown_under_the_names_of_the_docs(feeds: Store) -> None:
    feeds.write(
        poll,
        status=200,
        outcome="new",
        item_count=7,
        gap=2 * HOUR,
        newest_at=NOW - HOUR,
        skip_hours=(3, 4),
        interval=HOUR,
    )

    shown = gazette(feeds)

    assert (shown.state, shown.status, shown.outcome, shown.items) == ("ok", 200, "new", 7)
    assert (shown.usual_gap_seconds, shown.newest_item_at) == (7200, NOW - HOUR)
    assert (shown.skip_hours, shown.interval_seconds) == ((3, 4), 3600)
    assert (shown.because, shown.next_poll_at) == ("its rhythm", NOW + HOUR)


def test_a_redirect_that_is_watched_is_shown_with_its_age(feeds: Store) -> None:
    feeds.write(poll, move=Move("https://new.example/rss", NOW - HOUR, 3, True))

    shown = gazette(feeds)

    assert (shown.redirects_to, shown.redirect_polls) == ("https://new.example/rss", 3)
    assert (shown.redirect_since, shown.moved_to) == (NOW - HOUR, None)


def test_a_paused_feed_shows_that_and_no_other_state(feeds: Store) -> None:
    ids = feeds.read(get_ids_by_url, [GAZETTE])

    feeds.write(set_paused, ids, is_paused=True)

    assert [one.state for one in feeds.read(list_feeds)] == ["paused", "new"]


@pytest.mark.parametrize(
    ("host", "is_paused"),
    [("gazette.example:8443", True), ("gazette.example", False), ("courier.example", False)],
)
def test_the_pause_of_its_host_and_port_is_shown(feeds: Store, host: str, is_paused: bool) -> None:
    feeds.write(put_pause, host, HostPause(NOW + HOUR, 1, "429"))

    shown = gazette(feeds)

    assert shown.host_paused_until == (NOW + HOUR if is_paused else None)
    assert shown.host_pause_reason == ("429" if is_paused else "")


def test_a_feed_that_moved_rests_with_its_new_host(feeds: Store) -> None:
    feeds.write(poll, fetch_url="https://NEW.example/rss")

    feeds.write(put_pause, "new.example", HostPause(NOW + HOUR))

    assert gazette(feeds).host_paused_until == NOW + HOUR
