"""What is remembered of hosts, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

from sqlmodel import Session

from monitor.politeness import HostPause, RobotsFile
from monitor.store import Store
from monitor.store.hosts import (
    KnownLink,
    get_link,
    get_pauses,
    get_robots,
    put_link,
    put_pause,
    put_robots,
)

NOW = datetime(2025, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_pause_is_kept_replaced_and_ended(store: Store) -> None:
    first, second = (
        HostPause(NOW + HOUR, 1, "it answered 429"),
        HostPause(NOW + 3 * HOUR, 2, "it answered 503"),
    )

    store.write(put_pause, "quarry.example", first)
    assert store.read(get_pauses) == {"quarry.example": first}
    store.write(put_pause, "quarry.example", second)
    assert store.read(get_pauses) == {"quarry.example": second}
    store.write(put_pause, "quarry.example", None)
    assert store.read(get_pauses) == {}


def test_hosts_that_nobody_asks_any_more_are_forgotten(store: Store) -> None:
    store.write(put_pause, "old.example", HostPause(NOW, 1, ""))
    store.write(put_pause, "new.example", HostPause(NOW + timedelta(days=61), 1, ""))

    assert list(store.read(get_pauses)) == ["new.example"]


def test_robots_files_are_kept_and_those_out_of_date_make_room(store: Store) -> None:
    old = RobotsFile("User-agent: *\nDisallow: /a", is_readable=True, expires_at=NOW + HOUR)
    new = RobotsFile("", is_readable=False, expires_at=NOW + 9 * HOUR)

    store.write(put_robots, "https://quarry.example", old, NOW)
    assert store.read(get_robots, "https://quarry.example") == old
    store.write(put_robots, "https://harbour.example", new, NOW + 2 * HOUR)

    assert store.read(get_robots, "https://quarry.example") is None
    assert store.read(get_robots, "https://harbour.example") == new


def test_pages_that_fetch_a_robots_file_at_the_same_time_all_keep_it(store: Store) -> None:
    robots = RobotsFile("User-agent: *", is_readable=True, expires_at=NOW + HOUR)
    barrier = Barrier(1 if store.is_sqlite else 4)  # SQLite writes one after the other

    def put(session: Session) -> None:
        session.connection()
        barrier.wait(timeout=20)
        put_robots(session, "https://quarry.example", robots, NOW)

    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(store.write, put) for _ in range(4)]
        assert [one.result() for one in done] == [None] * 4

    assert store.read(get_robots, "https://quarry.example") == robots


def test_a_link_that_was_resolved_stays_so(store: Store) -> None:
    store.write(put_link, "t1", "https://news.example/1", NOW)

    store.write(put_link, "t1", None, NOW + HOUR)

    assert store.read(get_link, "t1") == KnownLink("https://news.example/1", NOW)


def test_a_link_that_nobody_could_resolve_is_asked_again_later(store: Store) -> None:
    store.write(put_link, "t1", None, NOW)
    assert store.read(get_link, "t1") == KnownLink(None, NOW)

    store.write(put_link, "t1", "https://news.example/1", NOW + HOUR)

    assert store.read(get_link, "t1") == KnownLink("https://news.example/1", NOW + HOUR)


def test_a_link_that_nobody_met_is_not_known(store: Store) -> None:
    assert store.read(get_link, "t9") is None
