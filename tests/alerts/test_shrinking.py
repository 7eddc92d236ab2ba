"""A feed shrinks when a whole week brings far less than each of the four before it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.notices.shrinking import begins_to_shrink, describe_shrinking, has_shrunk
from monitor.alerts.payload import FeedPart

WEEKS = st.lists(st.integers(0, 500), min_size=6, max_size=6)


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [
        ((6, 80, 90, 70, 85), True),
        ((4, 20, 20, 20, 20), True),
        ((21, 80, 90, 70, 85), False),  # a quarter of it, no less
        ((0, 80, 90, 70, 85), False),  # silence, which is told sooner
        ((3, 15, 14, 16, 15), False),  # too few for a quarter to say anything
        ((9, 80, 90, 10, 85), False),  # it had such a week before
        ((19, 80, 100, 37, 90), False),
        ((80, 6, 6, 6, 6), False),
    ],
)
def test_far_less_is_less_than_a_quarter_and_than_half_of_the_worst(
    weeks: tuple[int, ...], expected: bool
) -> None:
    assert has_shrunk(weeks) is expected


@given(weeks=WEEKS)
def test_what_brings_half_or_more_of_any_week_has_not_shrunk(weeks: list[int]) -> None:
    assert not (has_shrunk(weeks) and weeks[0] * 2 >= min(weeks[1:5]))


@given(weeks=WEEKS, more=st.integers(1, 100))
def test_more_items_never_make_a_feed_smaller(weeks: list[int], more: int) -> None:
    grown = [weeks[0] + more, *weeks[1:]]

    assert not has_shrunk(grown) or has_shrunk(weeks) or weeks[0] == 0


def test_a_second_poor_week_is_no_news() -> None:
    assert begins_to_shrink((6, 80, 90, 70, 85, 80))
    assert not begins_to_shrink((6, 7, 90, 70, 85, 80))


def test_several_feeds_are_one_message() -> None:
    feeds = [FeedPart("https://a.example/", title, "shrinking", "few", None) for title in "AB"]

    one, both = describe_shrinking(feeds[:1]), describe_shrinking(feeds)

    assert one.title == "A source brings far less: A"
    assert both.title == "2 sources bring far less than they did"
    assert both.lines[:2] == ("A: few", "B: few")
