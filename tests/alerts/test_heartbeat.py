"""The heartbeat says in one line that somebody watches, what is in trouble, and what lies ahead."""

from datetime import date

import pytest

from monitor.alerts.notices.heartbeat import Watch, make_heartbeat
from monitor.alerts.payload import FeedPart
from tests.alerts.samples import NOW

FEED = FeedPart("https://g.example/rss", "Gazette", "failing", "it fails since Monday: 503", None)


@pytest.mark.parametrize(
    ("watch", "title"),
    [
        (
            Watch(24, (FEED, FEED), NOW, 0, (date(2025, 7, 4), "Night ferry")),
            "Watching 24 feeds, 2 in trouble since 6 June, nothing new; next known date 4 July",
        ),
        (Watch(1, (), None, 1, None), "Watching 1 feed, 1 development"),
        (Watch(3, (FEED,), None, 12, None), "Watching 3 feeds, 1 in trouble, 12 developments"),
    ],
)
def test_a_heartbeat_says_it_in_a_line(watch, title):
    assert make_heartbeat(watch).title == title


def test_a_heartbeat_names_the_feeds_in_trouble_and_why():
    notice = make_heartbeat(Watch(24, (FEED,) * 22, NOW, 0, (date(2025, 7, 4), "Night ferry")))

    assert notice.lines[0] == "Gazette: it fails since Monday: 503"
    assert notice.lines[20:22] == (
        "and 2 more",
        "Next known date of Night ferry: Friday 4 July 2025.",
    )
    assert notice.about == {
        "status": "ok",
        "feeds": 24,
        "troubled": 22,
        "developments": 0,
        "next_date": "2025-07-04",
    }
