"""What a feed holds for the cases, before it is in the store."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.model import FeedDocument, FeedItem
from monitor.pipeline.simulation.feed_check import count_matches
from monitor.settings import Settings, load_settings
from tests.world import at

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
