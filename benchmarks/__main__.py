"""Measures every goal of speed and size, or those named; prints the table and writes it down.

    python -m benchmarks [ROW …] [--feeds 1000] [--rounds 3] [--articles 1000000] [--no-page]

Peers live in environments of their own under `.bench/`; a row whose peer cannot be had here is told
as such. Pairs run in turn, and ratios are medians over the rounds: only they mean something on
a machine that others use. The exit code is 0 when every goal is held.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from dataclasses import fields

from benchmarks.goals import Goal, Result, Sizes
from benchmarks.page import PAGE, write_page
from benchmarks.peers.environments import NoPeer
from benchmarks.rows import cases, polling, start, storage, texts, workers

GOALS = sorted(
    (*polling.GOALS, *texts.GOALS, *storage.GOALS, *start.GOALS, *cases.GOALS, *workers.GOALS),
    key=lambda goal: (int(goal.name[1:].rstrip("w")), goal.name),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, prints and writes."""
    options = _parse(arguments)
    # Worlds, workers and servers are ended on the way out, however it is asked for.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sizes = Sizes(**{one.name: getattr(options, one.name) for one in fields(Sizes)})
    wanted = set(options.rows)
    results = []
    for goal in GOALS:
        if not wanted or goal.name in wanted:
            results.append(_measure(goal, sizes))
            print(results[-1].row(), flush=True)
    if not options.no_page:
        write_page(results)
        print(f"wrote {PAGE.name}")
    held = sum(result.is_held for result in results)
    print(f"bench: {held} of {len(results)} goals held")
    return int(held < len(results))


def _measure(goal: Goal, sizes: Sizes) -> Result:
    """Measures a goal; a peer that cannot be had is a reason, any other failure an error."""
    try:
        return Result(goal, goal.measure(sizes))
    except NoPeer as error:
        return Result(goal, None, f"no peer: {error}")


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("rows", nargs="*", metavar="ROW")
    for one in fields(Sizes):
        parser.add_argument(f"--{one.name.replace('_', '-')}", type=int, default=one.default)
    parser.add_argument("--no-page", action="store_true", help="do not write the document")
    options = parser.parse_args(arguments)
    names = [goal.name for goal in GOALS]
    unknown = ", ".join(sorted(set(options.rows) - set(names)))
    if unknown:
        parser.error(f"{unknown}: the rows are {', '.join(names)}")
    return options


if __name__ == "__main__":
    sys.exit(main())
