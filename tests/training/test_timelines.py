"""The measure of days that matter: hand-made rankings, and a story whose days are known."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from training.timelines import date_f1, rank_days

MAY = date(2025, 5, 1)
DAY = timedelta(days=1)


def days(*numbers: int) -> list[date]:
    return [MAY + number * DAY for number in numbers]


@pytest.mark.parametrize(
    ("ranked", "wanted", "figure"),
    [
        ((3, 5), (3, 5), 1.0),
        ((3, 4), (3, 5), 0.5),
        # What lies outside the span of the timeline is passed over, and so is what comes too late.
        ((90, 3, 5), (3, 5), 1.0),
        ((4, 3, 5), (3, 5), 0.5),
        ((4,), (3, 5), 0.0),
        ((), (3, 5), 0.0),
        ((3,), (3, 5, 7), 0.5),
    ],
)
def test_as_many_days_are_compared_as_the_timeline_has(
    ranked: tuple[int, ...], wanted: tuple[int, ...], figure: float
) -> None:
    assert date_f1(days(*ranked), set(days(*wanted))) == pytest.approx(figure)


def test_the_day_that_later_articles_name_comes_first() -> None:
    articles = [
        {"date": "2025-05-03", "lines": ["The pier was closed on 3 May.", "It rained on 1 May."]},
        {"date": "2025-05-20", "lines": ["The pier, closed on 3 May, opens on 22 May."]},
    ]

    assert rank_days(articles) == [date(2025, 5, 3), date(2025, 5, 1), date(2025, 5, 22)]
