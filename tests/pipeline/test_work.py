"""At the border of a unit of work whatever goes wrong becomes a result, and the others go on."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlmodel import Session

from monitor.errors import LeaseLost, StoreError
from monitor.pipeline.work import (
    MAX_TOGETHER,
    Failed,
    Together,
    attempt,
    in_thread,
    read_ahead,
    settle,
    unless_lost,
)
from monitor.store import Store


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


# --- written together
# -----------------------------------------------------------------------------


class Shelf:
    """A table on a disk, into which numbers are written, and what of it was committed."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(f"sqlite:///{folder / 'shelf.db'}")
        self.store.write(lambda session: session.execute(text("CREATE TABLE shelf (number INT)")))
        self.together = Together(self._write)
        self.commits = 0
        event.listen(self.store.engine, "commit", self._count)

    def _write(self, *given: Any) -> Any:
        return self.store.write(*given)

    def _count(self, _connection: object) -> None:
        self.commits += 1

    async def put(self, number: int, error: Exception | None = None) -> int:
        def write(session: Session) -> int:
            session.execute(text("INSERT INTO shelf VALUES (:number)"), {"number": number})
            if error is not None:
                raise error
            return number

        return await self.together.run(number, write)

    @property
    def numbers(self) -> list[int]:
        """What was committed, in the order in which it was written."""
        found = text("SELECT number FROM shelf ORDER BY rowid")
        return self.store.read(lambda session: list(session.execute(found).scalars()))


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path)
    yield shelf
    shelf.store.close()


def test_results_that_are_ready_together_share_a_commit(shelf: Shelf) -> None:
    async def main() -> list[int]:
        return await asyncio.gather(*(shelf.put(number) for number in range(50)))

    assert asyncio.run(main()) == list(range(50))
    # Nobody waits for company: the first is written alone, what came in the meantime follows.
    assert shelf.commits == 2
    assert shelf.numbers == list(range(50))


def test_no_transaction_takes_more_than_its_share(shelf: Shelf) -> None:
    many = 2 * MAX_TOGETHER + 5

    async def main() -> None:
        await asyncio.gather(*(shelf.put(number) for number in range(many)))

    asyncio.run(main())
    assert shelf.commits == 4
    assert sorted(shelf.numbers) == list(range(many))


def test_one_that_fails_loses_nobody_beside_it_and_leaves_nothing(shelf: Shelf) -> None:
    async def main() -> list[int | BaseException]:
        errors = {7: LeaseLost("taken over"), 9: ValueError("broken")}
        puts = (shelf.put(number, errors.get(number)) for number in range(12))
        return await asyncio.gather(*puts, return_exceptions=True)

    results = asyncio.run(main())
    assert shelf.numbers == [number for number in range(12) if number not in (7, 9)]
    assert isinstance(results[7], LeaseLost)
    assert isinstance(results[9], ValueError)
    assert [result for result in results if isinstance(result, int)] == shelf.numbers


def test_rows_are_locked_in_the_same_order_by_all_who_write(shelf: Shelf) -> None:
    async def main() -> None:
        await asyncio.gather(*(shelf.put(number) for number in (3, 9, 2, 8, 1, 7)))

    asyncio.run(main())
    first, *others = shelf.numbers
    assert others == sorted(others)
    assert {first, *others} == {1, 2, 3, 7, 8, 9}


def test_trouble_of_the_database_is_everybodys_and_waited_for_once(shelf: Shelf) -> None:
    attempts: list[object] = []

    def refuse(*given: object) -> None:
        attempts.append(given)
        raise StoreError("the disk is full")

    async def main() -> list[int | BaseException]:
        shelf.store.write = refuse  # type: ignore[method-assign]
        puts = (shelf.put(number) for number in range(20))
        return await asyncio.gather(*puts, return_exceptions=True)

    results = asyncio.run(main())
    assert [type(result) for result in results] == [StoreError] * 20
    assert len(attempts) <= 2


def in_hand(shelf: Shelf, begun: threading.Event, go_on: threading.Event) -> Callable[..., int]:
    """A result whose transaction is under way until it is let go on."""

    def write(session: Session) -> int:
        begun.set()
        assert go_on.wait(timeout=20)
        session.execute(text("INSERT INTO shelf VALUES (0)"))
        return 0

    return write


def test_who_is_cancelled_while_waiting_is_not_written(shelf: Shelf) -> None:
    begun, go_on = threading.Event(), threading.Event()

    async def main() -> None:
        held = in_hand(shelf, begun, go_on)
        first = asyncio.create_task(shelf.together.run(0, held))
        await asyncio.to_thread(begun.wait, 20)
        tasks = [asyncio.create_task(shelf.put(number)) for number in (1, 2)]
        await asyncio.sleep(0)
        tasks[0].cancel()
        go_on.set()
        await asyncio.gather(first, *tasks, return_exceptions=True)

    asyncio.run(main())
    assert shelf.numbers == [0, 2]


def test_who_is_cancelled_in_its_transaction_waits_for_its_end(shelf: Shelf) -> None:
    begun, go_on = threading.Event(), threading.Event()

    async def main() -> list[int]:
        held = in_hand(shelf, begun, go_on)
        first = asyncio.create_task(shelf.together.run(0, held))
        await asyncio.to_thread(begun.wait, 20)
        waiting = asyncio.create_task(shelf.put(1))
        await asyncio.sleep(0)
        first.cancel()
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await first
        assert await waiting == 1
        return shelf.numbers

    assert asyncio.run(main()) == [0, 1]
