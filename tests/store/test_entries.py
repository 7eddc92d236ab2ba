"""Entries: an item is stored once, waits for its page, and ends in one state."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session

from monitor.errors import LeaseLost
from monitor.feeds.parse import parse_feed
from monitor.model import FeedItem, MatchedTerm
from monitor.store import Store
from monitor.store.entries import (
    INGEST_LEASE,
    CaseTerms,
    EntryResult,
    EntrySpec,
    QueuedEntry,
    claim_entries,
    finish_entry,
    get_entries_by_url,
    get_known_entries,
    insert_entries,
    requeue_changed,
    retry_entry,
    terms_from_json,
    terms_to_json,
)
from monitor.store.feeds import FeedName, FeedSpec, get_ids_by_url, sync_feeds
from monitor.store.schema.tables import entries
from tests.store.rows import NOW, add_case

FEED = "https://gazette.example/rss"
TERM = MatchedTerm("quarry", "title", "Quarry reopens")


@pytest.fixture
def feed_id(store: Store) -> int:
    spec = FeedSpec(FEED, "Harbour Gazette", ("local",), None, False)
    store.write(sync_feeds, [spec], NOW)
    return store.read(get_ids_by_url, [FEED])[0]


@pytest.fixture
def case_id(store: Store) -> int:
    return store.write(add_case)


def spec(
    key: str, *cases: int, published_at: datetime | None = NOW, title: str = "Quarry reopens"
) -> EntrySpec:
    """An item that the cases want."""
    url = f"https://gazette.example/{key}"
    item = FeedItem(key, url, title, content="The whole text.", published_at=published_at)
    wanted = tuple(CaseTerms(case_id, (TERM,)) for case_id in cases)
    return EntrySpec(item, f"hash of {title}", url, wanted)


def add(store: Store, feed_id: int, *specs: EntrySpec, is_baseline: bool = False) -> int:
    return store.write(insert_entries, feed_id, specs, now=NOW, is_baseline=is_baseline)


def claim(store: Store, *, after: timedelta = timedelta(), owner: str = "w") -> list[QueuedEntry]:
    return store.write(claim_entries, owner=owner, now=NOW + after, limit=10)


def test_an_item_is_stored_once_for_ever(store: Store, feed_id: int, case_id: int) -> None:
    assert add(store, feed_id, spec("a", case_id), spec("b", case_id)) == 2
    assert add(store, feed_id, spec("b", case_id), spec("c", case_id)) == 1

    known = store.read(get_known_entries, feed_id, ["a", "b", "c", "d"])
    assert known.keys() == {"a", "b", "c"}


def test_what_one_feed_brought_hides_nothing_that_another_brings_under_its_guid(
    store: Store, feed_id: int, case_id: int
) -> None:
    other = FeedSpec("https://post.example/rss", "Bayport Post", ("local",), None, False)
    store.write(sync_feeds, [other], NOW)
    other_id = store.read(get_ids_by_url, [other.url])[0]
    add(store, feed_id, spec("a", case_id))

    assert store.read(get_known_entries, other_id, ["a"]) == {}
    assert add(store, other_id, spec("a", case_id, title="Ferry stops")) == 1

    assert store.read(get_known_entries, feed_id, ["a"])["a"].title == "Quarry reopens"
    assert store.read(get_known_entries, other_id, ["a"])["a"].title == "Ferry stops"
    assert [entry.feed.title for entry in claim(store)] == ["Harbour Gazette", "Bayport Post"]


def test_what_no_case_wants_is_kept_without_its_text(store: Store, feed_id: int) -> None:
    add(store, feed_id, spec("a"))

    assert store.read(get_known_entries, feed_id, ["a"])["a"].state == "ignored"
    assert claim(store) == []
    assert store.read(_contents) == [""]


def _contents(session: Session) -> list[str]:
    return list(session.execute(select(entries.c.content)).scalars())


def test_a_claimed_entry_says_all_that_reading_it_needs(
    store: Store, feed_id: int, case_id: int
) -> None:
    add(store, feed_id, spec("a", case_id), is_baseline=True)

    entry = claim(store)[0]

    assert entry.feed == FeedName(FEED, "Harbour Gazette", ("local",))
    assert (entry.url, entry.title) == ("https://gazette.example/a", "Quarry reopens")
    assert (entry.content, entry.published_at) == ("The whole text.", NOW)
    assert entry.baseline_by_case == {case_id: True}
    assert entry.attempts == 1


# NUL is what PostgreSQL refuses, half a surrogate pair what SQLite does; U+FFFE is no character.
IN_JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Harbour Gazette",
        "items": [
            {
                "id": "a\x00\ud800\ufffe",
                "url": "https://gazette.example/a",
                "title": "Quarry\x00\ud800\ufffe reopens",
                "summary": "The pit is\x00\ud800\ufffe dry.",
                "content_text": "Nobody works\x00\ud800\ufffe there.",
                "authors": [{"name": "Ana\x00\ud800\ufffe Poe"}],
            }
        ],
    }
).encode()
REFUSED = "\x00\ufffe&#0;&#xD800;&#xFFFE;"
IN_RSS = (
    '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Harbour Gazette</title><item>'
    f"<guid isPermaLink='false'>a{REFUSED}</guid><link>https://gazette.example/a</link>"
    f"<title>Quarry{REFUSED} reopens</title><description>The pit is{REFUSED} dry.</description>"
    f"<content:encoded>Nobody works{REFUSED} there.</content:encoded>"
    f"<dc:creator>Ana{REFUSED} Poe</dc:creator></item></channel></rss>"
).encode()


@pytest.mark.parametrize("body", [IN_JSON, IN_RSS], ids=["json", "rss"])
def test_characters_that_a_database_refuses_cost_no_item(
    store: Store, feed_id: int, case_id: int, body: bytes
) -> None:
    (item,) = parse_feed(body, url=FEED).items
    add(store, feed_id, EntrySpec(item, "hash", item.url, (CaseTerms(case_id, (TERM,)),)))

    (entry,) = claim(store)

    assert (entry.title, entry.author) == ("Quarry reopens", "Ana Poe")
    assert (entry.summary, entry.content) == ("The pit is dry.", "Nobody works there.")
    assert store.read(get_known_entries, feed_id, ["id:a"]).keys() == {"id:a"}


def test_the_oldest_published_is_read_first(store: Store, feed_id: int, case_id: int) -> None:
    earlier = spec("later key", case_id, published_at=NOW - timedelta(days=1))
    undated = spec("z", case_id, published_at=None)
    add(store, feed_id, spec("a", case_id, published_at=NOW + timedelta(hours=1)))
    add(store, feed_id, undated, earlier)

    assert [entry.url for entry in claim(store)] == [
        f"https://gazette.example/{key}" for key in ("later key", "z", "a")
    ]


def test_an_attempt_counts_before_any_work_is_done(
    store: Store, feed_id: int, case_id: int
) -> None:
    add(store, feed_id, spec("a", case_id))
    claim(store, owner="dies")

    assert claim(store, owner="other") == []
    assert claim(store, after=INGEST_LEASE, owner="other")[0].attempts == 2


@pytest.mark.parametrize("state", ["unmatched", "failed"])
def test_a_finished_entry_is_not_claimed_again(
    store: Store, feed_id: int, case_id: int, state: str
) -> None:
    add(store, feed_id, spec("a", case_id))
    result = EntryResult(state, "behind a wall", "http 402")

    store.write(finish_entry, claim(store)[0].id, "w", result)

    assert claim(store, after=timedelta(days=9)) == []
    known = store.read(get_known_entries, feed_id, ["a"])["a"]
    assert (known.state, known.last_status) == (state, "http 402")


def test_an_entry_that_is_tried_again_waits_for_its_time(
    store: Store, feed_id: int, case_id: int
) -> None:
    add(store, feed_id, spec("a", case_id))
    later = timedelta(minutes=10)

    store.write(retry_entry, claim(store)[0].id, "w", at=NOW + later, error="busy")

    assert claim(store, after=later / 2) == []
    assert claim(store, after=later)[0].attempts == 2


def test_the_result_of_a_lost_lease_is_dropped(store: Store, feed_id: int, case_id: int) -> None:
    add(store, feed_id, spec("a", case_id))
    entry = claim(store, owner="slow")[0]
    claim(store, after=INGEST_LEASE, owner="quick")

    with pytest.raises(LeaseLost):
        store.write(finish_entry, entry.id, "slow", EntryResult("failed"))
    with pytest.raises(LeaseLost):
        store.write(retry_entry, entry.id, "slow", at=NOW, error="")

    assert store.read(get_known_entries, feed_id, ["a"])["a"].state == "queued"


def test_an_item_that_says_something_else_is_read_again(
    store: Store, feed_id: int, case_id: int
) -> None:
    add(store, feed_id, spec("a", case_id))
    store.write(finish_entry, claim(store)[0].id, "w", EntryResult("unmatched"))
    changed = spec("a", case_id, title="Quarry closes again", published_at=NOW + timedelta(days=3))

    store.write(requeue_changed, feed_id, [changed], now=NOW)

    known = store.read(get_known_entries, feed_id, ["a"])["a"]
    assert (known.state, known.changes, known.changed_at) == ("queued", 1, NOW)
    assert (known.title, known.item_hash) == ("Quarry closes again", changed.item_hash)
    assert known.published_at == NOW
    assert claim(store)[0].attempts == 1


def test_a_change_that_nobody_wants_is_only_noted(store: Store, feed_id: int, case_id: int) -> None:
    add(store, feed_id, spec("a", case_id))
    store.write(finish_entry, claim(store)[0].id, "w", EntryResult("unmatched"))

    store.write(requeue_changed, feed_id, [spec("a", title="Weather")], now=NOW)

    assert claim(store) == []


def test_a_case_that_comes_to_want_a_changed_item_has_no_baseline(
    store: Store, feed_id: int, case_id: int
) -> None:
    add(store, feed_id, spec("a"), is_baseline=True)

    store.write(requeue_changed, feed_id, [spec("a", case_id)], now=NOW)

    assert claim(store)[0].baseline_by_case == {case_id: False}


def test_entries_of_one_address_come_oldest_first(store: Store, feed_id: int) -> None:
    first, second = spec("a"), replace(spec("b"), canonical_url=spec("a").canonical_url)
    add(store, feed_id, first)
    add(store, feed_id, second)

    found = store.read(get_entries_by_url, feed_id, ["https://gazette.example/a"])

    assert [entry.key for entry in found["https://gazette.example/a"]] == ["a", "b"]
    assert store.read(get_entries_by_url, feed_id + 1, ["https://gazette.example/a"]) == {}


def test_more_keys_than_a_statement_holds_are_looked_up(store: Store, feed_id: int) -> None:
    keys = [f"k{number}" for number in range(1_200)]
    add(store, feed_id, *(spec(key) for key in keys))

    assert store.read(get_known_entries, feed_id, keys).keys() == set(keys)


def test_terms_survive_the_store() -> None:
    assert terms_from_json(terms_to_json([TERM])) == (TERM,)
