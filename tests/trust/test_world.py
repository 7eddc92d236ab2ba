"""What the harness counts of what came twice, and to whom."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.trust.world import Arrivals, World, open_world


def lived(*lives: str) -> Arrivals:
    """What came when one life after the other sent these messages, a letter each."""
    arrivals = Arrivals()
    for arrivals.life, messages in enumerate(lives, start=1):
        for message in messages:
            arrivals.note(f"alert {message}", message)
    return arrivals


@pytest.fixture
def world() -> Iterator[World]:
    world = open_world(0, lambda: datetime.now(UTC))
    yield world
    world.close()


def test_two_lives_may_leave_a_message_each_to_a_third() -> None:
    assert lived("a", "b", "ab").most_of_a_life == 1


def test_a_life_that_leaves_two_messages_is_found() -> None:
    assert lived("ab", "a", "b").most_of_a_life == 2


def test_a_message_that_comes_in_every_life_is_counted_to_each() -> None:
    assert lived("a", "a", "a").repeats == {1: 1, 2: 1}


def test_what_a_life_sent_that_ended_by_itself_may_not_come_again(world: World) -> None:
    for number, is_killed in ((1, True), (2, False), (3, True)):
        world.begin_life(number)
        world.hook.arrivals.note("alert", "message")
        world.end_life(number, is_killed=is_killed)

    assert world.unprovoked == 1


def test_a_life_has_ended_when_its_last_message_is_read(world: World) -> None:
    sender = socket.create_connection(world.hook.server.server_address[:2])
    ended = threading.Thread(target=world.end_life, args=(1,), kwargs={"is_killed": True})
    ended.start()
    ended.join(0.2)
    still_waited = ended.is_alive()
    sender.close()
    ended.join(10)

    assert still_waited
    assert not ended.is_alive()
