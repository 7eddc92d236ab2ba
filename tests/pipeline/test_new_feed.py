"""A feed that is added to a case with a past brings its past with it, and nobody is told; one whose
address was edited is not added."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.store.feeds import get_watched_feeds
from tests.acceptance.config import write_config
from tests.pipeline.conftest import Newsroom
from tests.world import Outlet, Story, at

MATCHES = 100


@pytest.mark.long
def test_a_new_feed_with_a_hundred_matches_tells_nobody(newsroom: Newsroom) -> None:
    newsroom.poll()
    added = Outlet("Night Post", "127.0.3.9")
    for number in range(MATCHES):
        added.publish(
            Story(
                f"/{number}",
                f"Abrego Garcia, hearing {number}",
                [f"Kilmar Abrego Garcia was heard for the {number}th time in room {number}."],
                newsroom.now - timedelta(hours=number),
                "Kilmar Abrego Garcia",
            )
        )
    write_config(
        newsroom.config,
        [*newsroom.outlets, added],
        hook=newsroom.hook,
        database_url=newsroom.database_url,
    )

    results = [newsroom.poll(), newsroom.poll()]

    added.close()
    assert results[0].ingested == MATCHES
    assert newsroom.alerts == []


NEWS = Story(
    "/charged",
    "Kilmar Abrego Garcia flown back to face charges",
    [
        "Kilmar Abrego Garcia was flown back to the United States and charged with smuggling"
        " migrants, the Justice Department said.",
        "An indictment unsealed in Tennessee accuses him of transporting people for years.",
    ],
    at("2025-04-15T13:30:00"),
)
OLD = Story("/museum", "Museum opens late", ["A museum opened."], at("2025-04-14T08:00:00"))


def _edit(newsroom: Newsroom, *, feed: str) -> None:
    """Has the first outlet's feed under another address: on the server and in the config."""
    outlet, config = newsroom.outlets[0], newsroom.config / "feeds.toml"
    outlet.answers[feed] = lambda: (200, "application/rss+xml", outlet.feed().encode())
    config.write_text(config.read_text().replace(outlet.feed_url, outlet.base + feed))


def test_a_feed_whose_address_was_edited_tells_what_came_since(newsroom: Newsroom) -> None:
    newsroom.outlets[0].publish(OLD)
    newsroom.poll()
    newsroom.outlets[0].publish(NEWS)
    _edit(newsroom, feed="/feed.xml?token=new")

    newsroom.poll()

    assert [alert["data"]["article"]["title"] for alert in newsroom.alerts] == [NEWS.title]
    assert [feed.url for feed in newsroom.read(get_watched_feeds)] == [
        newsroom.outlets[0].base + "/feed.xml?token=new",
        *(outlet.feed_url for outlet in newsroom.outlets[1:]),
    ]


def test_another_feed_under_an_old_title_brings_its_past_in_silence(newsroom: Newsroom) -> None:
    newsroom.outlets[0].publish(OLD)
    newsroom.poll()
    newsroom.outlets[0].stories = [NEWS]
    _edit(newsroom, feed="/another.xml")

    assert newsroom.poll().ingested == 1

    assert newsroom.alerts == []


def test_a_feed_that_is_given_the_address_it_moved_to_tells_what_came_since(
    newsroom: Newsroom,
) -> None:
    outlet, config = newsroom.outlets[0], newsroom.config / "feeds.toml"
    config.write_text(config.read_text().replace(f'title = "{outlet.name}"', ""))
    outlet.publish(OLD)
    outlet.answers["/moved.xml"] = lambda: (200, "application/rss+xml", outlet.feed().encode())
    outlet.moved_for_good["/feed.xml"] = "/moved.xml"
    newsroom.poll()
    outlet.publish(NEWS)
    _edit(newsroom, feed="/moved.xml")

    newsroom.poll()

    assert [alert["data"]["article"]["title"] for alert in newsroom.alerts] == [NEWS.title]
