"""What a feed holds for the cases, before it is in the store."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.bootstrap import build_reader
from monitor.model import FeedDocument, FeedItem
from monitor.pipeline.simulation.feed_check import Discovery, FeedCheck, count_matches
from monitor.settings import Settings, load_settings
from tests.pipeline.program import HARBOUR, start_program
from tests.world import Site, at

NOW = at("2025-06-01T12:00:00")
URL, OTHER = "https://quarry.example/rss", "https://court.example/rss"
TITLES = ("Quarry reopens", "A court looks at the quarry", "Rain until Sunday")
DOCUMENT = FeedDocument("rss", tuple(FeedItem(title, None, title) for title in TITLES))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "cases").mkdir()
    (tmp_path / "monitor.toml").write_text("")
    (tmp_path / "feeds.toml").write_text(
        f'[[feed]]\nurl = "{URL}"\n[[feed]]\nurl = "{OTHER}"\nmatch = "all"\n'
    )
    cases = {
        "quarry": 'query = "quarry"\nfeeds = ["*"]\n',
        "court": f'query = "court"\nfeeds = ["{OTHER}"]\n',
    }
    for slug, text in cases.items():
        (tmp_path / "cases" / f"{slug}.toml").write_text(f'title = "{slug}"\n{text}')
    return load_settings(tmp_path, {})


@pytest.mark.parametrize(
    ("url", "counts"),
    [(URL, {"quarry": 2}), (OTHER, {"court": 3, "quarry": 2})],
    ids=["by its query", "everything of a feed that is all about it"],
)
def test_each_case_counts_what_it_would_read_in_full(
    settings: Settings, url: str, counts: dict[str, int]
) -> None:
    feed = next(feed for feed in settings.feeds if feed.url == url)

    assert count_matches(feed, DOCUMENT, settings.cases, NOW) == counts


def test_an_empty_document_has_nothing_for_anybody(settings: Settings) -> None:
    assert count_matches(settings.feeds[0], FeedDocument("rss", ()), settings.cases, NOW) == {
        "quarry": 0
    }


RSS = (
    b'<rss version="2.0"><channel><title>Harbour Gazette</title>'
    b"<item><title>Pier closed</title><link>https://harbour.example/1</link></item>"
    b"<item><title>Rain</title><link>https://harbour.example/2</link></item></channel></rss>"
)
PAGE = (
    b'<html><head><link rel="alternate" type="application/rss+xml" title="News" href="/feed">'
    b"</head><body><p>The harbour.</p></body></html>"
)


@pytest.fixture
def site() -> Iterator[Site]:
    """A feed, a page that names it, and feeds that cannot be had."""
    running = Site("127.0.3.9")
    running.answers = {
        "/feed": lambda: (200, "application/rss+xml", RSS),
        "/page": lambda: (200, "text/html", PAGE),
        "/gone": lambda: (410, "text/plain", b"gone"),
        "/refused": lambda: (403, "text/plain", b"no"),
    }
    yield running
    running.close()


@pytest.fixture
def open_settings(tmp_path: Path, site: Site) -> Settings:
    """A config whose feeds are those of the site."""
    folder = start_program(tmp_path / "config", harbour=HARBOUR).folder
    with (folder / "monitor.toml").open("a") as config:
        config.write('[fetch]\nallow_private = true\nper_host_delay = "0s"\n')
    paths = ("feed", "page", "gone", "refused")
    (folder / "feeds.toml").write_text(
        "".join(f'[[feed]]\nurl = "{site.base}/{path}"\n' for path in paths)
    )
    return load_settings(folder, {})


def test_each_feed_is_read_once_and_says_how_that_went(open_settings: Settings) -> None:
    async def work() -> list[FeedCheck]:
        async with build_reader(open_settings) as reader:
            feeds = open_settings.feeds
            return await reader.check_feeds(
                feeds, open_settings.cases, now=NOW, done=lambda: ended.append(len(ended))
            )

    ended: list[int] = []
    checks = asyncio.run(work())

    assert len(ended) == len(checks)

    outcomes = {check.url.rpartition("/")[2]: check.outcome for check in checks}
    assert outcomes == {"feed": "ok", "page": "not_a_feed", "gone": "gone", "refused": "failed"}
    assert [bool(check.error) for check in checks] == [False, True, True, True]
    assert (checks[0].title, checks[0].items, checks[0].matches) == (
        "Harbour Gazette",
        2,
        {"harbour": 1},
    )


def test_a_feed_says_how_often_it_would_be_asked_and_why(open_settings: Settings) -> None:
    pinned = open_settings.feeds[0].model_copy(update={"every": timedelta(minutes=20)})

    async def work() -> list[FeedCheck]:
        async with build_reader(open_settings) as reader:
            return await reader.check_feeds([open_settings.feeds[0], pinned], (), now=NOW)

    own, by_hand = asyncio.run(work())

    assert (own.interval_seconds, by_hand.interval_seconds) == (3600, 1200)
    assert own.because == "little is known of its rhythm"
    assert by_hand.because == "`every` pins it"


@pytest.mark.parametrize(("path", "is_feed"), [("/page", False), ("/feed", True)])
def test_a_page_names_its_feeds_and_a_feed_names_itself(
    open_settings: Settings, site: Site, path: str, is_feed: bool
) -> None:
    async def work() -> Discovery:
        async with build_reader(open_settings) as reader:
            return await reader.discover(f"{site.base}{path}")

    found = asyncio.run(work())

    assert found.is_feed is is_feed
    assert [offered.url for offered in found.offered] == [f"{site.base}/feed"]
