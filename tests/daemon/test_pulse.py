"""What the daemon says of itself, in figures."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from monitor.daemon.pulse import STUCK_AFTER_S, Pulse


# A pulse ages from the moment when it is made, so each test makes its own.
def stuck() -> Pulse:
    return Pulse(ticked_at=time.monotonic() - STUCK_AFTER_S - 1)


def without_polls() -> Pulse:
    return Pulse(failing={"poll": "the disk is full"})


def on_a_full_disk() -> Pulse:
    return Pulse(store_error="the disk is full")


@pytest.mark.parametrize(
    ("make_pulse", "is_well", "status"),
    [
        (Pulse, True, "ok"),
        (stuck, False, "failing"),
        (on_a_full_disk, False, "failing"),
        (without_polls, False, "failing"),
    ],
    ids=["ticking", "no tick for a minute", "the database fails", "a stage fails"],
)
def test_a_pulse_is_well_while_the_loop_ticks_and_the_database_answers(
    make_pulse: Callable[[], Pulse], is_well: bool, status: str
) -> None:
    pulse = make_pulse()

    found, figures = pulse.describe()

    assert (found, figures["status"]) == (is_well, status)
    assert figures["database"] == (pulse.store_error or "ok")
    assert figures["stages"] == (pulse.failing or "ok")


def test_a_pulse_that_is_well_sums_up_so() -> None:
    assert Pulse().sum_up() == "all is well"


def test_a_stage_that_works_again_is_failing_no_more() -> None:
    pulse = without_polls()

    pulse.note_success("poll")
    pulse.note_success("ingest")

    assert (pulse.failing, pulse.describe()[0]) == ({}, True)


def test_an_error_without_words_is_told_by_its_kind() -> None:
    pulse = Pulse()

    pulse.note_failure("poll", TimeoutError())

    assert pulse.failing == {"poll": "TimeoutError"}


def test_keys_in_errors_are_not_on_the_page() -> None:
    pulse = Pulse(store_error="https://a.example/?key=hunter2 is gone")

    assert "hunter2" not in str(pulse.describe()) + pulse.sum_up()


@pytest.mark.parametrize("stage", ["poll", "deliver"])
def test_stages_end_their_steps_each_for_itself(stage: str) -> None:
    pulse = Pulse()
    for name in ("poll", "deliver"):
        pulse.begin(name)

    pulse.end(stage)

    assert set(pulse.moved_at) == {"poll", "deliver"} - {stage}
