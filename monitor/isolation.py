"""Worker processes that can be killed: for parsing what strangers wrote.

Some documents of a few kilobytes keep a parser busy for minutes inside C code, where no signal,
timeout or thread can stop it. Only ending the process helps. So parsing runs in processes with a
limit of time and of memory; one that goes over is killed, its caller gets a `WorkerError`, and the
pool goes on with a new one. Processes are forked from a warm server that has the parsers imported,
so a new one costs milliseconds. `concurrent.futures.ProcessPoolExecutor` was rejected: it cannot
end a single task, and one dead process breaks it for good."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import pickle
import resource
import signal
import threading
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from types import TracebackType
from typing import Any, TypeVar, cast

import pebble

from monitor.errors import MonitorError, WorkerError

# This module too: whatever a worker is asked, it imports where its task comes from.
PRELOAD = ("monitor.worker_preload", __name__)

# Small calls that share a way to a process: the way costs as much as such a call.
MAX_SHARED = 16

_TASKS_PER_PROCESS = 1_000  # then a fresh one: parsers' caches grow
_GRACE_SECONDS = 10.0  # beyond a task's limit: a pool that has not answered by then is replaced
_NICE = 5  # by so much the program comes before its workers
_R = TypeVar("_R")


@dataclass(frozen=True, slots=True)
class _Raised:
    """An error of ours on its way out of a process: pickle cannot rebuild errors whose arguments
    are not their `args`.
    """

    kind: type[MonitorError]
    args: tuple[Any, ...]
    state: dict[str, Any]

    def rebuilt(self) -> MonitorError:
        error = self.kind.__new__(self.kind)
        error.args = self.args
        error.__dict__.update(self.state)
        return error


@dataclass(slots=True, eq=False)
class _SmallCall:
    """A call that waits for a process.

    Attributes:
        answer: as `_call` gives it; None where it has to be made by itself.
    """

    call: Callable[[], object]
    answer: asyncio.Future[bytes | None]

    def settle(self, answer: bytes | None) -> None:
        if not self.answer.done():  # whoever waited may have been cancelled
            self.answer.set_result(answer)


class WorkerPool:
    """Runs functions in killable processes. Also an async context manager.

    Args:
        workers: number of processes.
        memory_bytes: address space of each.
        preload: modules that the processes have imported from the start.
    """

    def __init__(
        self, workers: int, memory_bytes: int, *, preload: Sequence[str] = PRELOAD
    ) -> None:
        self._workers = workers
        self._memory_bytes = memory_bytes
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(list(preload))
        # A task is handed over only when a process is free to take it: what lies in a pipe is lost
        # when its reader dies.
        self._free = asyncio.Semaphore(workers)
        self._small: list[_SmallCall] = []
        self._is_closed = False
        self._pool: Any = None
        # Started by the first task: a pass over unchanged feeds never needs a process.
        self._starting: threading.Thread | None = None

    async def __aenter__(self) -> WorkerPool:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    async def run(
        self, function: Callable[..., _R], *args: Any, timeout: timedelta, **kwargs: Any
    ) -> _R:
        """Calls `function` in a process and returns its result.

        Function, arguments and result have to be picklable. Cancelling the call ends the process.

        Args:
            timeout: counted from the moment when a process takes the task.

        Raises:
            WorkerError: over the limit of time or memory, the process died, or the function raised
            an error that is not ours. MonitorError: as the function raised it.
        """
        name = getattr(function, "__name__", "a task")
        async with self._free:
            await self._wait_until_started()
            answer = await self._run_call(name, partial(function, *args, **kwargs), timeout)
        return cast(_R, _unpacked(answer))

    async def run_small(
        self, function: Callable[..., _R], *args: Any, timeout: timedelta, **kwargs: Any
    ) -> _R:
        """Calls `function` as `run` does, in one process with others that wait for one by then.

        Where one of them harms the process, each is called once more, by itself.

        Args:
            timeout: for all that go together.

        Raises:
            WorkerError, MonitorError: as `run`.
        """
        call = partial(function, *args, **kwargs)
        waiting = _SmallCall(call, asyncio.get_running_loop().create_future())
        self._small.append(waiting)
        try:
            async with self._free:
                # Somebody who had a turn before may have taken this call along.
                if self._small:
                    await self._run_waiting(timeout)
            answer = await waiting.answer
        finally:
            if waiting in self._small:
                self._small.remove(waiting)
        if answer is None:
            return await self.run(function, *args, timeout=timeout, **kwargs)
        return cast(_R, _unpacked(answer))

    async def _run_waiting(self, timeout: timedelta) -> None:
        """Makes the calls that wait, as many as go together."""
        calls, self._small = self._small[:MAX_SHARED], self._small[MAX_SHARED:]
        answers: list[bytes | None] = [None] * len(calls)
        try:
            await self._wait_until_started()
            together = partial(_call_all, [waiting.call for waiting in calls])
            answers = _unpacked(await self._run_call("small calls", together, timeout))
        except WorkerError:
            # One of them is to blame. Which one shows when each is called by itself.
            answers = [None] * len(calls)
        finally:
            for waiting, answer in zip(calls, answers, strict=True):
                waiting.settle(answer)

    async def _run_call(self, name: str, call: Callable[[], object], limit: timedelta) -> bytes:
        """Returns what a process answers; its end, however it came, is a `WorkerError`."""
        pool = self._pool
        try:
            return await self._answer(pool, call, limit)
        except pebble.ProcessExpired as error:
            what = f"the worker process died ({_cause_of_death(error)})"
            raise WorkerError(f"{name}: {what}") from error
        except TimeoutError as error:
            what = f"took longer than {limit.total_seconds():g} s and was stopped"
            raise WorkerError(f"{name}: {what}") from error
        except (RuntimeError, OSError) as error:  # the pool itself is broken
            self._replace(pool)
            what = f"the worker pool broke down and was replaced: {error}"
            raise WorkerError(f"{name}: {what}") from error

    def close(self) -> None:
        """Ends all processes at once, busy ones as well."""
        if not self._is_closed:
            self._is_closed = True
            if self._starting is not None:
                self._starting.join()
                _stop(self._pool)

    async def _answer(self, pool: Any, call: Callable[[], object], limit: timedelta) -> bytes:
        seconds = limit.total_seconds()
        future = asyncio.wrap_future(pool.schedule(_call, args=(call,), timeout=seconds))
        try:
            done, _ = await asyncio.wait({future}, timeout=seconds + _GRACE_SECONDS)
        except asyncio.CancelledError:
            future.cancel()
            raise
        if not done:
            future.cancel()
            raise RuntimeError("no answer")
        return cast(bytes, future.result())

    async def _wait_until_started(self) -> None:
        if self._is_closed:
            raise WorkerError("the worker pool is closed")
        if self._starting is None:
            self._pool, self._starting = self._start()
        if self._starting.is_alive():
            await asyncio.get_running_loop().run_in_executor(None, self._starting.join)

    def _start(self) -> tuple[Any, threading.Thread]:
        """Starts processes in the background: importing the parsers takes a second, and the caller
        has an event loop to run.
        """
        pool = pebble.ProcessPool(
            max_workers=self._workers,
            max_tasks=_TASKS_PER_PROCESS,
            initializer=_initialise,
            initargs=(self._memory_bytes,),
            context=self._context,
        )
        starting = threading.Thread(
            target=pool.schedule, args=(_call, (tuple,)), name="start workers", daemon=True
        )
        starting.start()
        return pool, starting

    def _replace(self, pool: Any) -> None:
        if pool is self._pool and not self._is_closed:
            self._pool, self._starting = self._start()
            threading.Thread(target=_stop, args=(pool,), name="stop workers", daemon=True).start()


def _stop(pool: Any) -> None:
    with contextlib.suppress(RuntimeError, OSError):
        pool.stop()
        pool.join()


def _initialise(memory_bytes: int) -> None:
    """Prepares a fresh process: its limits, its place behind the program, and that it ends at the
    first signal even when it is deep inside C code.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # What strangers keep busy may hold up neither asking nor telling on a box of one or two cores.
    os.nice(_NICE)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = memory_bytes if hard == resource.RLIM_INFINITY else min(memory_bytes, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _call(function: Callable[[], object]) -> bytes:
    """Runs in the process: returns the result, or the error, as bytes that the other side can
    always read.
    """
    try:
        return pickle.dumps((function(),))
    except MonitorError as error:
        return _packed(error)
    except MemoryError:
        return _packed(WorkerError("more memory was needed than a worker may have"))
    # The border of the unit of work: whatever it is becomes the caller's error, with its traceback.
    except Exception as unexpected:  # noqa: BLE001 (see above)
        failure = WorkerError(f"{type(unexpected).__name__}: {unexpected}")
        failure.add_note("".join(traceback.format_exception(unexpected)))
        return _packed(failure)


def _call_all(functions: Sequence[Callable[[], object]]) -> list[bytes]:
    """Runs in the process: returns what `_call` returns of each function."""
    return [_call(function) for function in functions]


def _unpacked(answer: bytes) -> Any:
    """Returns what a process answered, or raises it."""
    outcome = pickle.loads(answer)  # noqa: S301 (written by our own child)
    if isinstance(outcome, _Raised):
        raise outcome.rebuilt()
    return outcome[0]


def _packed(error: MonitorError) -> bytes:
    return pickle.dumps(_Raised(type(error), error.args, dict(error.__dict__)))


def _cause_of_death(error: pebble.ProcessExpired) -> str:
    code = error.exitcode
    if code is not None and code < 0:
        with contextlib.suppress(ValueError):
            return signal.Signals(-code).name
    return f"exit code {code}"
