"""What is silenced is told with the next digest, marked, or stays in the timeline alone."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.alerts.silences import Silence, SilenceKind
from monitor.pipeline.context import Context
from monitor.pipeline.deliver import seal_due, send_due
from monitor.store.silences import expire_silence, insert_silence
from monitor.store.views.alerts import AlertView, list_alerts
from monitor.store.views.developments import list_developments
from tests.pipeline.program import HARBOUR, Program, Receiver, start_program
from tests.pipeline.sealing.alerts import add_alert

RULE = '[[alert]]\nchannel = "console"\nwhen = "now"\n'


@pytest.fixture
def desk() -> Receiver:
    return Receiver()


@pytest.fixture
def program(tmp_path: Path, database_url: str, desk: Receiver) -> Program:
    begun = start_program(tmp_path / "config", database_url, harbour=HARBOUR + RULE)
    begun.channels = {"console": desk}
    return begun


def do(program: Program, function, *arguments):
    async def work(ctx: Context):
        return await ctx.write(function, *arguments)

    return program.run(work)


def silence(program: Program, query: str, days: int = 7) -> None:
    ends_at = program.now + timedelta(days=days)
    kind = SilenceKind.QUERY
    do(
        program,
        insert_silence,
        Silence(0, None, kind, query, "campaign noise", ends_at),
        program.now,
    )


def send(program: Program) -> None:
    async def work(ctx: Context) -> None:
        await seal_due(ctx)
        await send_due(ctx)

    program.run(work)


def alerts(program: Program) -> list[AlertView]:
    async def work(ctx: Context) -> list[AlertView]:
        return await ctx.read(list_alerts, limit=9)

    return program.run(work)


def test_what_is_silenced_comes_with_the_digest_and_is_marked(
    program: Program, desk: Receiver
) -> None:
    silence(program, '"pier number 1"')
    for number in (1, 2):
        add_alert(program, number, program.now)

    send(program)

    assert [message.type for message in desk.accepted] == ["development.created"]
    assert "Pier 2" in desk.accepted[0].text
    program.wait(hours=24)
    send(program)
    digest = desk.accepted[1]
    assert digest.type == "digest.created"
    assert "SILENCED\n- On Sunday pier number 1" in digest.text
    (item,) = json.loads(digest.event)["data"]["items"]
    assert item["alert"]["silenced"] == "campaign noise"


def test_a_silence_holds_for_what_waits_already(program: Program, desk: Receiver) -> None:
    add_alert(program, 1, program.now + timedelta(hours=5))
    silence(program, "pier")
    program.wait(hours=5)

    send(program)

    assert desk.accepted == []
    assert [alert.cadence for alert in alerts(program)] == ["daily 08:00"]


def test_what_is_silenced_stays_in_the_timeline_where_nobody_gets_a_digest(
    program: Program, desk: Receiver
) -> None:
    program.write_case("harbour", HARBOUR + RULE + 'held = "none"\n')
    silence(program, "pier")
    add_alert(program, 1, program.now)

    for _ in range(3):
        send(program)
        program.wait(days=2)

    assert desk.accepted == []
    assert [alert.state for alert in alerts(program)] == ["silenced"]

    async def timeline(ctx: Context):
        return await ctx.read(list_developments, limit=9)

    assert len(program.run(timeline)) == 1


def test_after_its_end_a_silence_holds_nothing_back(program: Program, desk: Receiver) -> None:
    silence(program, "pier", days=1)
    program.wait(days=1)
    add_alert(program, 1, program.now)

    send(program)

    assert len(desk.accepted) == 1


def test_a_silence_can_be_ended_at_once(program: Program, desk: Receiver) -> None:
    silence(program, "pier")
    assert do(program, expire_silence, 1, program.now)
    assert not do(program, expire_silence, 1, program.now)
    add_alert(program, 1, program.now)

    send(program)

    assert len(desk.accepted) == 1
