"""Which polls have a line in the log: those in which something happened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from monitor.pipeline.polling.pollers import poll_named
from monitor.store.feeds import get_watched_feeds
from tests.fetching.server import response
from tests.pipeline.polling.test_poll import HOUR, document, feed, in_room
from tests.pipeline.room import Room


@pytest.fixture(autouse=True)
def every_event() -> Iterator[None]:
    """A command that ran in this process before may have left out what is no warning."""
    before = structlog.get_config()
    structlog.reset_defaults()
    yield
    structlog.configure(**before)


def polled(*answers: bytes) -> dict[str, Any]:
    """The line of the last of several polls of one feed."""
    lines: list[dict[str, Any]] = []

    async def work(room: Room) -> None:
        for answer in answers:
            room.raw = answer
            with capture_logs() as logs:
                await room.poll(after=HOUR)
            lines[:] = [line for line in logs if line["event"] == "poll_done"]

    in_room(answers[0], work)
    (line,) = lines
    return line


BROKEN = response(status="500 Internal Server Error")
NOT_MODIFIED = response(status="304 Not Modified", headers=(("ETag", '"a"'),))
RETITLED = response(document(1, 2).replace(b"Item 2", b"Item 2, corrected"))
REORDERED = response(document(2, 1))


@pytest.mark.parametrize(
    "answers",
    [(feed(1), feed(1)), (feed(1, ETag='"a"'), NOT_MODIFIED), (feed(1, 2), REORDERED)],
    ids=["the same bytes", "not modified", "the same items in other bytes"],
)
def test_a_poll_that_brings_nothing_has_no_line_for_everybody(answers: tuple[bytes, ...]) -> None:
    assert polled(*answers)["log_level"] == "debug"


@pytest.mark.parametrize(
    ("answers", "field", "value"),
    [
        ((feed(1), feed(1, 2)), "new", 1),
        ((feed(1, 2), RETITLED), "changed", 1),
        ((feed(1), BROKEN), "outcome", "failed"),
        ((feed(1), BROKEN, BROKEN), "outcome", "failed"),
        ((feed(1), BROKEN, feed(1)), "recovered", True),
        ((feed(),), "outcome", "unchanged"),
    ],
    ids=["new", "changed", "failed", "still failing", "recovered", "an empty baseline"],
)
def test_a_poll_in_which_something_happened_has_a_line(
    answers: tuple[bytes, ...], field: str, value: object
) -> None:
    line = polled(*answers)

    assert (line["log_level"], line[field]) == ("info", value)


def test_every_poll_is_counted_by_its_outcome() -> None:
    async def work(room: Room) -> None:
        async with room.program() as ctx:
            (watched,) = await ctx.read(get_watched_feeds)
            for answer in (feed(1), feed(1), BROKEN):
                room.raw = answer
                room.now += HOUR
                await poll_named(ctx, [watched.id])
            counted = ctx.tally.counts()
        assert counted == {("poll", "new"): 1, ("poll", "unchanged"): 1, ("poll", "failed"): 1}

    in_room(feed(1), work)
