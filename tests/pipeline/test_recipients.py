"""A mail to several people reaches each of them once, whatever its server says of the others.

The server is real, and each attempt is a process of its own: what is known of the attempts before
is in the database alone.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from monitor.alerts.backoff import SCHEDULE
from monitor.channels.email import EmailChannel
from monitor.model import NewSentence, Outcome, Reason, Verdict
from monitor.pipeline.breaker import Breaker
from monitor.pipeline.context import Context
from monitor.pipeline.deliver import SendCount, seal_due, send_channel
from monitor.settings import SmtpSettings
from monitor.store.verdicts import AlertTarget
from monitor.store.views.alerts import AlertView, list_alerts
from tests.channels.servers import Mailbox, smtp_server
from tests.pipeline.program import HARBOUR, Program, start_program
from tests.store.rows import add_article, add_case, add_development, fetched, judged

ANNA, BERT, CARO = "anna@ferry.example", "bert@ferry.example", "caro@ferry.example"
LATER, NEVER = "451 greylisted, come back", "550 no such mailbox"


@pytest.fixture
def program(tmp_path: Path, database_url: str) -> Program:
    return start_program(tmp_path / "config", database_url, harbour=HARBOUR)


def add_alerts(program: Program, count: int = 1) -> None:
    """Has news go to the desk at once."""

    def add(session: Session) -> None:
        for number in range(1, count + 1):
            article = fetched(number, f"On Monday pier number {number} was rebuilt.")
            given = judged(add_case(session), add_article(session, article), article)
            new = (NewSentence(article.text, 0, number, None),)
            verdict = Verdict(Outcome.ALERT, 0.9, 0.5, (Reason("event", "new"),), new)
            add_development(session, given, verdict, [AlertTarget("desk", "now", program.now)])

    async def work(ctx: Context) -> None:
        await ctx.write(add)

    program.run(work)


def send(program: Program, mailbox: Mailbox, *recipients: str) -> SendCount:
    """Sends what is due to the recipients of the desk."""

    async def work(ctx: Context) -> SendCount:
        async with smtp_server(mailbox) as port:
            smtp = SmtpSettings(**{"host": "localhost", "port": port, "from": "m@ferry.example"})
            ctx.config.channels = {"desk": EmailChannel(smtp, recipients)}
            await seal_due(ctx)
            return await send_channel(ctx, "desk", Breaker())

    return program.run(work)


def alerts(program: Program) -> list[AlertView]:
    async def work(ctx: Context) -> list[AlertView]:
        return await ctx.read(list_alerts, limit=99)

    return program.run(work)


def tries(mailbox: Mailbox) -> list[str]:
    """Returns the recipients of each mail, as one text."""
    return [" ".join(recipients) for recipients in mailbox.recipients]


def test_a_recipient_that_is_deferred_to_the_end_costs_the_others_no_second_mail(
    program: Program,
) -> None:
    mailbox = Mailbox(answers={BERT: [LATER] * 99})
    add_alerts(program)

    for _ in range(len(SCHEDULE) + 1):
        send(program, mailbox, ANNA, BERT)
        program.wait(days=2)

    assert tries(mailbox) == [ANNA]
    (alert,) = alerts(program)
    assert (alert.state, alert.attempts) == ("dead", len(SCHEDULE))
    assert f"{BERT}: {LATER}" in alert.error


def test_a_recipient_that_comes_round_gets_it_under_the_same_id(program: Program) -> None:
    mailbox = Mailbox(answers={BERT: [LATER, LATER]})
    add_alerts(program)

    counts = []
    for _ in range(3):
        counts.append(send(program, mailbox, ANNA, BERT))
        program.wait(hours=1)

    assert counts == [SendCount(0, 1), SendCount(0, 1), SendCount(1, 0)]
    assert tries(mailbox) == [ANNA, BERT]
    assert len({mail["Message-ID"] for mail in mailbox.mails}) == 1
    assert [alert.state for alert in alerts(program)] == ["sent"]


def test_a_recipient_refused_for_good_is_told_and_not_asked_again(program: Program) -> None:
    mailbox = Mailbox(answers={ANNA: [NEVER], CARO: [LATER]})
    add_alerts(program)

    send(program, mailbox, ANNA, BERT, CARO)
    program.wait(hours=1)
    assert send(program, mailbox, ANNA, BERT, CARO) == SendCount(1, 0)

    assert tries(mailbox) == [BERT, CARO]
    (alert,) = alerts(program)
    assert (alert.state, alert.error) == ("sent", f"{ANNA}: {NEVER}")


def test_a_deferred_recipient_holds_up_no_other_alert(program: Program) -> None:
    """A server that answers for each recipient is well: its channel does not rest."""
    mailbox = Mailbox(answers={BERT: [LATER] * 99})
    add_alerts(program, count=5)

    assert send(program, mailbox, ANNA, BERT) == SendCount(0, 5)
    program.wait(minutes=10)
    assert send(program, mailbox, ANNA, BERT) == SendCount(0, 5)

    assert tries(mailbox) == [ANNA] * 5


def test_a_recipient_who_left_the_config_is_waited_for_no_longer(program: Program) -> None:
    mailbox = Mailbox(answers={BERT: [LATER] * 99})
    add_alerts(program)

    send(program, mailbox, ANNA, BERT)
    program.now += timedelta(hours=1)

    assert send(program, mailbox, ANNA) == SendCount(1, 0)
    assert tries(mailbox) == [ANNA]


def test_a_server_that_takes_nothing_leaves_everybody_waiting(program: Program) -> None:
    mailbox = Mailbox(data_answer="452 disk full")
    add_alerts(program)
    send(program, mailbox, ANNA, BERT)
    program.wait(hours=1)
    mailbox.data_answer = ""

    assert send(program, mailbox, ANNA, BERT) == SendCount(1, 0)
    assert tries(mailbox) == [f"{ANNA} {BERT}"]
