"""At the border of a unit of work whatever goes wrong becomes a result, and the others go on."""

from __future__ import annotations

import asyncio
import threading

import pytest

from monitor.errors import LeaseLost, StoreError
from monitor.pipeline.work import Failed, attempt, in_thread, read_ahead, settle, unless_lost


async def give(value: str) -> str:
    return value


async def fail(error: BaseException) -> str:
    raise error


async def describe(error: Exception) -> str:
    return f"failed: {error}"


def test_a_failed_attempt_gives_its_error_back() -> None:
    error = ValueError("broken")

    assert asyncio.run(attempt(give("read"))) == "read"
    assert asyncio.run(attempt(fail(error))) == Failed(error)


def test_cancelling_is_no_failure() -> None:
    async def cancelled() -> None:
        await attempt(fail(asyncio.CancelledError()))

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancelled())


def test_a_lost_lease_has_a_result_of_its_own() -> None:
    assert asyncio.run(unless_lost(give("sent"), "lost")) == "sent"
    assert asyncio.run(unless_lost(fail(LeaseLost("taken over")), "lost")) == "lost"


def test_any_other_error_is_for_the_caller() -> None:
    async def work() -> str:
        return await unless_lost(fail(ValueError("broken")), "lost")

    with pytest.raises(ValueError, match="broken"):
        asyncio.run(work())


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, "done"),
        (ValueError("broken"), "failed: broken"),
        (LeaseLost("taken over"), "lost"),
    ],
)
def test_a_unit_ends_in_one_result(error: Exception | None, outcome: str) -> None:
    async def work() -> str:
        unit = give("done") if error is None else fail(error)
        return await settle(unit, on_error=describe, lost="lost")

    assert asyncio.run(work()) == outcome


def test_trouble_of_the_database_is_no_fault_of_the_unit() -> None:
    async def work() -> str:
        return await settle(fail(StoreError("disk full")), on_error=describe, lost="lost")

    with pytest.raises(StoreError, match="disk full"):
        asyncio.run(work())


def test_a_lease_may_be_lost_while_the_failure_is_written_down() -> None:
    async def overtaken(_error: Exception) -> str:
        raise LeaseLost("taken over")

    async def work() -> str:
        return await settle(fail(ValueError("broken")), on_error=overtaken, lost="lost")

    assert asyncio.run(work()) == "lost"


def test_units_are_read_side_by_side_and_finished_in_order() -> None:
    finished: list[object] = []
    are_all_begun = asyncio.Event()
    begun: set[int] = set()

    async def read(unit: int) -> int:
        begun.add(unit)
        if len(begun) == 3:
            are_all_begun.set()
        await are_all_begun.wait()
        return unit * 10

    async def finish(unit: int, result: int | Failed) -> None:
        finished.append((unit, result))

    async def work() -> None:
        await asyncio.wait_for(read_ahead([3, 1, 2], read, finish), timeout=10)

    asyncio.run(work())

    assert finished == [(3, 30), (1, 10), (2, 20)]


def test_a_unit_that_cannot_be_read_does_not_stop_the_others() -> None:
    finished: list[object] = []
    error = ValueError("broken")

    async def read(unit: int) -> str:
        return await (fail(error) if unit == 1 else give(f"text {unit}"))

    async def finish(_unit: int, result: str | Failed) -> None:
        finished.append(result)

    asyncio.run(read_ahead([0, 1, 2], read, finish))

    assert finished == ["text 0", Failed(error), "text 2"]


def test_when_one_cannot_be_finished_the_reading_of_the_others_ends() -> None:
    ended: list[int] = []

    async def read(unit: int) -> int:
        try:
            await asyncio.sleep(0 if unit == 0 else 60)
        finally:
            ended.append(unit)
        return unit

    async def finish(_unit: int, _result: int | Failed) -> None:
        raise StoreError("disk full")

    with pytest.raises(StoreError, match="disk full"):
        asyncio.run(asyncio.wait_for(read_ahead([0, 1, 2], read, finish), timeout=10))

    assert ended == [0, 1, 2]


def test_a_transaction_is_not_cut_off_by_who_is_cancelled() -> None:
    has_begun, may_end, ended = threading.Event(), threading.Event(), []

    def transaction() -> None:
        has_begun.set()
        may_end.wait(10)
        ended.append("committed")

    async def work() -> None:
        task = asyncio.create_task(in_thread(transaction))
        await asyncio.to_thread(has_begun.wait, 10)
        task.cancel()
        asyncio.get_running_loop().call_later(0.05, may_end.set)
        with pytest.raises(asyncio.CancelledError):
            await task
        assert ended == ["committed"]

    asyncio.run(work())
