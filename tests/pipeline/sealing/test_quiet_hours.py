"""Quiet hours hold when something is about to be told, whatever it has waited for until then."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.pipeline.context import Context
from monitor.pipeline.deliver import seal_due, send_due
from tests.pipeline.program import HARBOUR, Program, Receiver, start_program
from tests.pipeline.sealing.alerts import add_alert
from tests.store.rows import NOW

# NOW is one in the afternoon in London, nine hours before the quiet ones.
RULE = '[[alert]]\nchannel = "console"\nquiet = "22:00-07:00"\nurgent = \'"pier number 7"\'\n'
CAP = "[alerts]\nmax_per_hour = 1\n"


@pytest.fixture
def desk() -> Receiver:
    return Receiver()


@pytest.fixture
def program(tmp_path: Path, database_url: str, desk: Receiver) -> Program:
    begun = start_program(tmp_path / "config", database_url, harbour=HARBOUR + RULE)
    with (begun.folder / "monitor.toml").open("a") as config:
        config.write(CAP)
    begun.channels = {"console": desk}
    return begun


def send(program: Program, *, hours: float, before_wait: bool = False) -> None:
    """Sends what is due so many hours after the test began."""
    program.now = NOW + timedelta(hours=hours)

    async def work(ctx: Context) -> None:
        await seal_due(ctx, before_wait=before_wait)
        await send_due(ctx)

    program.run(work)


def told(desk: Receiver) -> list[str]:
    return [message.type for message in desk.accepted]


def test_what_a_full_hour_held_back_waits_for_the_end_of_quiet_hours(
    program: Program, desk: Receiver
) -> None:
    for number in (1, 2):
        add_alert(program, number, NOW + timedelta(hours=8.8))
    send(program, hours=8.8)
    for number in (3, 4):
        add_alert(program, number, NOW + timedelta(hours=8.9))
    at_the_cap = told(desk)

    send(program, hours=9.9)

    assert at_the_cap == ["development.created", "digest.created"]
    assert told(desk) == at_the_cap
    send(program, hours=18)
    assert told(desk) == at_the_cap * 2


def test_who_sends_once_does_not_hurry_what_quiet_hours_hold(
    program: Program, desk: Receiver
) -> None:
    add_alert(program, 1, NOW + timedelta(hours=18))

    send(program, hours=17.95, before_wait=True)

    assert told(desk) == []


def test_what_is_urgent_is_told_in_quiet_hours(program: Program, desk: Receiver) -> None:
    add_alert(program, 7, NOW + timedelta(hours=10))

    send(program, hours=10)

    assert told(desk) == ["development.created"]
