"""A host is one worker's at a time: its feeds are not shared out among several."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.event import listen
from sqlmodel import Session

from monitor.store import Store
from monitor.store.cases import CaseSpec, lock_cases, sync_cases
from monitor.store.engine import is_on_sqlite
from monitor.store.feeds import (
    DueFeed,
    FeedSpec,
    FeedUpdate,
    claim_feeds,
    fail_poll,
    finish_poll,
    get_watched_feeds,
    reset_feeds,
    sync_feeds,
)
from monitor.store.feeds.values import host_of
from monitor.store.leases import release
from monitor.store.schema.tables import feeds
from tests.world import at

NOW = at("2025-06-01T12:00:00")
LATER = FeedUpdate(next_poll_at=NOW + timedelta(hours=1), because="")
PATIENCE_S = 60


def add(store: Store, *urls: str) -> None:
    store.write(sync_feeds, [FeedSpec(url, "", (), None, False) for url in urls], NOW)


def claim(store: Store, owner: str, limit: int = 9, minutes: float = 0) -> list[DueFeed]:
    now = NOW + timedelta(minutes=minutes)
    return store.write(claim_feeds, owner=owner, now=now, limit=limit)


def urls(claimed: Sequence[DueFeed]) -> list[str]:
    return [feed.url for feed in claimed]


def hosts(store: Store) -> list[str]:
    def get(session: Session) -> list[str]:
        return list(session.scalars(select(feeds.c.host).order_by(feeds.c.id)))

    return store.read(get)


QUAY = ["https://quay.example/a", "https://quay.example/b", "https://quay.example/c"]
MILL = "https://mill.example/a"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Quay.example/Feed", "quay.example"),
        ("http://quay.example:8080/feed", "quay.example:8080"),
        ("https://[2001:db8::1]:8443/", "[2001:db8::1]:8443"),
        ("no address", ""),
        ("https://[::1/feed", ""),
    ],
)
def test_a_host_is_named_with_its_port_and_in_small_letters(url: str, host: str) -> None:
    assert host_of(url) == host


def test_who_asks_a_host_has_all_of_its_feeds_to_itself(store: Store) -> None:
    add(store, *QUAY, MILL)

    assert urls(claim(store, "first", limit=1)) == QUAY[:1]
    assert urls(claim(store, "second")) == [MILL]
    assert urls(claim(store, "first")) == QUAY[1:]


def test_what_has_no_host_is_in_nobodys_way(store: Store) -> None:
    add(store, "no address", "nor this")

    assert urls(claim(store, "first", limit=1)) == ["no address"]
    assert urls(claim(store, "second")) == ["nor this"]


def test_a_host_comes_free_with_the_last_of_its_feeds(store: Store) -> None:
    add(store, *QUAY)
    one, two = claim(store, "first", limit=2)

    store.write(finish_poll, one, "first", LATER, now=NOW)
    assert claim(store, "second") == []
    store.write(fail_poll, two, "first", LATER, now=NOW)

    assert urls(claim(store, "second")) == QUAY[2:]


def test_the_hosts_of_a_worker_that_died_come_back_with_its_feeds(store: Store) -> None:
    add(store, *QUAY)
    claim(store, "dead", limit=1)

    assert claim(store, "alive", minutes=14) == []
    assert urls(claim(store, "alive", minutes=16)) == QUAY


def test_what_a_worker_gives_back_is_asked_by_others_at_once(store: Store) -> None:
    add(store, *QUAY)
    claim(store, "ended", limit=1)

    store.write(release, [feeds], ["ended"])

    assert urls(claim(store, "next")) == QUAY


def test_who_names_a_feed_does_not_wait_for_its_host(store: Store) -> None:
    add(store, *QUAY)
    claim(store, "daemon", limit=1)
    ids = [feed.id for feed in store.read(get_watched_feeds)]

    named = store.write(claim_feeds, owner="person", now=NOW, limit=9, only=ids)

    assert urls(named) == QUAY[1:]


def test_a_feed_counts_where_it_has_moved_to(store: Store) -> None:
    add(store, QUAY[0], MILL)
    quay, mill = claim(store, "first")
    moved = FeedUpdate(next_poll_at=NOW, because="", fetch_url="https://mill.example/quay")
    store.write(finish_poll, quay, "first", moved, now=NOW)
    store.write(finish_poll, mill, "first", LATER, now=NOW)
    assert hosts(store) == ["mill.example", "mill.example"]

    (quay,) = claim(store, "first")
    back = FeedUpdate(next_poll_at=NOW, because="", fetch_url=None)
    store.write(fail_poll, quay, "first", back, now=NOW)

    assert hosts(store) == ["quay.example", "mill.example"]


def test_a_feed_that_is_reset_counts_at_home_again(store: Store) -> None:
    add(store, QUAY[0])
    (quay,) = claim(store, "first")
    moved = FeedUpdate(next_poll_at=NOW, because="", fetch_url="https://mill.example/quay")
    store.write(finish_poll, quay, "first", moved, now=NOW)

    store.write(reset_feeds, [quay.id], NOW)

    assert hosts(store) == ["quay.example"]


class Watch:
    """Who asks which host now; notes a host that two ask."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.asking: list[tuple[str, str]] = []
        self.asked: list[str] = []
        self.shared: list[str] = []

    def begin(self, owner: str, claimed: Sequence[DueFeed]) -> None:
        with self.lock:
            for feed in claimed:
                host = host_of(feed.url)
                if any(name != owner for name, other in self.asking if other == host):
                    self.shared.append(host)
                self.asking.append((owner, host))
                self.asked.append(feed.url)

    def end(self, owner: str, feed: DueFeed) -> None:
        # Before it is written: from then on another may ask.
        with self.lock:
            self.asking.remove((owner, host_of(feed.url)))


def work(store: Store, watch: Watch, owner: str, count: int) -> None:
    """Polls as a worker does, a few at a time, until all were polled by somebody."""
    while len(watch.asked) < count:
        claimed = claim(store, owner, limit=3)
        watch.begin(owner, claimed)
        for feed in claimed:
            watch.end(owner, feed)
            store.write(finish_poll, feed, owner, LATER, now=NOW)


def test_workers_that_claim_at_the_same_moment_never_share_a_host(store: Store) -> None:
    wanted = [f"https://h{number % 8}.example/{number}" for number in range(120)]
    add(store, *wanted)
    watch = Watch()
    workers = [
        threading.Thread(target=work, args=(store, watch, f"w{number}", len(wanted)))
        for number in range(4)
    ]

    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(PATIENCE_S)

    assert watch.shared == []
    assert sorted(watch.asked) == sorted(wanted)


def test_one_verdict_at_a_time_is_reached_for_a_case(store: Store) -> None:
    specs = [CaseSpec(slug, slug.title(), "", slug) for slug in ("ferry", "tram")]
    ids = store.write(sync_cases, specs, NOW)
    at_once: list[str] = []
    most: list[int] = []
    entered = threading.Barrier(4)

    def judge(session: Session, name: str, case_ids: Sequence[int]) -> None:
        lock_cases(session, case_ids)
        at_once.append(name)
        most.append(len(at_once))
        # Whoever else were let in would be counted by now.
        session.execute(select(feeds.c.id))
        at_once.remove(name)

    def run(name: str, case_ids: Sequence[int]) -> None:
        entered.wait(PATIENCE_S)
        for _ in range(20):
            store.write(judge, name, case_ids)

    both = list(ids.values())
    orders = [both, both[::-1], both, both[::-1]]
    workers = [threading.Thread(target=run, args=(f"w{n}", own)) for n, own in enumerate(orders)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(PATIENCE_S)

    assert len(most) == 80
    assert max(most) == 1


def watch(store: Store) -> list[tuple[str, Any]]:
    """Returns a list that takes each statement from now on, with what it is run with."""
    said: list[tuple[str, Any]] = []
    listen(store.engine, "before_cursor_execute", lambda *given: said.append((given[2], given[3])))
    return said


def explain(session: Session, statement: str, values: Any) -> str:
    """Returns how the database goes about a statement."""
    if is_on_sqlite(session):
        rows = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    else:
        # A table of three rows is read whole, however good its indexes are.
        session.execute(text("SET LOCAL enable_seqscan = off"))
        rows = session.connection().exec_driver_sql(f"EXPLAIN {statement}", values)
    return "\n".join(str(row[-1]) for row in rows)


def test_what_is_due_is_found_by_the_index_of_what_may_be_due(store: Store) -> None:
    """SQLite does not know `is_enabled = 1` for `is_enabled`, and would read all feeds."""
    add(store, *QUAY)
    said = watch(store)
    claim(store, "first", limit=1)

    plan = store.read(explain, *said[-1])

    assert "ix_feeds_due" in plan
    assert "SCAN feeds" not in plan  # as SQLite says it
    # PostgreSQL reads once what others hold, not for each feed.
    assert store.is_sqlite or "hashed SubPlan" in plan


def test_a_claim_takes_one_statement_besides_its_turn(store: Store) -> None:
    add(store, *QUAY)
    said = watch(store)

    assert len(claim(store, "first")) == 3

    # The beginning of a transaction on SQLite, the turn on PostgreSQL.
    assert len(said) == 2
    assert said[1][0].startswith("WITH oldest AS")


@pytest.mark.parametrize("limit", [1, 3, 4, 9])
def test_claimed_feeds_come_in_the_order_of_the_config(store: Store, limit: int) -> None:
    add(store, *QUAY, MILL)

    assert urls(claim(store, "first", limit=limit)) == [*QUAY, MILL][:limit]


def test_who_names_feeds_gets_those_alone_and_as_many_as_asked(store: Store) -> None:
    add(store, *QUAY, MILL)
    named: dict[str, Any] = {"owner": "person", "now": NOW, "only": [1, 2, 4]}

    assert urls(store.write(claim_feeds, limit=2, **named)) == QUAY[:2]
    assert urls(store.write(claim_feeds, limit=9, **named)) == [MILL]
    assert store.write(claim_feeds, owner="person", now=NOW, limit=9, only=[]) == []
