"""Units of claimed work: at its border whatever goes wrong becomes a state, and the others go on.

A unit (one feed, entry, page or delivery) is claimed with a lease. Its result is written under that
lease; where another worker has taken the unit over in the meantime, the result is dropped whole.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from sqlmodel import Session

from monitor.errors import LeaseLost, StoreError
from monitor.store.leases import finished_together

T = TypeVar("T")
U = TypeVar("U")
Transact = Callable[..., Any]


class Tally:
    """How many units of work came to what since the start of this process.

    Written by the event loop, read by other threads as well."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()

    def note(self, unit: str, outcome: str) -> None:
        """Counts one unit.

        Args:
            unit: "poll", "entry", "page" or "delivery".
            outcome: what became of it, in one word.
        """
        self._counts[unit, outcome] += 1

    def counts(self) -> Counter[tuple[str, str]]:
        """Returns the counts by unit and outcome, as they are now."""
        return self._counts.copy()


@dataclass(frozen=True, slots=True)
class Failed:
    """Work that ended in an error."""

    error: Exception


async def attempt(work: Awaitable[T]) -> T | Failed:
    """Returns the result of work; what goes wrong is returned, not raised."""
    try:
        return await work
    # The border of a unit of work: whatever it was, the caller writes it down.
    except Exception as error:  # noqa: BLE001
        return Failed(error)


async def unless_lost(work: Awaitable[T], lost: T) -> T:
    """Returns the result of work, or `lost` where another worker holds the unit now."""
    try:
        return await work
    except LeaseLost:
        return lost


async def settle(
    work: Awaitable[T], *, on_error: Callable[[Exception], Awaitable[T]], lost: T
) -> T:
    """Returns the result of a unit of work, whatever happens to it.

    Raises:
        StoreError: the database is in trouble. That says nothing of the unit, which is not to blame
            and not to pay for it: whoever runs the stage gives back what it holds and goes on when
            the database is well.

    Args:
        on_error: writes down that the work failed; its result is returned.
        lost: is returned where the lease was lost, before or after the work failed.
    """
    return await unless_lost(_settle(work, on_error), lost)


async def _settle(work: Awaitable[T], on_error: Callable[[Exception], Awaitable[T]]) -> T:
    try:
        return await work
    except StoreError:
        raise
    # The border of a unit of work: a bug met by one must not stop the others.
    except Exception as error:  # noqa: BLE001
        return await on_error(error)


async def read_ahead(
    units: Sequence[U],
    read: Callable[[U], Awaitable[T]],
    finish: Callable[[U, T | Failed], Awaitable[None]],
) -> None:
    """Reads units side by side and finishes them one after the other, in their order.

    Args:
        read: what may take its time; an error of it is given to `finish`.
        finish: writes the result down; an error of it ends the reading of the others.
    """
    tasks = [asyncio.create_task(attempt(read(unit))) for unit in units]
    try:
        for unit, task in zip(units, tasks, strict=True):
            await finish(unit, await task)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def in_thread(transaction: Callable[[], T]) -> T:
    """Runs a transaction off the event loop; who is cancelled meanwhile waits for its end.

    It cannot be cut off, and the store must not be closed over it."""
    task = asyncio.ensure_future(asyncio.to_thread(transaction))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        # How it ended is nobody's business any more.
        await asyncio.gather(task, return_exceptions=True)
        raise


# Enough that the wait for the disk is nothing beside the work, and few enough that other writers
# are not kept waiting for it.
MAX_TOGETHER = 100


@dataclass(slots=True, eq=False)
class _Unit:
    """A unit of work that waits for its transaction.

    Attributes:
        place: the order in which rows are locked, the same for all who write.
        outcome: what it returned or raised; None as long as it waits.
    """

    place: int
    run: Callable[[Session], Any]
    outcome: _Done | Failed | None = None


@dataclass(frozen=True, slots=True)
class _Done:
    """What a unit returned whose transaction was committed."""

    value: Any


class Together:
    """Runs units of work in one transaction that are ready together, so that one wait for the disk
    serves many.

    Nobody waits for company: a unit is run as soon as the transaction before it has ended, with
    those that came in the meantime. Where one of them fails, each is run by itself, and only that
    one fails.

    Args:
        transact: runs a function in a transaction: `Store.write` or `Store.read`.
    """

    def __init__(self, transact: Transact) -> None:
        self._transact = transact
        self._waiting: list[_Unit] = []
        # First come, first served: when a unit has its turn, those before it are done.
        self._turn = asyncio.Lock()

    async def run(self, place: int, function: Callable[[Session], T]) -> T:
        """Runs one unit; returns when it is committed.

        Args:
            place: of the rows that it locks, among those of other units.

        Raises:
            StoreError: the database is in trouble. Whatever else the function raised.
        """
        unit = _Unit(place, function)
        self._waiting.append(unit)
        try:
            async with self._turn:
                if unit.outcome is None:
                    await self._run_next()
        finally:
            if unit.outcome is None and unit in self._waiting:  # nobody wants it any more
                self._waiting.remove(unit)
        if isinstance(unit.outcome, Failed):
            raise unit.outcome.error
        assert unit.outcome is not None
        return cast(T, unit.outcome.value)

    async def _run_next(self) -> None:
        units, self._waiting = self._waiting[:MAX_TOGETHER], self._waiting[MAX_TOGETHER:]
        units.sort(key=lambda unit: unit.place)
        await in_thread(lambda: _run_units(self._transact, units))


def _run_units(transact: Transact, units: Sequence[_Unit]) -> None:
    """Runs units in one transaction, or each in its own; notes how each went."""
    try:
        values = transact(run_together, [unit.run for unit in units])
    # The border of units of work: the error belongs to one of them, or to the database.
    except Exception as error:  # noqa: BLE001
        _run_apart(transact, units, error)
    else:
        for unit, value in zip(units, values, strict=True):
            unit.outcome = _Done(value)


def _run_apart(transact: Transact, units: Sequence[_Unit], error: Exception) -> None:
    """Runs units that could not be run together."""
    # Trouble of the database is the same for all, and waiting for it once is enough.
    is_for_all = isinstance(error, StoreError) and not isinstance(error, LeaseLost)
    if len(units) == 1 or is_for_all:
        for unit in units:
            unit.outcome = Failed(error)
        return
    for unit in units:
        _run_units(transact, [unit])


def run_together(session: Session, functions: Sequence[Callable[[Session], Any]]) -> list[Any]:
    """Runs several functions in one transaction; returns what each returned.

    Raises:
        LeaseLost: the lease of one of them. Whatever else they raised.
    """
    with finished_together(session):
        return [function(session) for function in functions]
