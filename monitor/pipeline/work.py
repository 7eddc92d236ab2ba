"""Units of claimed work: at its border whatever goes wrong becomes a state, and the others go on.

A unit (one feed, entry, page or delivery) is claimed with a lease. Its result is written under that
lease; where another worker has taken the unit over in the meantime, the result is dropped whole.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from monitor.errors import LeaseLost, StoreError

T = TypeVar("T")
U = TypeVar("U")


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
