"""A feed that is added to a case with a past brings its past with it, and nobody is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.acceptance.config import write_config
from tests.pipeline.conftest import Newsroom
from tests.world import Outlet, Story

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
