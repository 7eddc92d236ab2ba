"""What `dateparser` is asked, and what it is not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.dates.guessing import ask_dateparser
from monitor.model import Precision


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("11 апреля 2025", "ru"),
        ("11 апреля 2025", None),
        ("11 kwietnia 2025", "pl"),
        ("11. huhtikuuta 2025", "fi"),
        ("11 أبريل 2025", "ar"),
        ("2025年4月11日", "ja"),
        ("2025년 4월 11일", "ko"),
        # The document says one language, its dates are in another.
        ("11 апреля 2025", "en"),
    ],
)
def test_months_of_many_languages_are_read(text: str, lang: str | None) -> None:
    read = ask_dateparser(text, lang)

    assert read is not None
    assert (read.at, read.precision) == (datetime(2025, 4, 11, tzinfo=UTC), Precision.DAY)


@pytest.mark.parametrize(
    ("text", "hour", "assumed"),
    [("11 апреля 2025 21:00", 21, True), ("11 апреля 2025 21:00 +0300", 18, False)],
)
def test_a_time_without_a_zone_is_said_to_be_assumed(text: str, hour: int, assumed: bool) -> None:
    read = ask_dateparser(text, "ru")

    assert read is not None
    assert (read.at.hour, read.precision, read.is_zone_assumed) == (
        hour,
        Precision.INSTANT,
        assumed,
    )


@pytest.mark.parametrize(
    "text",
    [
        "2025-13-01",
        "04/11/2025",
        "11 Apr 2025 21:00:00 A",
        "two days ago",
        "yesterday at noon",
        "апреля 2025",
        "nothing at all",
        "",
    ],
)
def test_numbers_military_zones_and_relative_days_are_not_guessed(text: str) -> None:
    assert ask_dateparser(text, None) is None


def test_the_order_of_the_document_is_passed_on() -> None:
    american, other = (ask_dateparser("vie 04/11/2025", lang) for lang in ("en-US", "en-GB"))

    assert american is not None
    assert other is not None
    assert (american.at.month, other.at.month) == (4, 11)
