"""Places for exchanges: who waits for an answer makes room, who reads one needs a place."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from monitor.fetching.lanes import Lanes, Place

SOON = 0.01
PATIENCE_S = 10


def lanes(*, quick: int = 1, slow: int = 1) -> Lanes:
    return Lanes(quick, slow=slow, patience_s=SOON)


def run(work: Callable[[], Awaitable[None]]) -> None:
    async def inside() -> None:
        async with asyncio.timeout(PATIENCE_S):
            await work()

    asyncio.run(inside())


async def hang(rooms: Lanes, until: asyncio.Event) -> None:
    async with rooms.place():
        await until.wait()


async def is_full(rooms: Lanes) -> bool:
    """Whether nobody gets a place within the patience of the lanes."""
    try:
        async with asyncio.timeout(3 * SOON), rooms.place():
            return False
    except TimeoutError:
        return True


def test_who_waits_for_an_answer_makes_room() -> None:
    async def work() -> None:
        rooms, let_go = lanes(), asyncio.Event()
        hanging = asyncio.create_task(hang(rooms, let_go))
        await asyncio.sleep(0)

        async with rooms.place():
            assert not hanging.done()

        let_go.set()
        await hanging

    run(work)


def test_the_slow_lane_is_bounded_and_the_others_keep_their_places() -> None:
    async def work() -> None:
        rooms, let_go = lanes(quick=2, slow=1), asyncio.Event()
        hanging = [asyncio.create_task(hang(rooms, let_go)) for _ in range(3)]
        await asyncio.sleep(5 * SOON)

        assert rooms.room_for_slow == 0
        assert await is_full(rooms)

        let_go.set()
        await asyncio.gather(*hanging)

    run(work)


def test_whose_answer_begins_needs_a_quick_place_again() -> None:
    async def work() -> None:
        rooms, reads = lanes(), asyncio.Event()

        async def answered_late(place: Place) -> None:
            await place.answered()
            reads.set()

        async with rooms.place() as place:
            await asyncio.sleep(3 * SOON)
            async with rooms.place():
                reading = asyncio.create_task(answered_late(place))
                await asyncio.sleep(0)
                assert not reads.is_set()
            await reading
            assert rooms.room_for_slow == 1
            assert rooms.quick.locked()

    run(work)


def test_an_answer_in_time_keeps_its_place_to_the_end() -> None:
    async def work() -> None:
        rooms = lanes()
        async with rooms.place() as place:
            await place.answered()
            await asyncio.sleep(3 * SOON)
            assert rooms.quick.locked()
            assert rooms.room_for_slow == 1

    run(work)


@pytest.mark.parametrize("seconds", [0, 3 * SOON], ids=["quick", "slow"])
def test_a_failed_exchange_gives_its_place_free(seconds: float) -> None:
    async def work() -> None:
        rooms = lanes()

        async def fail() -> None:
            async with rooms.place():
                await asyncio.sleep(seconds)
                raise ConnectionResetError

        with pytest.raises(ConnectionResetError):
            await fail()

        assert rooms.room_for_slow == 1
        assert not await is_full(rooms)

    run(work)


def test_who_is_cancelled_while_waiting_for_a_place_leaves_none_behind() -> None:
    async def work() -> None:
        rooms = lanes()
        async with rooms.place() as place:
            await asyncio.sleep(3 * SOON)
            async with rooms.place():
                reading = asyncio.create_task(place.answered())
                await asyncio.sleep(0)
                reading.cancel()
                await asyncio.gather(reading, return_exceptions=True)

        assert rooms.room_for_slow == 1
        assert not await is_full(rooms)

    run(work)
