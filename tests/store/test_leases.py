"""Claiming work: nobody gets what another holds, a dead worker's work comes free, a lost lease
writes nothing.
"""

import contextlib
import socket
import subprocess
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session

from monitor.errors import LeaseLost
from monitor.model import Validators
from monitor.store import Store
from monitor.store.feeds import (
    FeedSpec,
    FeedUpdate,
    claim_feeds,
    fail_poll,
    finish_poll,
    get_watched_feeds,
    sync_feeds,
)
from monitor.store.leases import (
    Claim,
    claim,
    finish,
    finished_together,
    get_owners,
    release,
)
from monitor.store.schema.tables import entries, feeds
from monitor.store.workers import release_gone
from tests.world import at

NOW = at("2025-06-01T12:00:00")


def add_feeds(store: Store, count: int) -> None:
    specs = [
        FeedSpec(f"https://news{number}.example/rss", f"Feed {number}", (), None, False)
        for number in range(count)
    ]
    store.write(sync_feeds, specs, NOW)


def test_each_due_feed_is_claimed_once_by_many_workers(store: Store) -> None:
    add_feeds(store, 60)
    claimed: list[int] = []
    lock = threading.Lock()

    def work(owner: str) -> None:
        while batch := store.write(claim_feeds, owner=owner, now=NOW, limit=7):
            with lock:
                claimed.extend(feed.id for feed in batch)

    threads = [threading.Thread(target=work, args=(f"worker-{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(claimed) == sorted(feed.id for feed in store.read(get_watched_feeds))


def test_a_held_feed_comes_free_when_its_lease_runs_out(store: Store) -> None:
    add_feeds(store, 1)
    assert len(store.write(claim_feeds, owner="dead", now=NOW, limit=5)) == 1

    assert store.write(claim_feeds, owner="alive", now=NOW + timedelta(minutes=1), limit=5) == []
    assert len(store.write(claim_feeds, owner="alive", now=NOW + timedelta(hours=1), limit=5)) == 1


def test_the_result_of_a_lost_lease_is_dropped_whole(store: Store) -> None:
    add_feeds(store, 1)
    feed = store.write(claim_feeds, owner="slow", now=NOW, limit=1)[0]
    later = NOW + timedelta(hours=1)
    store.write(claim_feeds, owner="quick", now=later, limit=1)

    late = FeedUpdate(next_poll_at=later, because="", validators=Validators('"late"', None))
    with pytest.raises(LeaseLost):
        store.write(finish_poll, feed, "slow", late, now=later)
    failed = FeedUpdate(next_poll_at=later, because="", error="gone", status=404)
    store.write(fail_poll, feed, "quick", failed, now=later)

    again = store.write(claim_feeds, owner="next", now=later, limit=1)[0]
    assert again.validators.etag is None
    assert again.failures == 1


def test_what_a_killed_process_of_this_machine_held_comes_free_at_once(store: Store) -> None:
    add_feeds(store, 2)
    process = subprocess.Popen(["true"])
    process.wait()
    store.write(claim_feeds, owner=f"{socket.gethostname()}:{process.pid}", now=NOW, limit=1)
    store.write(claim_feeds, owner="elsewhere:1", now=NOW, limit=1)

    store.write(release_gone)

    assert len(store.write(claim_feeds, owner="next", now=NOW, limit=5)) == 1


def test_a_feed_that_left_the_config_is_kept_but_not_polled(store: Store) -> None:
    add_feeds(store, 3)

    store.write(
        sync_feeds, [FeedSpec("https://news.example/1.xml", "Renamed", ("us",), None, False)], NOW
    )

    assert [feed.title for feed in store.read(get_watched_feeds)] == ["Renamed"]
    store.write(
        sync_feeds,
        [
            FeedSpec(f"https://news.example/{number}.xml", "Back", (), None, False)
            for number in range(3)
        ],
        NOW,
    )
    assert len(store.read(get_watched_feeds)) == 3


def claim_ids(session: Session, *, limit: int = 9, hours: int = 0, owner: str = "w") -> list[int]:
    """Claims feeds for an hour, the last of the config first."""
    now = NOW + timedelta(hours=hours)
    terms = Claim(owner=owner, now=now, lease=timedelta(hours=1), limit=limit)
    return claim(session, feeds, terms, due=feeds.c.is_enabled, order=(feeds.c.id.desc(),))


@pytest.mark.parametrize(("limit", "taken"), [(0, []), (2, [3, 2]), (9, [3, 2, 1])])
def test_rows_are_taken_in_the_order_asked_for(store: Store, limit: int, taken: list[int]) -> None:
    add_feeds(store, 3)

    assert store.write(claim_ids, limit=limit) == taken


def test_what_is_not_due_is_not_taken(store: Store) -> None:
    add_feeds(store, 2)
    store.write(sync_feeds, [], NOW)

    assert store.write(claim_ids) == []


@pytest.mark.parametrize(("hours", "count"), [(0, 0), (1, 2), (2, 2)])
def test_a_lease_ends_at_its_moment(store: Store, hours: int, count: int) -> None:
    add_feeds(store, 2)
    store.write(claim_ids, owner="first")

    assert len(store.write(claim_ids, hours=hours, owner="second")) == count


def test_owners_are_those_who_hold_a_row_each_once(store: Store) -> None:
    add_feeds(store, 3)
    assert store.read(get_owners, [feeds, entries]) == {}

    for owner, limit in (("first", 2), ("second", 1)):
        store.write(claim_ids, owner=owner, limit=limit)

    assert store.read(get_owners, [feeds, entries]) == {feeds: {"first", "second"}}


def test_only_the_rows_of_the_named_come_free(store: Store) -> None:
    add_feeds(store, 3)
    for owner in ("first", "second", "third"):
        store.write(claim_ids, owner=owner, limit=1)

    store.write(release, [feeds, entries], ["first", "third"])

    assert store.write(claim_ids, owner="next") == [3, 1]


def test_a_finished_row_is_free_at_once(store: Store) -> None:
    add_feeds(store, 1)
    (row,) = store.write(claim_ids)

    store.write(finish, feeds, row, "w", title="Renamed")

    assert store.write(claim_ids, owner="next") == [row]
    assert store.read(get_watched_feeds)[0].title == "Renamed"


@pytest.mark.parametrize("owner", ["another", ""])
def test_only_its_owner_finishes_a_row(store: Store, owner: str) -> None:
    add_feeds(store, 1)
    (row,) = store.write(claim_ids)

    with pytest.raises(LeaseLost, match=f"feeds {row} was taken over"):
        store.write(finish, feeds, row, owner, title="Renamed")

    assert store.read(get_watched_feeds)[0].title == "Feed 0"


def finish_all(session: Session, owners: dict[int, str], **values: object) -> None:
    """Finishes feeds by their ids, each under the name of an owner, all at once."""
    with finished_together(session):
        for feed_id, owner in owners.items():
            finish(session, feeds, feed_id, owner, **values)
        # Nothing is written before the end of the block.
        held = select(feeds.c.id).where(feeds.c.lease_owner.is_not(None))
        assert len(session.scalars(held).all()) == len(owners)


def titles(store: Store) -> list[str]:
    return store.read(lambda session: list(session.scalars(select(feeds.c.title))))


def test_results_that_are_finished_together_are_all_written(store: Store) -> None:
    add_feeds(store, 5)
    ids = [feed.id for feed in store.write(claim_feeds, owner="me", now=NOW, limit=9)]

    store.write(finish_all, dict.fromkeys(ids, "me"), title="done", next_poll_at=NOW)

    assert titles(store) == ["done"] * 5
    assert len(store.write(claim_feeds, owner="next", now=NOW, limit=9)) == 5


@pytest.mark.parametrize("count", [1, 2, 5])
def test_one_lost_lease_among_several_leaves_nothing_of_any(store: Store, count: int) -> None:
    add_feeds(store, count)
    ids = [feed.id for feed in store.write(claim_feeds, owner="me", now=NOW, limit=9)]
    before = titles(store)

    with pytest.raises(LeaseLost, match="taken over"):
        store.write(finish_all, {**dict.fromkeys(ids, "me"), ids[-1]: "late"}, title="done")

    assert titles(store) == before


def test_results_of_several_kinds_are_finished_together(store: Store) -> None:
    add_feeds(store, 4)
    ids = [feed.id for feed in store.write(claim_feeds, owner="me", now=NOW, limit=9)]

    def work(session: Session) -> None:
        with finished_together(session):
            for feed_id in ids[:2]:
                finish(session, feeds, feed_id, "me", title="one")
            finish(session, feeds, ids[2], "me", title="two", failures=3)
            finish(session, feeds, ids[3], "me", failures=feeds.c.failures + 1)

    store.write(work)

    assert sorted(titles(store)) == ["Feed 3", "one", "one", "two"]
    assert store.read(lambda session: sorted(session.scalars(select(feeds.c.failures)))) == [
        0,
        0,
        1,
        3,
    ]


def test_a_result_after_a_block_that_failed_is_written_at_once(store: Store) -> None:
    add_feeds(store, 1)
    (feed,) = store.write(claim_feeds, owner="me", now=NOW, limit=9)

    def work(session: Session) -> None:
        with contextlib.suppress(ValueError), finished_together(session):
            finish(session, feeds, feed.id, "me", title="lost")
            raise ValueError("broken")
        finish(session, feeds, feed.id, "me", title="kept")

    store.write(work)

    assert titles(store) == ["kept"]


def test_a_row_that_nobody_holds_cannot_be_finished(store: Store) -> None:
    add_feeds(store, 1)

    with pytest.raises(LeaseLost):
        store.write(finish, feeds, 1, "w", title="Renamed")
