"""When a channel rests: after two failures of its own in a row, longer each time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import DeliveryError, LeaseLost
from monitor.pipeline.breaker import RESTS, Breaker
from tests.store.rows import NOW

BUSY = DeliveryError("busy")


def after(*results: Exception | None) -> Breaker:
    breaker = Breaker()
    for result in results:
        breaker.note(result, NOW)
    return breaker


def test_a_new_channel_does_not_rest() -> None:
    assert not Breaker().is_open(NOW)


def test_one_failure_may_be_the_messages_own() -> None:
    assert not after(BUSY).is_open(NOW)


@pytest.mark.parametrize("error", [BUSY, TimeoutError(), ConnectionResetError("reset")])
def test_two_failures_in_a_row_are_the_channels(error: Exception) -> None:
    breaker = after(error, error)

    assert breaker.is_open(NOW)
    assert breaker.is_open(NOW + RESTS[0] - timedelta(seconds=1))
    assert not breaker.is_open(NOW + RESTS[0])


def test_each_further_failure_doubles_the_rest() -> None:
    assert after(BUSY, BUSY, BUSY).is_open(NOW + 2 * RESTS[0] - timedelta(seconds=1))
    assert not after(BUSY, BUSY, BUSY).is_open(NOW + 2 * RESTS[0])


def test_what_is_accepted_ends_the_trouble() -> None:
    assert not after(BUSY, BUSY, None).is_open(NOW)
    assert not after(BUSY, None, BUSY).is_open(NOW)


@pytest.mark.parametrize(
    "error", [DeliveryError("no such mailbox", permanent=True), LeaseLost("taken over")]
)
def test_a_failure_of_a_message_or_a_worker_is_not_the_channels(error: Exception) -> None:
    assert not after(*[error] * 9).is_open(NOW)


@given(failures=st.integers(2, 60), ahead=st.timedeltas(timedelta(0), timedelta(days=400)))
def test_no_rest_is_long_whatever_the_clock_does(failures: int, ahead: timedelta) -> None:
    breaker = after(*[BUSY] * failures)

    assert not breaker.is_open(NOW + RESTS[-1])
    assert ahead == timedelta(0) or not breaker.is_open(NOW - RESTS[-1] - ahead)
