"""Times as people type them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import typer

from monitor.cli.state import parse_time, utc_now


@pytest.mark.parametrize(
    ("text", "ago"),
    [
        ("30m", timedelta(minutes=30)),
        ("24h", timedelta(hours=24)),
        ("7d", timedelta(days=7)),
        ("2w", timedelta(weeks=2)),
    ],
)
def test_a_span_means_ago(text: str, ago: timedelta) -> None:
    got = parse_time(text, UTC)

    assert got is not None
    assert abs(utc_now() - ago - got) < timedelta(seconds=5)


def test_a_day_begins_in_the_configs_time_zone() -> None:
    assert parse_time("2025-06-06", ZoneInfo("America/New_York")) == datetime(
        2025, 6, 6, 4, tzinfo=UTC
    )


def test_iso_8601_keeps_its_own_offset() -> None:
    assert parse_time("2025-06-06T14:00:00+02:00", UTC) == datetime(2025, 6, 6, 12, tzinfo=UTC)
    assert parse_time("2025-06-06T14:00Z", UTC) == datetime(2025, 6, 6, 14, tzinfo=UTC)


@pytest.mark.parametrize("text", ["yesterday-ish", "7", "2025-13-40", ""])
def test_anything_else_is_refused_with_examples(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="2025-06-06"):
        parse_time(text, UTC)
