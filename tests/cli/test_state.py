"""Times as people type them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import typer

from monitor.cli.state import Window, parse_day_end, parse_time, parse_window, utc_now


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


def test_a_time_before_all_time_is_refused_and_no_crash() -> None:
    with pytest.raises(typer.BadParameter, match="is no time"):
        parse_time("0001-01-01", ZoneInfo("Asia/Tokyo"))


def test_a_refusal_names_the_option_that_was_wrong() -> None:
    with pytest.raises(typer.BadParameter) as refused:
        parse_window(None, "soon", UTC)

    assert refused.value.param_hint == "--until"


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("2025-06-06", "UTC", datetime(2025, 6, 7, tzinfo=UTC)),
        ("2025-06-06", "America/New_York", datetime(2025, 6, 7, 4, tzinfo=UTC)),
        # Clocks go forward, then back: these days have 23 and 25 hours.
        ("2025-03-30", "Europe/Berlin", datetime(2025, 3, 30, 22, tzinfo=UTC)),
        ("2025-10-26", "Europe/Berlin", datetime(2025, 10, 26, 23, tzinfo=UTC)),
    ],
)
def test_a_day_means_its_end_where_the_end_is_meant(
    text: str, zone: str, expected: datetime
) -> None:
    got = parse_day_end(text, ZoneInfo(zone), option="--as-of")

    assert got == expected - timedelta(microseconds=1)


@pytest.mark.parametrize("text", [None, "2025-06-06T14:00Z", "2025-06-06T00:00"])
def test_a_time_of_day_is_its_own_end(text: str | None) -> None:
    assert parse_day_end(text, UTC, option="--as-of") == parse_time(text, UTC)


def test_the_last_day_of_all_has_no_end() -> None:
    with pytest.raises(typer.BadParameter, match="is no time"):
        parse_day_end("9999-12-31", UTC, option="--as-of")


def test_a_window_without_ends_is_open() -> None:
    assert parse_window(None, None, UTC) == Window(None, None)


def test_a_window_holds_both_its_ends_in_utc() -> None:
    window = parse_window("2025-06-06", "2025-06-07", ZoneInfo("Europe/Berlin"))

    assert window == Window(
        datetime(2025, 6, 5, 22, tzinfo=UTC), datetime(2025, 6, 6, 22, tzinfo=UTC)
    )


@pytest.mark.parametrize("until", ["2025-06-06", "2025-06-01"])
def test_a_window_in_which_nothing_can_lie_is_refused(until: str) -> None:
    with pytest.raises(typer.BadParameter, match="it is not after --since"):
        parse_window("2025-06-06", until, UTC)


@pytest.mark.parametrize("text", [" 7d ", "7 d"])
def test_blanks_in_a_span_do_no_harm(text: str) -> None:
    assert parse_time(text, UTC) is not None
