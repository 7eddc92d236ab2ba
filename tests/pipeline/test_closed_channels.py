"""A channel whose receiver is gone is left alone until somebody says otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.errors import DeliveryError
from monitor.pipeline.context import Context
from monitor.store.upkeep.closed_channels import open_channel
from monitor.store.views.troubles import FailingChannel, get_failing_channels
from tests.pipeline.program import HARBOUR, Program, Receiver, start_program
from tests.pipeline.test_given_up import RULES, add_alert, step

GONE = DeliveryError("hooks.ferry.example answered 410", permanent=True, is_gone=True)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def write_channels(program: Program, path: str) -> None:
    (program.folder / "channels.toml").write_text(
        f'[desk]\ntype = "webhook"\nurl = "https://hooks.ferry.example/{path}"\n'
        f'secret = "{SECRET}"\n[night]\ntype = "console"\n'
    )


@pytest.fixture
def desk() -> Receiver:
    return Receiver(refusals=[GONE])


@pytest.fixture
def night() -> Receiver:
    return Receiver()


@pytest.fixture
def program(tmp_path: Path, database_url: str, desk: Receiver, night: Receiver) -> Program:
    """The desk has said that it is gone."""
    begun = start_program(tmp_path / "config", database_url)
    write_channels(begun, "first")
    begun.write_case("harbour", HARBOUR + RULES)
    begun.channels = {"desk": desk, "night": night}
    add_alert(begun, 1)
    step(begun)
    return begun


def test_it_is_told_over_another_channel(program: Program, night: Receiver) -> None:
    assert "channel desk did not get" in night.accepted[0].text
    assert "answered 410" in night.accepted[0].text


def test_nothing_is_sent_to_it_and_what_is_for_it_waits(program: Program, desk: Receiver) -> None:
    add_alert(program, 2)
    for _ in range(3):
        step(program)
        program.wait(days=1)

    async def look(ctx: Context) -> list[FailingChannel]:
        return await ctx.read(get_failing_channels)

    assert desk.accepted == []
    assert program.run(look) == [FailingChannel("desk", 1, str(GONE))]


def test_once_it_is_enabled_what_waited_is_sent(program: Program, desk: Receiver) -> None:
    add_alert(program, 2)
    step(program)

    async def enable(ctx: Context) -> list[bool]:
        return [await ctx.write(open_channel, "desk") for _ in range(2)]

    assert program.run(enable) == [True, False]
    step(program)
    assert len(desk.accepted) == 1


def test_another_address_in_the_config_opens_it(program: Program, desk: Receiver) -> None:
    add_alert(program, 2)
    step(program)
    write_channels(program, "second")

    step(program)

    assert len(desk.accepted) == 1
