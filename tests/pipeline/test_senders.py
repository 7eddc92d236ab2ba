"""The daemon's senders: one channel hangs, the others get theirs."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from monitor.model import Message, Receipt
from monitor.pipeline.context import Context
from monitor.pipeline.deliver import seal_due
from monitor.pipeline.senders import Senders
from monitor.store.outbox import get_due_channels
from tests.pipeline.program import HARBOUR, Program, Receiver, start_program
from tests.pipeline.test_deliver import WAIT, add_alert

PATIENCE_S = 10


class Hanging(Receiver):
    """Says nothing until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = asyncio.Event()

    async def send(self, message: Message) -> Receipt:
        await self.let_go.wait()
        return await super().send(message)


class Crashing:
    """Breaks in a way that no channel should."""

    async def send(self, message: Message) -> Receipt:
        raise ZeroDivisionError


@pytest.fixture
def program(tmp_path: Path, database_url: str) -> Program:
    return start_program(tmp_path / "config", database_url, harbour=HARBOUR)


async def start(ctx: Context, senders: Senders) -> Sequence[str]:
    """Seals and starts, as the daemon does at every tick."""
    await seal_due(ctx)
    channels = await ctx.read(get_due_channels, ctx.clock())
    senders.start(ctx, channels)
    return channels


async def wait_for(*receivers: Receiver, count: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while any(len(one.accepted) < count for one in receivers):
            await asyncio.sleep(0.01)


def test_beside_hanging_channels_the_others_get_all_of_theirs(program: Program) -> None:
    hanging, well = [Hanging(), Hanging()], [Receiver(), Receiver()]
    program.channels = dict(zip("abcd", [*hanging, *well], strict=True))
    for number in (1, 2, 3):
        add_alert(program, number, *"abcd")
    program.now += WAIT

    async def work(ctx: Context) -> None:
        senders = Senders()
        await start(ctx, senders)
        await wait_for(*well, count=3)
        assert [one.accepted for one in hanging] == [[], []]
        for one in hanging:
            one.let_go.set()
        await asyncio.gather(*senders.tasks)

    program.run(work)
    assert [len(one.accepted) for one in hanging] == [3, 3]


def test_what_comes_due_meanwhile_is_sealed_and_sent(program: Program) -> None:
    hanging, well = Hanging(), Receiver()
    program.channels = {"slow": hanging, "well": well}
    add_alert(program, 1, "slow", "well")
    add_alert(program, 2, "well", wait=2 * WAIT)
    program.now += WAIT

    async def work(ctx: Context) -> None:
        senders = Senders()
        await start(ctx, senders)
        await wait_for(well, count=1)
        program.now += WAIT
        await start(ctx, senders)
        await wait_for(well, count=2)
        hanging.let_go.set()
        await asyncio.gather(*senders.tasks)

    program.run(work)
    assert len(hanging.accepted) == 1


def test_a_channel_has_one_sender_at_a_time(program: Program) -> None:
    hanging = Hanging()
    program.channels = {"slow": hanging}
    for number in (1, 2):
        add_alert(program, number, "slow")
    program.now += WAIT

    async def work(ctx: Context) -> None:
        senders = Senders()
        await start(ctx, senders)
        await asyncio.sleep(0.05)
        # The second delivery is due still, and waits for the first.
        assert await start(ctx, senders) == ["slow"]
        assert len(senders.tasks) == 1
        hanging.let_go.set()
        await asyncio.gather(*senders.tasks)

    program.run(work)
    assert len(hanging.accepted) == 2


def test_a_channel_that_breaks_stops_nothing_and_is_tried_again(program: Program) -> None:
    well = Receiver()
    program.channels = {"broken": Crashing(), "well": well}
    add_alert(program, 1, "broken", "well")
    program.now += WAIT

    async def work(ctx: Context) -> None:
        senders = Senders()
        await start(ctx, senders)
        await asyncio.gather(*senders.tasks)
        program.channels = {"broken": well, "well": well}
        program.now += WAIT
        ctx.config.reload(ctx.settings)
        await start(ctx, senders)
        await asyncio.gather(*senders.tasks)

    program.run(work)
    assert len(well.accepted) == 2
