"""A webhook that was told of a development hears of each further newsroom; nobody else does."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from monitor.model import NewSentence, Outcome, Reason, Verdict
from monitor.pipeline.context import Context
from monitor.pipeline.deliver import seal_due, send_due
from monitor.pipeline.verdicts.updates import count_all_newsrooms, note_updates
from monitor.store.articles import set_newsroom
from monitor.store.verdicts import AlertTarget, add_carrier
from tests.pipeline.program import HARBOUR, Program, Receiver, start_program
from tests.store.rows import add_article, add_case, add_development, fetched, judged
from tests.world import SECRET

CHANNELS = f"""
[hook]
type = "webhook"
url = "https://hook.example/monitor"
secret = "{SECRET}"

[digest]
type = "webhook"
url = "https://other.example/monitor"
secret = "{SECRET}"

[desk]
type = "console"
"""


@pytest.fixture
def receivers() -> dict[str, Receiver]:
    return {name: Receiver() for name in ("hook", "digest", "desk")}


@pytest.fixture
def program(tmp_path: Path, database_url: str, receivers: dict[str, Receiver]) -> Program:
    begun = start_program(tmp_path / "config", database_url, harbour=HARBOUR)
    (begun.folder / "channels.toml").write_text(CHANNELS)
    begun.channels = receivers
    write(begun, tell)
    deliver(begun)
    return begun


def tell(session: Session, _ctx: Context) -> None:
    article = fetched(1, "On Sunday the old pier was closed.")
    given = judged(add_case(session), add_article(session, article), article)
    new = NewSentence(article.text, 0, 1, None)
    verdict = Verdict(Outcome.ALERT, 0.9, 0.5, (Reason("event", "new"),), (new,), tier=2)
    now = given.now
    targets = [AlertTarget("hook", "now", now), AlertTarget("desk", "now", now)]
    later = AlertTarget("digest", "daily 08:00", now + timedelta(days=1))
    add_development(session, given, verdict, [*targets, later])


def write(program: Program, function) -> None:
    async def work(ctx: Context) -> None:
        await ctx.write(function, ctx)

    program.run(work)


def deliver(program: Program) -> None:
    async def work(ctx: Context) -> None:
        await seal_due(ctx)
        await send_due(ctx)

    program.run(work)


def carry(program: Program, number: int, newsroom: str) -> None:
    """Has an article of a newsroom report the development, and sends what follows."""

    def join(session: Session, ctx: Context) -> None:
        key = add_article(session, fetched(number, "The pier is closed.", outlet=newsroom))
        set_newsroom(session, key.article_id, newsroom)
        before = count_all_newsrooms(session, [1])
        add_carrier(session, [1], key.article_id, program.now)
        note_updates(session, ctx.settings, ctx.cases[0], before, program.now)

    write(program, join)
    deliver(program)


def types(receiver: Receiver) -> list[str]:
    return [message.type for message in receiver.accepted]


def test_a_further_newsroom_is_told_to_the_webhook_alone(
    program: Program, receivers: dict[str, Receiver]
) -> None:
    carry(program, 2, "Reuters")

    assert types(receivers["hook"]) == ["development.created", "development.updated"]
    assert types(receivers["desk"]) == ["development.created"]
    assert types(receivers["digest"]) == []
    assert '"newsrooms":2' in receivers["hook"].accepted[1].event


def test_a_copy_of_a_known_newsroom_is_no_update(
    program: Program, receivers: dict[str, Receiver]
) -> None:
    carry(program, 2, "Reuters")
    carry(program, 3, "Reuters")

    assert types(receivers["hook"]).count("development.updated") == 1


def test_each_further_newsroom_is_told_up_to_ten(
    program: Program, receivers: dict[str, Receiver]
) -> None:
    for number in range(2, 15):
        carry(program, number, f"Newsroom {number}")

    assert types(receivers["hook"]).count("development.updated") == 9
