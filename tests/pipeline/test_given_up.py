"""What a channel will not get is told over another one, once, and never in a storm."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from monitor.errors import DeliveryError
from monitor.model import NewSentence, Outcome, Reason, Receipt, RecipientAnswer, Verdict
from monitor.pipeline.context import Context
from monitor.pipeline.deliver import seal_due, send_due
from monitor.pipeline.given_up import tell_given_up
from monitor.store.verdicts import AlertTarget
from tests.pipeline.program import HARBOUR, Program, Receiver, start_program
from tests.store.rows import add_article, add_case, add_development, fetched, judged

RULES = """[[alert]]
channel = "desk"
when = "now"
[[alert]]
channel = "night"
when = "daily 08:00"
"""
CHANNELS = "".join(f'[{name}]\ntype = "console"\n' for name in ("desk", "night", "far"))
REFUSED = DeliveryError("550 no such mailbox", permanent=True)


@pytest.fixture
def desk() -> Receiver:
    return Receiver()


@pytest.fixture
def night() -> Receiver:
    return Receiver()


@pytest.fixture
def program(tmp_path: Path, database_url: str, desk: Receiver, night: Receiver) -> Program:
    begun = start_program(tmp_path / "config", database_url, harbour=HARBOUR + RULES)
    (begun.folder / "channels.toml").write_text(CHANNELS)
    begun.channels = {"desk": desk, "night": night}
    return begun


def add_alert(program: Program, number: int) -> None:
    def add(session: Session) -> None:
        article = fetched(number, f"On Friday pier number {number} was sold.")
        given = judged(add_case(session), add_article(session, article), article)
        new = (NewSentence(article.text, 0, number, None),)
        verdict = Verdict(Outcome.ALERT, 0.9, 0.5, (Reason("event", "new"),), new)
        add_development(session, given, verdict, [AlertTarget("desk", "now", program.now)])

    async def work(ctx: Context) -> None:
        await ctx.write(add)

    program.run(work)


def step(program: Program) -> int:
    """Sends what is due, and then what is to be told of it; returns how many notices were made."""

    async def work(ctx: Context) -> int:
        await seal_due(ctx)
        await send_due(ctx)
        made = await tell_given_up(ctx)
        await send_due(ctx)
        return made

    return program.run(work)


def test_a_dead_delivery_is_told_over_another_channel_of_the_case(
    program: Program, desk: Receiver, night: Receiver
) -> None:
    desk.refusals = [REFUSED]
    add_alert(program, 1)

    assert step(program) == 1

    (notice,) = night.accepted
    assert notice.subject.endswith("Not delivered to desk")
    assert "550 no such mailbox" in notice.text
    assert notice.type == json.loads(notice.event)["type"] == "delivery.disabled"


def test_a_dead_delivery_is_told_once(program: Program, desk: Receiver, night: Receiver) -> None:
    desk.refusals = [REFUSED]
    add_alert(program, 1)

    step(program)
    program.wait(days=1)

    assert step(program) == 0
    assert len(night.accepted) == 1


def test_a_channel_that_refuses_all_is_told_once_an_hour(
    program: Program, desk: Receiver, night: Receiver
) -> None:
    desk.refusals = [REFUSED] * 4
    for number in range(4):
        add_alert(program, number)
        step(program)
        program.wait(minutes=10)

    assert len(night.accepted) == 1
    program.wait(hours=1)
    assert step(program) == 1
    assert night.accepted[1].text.count("channel desk did not get") == 3


def test_a_notice_that_is_refused_too_is_told_nobody(
    program: Program, desk: Receiver, night: Receiver
) -> None:
    desk.refusals, night.refusals = [REFUSED], [REFUSED]
    add_alert(program, 1)

    step(program)
    program.wait(hours=2)

    assert step(program) == 0
    assert desk.accepted == night.accepted == []


class HalfRefused(Receiver):
    """Has a recipient that is gone."""

    async def send(self, message):
        self.accepted.append(message)
        gone = RecipientAnswer("old@ferry.example", is_accepted=False, text="550 gone")
        here = RecipientAnswer("new@ferry.example", is_accepted=True, text="250 ok")
        return Receipt("250 ok", (gone, here))


def test_a_recipient_refused_for_good_is_told_once_a_week(
    program: Program, night: Receiver
) -> None:
    program.channels = {"desk": HalfRefused(), "night": night}
    for number in range(3):
        add_alert(program, number)
        step(program)
        program.now += timedelta(hours=3)

    (notice,) = night.accepted
    assert "old@ferry.example of channel desk did not get an alert" in notice.text
    program.wait(days=7)
    assert step(program) == 1


def test_a_recipient_is_told_to_its_own_channel_where_there_is_no_other(program: Program) -> None:
    desk = HalfRefused()
    program.channels = {"desk": desk}
    program.write_case("harbour", HARBOUR + RULES.split('[[alert]]\nchannel = "night')[0])
    add_alert(program, 1)

    assert step(program) == 1
    assert "old@ferry.example" in desk.accepted[1].subject
