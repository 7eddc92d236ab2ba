"""Workers: killed when they go over their limits, and the pool goes on."""

from __future__ import annotations

import asyncio
import ctypes
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from monitor.errors import ConfigError, FeedParseError, FetchError, WorkerError
from monitor.extraction import extract_page
from monitor.feeds.parse import parse_feed
from monitor.isolation import MAX_SHARED, PRELOAD, WorkerPool
from monitor.model import PageStatus

T = TypeVar("T")
LONG = timedelta(seconds=20)
MEMORY = 1 << 30


def double(number: int, *, plus: int = 0) -> int:
    return 2 * number + plus


def hang_in_c() -> None:
    """Blocks every signal and sleeps inside C, as a parser does that an attribute bomb holds."""
    libc = ctypes.CDLL(None)
    libc.sigprocmask(0, ctypes.byref((ctypes.c_ulong * 16)(*[2**64 - 1] * 16)), None)
    ctypes.PyDLL(None).sleep(600)


def die() -> None:
    os._exit(7)


def crash() -> None:
    ctypes.string_at(0)


def eat_memory() -> int:
    return len(bytearray(4 << 30))


def process_id() -> int:
    return os.getpid()


def raise_feed_error() -> None:
    raise FeedParseError("https://herald.example/rss is not a feed", hint="look for another")


def raise_fetch_error() -> None:
    raise FetchError(
        "https://herald.example/",
        "gone",
        status=410,
        permanent=True,
        retry_after=timedelta(seconds=3),
    )


def raise_config_error() -> None:
    raise ConfigError(Path("feeds.toml"), 3, "url", "is wrong")


def raise_foreign_error() -> None:
    raise ZeroDivisionError("by nothing")


def return_what_cannot_be_pickled() -> Callable[[], None]:
    return lambda: None


def with_pool(use: Callable[[WorkerPool], Awaitable[T]], *, workers: int = 1) -> T:
    async def main() -> T:
        async with WorkerPool(workers, MEMORY, preload=()) as pool:
            return await use(pool)

    return asyncio.run(main())


def test_a_function_runs_in_another_process() -> None:
    async def use(pool: WorkerPool) -> tuple[int, int]:
        return await pool.run(double, 4, plus=1, timeout=LONG), await pool.run(
            process_id, timeout=LONG
        )

    result, pid = with_pool(use)

    assert result == 9
    assert os.getpid() != pid


def test_the_program_comes_before_its_workers() -> None:
    # To be nicer by nothing says how nice a process is.
    theirs = with_pool(lambda pool: pool.run(os.nice, 0, timeout=LONG))

    assert theirs == min(19, os.nice(0) + 5)


def test_a_function_over_its_time_is_killed_and_the_pool_goes_on() -> None:
    async def use(pool: WorkerPool) -> int:
        await pool.run(double, 1, timeout=LONG)
        start = time.monotonic()
        with pytest.raises(WorkerError, match=r"longer than 0\.3 s"):
            await pool.run(hang_in_c, timeout=timedelta(seconds=0.3))
        assert time.monotonic() - start < 60
        return await pool.run(double, 2, timeout=LONG)

    assert with_pool(use) == 4


@pytest.mark.parametrize(("function", "words"), [(die, "exit code 7"), (crash, "SIGSEGV")])
def test_a_process_that_dies_is_an_error_of_ours_and_the_pool_goes_on(
    function: Callable[[], None], words: str
) -> None:
    async def use(pool: WorkerPool) -> int:
        with pytest.raises(WorkerError, match=words):
            await pool.run(function, timeout=LONG)
        return await pool.run(double, 2, timeout=LONG)

    assert with_pool(use) == 4


def test_a_function_over_its_memory_is_an_error_of_ours() -> None:
    async def use(pool: WorkerPool) -> None:
        with pytest.raises(WorkerError, match="memory"):
            await pool.run(eat_memory, timeout=LONG)

    with_pool(use)


def test_our_errors_reach_the_caller_unchanged() -> None:
    async def use(pool: WorkerPool) -> None:
        with pytest.raises(FeedParseError) as parse:
            await pool.run(raise_feed_error, timeout=LONG)
        with pytest.raises(FetchError) as fetch:
            await pool.run(raise_fetch_error, timeout=LONG)
        with pytest.raises(ConfigError) as config:
            await pool.run(raise_config_error, timeout=LONG)

        assert parse.value.hint == "look for another"
        assert (410, True, timedelta(seconds=3)) == (
            fetch.value.status,
            fetch.value.permanent,
            fetch.value.retry_after,
        )
        assert str(config.value) == "feeds.toml:3: url: is wrong"

    with_pool(use)


def test_foreign_errors_are_told_with_their_traceback() -> None:
    async def use(pool: WorkerPool) -> None:
        with pytest.raises(WorkerError, match="ZeroDivisionError: by nothing") as told:
            await pool.run(raise_foreign_error, timeout=LONG)
        assert "raise_foreign_error" in told.value.__notes__[0]

    with_pool(use)


def test_a_result_that_cannot_be_pickled_is_an_error_of_ours() -> None:
    async def use(pool: WorkerPool) -> None:
        with pytest.raises(WorkerError, match="pickle"):
            await pool.run(return_what_cannot_be_pickled, timeout=LONG)

    with_pool(use)


def test_cancelling_a_call_frees_its_worker() -> None:
    async def use(pool: WorkerPool) -> int:
        await pool.run(double, 1, timeout=LONG)
        call = asyncio.create_task(pool.run(hang_in_c, timeout=LONG))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await call
        return await pool.run(double, 3, timeout=LONG)

    assert with_pool(use) == 6


def test_more_calls_than_workers_all_come_back_even_with_large_arguments() -> None:
    async def use(pool: WorkerPool) -> list[int]:
        bodies = [b"x" * 1_000_000 * (number % 3) for number in range(9)]
        return await asyncio.gather(*(pool.run(len, body, timeout=LONG) for body in bodies))

    assert with_pool(use, workers=2) == [0, 1_000_000, 2_000_000] * 3


def test_closing_does_not_wait_for_a_hung_process() -> None:
    async def use(pool: WorkerPool) -> asyncio.Task[None]:
        await pool.run(double, 1, timeout=LONG)
        call = asyncio.create_task(pool.run(hang_in_c, timeout=timedelta(minutes=5)))
        await asyncio.sleep(0)
        return call

    start = time.monotonic()
    with_pool(use)

    assert time.monotonic() - start < 60


def test_a_closed_pool_says_so() -> None:
    async def use(pool: WorkerPool) -> None:
        pool.close()
        pool.close()
        with pytest.raises(WorkerError, match="closed"):
            await pool.run(double, 1, timeout=LONG)

    with_pool(use)


def test_parsers_work_within_the_limits_and_bombs_harm_no_other_document() -> None:
    """Tens of thousands of attributes cost feedparser and libxml2 minutes inside C; no timeout in
    the process helps.
    """
    attributes = " ".join(f'a{number}="x"' for number in range(60_000))
    bomb = f"<rss><channel><item><title {attributes}>t</title></item></channel></rss>".encode()
    feed = (
        b"<rss version='2.0'><channel><item><title>Judge orders daily reports</title>"
        b"</item></channel></rss>"
    )
    html = b"<html><body><article><p>A judge wants a report.</p></article></body></html>"

    async def main() -> None:
        async with WorkerPool(1, MEMORY) as pool:
            document = await pool.run(
                parse_feed, feed, url="https://herald.example/rss", timeout=LONG
            )
            page = await pool.run(extract_page, html, url="https://herald.example/1", timeout=LONG)
            assert document.items[0].title == "Judge orders daily reports"
            assert page.status is PageStatus.STUB
            with pytest.raises(WorkerError, match="longer than 1 s"):
                await pool.run(
                    parse_feed, bomb, url="https://herald.example/rss", timeout=timedelta(seconds=1)
                )
            start = time.monotonic()
            assert (
                await pool.run(parse_feed, feed, url="https://herald.example/rss", timeout=LONG)
                == document
            )
            assert time.monotonic() - start < LONG.total_seconds()

    asyncio.run(main())


# --- small calls together
# -----------------------------------------------------------------------------


def held(path: Path) -> int:
    """Keeps its process until a file is there."""
    while not path.exists():
        time.sleep(0.01)
    return os.getpid()


def test_small_calls_that_wait_go_together_and_each_gets_its_own_answer(tmp_path: Path) -> None:
    async def main() -> None:
        async with WorkerPool(1, MEMORY) as pool:
            busy = asyncio.create_task(pool.run(held, tmp_path / "go", timeout=LONG))
            calls = [
                asyncio.create_task(pool.run_small(double, number, plus=1, timeout=LONG))
                for number in range(3 * MAX_SHARED + 2)
            ]
            await asyncio.sleep(0)
            (tmp_path / "go").touch()

            assert await asyncio.gather(*calls) == [2 * n + 1 for n in range(len(calls))]
            await busy

    asyncio.run(main())


def test_a_small_call_that_raises_harms_no_other_beside_it() -> None:
    async def main() -> None:
        async with WorkerPool(1, MEMORY) as pool:
            results = await asyncio.gather(
                pool.run_small(double, 1, timeout=LONG),
                pool.run_small(raise_feed_error, timeout=LONG),
                pool.run_small(double, 2, timeout=LONG),
                return_exceptions=True,
            )
            assert results[::2] == [2, 4]
            assert isinstance(results[1], FeedParseError)
            assert results[1].hint == "look for another"

    asyncio.run(main())


@pytest.mark.parametrize("harm", [die, crash, hang_in_c, eat_memory])
def test_a_small_call_that_takes_its_process_along_fails_alone(
    harm: Callable[[], object],
) -> None:
    async def main() -> None:
        async with WorkerPool(1, MEMORY) as pool:
            # The pool is warm, so that the limit is for the calls.
            await pool.run(double, 1, timeout=LONG)
            limit = timedelta(seconds=3)
            results = await asyncio.gather(
                *(pool.run_small(double, number, timeout=limit) for number in range(5)),
                pool.run_small(harm, timeout=limit),
                *(pool.run_small(double, number, timeout=limit) for number in range(5)),
                return_exceptions=True,
            )
            assert isinstance(results.pop(5), WorkerError)
            assert results == [0, 2, 4, 6, 8] * 2

    asyncio.run(main())


def test_a_small_call_that_is_cancelled_leaves_the_others_their_answers(tmp_path: Path) -> None:
    async def main() -> None:
        async with WorkerPool(1, MEMORY) as pool:
            busy = asyncio.create_task(pool.run(held, tmp_path / "go", timeout=LONG))
            calls = [
                asyncio.create_task(pool.run_small(double, number, timeout=LONG))
                for number in range(6)
            ]
            await asyncio.sleep(0)
            calls[0].cancel()
            (tmp_path / "go").touch()
            results = await asyncio.gather(*calls, return_exceptions=True)
            assert isinstance(results[0], asyncio.CancelledError)
            assert results[1:] == [2, 4, 6, 8, 10]
            await busy

    asyncio.run(main())


def test_who_makes_the_calls_of_others_and_is_cancelled_leaves_them_to_themselves(
    tmp_path: Path,
) -> None:
    async def main() -> None:
        async with WorkerPool(1, MEMORY) as pool:
            await pool.run(double, 1, timeout=LONG)
            first = asyncio.create_task(pool.run_small(held, tmp_path / "go", timeout=LONG))
            second = asyncio.create_task(pool.run_small(double, 4, timeout=LONG))
            await asyncio.sleep(0.2)
            first.cancel()
            with pytest.raises(asyncio.CancelledError):
                await first
            assert await second == 8

    asyncio.run(main())


def test_a_closed_pool_says_so_to_small_calls_as_well() -> None:
    async def main() -> None:
        pool = WorkerPool(1, MEMORY)
        pool.close()
        with pytest.raises(WorkerError, match="closed"):
            await pool.run_small(double, 1, timeout=LONG)

    asyncio.run(main())


@pytest.mark.parametrize(
    ("error", "is_told"),
    [("EOFError()", False), ("FileNotFoundError('semaphore')", False), ("ValueError('bug')", True)],
)
def test_a_worker_whose_program_has_gone_ends_without_a_word(error: str, is_told: bool) -> None:
    code = f"import monitor.worker_preload; raise {error}"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)

    assert done.returncode == 1
    assert ("Traceback" in done.stderr) is is_told


ASK_A_WORKER = """
import asyncio
from datetime import timedelta
from monitor.isolation import WorkerPool

async def main():
    async with WorkerPool(1, 1 << 30) as pool:
        asked = "sorted(__import__('sys').modules)"
        return await pool.run(eval, asked, timeout=timedelta(seconds=60))

print(*asyncio.run(main()))
"""
START_AS_A_WORKER = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print(*sys.modules)
"""


def test_a_worker_imports_nothing_that_it_could_have_been_forked_with() -> None:
    """Imports of its own were most of what a worker cost, and a pool has several."""
    started = [f"multiprocessing.{one}" for one in ("forkserver", "popen_forkserver", "spawn")]

    worker = _modules(ASK_A_WORKER)

    assert "pebble" in worker
    assert worker - _modules(START_AS_A_WORKER, *started, *PRELOAD) == set()


def _modules(code: str, *arguments: str) -> set[str]:
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return set(done.stdout.split())
