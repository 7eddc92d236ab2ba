"""What messages say of a feed in trouble."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.alerts.notices.troubles import part_in_trouble
from monitor.feeds.poll_interval import ASKED_TO_WAIT
from tests.feeds.healthy import healthy

SINCE = datetime(2025, 6, 6, 2, 5, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")
HEALTHY = replace(
    healthy(),
    url="https://gazette.example/rss",
    title="Gazette",
    last_polled_at=SINCE + timedelta(days=30),
    last_ok_at=SINCE + timedelta(days=30),
    last_new_at=SINCE,
)


def test_a_silent_feed_is_told_in_the_zone_of_its_readers() -> None:
    part = part_in_trouble(HEALTHY, NEW_YORK)
    said = "it answers, but has brought nothing new since 5 June 2025, 22:05 EDT"
    assert (part.state, part.reason) == ("silent", said)


def test_a_failing_feed_is_told_with_its_error_and_the_address_once() -> None:
    failing = replace(
        HEALTHY,
        state="failing",
        failures=4,
        failing_since=SINCE,
        error="https://gazette.example/rss: answered 500",
        last_ok_at=SINCE,
    )
    part = part_in_trouble(failing, UTC)
    assert part.reason == "it has failed since 6 June 2025, 02:05 UTC: answered 500"


def test_a_feed_that_is_gone_says_what_its_server_said() -> None:
    gone = replace(HEALTHY, state="gone", error="answered 410 Gone")
    part = part_in_trouble(gone, UTC)
    assert part.reason == "its server says that it is gone for good: answered 410 Gone"


def test_a_feed_whose_host_wants_no_polls_says_until_when() -> None:
    asked = replace(
        HEALTHY,
        state="failing",
        failures=1,
        failing_since=SINCE,
        because=ASKED_TO_WAIT,
        next_poll_at=SINCE + timedelta(days=20),
    )
    part = part_in_trouble(asked, UTC)
    assert part.reason == (
        "it has not answered since 6 June 2025, 02:05 UTC, and its host wants no polls before "
        "26 June 2025, 02:05 UTC"
    )
