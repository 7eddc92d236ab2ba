"""Due times that a wrong clock wrote: found by what may be waited for at most, and mended."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Table, select, update
from sqlmodel import Session

from monitor.model import FeedItem
from monitor.politeness import HostPause
from monitor.store import Store
from monitor.store.entries import EntrySpec, insert_entries
from monitor.store.feeds import POLL_LEASE, FeedSpec, get_ids_by_url, sync_feeds
from monitor.store.hosts import get_pauses, put_pause
from monitor.store.outbox import SealedDelivery, seal_deliveries
from monitor.store.schema.tables import alert_channels, deliveries, entries, feeds, pages
from monitor.store.upkeep import due_times
from monitor.store.verdicts import AlertTarget
from tests.store.rows import NOW
from tests.store.test_outbox import add_alert
from tests.store.test_pages import add_watched

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
YEAR = 365 * DAY
HARBOUR = "https://harbour.example/rss"


def read(store: Store, table: Table, name: str) -> Any:
    """A column of the one row of a table."""
    return store.read(lambda session: session.execute(select(table.c[name])).scalar_one())


def put(store: Store, table: Table, **values: object) -> None:
    """Sets columns of every row of a table."""
    store.write(lambda session: session.execute(update(table).values(**values)))


@pytest.fixture
def one_feed(store: Store) -> Store:
    spec = FeedSpec(HARBOUR, "Harbour", (), None, takes_all=False)
    store.write(sync_feeds, [spec], NOW)
    return store


@pytest.mark.parametrize(
    ("lasts", "left"),
    [(POLL_LEASE, POLL_LEASE), (POLL_LEASE - MINUTE, POLL_LEASE - MINUTE), (YEAR, POLL_LEASE)],
)
def test_a_lease_lasts_no_longer_than_leases_do(
    one_feed: Store, lasts: timedelta, left: timedelta
) -> None:
    put(one_feed, feeds, lease_owner="w", lease_until=NOW + lasts)

    assert one_feed.write(due_times.repair_leases, NOW) == int(lasts > POLL_LEASE)
    assert read(one_feed, feeds, "lease_until") == NOW + left
    assert read(one_feed, feeds, "lease_owner") == "w"


def test_what_a_feed_did_in_the_future_it_did_now(one_feed: Store) -> None:
    put(one_feed, feeds, last_polled_at=NOW + YEAR, last_ok_at=NOW + YEAR, last_new_at=NOW - DAY)

    assert one_feed.write(due_times.repair_passed, NOW) == 1
    assert read(one_feed, feeds, "last_polled_at") == NOW
    assert read(one_feed, feeds, "last_new_at") == NOW - DAY
    assert one_feed.write(due_times.repair_passed, NOW) == 0


@pytest.mark.parametrize(("pause", "left"), [(29 * DAY, 29 * DAY), (YEAR, timedelta())])
def test_a_host_rests_for_thirty_days_at_most(
    store: Store, pause: timedelta, left: timedelta
) -> None:
    store.write(put_pause, "harbour.example", HostPause(NOW + pause, 1, "busy"))

    store.write(due_times.repair_hosts, NOW)

    assert store.read(get_pauses)["harbour.example"].until == NOW + left


@pytest.mark.parametrize(
    ("waits", "seen", "left"),
    [(DAY, -HOUR, DAY), (YEAR, -HOUR, timedelta()), (5 * HOUR, 4 * HOUR, timedelta())],
)
def test_an_entry_of_the_future_is_read_now(
    one_feed: Store, waits: timedelta, seen: timedelta, left: timedelta
) -> None:
    one_feed.write(add_entry)
    put(one_feed, entries, state="queued", next_attempt_at=NOW + waits, seen_at=NOW + seen)

    one_feed.write(due_times.repair_entries, NOW)

    assert read(one_feed, entries, "next_attempt_at") == NOW + left


def add_entry(session: Session) -> None:
    """Stores an item of the one feed."""
    (feed_id,) = get_ids_by_url(session, [HARBOUR])
    item = FeedItem("1", None, "Pier closed")
    insert_entries(session, feed_id, [EntrySpec(item, "ab", None, ())], now=NOW, is_baseline=False)


@pytest.mark.parametrize(
    ("waits", "sealed", "left"),
    [
        (28 * HOUR, -HOUR, 28 * HOUR),
        (YEAR, -HOUR, timedelta()),
        (3 * HOUR, 2 * HOUR, timedelta()),
    ],
)
def test_a_delivery_of_the_future_is_sent_now(
    store: Store, waits: timedelta, sealed: timedelta, left: timedelta
) -> None:
    store.write(seal_deliveries, [SealedDelivery("d1", "desk", "notice", None, {}, ())], NOW)
    put(store, deliveries, next_attempt_at=NOW + waits, sealed_at=NOW + sealed)

    store.write(due_times.repair_deliveries, NOW, 12 * HOUR)

    assert read(store, deliveries, "next_attempt_at") == NOW + left


@pytest.mark.parametrize(("ahead", "left"), [(YEAR, timedelta()), (-HOUR, -HOUR)])
def test_what_was_sealed_or_told_in_the_future_was_so_now(
    store: Store, ahead: timedelta, left: timedelta
) -> None:
    store.write(seal_deliveries, [SealedDelivery("d1", "desk", "roll-up", None, {}, ())], NOW)
    put(store, deliveries, sealed_at=NOW + ahead, told_at=NOW + ahead, state="sent")

    mended = store.write(due_times.repair_told, NOW)

    assert mended == (2 if ahead > timedelta() else 0)
    assert read(store, deliveries, "sealed_at") == NOW + left
    assert read(store, deliveries, "told_at") == NOW + left


@pytest.mark.parametrize(
    ("cadence", "waits", "left"),
    [
        ("now", 9 * HOUR, 9 * HOUR),
        ("now", YEAR, timedelta()),
        ("daily 08:00", 20 * HOUR, 20 * HOUR),
        ("daily 08:00", 3 * DAY + 2 * HOUR, 2 * HOUR),
        ("weekly mon 08:00", 6 * DAY, 6 * DAY),
        ("weekly mon 08:00", 52 * 7 * DAY + 2 * DAY, 2 * DAY),
    ],
)
def test_an_alert_waits_for_the_next_time_of_its_cadence(
    store: Store, cadence: str, waits: timedelta, left: timedelta
) -> None:
    store.write(add_alert, 1, [AlertTarget("desk", cadence, NOW + waits)])

    assert store.write(due_times.repair_alerts, NOW) == int(left < waits)
    assert read(store, alert_channels, "due_at") == NOW + left


@pytest.mark.parametrize(
    ("due", "checked", "is_late"),
    [(7 * DAY, -HOUR, False), (YEAR, -HOUR, True), (9 * DAY, 2 * DAY, True)],
)
def test_a_page_that_was_planned_in_the_future_is_found(
    store: Store, due: timedelta, checked: timedelta, is_late: bool
) -> None:
    store.write(add_watched)
    put(store, pages, next_check_at=NOW + due, checked_at=NOW + checked)

    late = store.read(due_times.get_late_pages, NOW)

    assert bool(late) is is_late


def test_a_check_is_only_moved_forward(store: Store) -> None:
    store.write(add_watched, at=NOW + DAY)
    page = read(store, pages, "id")

    assert not store.write(due_times.move_check, page, NOW + 2 * DAY)
    assert store.write(due_times.move_check, page, NOW + HOUR)
    assert read(store, pages, "next_check_at") == NOW + HOUR
