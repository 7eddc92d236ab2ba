"""Daemons of a store: when each was last heard of, and whose work comes free."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from datetime import timedelta

import pytest

from monitor.store import Store
from monitor.store.feeds import FeedSpec, claim_feeds, sync_feeds
from monitor.store.workers import (
    beat,
    get_workers,
    give_back,
    is_gone,
    make_owner,
    release_gone,
    release_other_daemons,
    start_worker,
    stop_all_workers,
    stop_worker,
)
from tests.store.rows import NOW

MINUTE = timedelta(minutes=1)
HOST = socket.gethostname()


def start(store: Store, name: str, *, minutes: int = 0) -> None:
    now = NOW + minutes * MINUTE
    store.write(start_worker, name, version="1.0", roles="poll", now=now)


@pytest.mark.parametrize(
    ("owner", "gone"),
    [
        (make_owner(), False),
        (f"{HOST}:{os.getpid()}:00c0ffee", True),
        (f"{HOST}:{os.getppid()}:00c0ffee", False),
        (f"{HOST}:{2**22 + 1}:00c0ffee", True),
        (f"{HOST}:{2**22 + 1}", True),
        (f"another-{HOST}:{2**22 + 1}:00c0ffee", False),
        (f"{HOST}:not-a-number", False),
        ("", False),
    ],
    ids=[
        "this process",
        "an earlier one with our id",
        "running",
        "ended",
        "ended, named by an older version",
        "another machine",
        "no process",
        "nobody",
    ],
)
def test_only_an_ended_process_of_this_machine_is_gone(owner: str, gone: bool) -> None:
    assert is_gone(owner) is gone


def test_an_owner_is_this_process() -> None:
    assert make_owner().startswith(f"{HOST}:{os.getpid()}:")
    assert make_owner() == make_owner()


def test_every_start_has_an_owner_of_its_own() -> None:
    code = "from monitor.store.workers import make_owner; print(make_owner().rpartition(':')[2])"
    starts = [subprocess.check_output([sys.executable, "-c", code]) for _ in range(2)]

    assert starts[0] != starts[1]


def test_the_latest_heard_of_comes_first(store: Store) -> None:
    start(store, "a")
    start(store, "b", minutes=1)
    store.write(beat, "a", NOW + 2 * MINUTE)

    workers = store.read(get_workers)

    assert [worker.id for worker in workers] == ["a", "b"]
    assert (workers[0].started_at, workers[0].heartbeat_at) == (NOW, NOW + 2 * MINUTE)


def test_a_daemon_that_starts_again_is_not_stopped_any_more(store: Store) -> None:
    start(store, "a")
    store.write(stop_worker, "a", NOW + MINUTE)
    assert store.read(get_workers)[0].stopped_at == NOW + MINUTE

    start(store, "a", minutes=2)

    (worker,) = store.read(get_workers)
    assert (worker.stopped_at, worker.started_at) == (None, NOW + 2 * MINUTE)


def test_who_ends_gives_free_what_is_its_own(store: Store) -> None:
    specs = [FeedSpec(f"https://{name}.example/rss", name, (), None, False) for name in ("a", "b")]
    store.write(sync_feeds, specs, NOW)
    for owner in ("first", "second"):
        store.write(claim_feeds, owner=owner, now=NOW, limit=1)

    store.write(give_back, "first")

    free = store.write(claim_feeds, owner="third", now=NOW, limit=9)
    assert [feed.title for feed in free] == ["a"]


def test_who_was_killed_here_gives_free_and_others_keep(store: Store) -> None:
    names = ("a", "b", "c")
    specs = [FeedSpec(f"https://{name}.example/rss", name, (), None, False) for name in names]
    store.write(sync_feeds, specs, NOW)
    for owner in (f"{HOST}:{2**22 + 1}", make_owner(), f"another-{HOST}:{2**22 + 1}"):
        store.write(claim_feeds, owner=owner, now=NOW, limit=1)

    store.write(release_gone)

    free = store.write(claim_feeds, owner="next", now=NOW, limit=9)
    assert [feed.title for feed in free] == ["a"]


def test_a_daemon_alone_on_its_store_takes_over_from_those_before(store: Store) -> None:
    names = ("a", "b", "c")
    specs = [FeedSpec(f"https://{name}.example/rss", name, (), None, False) for name in names]
    store.write(sync_feeds, specs, NOW)
    gone, ours, by_hand = "a-container:1:00c0ffee", "ours", "somebody:7:00c0ffee"
    for daemon in (gone, ours):
        start(store, daemon)
    for owner in (gone, ours, by_hand):
        store.write(claim_feeds, owner=owner, now=NOW, limit=1)

    store.write(release_other_daemons, ours)

    free = store.write(claim_feeds, owner="next", now=NOW, limit=9)
    assert [feed.title for feed in free] == ["a"]


def test_no_more_than_the_latest_twenty_are_shown(store: Store) -> None:
    for number in range(25):
        start(store, f"w{number}", minutes=number)

    workers = store.read(get_workers)

    assert [worker.id for worker in workers] == [f"w{number}" for number in range(24, 4, -1)]


def test_a_heartbeat_of_nobody_makes_no_daemon(store: Store) -> None:
    store.write(beat, "ghost", NOW)
    store.write(stop_worker, "ghost", NOW)

    assert store.read(get_workers) == []


def test_who_was_not_heard_of_for_a_month_is_forgotten(store: Store) -> None:
    start(store, "old")
    start(store, "young", minutes=40_000)

    start(store, "new", minutes=50_000)

    assert {worker.id for worker in store.read(get_workers)} == {"young", "new"}


def test_nobody_works_on_a_database_that_was_restored(store: Store) -> None:
    start(store, "running")
    start(store, "stopped", minutes=1)
    store.write(stop_worker, "stopped", NOW + 2 * MINUTE)

    store.write(stop_all_workers, NOW + 9 * MINUTE)

    stopped = {one.id: one.stopped_at for one in store.read(get_workers)}
    assert stopped == {"running": NOW + 9 * MINUTE, "stopped": NOW + 2 * MINUTE}
