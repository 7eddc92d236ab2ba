"""One pass, or several, over every feed by this program.

python -c "from benchmarks.peers.monitor_pass import main; main()" CONFIG [PASSES]

Measured from after the imports until everything is closed, worker processes included; they, too,
are measured from after their imports, which a daemon does once. Prints CPU and wall seconds, how
many entries are stored, and the resident memory after each pass, as JSON.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import resource
import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import forkserver
from pathlib import Path

import sqlalchemy as sa
import structlog

from monitor.bootstrap import build_context
from monitor.cli.state import utc_now
from monitor.pipeline.run_once import run_pass
from monitor.settings import Settings, load_settings
from monitor.store.schema.tables import entries

_PAGE = resource.getpagesize()
_START = timedelta(seconds=60)


def spent() -> float:
    """Returns the CPU time of this process and of its workers that have ended."""
    parts = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(part.ru_utime + part.ru_stime for part in parts) + _spent_by_workers()


def _spent_by_workers() -> float:
    # They are children of the server that forks them, which lives as long as this process.
    server: int | None = forkserver._forkserver._forkserver_pid  # type: ignore[attr-defined]
    if server is None:
        return 0.0
    fields = Path(f"/proc/{server}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    # utime, stime, cutime and cstime, see proc(5).
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def resident_mb() -> float:
    """Returns what this process holds of memory now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * _PAGE / (1 << 20)


@dataclass(frozen=True)
class Worked:
    """What passes did, and what the start of the worker processes took.

    Attributes:
        outcomes: of the last pass.
        memory: after each pass, in MB.
        start_cpu, start_wall: seconds.
    """

    outcomes: Counter[str]
    entries: int
    memory: list[float]
    start_cpu: float
    start_wall: float


async def work(settings: Settings, passes: int) -> Worked:
    """Runs the passes."""
    async with build_context(settings, utc_now) as ctx:
        cpu, wall = spent(), time.perf_counter()
        await ctx.pool.run(sorted, [2, 1], timeout=_START)
        cpu, wall = spent() - cpu, time.perf_counter() - wall
        memory = []
        for _ in range(passes):
            result = await run_pass(ctx, send=False)
            memory.append(resident_mb())
        count = sa.select(sa.func.count()).select_from(entries)
        stored = await ctx.read(lambda session: session.execute(count).scalar_one())
    return Worked(result.outcomes, stored, memory, cpu, wall)


def main() -> None:
    """Works and prints."""
    logging.disable(logging.CRITICAL)
    quiet = structlog.make_filtering_bound_logger(logging.CRITICAL)
    structlog.configure(wrapper_class=quiet)
    settings = load_settings(Path(sys.argv[1]), os.environ)
    passes = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    cpu, wall = spent(), time.perf_counter()
    done = asyncio.run(work(settings, passes))
    cpu, wall = spent() - cpu - done.start_cpu, time.perf_counter() - wall - done.start_wall
    outcomes = done.outcomes
    failed = outcomes.total() - sum(outcomes[key] for key in ("new", "unchanged", "not_modified"))
    told = {"entries": done.entries, "failed": failed, "memory": done.memory}
    print(json.dumps({"cpu": cpu, "wall": wall, **told}))


if __name__ == "__main__":
    main()
