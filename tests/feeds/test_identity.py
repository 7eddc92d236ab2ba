"""What makes an item the same item at the next poll."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.feeds.identity import (
    MAX_KEY_CHARS,
    differ_by_tracking,
    guid_key,
    is_own_page,
    item_key,
    keeps_fragments,
    repeated_guids,
    shared_links,
    text_key,
)

HOME = "https://harbor.example/"
FEED = "https://www.harbor.example/rss"
NOON = datetime(2025, 4, 11, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("guid", "same"),
    [
        (" tag:1 ", "tag:1"),
        ("http://harbor.example/1", "https://www.harbor.example/1"),
        ("https://harbor.example/1?utm_source=rss", "https://harbor.example/1"),
        ("https://harbor.example/1#0", "https://harbor.example/1#17"),
    ],
)
def test_guids_that_differ_only_in_spelling_are_the_same(guid: str, same: str) -> None:
    assert guid_key(guid) == guid_key(same)


@pytest.mark.parametrize(
    ("one", "other", "is_tracking"),
    [
        ("from=mail", "from=chat", True),
        ("from=%E9", "from=%E8", True),
        ("id=%E9", "id=%E8", False),
        ("story=%CC%EE%F1%EA", "story=%CA%E8%E5%E2", False),
    ],
)
def test_an_id_in_another_character_set_names_an_article(
    one: str, other: str, is_tracking: bool
) -> None:
    assert differ_by_tracking(f"{HOME}n?{one}", f"{HOME}n?{other}") is is_tracking


def test_guids_that_differ_in_a_fragment_of_words_are_not_the_same() -> None:
    assert guid_key("https://harbor.example/#pier") != guid_key("https://harbor.example/#ferry")


@pytest.mark.parametrize(
    ("guid", "link", "key"),
    [
        ("7", "https://harbor.example/1", "id:7"),
        ("", "https://harbor.example/1", "url:https://harbor.example/1"),
        ("", "", "text:abc"),
    ],
)
def test_a_guid_counts_before_a_link_and_a_link_before_the_text(
    guid: str, link: str, key: str
) -> None:
    assert key == item_key(guid, link, "abc")


def test_long_keys_are_hashed_and_stay_apart() -> None:
    first, second = item_key("7" * 600, "", ""), item_key("7" * 601, "", "")

    assert len(first) <= MAX_KEY_CHARS
    assert first.startswith("id:")
    assert first != second


def test_an_item_without_guid_and_link_is_known_by_its_title_and_day() -> None:
    key = text_key("Ferry delayed", "", NOON)

    assert key == text_key("FERRY  delayed!", "Other text.", NOON.replace(hour=9))
    assert key != text_key("Ferry delayed", "", NOON.replace(day=12))
    assert text_key("", "One.", None) != text_key("", "Two.", None)


@pytest.mark.parametrize(
    ("urls", "keeps"),
    [
        (["https://court.example/69#a", "https://court.example/69#b"], True),
        (["https://court.example/69#entry-3"], True),
        (["https://harbor.example/1#top", "https://harbor.example/2#top"], False),
        ([None, "https://harbor.example/1"], False),
    ],
)
def test_fragments_count_where_links_differ_in_nothing_else(
    urls: list[str | None], keeps: bool
) -> None:
    assert keeps_fragments(urls) is keeps


@pytest.mark.parametrize(
    ("links", "titles", "repeated"),
    [
        (("/1", "/2"), ("One", "Two"), {"7"}),
        (("/1", "/1"), ("One", "Two"), set()),
        (("", ""), ("One", "Two"), {"7"}),
        (("", ""), ("One", "One"), set()),
    ],
)
def test_a_guid_on_different_items_identifies_nothing(
    links: tuple[str, str], titles: tuple[str, str], repeated: set[str]
) -> None:
    assert repeated_guids(("7", "7"), links, titles) == repeated


@pytest.mark.parametrize(
    ("guids", "links", "titles", "shared"),
    [
        (("", ""), ("/news", "/news"), ("One", "Two"), {"/news"}),
        (("/news", "/news"), ("/news", "/news"), ("One", "Two"), {"/news"}),
        (("1", "2"), ("/news", "/news"), ("One", "Two"), set()),
        (("", ""), ("/news", "/news"), ("One", "ONE"), set()),
        (("", ""), ("/1", "/2"), ("One", "Two"), set()),
        (("", ""), ("", ""), ("One", "Two"), set()),
    ],
)
def test_a_link_on_different_items_that_no_guid_tells_apart_identifies_none(
    guids: tuple[str, str], links: tuple[str, str], titles: tuple[str, str], shared: set[str]
) -> None:
    assert shared_links(guids, links, titles) == shared


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("https://harbor.example", True),
        ("http://www.harbor.example/", True),
        ("https://harbor.example/?p=7", False),
        ("https://harbor.example/ferry", False),
        ("https://other.example/", False),
    ],
)
def test_a_link_to_the_front_page_identifies_nothing(url: str, own: bool) -> None:
    assert is_own_page(url, FEED, HOME) is own
