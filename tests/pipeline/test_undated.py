"""An article that nobody dated: when it was found is not told as when it was published."""

from __future__ import annotations

import re

from monitor.store.views.developments import list_developments
from tests.pipeline.conftest import Newsroom
from tests.world import Story

_DATES = re.compile(r"<pubDate>.*?</pubDate>|<meta property=.article:published_time[^>]*>")


def test_an_alert_on_an_undated_article_names_no_date_of_publication(newsroom: Newsroom) -> None:
    newsroom.poll()
    outlet = newsroom.outlets[0]
    story = Story(
        "/charged",
        "Kilmar Abrego Garcia flown back to face charges",
        [
            "Kilmar Abrego Garcia was flown back to the United States and charged with smuggling"
            " migrants, the Justice Department said.",
            "An indictment unsealed in Tennessee accuses him of transporting people for years.",
        ],
        newsroom.now,
    )
    outlet.publish(story)
    feed, page = (_DATES.sub("", text).encode() for text in (outlet.feed(), outlet.page(story)))
    outlet.answers["/feed.xml"] = lambda: (200, "application/rss+xml", feed)
    outlet.answers[story.path] = lambda: (200, "text/html; charset=utf-8", page)

    newsroom.poll()

    (data,) = (event["data"] for event in newsroom.alerts)
    assert data["article"]["published_at"] is None
    assert data["development"]["first_published_at"] is None
    assert data["article"]["found_at"] == data["development"]["first_found_at"]
    (development,) = newsroom.read(list_developments, limit=9)
    assert development.first_published_at is None
