"""When a delivery is tried again."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.backoff import next_attempt

WAITS = ["0s", "5s", "5m", "30m", "2h", "5h", "10h", "14h", "20h", "24h"]
UNITS = {"s": "seconds", "m": "minutes", "h": "hours"}


@pytest.mark.parametrize(("attempt", "wait"), list(enumerate(WAITS)))
def test_waits_grow_from_seconds_to_a_day(attempt, wait):
    expected = timedelta(**{UNITS[wait[-1]]: int(wait[:-1])})

    assert next_attempt(attempt, jitter=0.5, retry_after=None) == expected


def test_after_ten_attempts_a_delivery_is_dead():
    assert next_attempt(10, jitter=0.5, retry_after=None) is None
    assert next_attempt(10, jitter=0.5, retry_after=timedelta(hours=1)) is None


@given(st.integers(0, 9), st.floats(0, 1))
def test_jitter_moves_a_wait_by_a_fifth_at_most(attempt, jitter):
    middle = next_attempt(attempt, jitter=0.5, retry_after=None)
    wait = next_attempt(attempt, jitter=jitter, retry_after=None)

    assert middle * 0.79 <= wait <= middle * 1.21


@pytest.mark.parametrize(
    ("retry_after", "expected"),
    [
        (timedelta(hours=1), timedelta(hours=1)),
        (timedelta(seconds=1), timedelta(minutes=5)),
        (timedelta(days=9), timedelta(hours=24)),
    ],
)
def test_a_receiver_may_ask_for_a_longer_wait_up_to_a_day(retry_after, expected):
    assert next_attempt(2, jitter=0.5, retry_after=retry_after) == expected
