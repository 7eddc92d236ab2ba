"""Which items of a feed become entries for whom, and when one that has changed is read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from monitor.matching.related import WordCounts
from monitor.model import DateFlag, DateSource, FeedDocument, FeedItem
from monitor.pipeline.context import Vocabulary, WatchedCase, index_cases
from monitor.pipeline.polling.selection import (
    CHANGE_PAUSE,
    LIVE_PAUSE,
    MAX_CHANGES,
    MAX_HEADLINES,
    EntrySelector,
    date_origin,
    hash_item,
    is_given_all,
    may_requeue,
)
from monitor.settings import load_settings
from monitor.store.entries import EntrySpec, KnownEntry
from monitor.store.feeds import FeedName
from monitor.text import fold_words
from tests.pipeline.polling.feeds import URL, due_feed
from tests.world import at

NOW = at("2025-06-01T12:00:00")
DOCUMENT = FeedDocument("rss", ())
ITEM = FeedItem(
    "k", "https://quarry.example/1", "Quarry reopens", "After nine years.", published_at=NOW
)
BARE = FeedItem("k", "https://quarry.example/1", "A date is set", published_at=NOW)
CASES = {
    "harbour": 'query = "harbour OR harbor"\nfeeds = ["*"]\n',
    "quarry": 'query = "quarry AND valley"\nfeeds = ["*"]\n',
    "court": f'query = "court"\nfeeds = ["{URL}"]\n',
}


@pytest.fixture
def cases(tmp_path: Path) -> list[WatchedCase]:
    """Two cases that take all feeds, and one that names one."""
    (tmp_path / "cases").mkdir()
    (tmp_path / "monitor.toml").write_text("")
    (tmp_path / "feeds.toml").write_text(f'[[feed]]\nurl = "{URL}"\n')
    for slug, text in CASES.items():
        (tmp_path / "cases" / f"{slug}.toml").write_text(f'title = "{slug.title()}"\n{text}')
    found = {case.slug: case for case in load_settings(tmp_path, {}).cases}
    return [
        WatchedCase(number, found[slug], found[slug].compiled, found[slug].compiled.folded_terms)
        for number, slug in enumerate(CASES, start=1)
    ]


def select(cases: Sequence[WatchedCase], *items: FeedItem, **known: object) -> list[EntrySpec]:
    """The entries of new items of a feed."""
    feed, words = due_feed(**known), index_cases(cases)
    selector = EntrySelector(cases, words, Vocabulary(), feed, DOCUMENT, NOW)
    return selector.select_new(items)


def wanted_by(spec: EntrySpec) -> list[int]:
    return [case.case_id for case in spec.wanted_by]


@pytest.mark.parametrize(
    ("title", "case_ids"),
    [
        ("The harbor is closed", [1]),
        ("Quarry reopens", [2]),
        ("A court looks at the quarry", [2, 3]),
        ("Rain until Sunday", []),
    ],
)
def test_any_term_of_a_query_makes_an_item_a_candidate(
    cases: list[WatchedCase], title: str, case_ids: list[int]
) -> None:
    (spec,) = select(cases, replace(ITEM, title=title))

    assert wanted_by(spec) == case_ids


def test_a_case_with_words_in_common_takes_an_item_without_a_term(
    cases: list[WatchedCase],
) -> None:
    """The index of words leaves such cases out, as no term of theirs stands in the item."""
    vocabulary = Vocabulary()
    vocabulary.cases[1] = WordCounts()
    vocabulary.cases[1].add(fold_words("dredging barge stranded"))
    for _ in range(50):
        vocabulary.everywhere.add(fold_words("rain until sunday"))
    selector = EntrySelector(cases, index_cases(cases), vocabulary, due_feed(), DOCUMENT, NOW)

    specs = selector.select_new(
        [replace(ITEM, title="Barge stranded"), replace(ITEM, title="Rain")]
    )

    assert list(map(wanted_by, specs)) == [[1], []]


def test_wider_candidates_are_found_by_their_words(tmp_path: Path) -> None:
    path = tmp_path / "cases"
    path.mkdir()
    (tmp_path / "monitor.toml").write_text("")
    (tmp_path / "feeds.toml").write_text(f'[[feed]]\nurl = "{URL}"\n')
    wide = 'query = "ferry"\ncandidates = "sail* (quay OR pier)"\nfeeds = ["*"]\n'
    (path / "ferry.toml").write_text(f'title = "Ferry"\n{wide}')
    (case,) = load_settings(tmp_path, {}).cases
    watched = [WatchedCase(1, case, case.compiled, case.compiled.folded_terms)]
    titles = ["No ferry today", "Sailings from the pier", "Sailings are off", "The pier is shut"]

    specs = select(watched, *(replace(ITEM, title=title) for title in titles))

    assert list(map(wanted_by, specs)) == [[1], [1], [], []]


def test_a_case_sees_only_the_feeds_that_it_takes(cases: list[WatchedCase]) -> None:
    item = replace(ITEM, title="A court looks at the quarry")

    (spec,) = select(cases, item, url="https://elsewhere.example/rss")

    assert wanted_by(spec) == [2]


def test_a_feed_for_one_case_gives_it_everything(cases: list[WatchedCase]) -> None:
    (spec,) = select(cases, replace(ITEM, title="Rain until Sunday"), takes_all=True)

    assert wanted_by(spec) == [3]
    assert spec.wanted_by[0].terms == ()


@pytest.mark.parametrize(
    ("item", "case_ids"),
    [
        (BARE, [1, 2, 3]),
        (replace(BARE, summary="It says more."), []),
        (replace(BARE, content="The whole text."), []),
        (replace(BARE, url=None), []),
        (replace(BARE, url="https://news.google.com/articles/1"), []),
    ],
    ids=["bare", "teaser", "text", "no link", "unreadable host"],
)
def test_a_headline_and_nothing_else_is_read_for_every_case(
    cases: list[WatchedCase], item: FeedItem, case_ids: list[int]
) -> None:
    (spec,) = select(cases, item)

    assert wanted_by(spec) == case_ids


def test_headlines_are_not_read_at_a_first_poll(cases: list[WatchedCase]) -> None:
    (spec,) = select(cases, BARE, is_baseline=True)

    assert spec.wanted_by == ()


def test_only_the_newest_headlines_of_a_poll_are_read(cases: list[WatchedCase]) -> None:
    items = [
        replace(BARE, key=str(number), published_at=NOW - timedelta(hours=number))
        for number in range(MAX_HEADLINES + 2)
    ]

    specs = select(cases, replace(BARE, key="undated", published_at=None), *reversed(items))

    unread = [spec.item.key for spec in specs if not spec.wanted_by]
    assert unread == ["undated", str(MAX_HEADLINES + 1), str(MAX_HEADLINES)]


@pytest.mark.parametrize(
    ("feed_takes_all", "canonical"),
    [(False, "https://quarry.example/1"), (True, "https://quarry.example/1#2")],
)
def test_a_fragment_tells_items_apart_only_where_a_feed_gives_all(
    cases: list[WatchedCase], feed_takes_all: bool, canonical: str
) -> None:
    item = replace(ITEM, url="https://quarry.example/1#2")

    (spec,) = select(cases, item, takes_all=feed_takes_all)

    assert spec.canonical_url == canonical


def test_a_date_that_cannot_be_believed_is_dropped_and_its_reason_kept(
    cases: list[WatchedCase],
) -> None:
    item = replace(ITEM, published_at=NOW + timedelta(days=30), published_raw="July")

    (spec,) = select(cases, item)

    assert spec.item.published_at is None
    assert (spec.date_origin.source, spec.date_origin.raw) == (DateSource.FIRST_SEEN, "July")
    assert spec.date_origin.flag is DateFlag.FUTURE


@pytest.mark.parametrize("part", ["title", "summary", "content", "url"])
def test_an_item_says_something_else_when_any_part_differs(part: str) -> None:
    other = replace(ITEM, **{part: "something else"})

    assert hash_item(other) != hash_item(ITEM)
    assert hash_item(replace(ITEM, published_at=None, author="P. Lindqvist")) == hash_item(ITEM)


def known(
    *, changes: int = 0, changed_at: datetime | None = None, status: str = "ok", same: bool = False
) -> KnownEntry:
    return KnownEntry(
        id=1,
        key="k",
        item_hash=hash_item(ITEM) if same else "another",
        state="stored",
        changes=changes,
        changed_at=changed_at,
        url=ITEM.url,
        canonical_url=ITEM.url,
        title=ITEM.title,
        published_at=NOW,
        seen_at=NOW,
        last_status=status,
    )


@pytest.mark.parametrize(
    ("entry", "is_read_again"),
    [
        (known(), True),
        (known(same=True), False),
        (known(changed_at=NOW - CHANGE_PAUSE), True),
        (known(changed_at=NOW - CHANGE_PAUSE + timedelta(seconds=1)), False),
        (known(changes=MAX_CHANGES - 1), True),
        (known(changes=MAX_CHANGES, changed_at=NOW - 23 * CHANGE_PAUSE), False),
        (known(changes=MAX_CHANGES, changed_at=NOW - 24 * CHANGE_PAUSE), True),
        (known(changes=MAX_CHANGES, status="live"), True),
        (known(changed_at=NOW - LIVE_PAUSE, status="live"), True),
    ],
    ids=[
        "changed",
        "same",
        "pause over",
        "in pause",
        "last",
        "too often",
        "too often, a day later",
        "live",
        "live pause",
    ],
)
def test_a_changed_item_is_read_again_but_not_at_every_poll(
    entry: KnownEntry, is_read_again: bool
) -> None:
    assert may_requeue(entry, ITEM, NOW) is is_read_again


def test_a_written_date_that_nobody_can_read_is_flagged() -> None:
    unreadable = replace(ITEM, published_at=None, published_raw="the day after the fair")

    assert date_origin(unreadable, NOW).flag is DateFlag.UNREADABLE
    assert date_origin(replace(unreadable, published_raw=""), NOW).flag is None


@pytest.mark.parametrize(
    ("url", "given_to"),
    [(URL, ["court"]), ("https://elsewhere.example/rss", ["harbour", "quarry", "court"])],
)
def test_a_feed_for_all_goes_to_those_that_name_it_else_to_everyone(
    cases: list[WatchedCase], url: str, given_to: list[str]
) -> None:
    settings = [case.settings for case in cases]
    feed = FeedName(url, "", ())

    assert [case.slug for case in settings if is_given_all(case, settings, feed)] == given_to
