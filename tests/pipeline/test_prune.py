"""After old texts were taken out, nothing that was known before is news."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.daemon.upkeep import prune_old
from monitor.pipeline.context import Context
from monitor.store.upkeep.prune import measure
from monitor.store.views.articles import list_articles
from monitor.store.views.trace import trace_url
from tests.pipeline.conftest import Newsroom
from tests.pipeline.test_run_once import ORDER, SEED_PARAGRAPHS, story

KEPT = timedelta(days=60)


@pytest.fixture
def old(newsroom: Newsroom) -> Newsroom:
    """A copy that nobody was told of, then a development that was told, ninety days ago; of the
    copy the text was taken out since.
    """
    newsroom.poll()
    newsroom.outlets[1].publish(story("/copy", SEED_PARAGRAPHS, newsroom.now))
    newsroom.poll()
    newsroom.outlets[0].publish(story("/order", [ORDER, *SEED_PARAGRAPHS], newsroom.now))
    newsroom.poll()
    assert len(newsroom.alerts) == 1
    settings = newsroom.config / "monitor.toml"
    settings.write_text(settings.read_text() + '[storage]\nkeep_texts = "60d"\n')
    # Pages of old articles are asked for until their last step; then nobody needs the text.
    for _ in range(10):
        newsroom.poll(hours=9 * 24)
    newsroom.hook.events.clear()
    assert newsroom.read(measure, newsroom.now - KEPT).texts == 1
    newsroom.run(prune)
    assert newsroom.read(measure, newsroom.now - KEPT).texts == 0
    return newsroom


async def prune(ctx: Context) -> None:
    await prune_old(ctx, lambda: False)


def developments(newsroom: Newsroom) -> list[dict[str, object]]:
    """What was told of news since; that a feed brings items again is told, too."""
    return [one for one in newsroom.alerts if str(one["type"]).startswith("development.")]


def verdicts(newsroom: Newsroom, path: str, outlet: int) -> list[str]:
    url = f"{newsroom.outlets[outlet].base}{path}"
    return [one.outcome for one in newsroom.read(trace_url, [url]).verdicts]


def test_the_same_feeds_bring_nothing_new(old: Newsroom) -> None:
    stored = len(old.read(list_articles, limit=50))
    for outlet in old.outlets:
        body = f"{outlet.feed()} ".encode()
        outlet.answers["/feed.xml"] = lambda body=body: (200, "application/rss+xml", body)

    result = old.poll()

    assert (result.ingested, developments(old)) == (0, [])
    assert len(old.read(list_articles, limit=50)) == stored


def test_the_same_text_under_another_address_is_known(old: Newsroom) -> None:
    old.outlets[1].publish(story("/copy-again", SEED_PARAGRAPHS, old.now))
    old.outlets[2].publish(story("/copied", SEED_PARAGRAPHS, old.now))
    old.poll()

    assert developments(old) == []
    assert verdicts(old, "/copied", 2) == ["silent"]


def test_a_copy_of_what_was_told_is_known_by_its_whole_text(old: Newsroom) -> None:
    old.outlets[2].publish(story("/order-again", [ORDER, *SEED_PARAGRAPHS[:3]], old.now))
    old.poll()

    assert developments(old) == []


def test_an_item_that_is_restated_after_its_text_was_taken_out_alerts_nobody(
    old: Newsroom,
) -> None:
    restated = story("/copy", SEED_PARAGRAPHS, old.now, "Another headline")
    old.outlets[1].stories[:] = [restated]
    result = old.poll()

    assert (result.ingested, developments(old)) == (1, [])
