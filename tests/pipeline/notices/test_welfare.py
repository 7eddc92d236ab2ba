"""How the program does is told once for each thing, over the channels that work."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from monitor.errors import DeliveryError, StoreError
from monitor.pipeline.context import Context
from monitor.pipeline.deliver import seal_due, send_due
from monitor.pipeline.notices import DatabaseAlarm, tell_welfare, welfare
from monitor.store.feeds import FeedSpec, sync_feeds
from monitor.store.outbox import SealedDelivery, seal_deliveries
from tests.pipeline.program import HARBOUR, Program, Receiver, start_program
from tests.store.rows import NOW

RULES = '[[alert]]\nchannel = "desk"\nwhen = "now"\n[[alert]]\nchannel = "other"\nwhen = "now"\n'
CHANNELS = '[desk]\ntype = "console"\n[other]\ntype = "console"\n'
# NOW is Sunday 1 June 2025, noon in UTC; the heartbeat is due on Monday at nine in London.
DUE_IN = timedelta(hours=20)


@pytest.fixture
def receivers() -> dict[str, Receiver]:
    return {"desk": Receiver(), "other": Receiver()}


@pytest.fixture
def program(tmp_path: Path, database_url: str, receivers: dict[str, Receiver]) -> Program:
    begun = start_program(tmp_path / "config", database_url, harbour=HARBOUR + RULES)
    (begun.folder / "channels.toml").write_text(CHANNELS)
    begun.channels = receivers
    run(begun)
    return begun


def run(program: Program) -> None:
    async def work(ctx: Context) -> None:
        await tell_welfare(ctx)
        await seal_due(ctx)
        await send_due(ctx)

    program.run(work)


def events(receiver: Receiver) -> list[dict]:
    return [json.loads(message.event) for message in receiver.accepted]


def test_a_heartbeat_comes_once_a_week_to_each_channel(
    program: Program, receivers: dict[str, Receiver]
) -> None:
    program.now = NOW + DUE_IN - timedelta(minutes=1)
    run(program)
    assert receivers["desk"].accepted == []

    for hours in (0, 1, 100, 167):
        program.now = NOW + DUE_IN + timedelta(hours=hours)
        run(program)

    for receiver in receivers.values():
        (event,) = events(receiver)
        assert event["type"] == "heartbeat"
        assert event["data"]["notice"]["title"] == "Watching no feeds, nothing new"
    program.now = NOW + DUE_IN + timedelta(days=7)
    run(program)
    assert [event["type"] for event in events(receivers["desk"])] == ["heartbeat"] * 2


def test_after_a_month_away_there_is_one_heartbeat(
    program: Program, receivers: dict[str, Receiver]
) -> None:
    program.wait(days=31)

    run(program)
    run(program)

    assert [event["type"] for event in events(receivers["desk"])] == ["heartbeat"]


def test_who_wants_no_heartbeat_gets_none(program: Program, receivers: dict[str, Receiver]) -> None:
    file = program.folder / "monitor.toml"
    file.write_text(file.read_text() + '[alerts]\nheartbeat = "none"\n')
    program.wait(days=31)

    run(program)

    assert receivers["desk"].accepted == []


def test_a_heartbeat_counts_the_feeds_that_the_channel_hears_of(
    program: Program, receivers: dict[str, Receiver]
) -> None:
    def add(session: Session) -> None:
        spec = FeedSpec("https://gazette.example/rss", "Gazette", (), None, False)
        sync_feeds(session, [spec], program.now)

    write(program, add)
    (program.folder / "feeds.toml").write_text('[[feed]]\nurl = "https://gazette.example/rss"\n')
    program.now = NOW + DUE_IN

    run(program)

    assert events(receivers["desk"])[0]["data"]["about"]["feeds"] == 1


def write(program: Program, function, *arguments) -> None:
    async def work(ctx: Context) -> None:
        await ctx.write(function, *arguments)

    program.run(work)


def test_a_channel_that_is_stuck_is_told_over_the_others_once(
    program: Program, receivers: dict[str, Receiver]
) -> None:
    receivers["other"].refusals = [DeliveryError("busy") for _ in range(20)]
    notice = {"type": "test", "title": "x", "lines": [], "about": None, "feeds": []}
    sealed = SealedDelivery("d1", "other", "notice", None, notice, ())
    write(program, seal_deliveries, [sealed], program.now)

    for _ in range(8):
        run(program)
        program.wait(minutes=20)

    (event,) = events(receivers["desk"])
    assert event["type"] == "delivery.disabled"
    assert event["data"]["notice"]["title"] == "Channel other takes nothing"
    # In the zone of the service.
    assert " BST. It is tried again by itself." in event["data"]["notice"]["lines"][0]
    assert event["data"]["about"] == {"channel": "other", "count": 1, "state": "waiting"}


def test_a_disk_without_room_is_told_once_a_day(
    program: Program, receivers: dict[str, Receiver], monkeypatch: pytest.MonkeyPatch
) -> None:
    # No test can fill the disk: what counts as too little is moved instead.
    monkeypatch.setattr(welfare, "MIN_FREE_BYTES", 1 << 62)
    is_file = program.run(_has_path)

    for _ in range(3):
        run(program)
        program.wait(hours=9)

    told = events(receivers["desk"])
    # The disk of a database server is not seen from here.
    assert len(told) == (2 if is_file else 0)
    assert all("nearly full" in event["data"]["notice"]["title"] for event in told)


async def _has_path(ctx: Context) -> bool:
    return ctx.store.path is not None


def test_a_database_that_fails_for_long_is_told_past_the_outbox_once(
    program: Program, receivers: dict[str, Receiver]
) -> None:
    alarm, told = DatabaseAlarm(), []

    async def ring(ctx: Context) -> None:
        told.append(await alarm.ring(ctx, StoreError("disk I/O error")))

    for _ in range(4):
        program.run(ring)
        program.wait(minutes=3)
    alarm.clear()
    program.run(ring)

    assert told == [0, 0, 2, 0, 0]
    (event,) = events(receivers["desk"])
    assert event["data"]["notice"]["title"] == "The database fails"
    assert "disk I/O error" in event["data"]["notice"]["lines"][0]
