"""T3: what is due is sealed once, sent in order, repeated unchanged, and given up at last."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session

from monitor.alerts.backoff import SCHEDULE
from monitor.errors import DeliveryError
from monitor.model import Message, NewSentence, Outcome, Reason, Receipt, Verdict
from monitor.pipeline.breaker import Breaker
from monitor.pipeline.context import Context
from monitor.pipeline.deliver import SendCount, render, seal_due, send_channel, send_due
from monitor.store.outbox import SEND_LEASE, claim_delivery
from monitor.store.verdicts import AlertTarget
from monitor.store.views.alerts import AlertView, list_alerts
from tests.pipeline.program import HARBOUR, Program, Receiver, start_program
from tests.store.rows import NOW, add_article, add_case, add_development, fetched, judged

WAIT = timedelta(minutes=5)


@pytest.fixture
def desk() -> Receiver:
    return Receiver()


@pytest.fixture
def program(tmp_path: Path, database_url: str, desk: Receiver) -> Program:
    """A case whose alerts go to the desk."""
    begun = start_program(tmp_path / "config", database_url, harbour=HARBOUR)
    begun.channels = {"desk": desk}
    return begun


def add_alert(
    program: Program,
    number: int,
    *channels: str,
    cadence: str = "now",
    wait: timedelta = WAIT,
    tier: int = 2,
    case: str = "harbour",
) -> None:
    """Stores an article with news for the case; each channel's delivery is due after `wait`."""
    targets = [AlertTarget(channel, cadence, program.now + wait) for channel in channels]
    write(program, lambda session: add_one(session, number, targets, tier=tier, case=case))


def add_one(
    session: Session, number: int, targets: list[AlertTarget], *, tier: int = 2, case: str
) -> None:
    text = f"On Sunday pier number {number} of the harbour was closed."
    article = fetched(number, text, title=f"Pier {number} closed")
    given = judged(add_case(session, case), add_article(session, article), article)
    new = NewSentence(article.text, 0, number, None)
    verdict = Verdict(Outcome.ALERT, 0.9, 0.5, (Reason("event", "new"),), (new,), tier=tier)
    add_development(session, given, verdict, targets)


def write(program: Program, add: Callable[[Session], None]) -> None:
    async def work(ctx: Context) -> None:
        await ctx.write(add)

    program.run(work)


def add_flood(session: Session, targets: list[AlertTarget]) -> None:
    for number in range(500):
        add_one(session, number, targets, case="harbour")


def seal(program: Program, *, before_wait: bool = False) -> int:
    return program.run(lambda ctx: seal_due(ctx, before_wait=before_wait))


def send(program: Program) -> SendCount:
    """Seals what is due now, and sends it."""

    async def work(ctx: Context) -> SendCount:
        await seal_due(ctx)
        return await send_due(ctx)

    return program.run(work)


def alerts(program: Program) -> list[AlertView]:
    async def work(ctx: Context) -> list[AlertView]:
        return await ctx.read(list_alerts, limit=999)

    return program.run(work)


def test_an_alert_waits_for_its_time_and_is_sealed_once(program: Program) -> None:
    add_alert(program, 1, "desk")
    assert seal(program) == 0

    program.now += WAIT

    assert (seal(program), seal(program)) == (1, 0)


def test_a_pass_does_not_wait_for_more_to_come_in(program: Program) -> None:
    add_alert(program, 1, "desk")

    assert seal(program, before_wait=True) == 1


def test_a_pass_does_not_hurry_a_digest(program: Program) -> None:
    add_alert(program, 1, "desk", cadence="daily 08:00", wait=timedelta(hours=9))

    assert seal(program, before_wait=True) == 0


def test_each_channel_gets_a_delivery_of_its_own(program: Program) -> None:
    add_alert(program, 1, "desk", "other")
    program.now += WAIT

    assert seal(program) == 2


def test_a_digest_holds_all_that_waited_for_its_hour(program: Program, desk: Receiver) -> None:
    for number in (1, 2, 3):
        add_alert(program, number, "desk", cadence="daily 08:00")
    program.now += WAIT

    assert send(program) == SendCount(1, 0)
    (digest,) = desk.accepted
    assert all(f"pier number {number} of" in digest.text for number in (1, 2, 3))


def test_a_digest_tells_a_change_of_state_first(program: Program, desk: Receiver) -> None:
    for number, tier in ((1, 3), (2, 2), (3, 1)):
        add_alert(program, number, "desk", cadence="daily 08:00", tier=tier)
    program.now += WAIT

    send(program)

    told = desk.accepted[0].text
    assert [told.index(f"pier number {number} of") for number in (3, 2, 1)] == sorted(
        told.index(f"pier number {number} of") for number in (1, 2, 3)
    )


def test_a_mail_has_the_clock_of_its_case(program: Program, desk: Receiver) -> None:
    program.write_case("harbour", HARBOUR.replace("Europe/London", "Asia/Tokyo"))
    add_alert(program, 1, "desk")
    add_alert(program, 2, "desk", cadence="daily 08:00")
    program.now += WAIT

    send(program)

    assert [message.type for message in desk.accepted] == [
        "development.created",
        "digest.created",
    ]
    local = NOW.astimezone(ZoneInfo("Asia/Tokyo"))
    assert f"found {local:%H:%M} JST" in desk.accepted[0].text


def test_what_was_accepted_is_never_sent_again(program: Program, desk: Receiver) -> None:
    add_alert(program, 1, "desk")
    program.now += WAIT

    assert (send(program), send(program)) == (SendCount(1, 0), SendCount(0, 0))
    assert len(desk.accepted) == 1
    assert [alert.state for alert in alerts(program)] == ["sent"]


def test_the_deliveries_of_a_channel_go_out_in_the_order_of_their_alerts(
    program: Program, desk: Receiver
) -> None:
    for number in (1, 2, 3):
        add_alert(program, number, "desk")
    program.now += WAIT

    send(program)

    texts = [message.text for message in desk.accepted]
    assert [f"pier number {number}" in text for number, text in enumerate(texts, 1)] == [True] * 3


def test_what_is_refused_for_a_while_is_repeated_under_the_same_id(
    program: Program, desk: Receiver
) -> None:
    add_alert(program, 1, "desk")
    program.now += WAIT
    desk.refusals.append(DeliveryError("the desk is busy", retry_after=timedelta(hours=2)))

    assert send(program) == SendCount(0, 1)
    program.wait(hours=1)
    assert send(program) == SendCount(0, 0)
    program.wait(hours=1)
    assert send(program) == SendCount(1, 0)

    (alert,) = alerts(program)
    assert (alert.state, alert.attempts) == ("sent", 2)


@pytest.mark.parametrize(
    ("error", "state", "said"),
    [
        (DeliveryError("no such desk", permanent=True), "dead", "no such desk"),
        (DeliveryError("the desk is busy"), "pending", "the desk is busy"),
        (TimeoutError(), "pending", "TimeoutError"),
        (ValueError("a bug"), "pending", "a bug"),
    ],
)
def test_only_what_is_refused_for_good_is_given_up_at_once(
    program: Program, desk: Receiver, error: Exception, state: str, said: str
) -> None:
    add_alert(program, 1, "desk")
    program.now += WAIT
    desk.refusals.append(error)

    assert send(program) == SendCount(0, 1)

    (alert,) = alerts(program)
    assert (alert.state, alert.error) == (state, said)


def test_a_dead_delivery_is_not_tried_again(program: Program, desk: Receiver) -> None:
    add_alert(program, 1, "desk")
    program.now += WAIT
    desk.refusals.append(DeliveryError("no such desk", permanent=True))
    send(program)

    program.wait(days=30)

    assert send(program) == SendCount(0, 0)
    assert desk.accepted == []


def test_what_is_always_refused_is_dead_in_the_end(program: Program, desk: Receiver) -> None:
    add_alert(program, 1, "desk")
    program.now += WAIT
    desk.refusals += [DeliveryError("the desk is busy") for _ in range(99)]

    for _ in range(len(SCHEDULE) + 2):
        send(program)
        program.wait(days=3)

    (alert,) = alerts(program)
    assert (alert.state, alert.attempts) == ("dead", len(SCHEDULE))


def test_a_channel_that_left_the_config_keeps_its_deliveries_waiting(program: Program) -> None:
    add_alert(program, 1, "gone")
    program.now += WAIT

    assert send(program) == SendCount(0, 1)

    (alert,) = alerts(program)
    assert alert.state == "pending"
    assert "no channel 'gone' in the config" in alert.error


def test_one_channel_does_not_hold_up_another(program: Program, desk: Receiver) -> None:
    other = Receiver(refusals=[DeliveryError("busy")])
    program.channels = {"desk": desk, "other": other}
    add_alert(program, 1, "desk", "other")
    program.now += WAIT

    assert send(program) == SendCount(1, 1)
    assert len(desk.accepted) == 1


def test_a_channel_that_fails_twice_in_a_row_is_left_alone(
    program: Program, desk: Receiver
) -> None:
    desk.refusals = [DeliveryError("busy"), TimeoutError()]
    for number in (1, 2, 3):
        add_alert(program, number, "desk")
    program.now += WAIT

    assert send(program) == SendCount(0, 2)

    assert sorted(alert.attempts for alert in alerts(program)) == [0, 1, 1]


def test_what_is_refused_for_good_says_nothing_of_the_channel(
    program: Program, desk: Receiver
) -> None:
    desk.refusals = [DeliveryError("no such mailbox", permanent=True)] * 3
    for number in (1, 2, 3, 4):
        add_alert(program, number, "desk")
    program.now += WAIT

    assert send(program) == SendCount(1, 3)


class Sleeper(Receiver):
    """Is at work when the process is paused, and wakes up much later."""

    def __init__(self, program: Program, pause: timedelta) -> None:
        super().__init__()
        self._program, self._pause = program, pause

    async def send(self, message: Message) -> Receipt:
        self._program.now += self._pause
        return await super().send(message)


def test_a_pause_while_sending_leads_to_no_second_message(program: Program) -> None:
    desk = Sleeper(program, timedelta(seconds=150))
    program.channels = {"desk": desk}
    add_alert(program, 1, "desk")
    program.now += WAIT

    assert send(program) == SendCount(1, 0)
    program.now += timedelta(days=1)

    assert send(program) == SendCount(0, 0)
    assert len(desk.accepted) == 1


def test_a_delivery_held_over_a_long_pause_is_sent_by_whoever_takes_it_next(
    program: Program, desk: Receiver
) -> None:
    add_alert(program, 1, "desk")
    program.now += WAIT
    seal(program)

    async def pause_after_claim(ctx: Context) -> SendCount:
        moments = iter([program.now, program.now, program.now + SEND_LEASE])

        def clock() -> datetime:
            return next(moments, program.now + SEND_LEASE)

        return await send_channel(replace(ctx, clock=clock), "desk", Breaker())

    # Taken at the second look at the clock, and then the process sleeps.
    assert program.run(pause_after_claim) == SendCount(1, 1)

    assert len(desk.accepted) == 1


def test_a_delivery_gives_the_same_bytes_however_late_it_is_rendered(program: Program) -> None:
    add_alert(program, 1, "desk")
    program.now += WAIT
    seal(program)

    async def work(ctx: Context) -> list[Message]:
        due = await ctx.write(claim_delivery, "desk", owner=ctx.owner, now=ctx.clock())
        assert due is not None
        later = replace(ctx, clock=lambda: NOW + timedelta(days=3))
        return [render(one, due) for one in (ctx, later)]

    early, late = program.run(work)
    assert early == late
    assert early.id


def test_a_flood_keeps_to_the_cap_and_comes_in_one_roll_up(
    program: Program, desk: Receiver
) -> None:
    targets = [AlertTarget("desk", "now", program.now)]
    write(program, lambda session: add_flood(session, targets))

    sent = send(program)

    assert sent == SendCount(11, 0)
    assert [message.type for message in desk.accepted] == ["development.created"] * 10 + [
        "digest.created"
    ]
    roll_up = json.loads(desk.accepted[-1].event)["data"]
    assert roll_up["digest"]["count"] == 490
    assert {alert.state for alert in alerts(program)} == {"sent"}
    program.now += timedelta(hours=2)
    assert send(program) == SendCount(0, 0)


def test_a_month_of_digests_comes_as_one(program: Program, desk: Receiver) -> None:
    for number in range(30):
        add_alert(program, number, "desk", cadence="daily 08:00", wait=timedelta(days=number))
    program.now += timedelta(days=31)

    assert send(program) == SendCount(1, 0)
    (digest,) = desk.accepted
    assert json.loads(digest.event)["data"]["digest"]["count"] == 30


def test_alerts_of_several_cases_share_one_roll_up(program: Program, desk: Receiver) -> None:
    for number in range(24):
        add_alert(program, number, "desk", case=("harbour", "island")[number % 2])
    program.now += WAIT

    assert send(program) == SendCount(11, 0)
    roll_up = json.loads(desk.accepted[-1].event)["data"]
    assert (roll_up["digest"]["count"], roll_up["case"]) == (14, None)


def test_what_waits_for_the_end_of_quiet_hours_is_not_hurried(program: Program) -> None:
    add_alert(program, 1, "desk", wait=timedelta(hours=9))

    assert seal(program, before_wait=True) == 0
