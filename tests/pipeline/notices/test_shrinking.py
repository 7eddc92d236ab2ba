"""A feed that brings far less than it used to is told once, where its cases are told."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, update
from sqlmodel import Session

from monitor.pipeline.context import Context
from monitor.pipeline.deliver import seal_due, send_due
from monitor.pipeline.notices import tell_welfare
from monitor.store.schema.tables import entries, feeds
from tests.pipeline.program import HARBOUR, Program, Receiver, start_program
from tests.store.rows import NOW

RULES = '[[alert]]\nchannel = "desk"\n'
# NOW is a Sunday noon; feeds are looked at from Monday at nine in London.
MONDAY = NOW.replace(hour=8) + timedelta(days=1)
ADDRESS = "https://gazette.example/rss"


@pytest.fixture
def desk() -> Receiver:
    return Receiver()


@pytest.fixture
def program(tmp_path: Path, database_url: str, desk: Receiver) -> Program:
    begun = start_program(tmp_path / "config", database_url, harbour=HARBOUR + RULES)
    (begun.folder / "channels.toml").write_text('[desk]\ntype = "console"\n')
    with (begun.folder / "monitor.toml").open("a") as file:
        file.write('[alerts]\nheartbeat = "none"\n')
    (begun.folder / "feeds.toml").write_text(f'[[feed]]\nurl = "{ADDRESS}"\ntitle = "Gazette"\n')
    begun.channels = {"desk": desk}
    begun.now = MONDAY
    return begun


def fill(program: Program, weeks: list[int], *, days: int = 7, followed: int = 60) -> None:
    """Lets the feed have brought so many items in each week, the last one first, spread over its
    first days; it is followed since that many days.
    """
    moments = [
        MONDAY - timedelta(weeks=back + 1) + timedelta(days=one % days, minutes=one)
        for back, count in enumerate(weeks)
        for one in range(count)
    ]

    def write(session: Session) -> None:
        begun = update(feeds).values(baseline_at=MONDAY - timedelta(days=followed))
        (feed_id,) = session.execute(begun.returning(feeds.c.id)).scalars()
        session.execute(insert(entries), [row_of(feed_id, *one) for one in enumerate(moments)])

    async def work(ctx: Context) -> None:
        await ctx.write(write)

    program.run(work)


def row_of(feed_id: int, number: int, at: datetime) -> dict[str, object]:
    texts = dict.fromkeys(
        ("title", "summary", "content", "author", "published_raw", "published_source"), ""
    )
    return {
        **texts,
        "feed_id": feed_id,
        "key": str(number),
        "item_hash": str(number),
        "state": "ignored",
        "seen_at": at,
        "published_flag": "",
        "published_precision": "",
        "is_media": False,
        "attempts": 0,
        "next_attempt_at": at,
        "last_error": "",
        "last_status": "",
        "changes": 0,
    }


def tell(program: Program, desk: Receiver) -> list[dict]:
    async def work(ctx: Context) -> None:
        await tell_welfare(ctx)
        await seal_due(ctx)
        await send_due(ctx)

    program.run(work)
    return [json.loads(message.event) for message in desk.accepted]


def test_a_feed_that_brings_far_less_is_told_where_its_cases_are_told(
    program: Program, desk: Receiver
) -> None:
    fill(program, [8, 80, 90, 70, 85, 80])

    (event,) = tell(program, desk)

    assert event["type"] == "feed.silent"
    assert event["data"]["notice"]["title"] == "A source brings far less: Gazette"
    (feed,) = event["data"]["feeds"]
    assert (feed["state"], feed["reason"]) == (
        "shrinking",
        "it brought 8 new items in a week, 82 in a usual one",
    )


def test_it_is_told_once(program: Program, desk: Receiver) -> None:
    fill(program, [8, 80, 90, 70, 85, 80])

    for hours in (0, 1, 12, 23, 24 * 3):
        program.now = MONDAY + timedelta(hours=hours)
        tell(program, desk)

    assert len(desk.accepted) == 1


@pytest.mark.parametrize(
    "weeks",
    [
        [30, 80, 90, 70, 85, 80],
        [8, 7, 90, 70, 85, 80],
        [3, 12, 12, 12, 12, 12],
        [80, 80, 90, 70, 85, 80],
    ],
)
def test_a_feed_that_is_as_it_was_is_not_told(
    program: Program, desk: Receiver, weeks: list[int]
) -> None:
    fill(program, weeks)

    assert tell(program, desk) == []


def test_a_feed_that_is_followed_for_less_than_six_weeks_is_not_told(
    program: Program, desk: Receiver
) -> None:
    # Its first poll brought all that was there.
    fill(program, [8, 40, 45, 40, 400], followed=30)

    assert tell(program, desk) == []


def test_where_the_program_was_away_no_feed_has_shrunk(program: Program, desk: Receiver) -> None:
    fill(program, [8, 80, 90, 70, 85, 80], days=3)

    assert tell(program, desk) == []


def test_in_the_middle_of_a_week_nothing_is_counted(program: Program, desk: Receiver) -> None:
    fill(program, [8, 80, 90, 70, 85, 80])
    program.now = MONDAY + timedelta(days=3)

    assert tell(program, desk) == []
