"""Polling: the same feeds through lemon24/reader and through this program, in turn, in one run."""

from __future__ import annotations

import functools
import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.goals import Figure, Goal, Measured, Sizes
from benchmarks.measuring import Cost, RunningWorld, open_world, run_cost, scratch
from benchmarks.peers.environments import READER, find_python

# Worker processes import again what the main module of their program imports. The program's own
# script imports next to nothing; a pass that did all of it cost 2 s of CPU a worker.
_PASS = "from benchmarks.peers.monitor_pass import main; main()"
_READER_PASS = Path(__file__).resolve().parents[1] / "peers" / "reader_pass.py"
_WORKERS, _MANY_WORKERS = 4, 32
_HOSTS = 60
_DELAY, _SPREAD = 100, 200  # milliseconds; answers take both at most
# What is served in each phase; those with a warm-up have a pass before that is not measured.
_PHASES: Mapping[str, Mapping[str, object]] = {
    "first": {},
    "not modified": {},
    "one new": {"editions": 1},
    "same bytes": {"mode": "plain"},
    "other bytes": {"mode": "volatile"},
}
_WARMED = frozenset({"same bytes", "other bytes"})

Pass = Callable[[], Cost]


@dataclass(frozen=True)
class Pair:
    """What both took for the same phase in one round."""

    ours: Cost
    peer: Cost

    @property
    def is_right(self) -> bool:
        """Whether both stored the same number of entries and met no failure."""
        return self.ours.entries == self.peer.entries and not (self.ours.failed + self.peer.failed)


def write_config(folder: Path, world: RunningWorld, fetch: str, database: str = "") -> Path:
    """Writes a config that takes every feed of a world and matches nothing; returns its folder."""
    config = folder / "config"
    (config / "cases").mkdir(parents=True)
    (config / "monitor.toml").write_text(
        f'database_url = "{database or "sqlite:///../monitor.db"}"\n[fetch]\nallow_private = true\n'
        f'robots = false\nper_host_delay = "0s"\n{fetch}[schedule]\nmin_interval = "1m"\n'
    )
    feeds = (f'[[feed]]\nurl = "{address}"\nevery = "1m"\n' for address in world.addresses())
    (config / "feeds.toml").write_text("".join(feeds))
    (config / "channels.toml").write_text('[desk]\ntype = "console"\n')
    (config / "cases" / "case.toml").write_text(
        'title = "Ferry"\nquery = \'"no such ferry anywhere"\'\nfeeds = ["*"]\n'
        '[[alert]]\nchannel = "desk"\nwhen = "now"\n'
    )
    return config


def our_pass(folder: Path, world: RunningWorld, fetch: str, passes: int = 1) -> Pass:
    """Returns what runs a pass of this program on a database in a folder."""
    config = write_config(folder, world, fetch)
    return functools.partial(run_cost, sys.executable, "-c", _PASS, config, passes)


def reader_pass(folder: Path, world: RunningWorld, workers: int) -> Pass:
    """Returns what runs an update of reader on a database in a folder."""
    python = find_python("reader", READER)
    addresses, database = folder / "addresses.txt", folder / f"reader-{workers}.db"
    addresses.write_text("\n".join(world.addresses()))
    return functools.partial(run_cost, python, _READER_PASS, database, workers, addresses)


def in_turn(number: int, ours: Pass, peer: Pass) -> Pair:
    """Runs both, the one that comes first changing from round to round."""
    if number % 2:
        theirs = peer()
        return Pair(ours(), theirs)
    mine = ours()
    return Pair(mine, peer())


@functools.cache
def play(sizes: Sizes) -> dict[str, list[Pair]]:
    """Plays all phases, for every round on new databases; returns what each took by phase."""
    pairs: dict[str, list[Pair]] = {name: [] for name in _PHASES}
    fetch = "concurrency = 64\nper_host = 8\n"
    for number in range(sizes.rounds):
        with open_world(feeds=sizes.feeds, hosts=_HOSTS) as world, scratch() as folder:
            ours, peer = our_pass(folder, world, fetch), reader_pass(folder, world, _WORKERS)
            for name, served in _PHASES.items():
                world.set(**served) if served else None
                if name in _WARMED:
                    in_turn(number, ours, peer)
                pairs[name].append(in_turn(number, ours, peer))
    return pairs


def ratio(pairs: Sequence[Pair], cost: str) -> float:
    """Returns the median over rounds of our cost in the peer's."""
    return statistics.median(getattr(pair.ours, cost) / getattr(pair.peer, cost) for pair in pairs)


def compare(pairs: Sequence[Pair], sizes: Sizes, *limits: tuple[str, str, float]) -> Measured:
    """Returns ratios beside their limits, with what each side took."""
    figures = [Figure(name, ratio(pairs, cost), limit) for name, cost, limit in limits]
    last = pairs[-1]
    each = 1000 / sizes.feeds
    pair = (
        f"{last.ours.entries} / {last.peer.entries} entries stored; "
        f"{last.ours.cpu * each:.2f} / {last.peer.cpu * each:.2f} ms CPU a feed"
    )
    is_right = all(one.is_right for one in pairs)
    return Measured(figures, pair, is_right, f"{sizes.feeds} feeds, {len(pairs)} rounds")


def not_modified(sizes: Sizes) -> Measured:
    """B1."""
    limits = (("CPU", "cpu", 0.9), ("wall", "wall", 0.5))
    return compare(play(sizes)["not modified"], sizes, *limits)


def unchanged(sizes: Sizes) -> Measured:
    """B2."""
    same = compare(play(sizes)["same bytes"], sizes, ("same bytes, CPU", "cpu", 1 / 15))
    other = compare(play(sizes)["other bytes"], sizes, ("other bytes, CPU", "cpu", 1 / 11))
    return Measured(
        [*same.figures, *other.figures],
        f"{same.pair}; {other.pair}",
        same.is_right and other.is_right,
        same.size,
    )


def one_new(sizes: Sizes) -> Measured:
    """B3."""
    limits = (("CPU", "cpu", 1 / 7), ("wall", "wall", 1 / 5))
    return compare(play(sizes)["one new"], sizes, *limits)


def first_ingest(sizes: Sizes) -> Measured:
    """B4."""
    limits = (("CPU", "cpu", 1 / 1.7), ("wall", "wall", 1 / 2.5))
    return compare(play(sizes)["first"], sizes, *limits)


def with_latency(sizes: Sizes) -> Measured:
    """B1w."""
    fetch = "concurrency = 256\nper_host = 2\n"
    faster: list[float] = []
    much: list[float] = []
    most, right = 0, True
    for _ in range(sizes.rounds):
        with open_world(feeds=sizes.feeds, hosts=sizes.feeds) as world, scratch() as folder:
            ours = our_pass(folder, world, fetch)
            few, many = (reader_pass(folder, world, count) for count in (_WORKERS, _MANY_WORKERS))
            costs = [one() for one in (ours, few, many)]
            world.set(delay=_DELAY, spread=_SPREAD)
            world.figures()
            mine = ours()
            most = max(most, world.figures()["most at once of a host"])
            slow, quick = few(), many()
            faster.append(slow.wall / mine.wall)
            much.append(quick.wall / mine.wall)
            right = right and len({cost.entries for cost in (*costs, mine, slow, quick)}) == 1
    figures = [
        Figure("× faster than 4 workers", statistics.median(faster), 20, is_floor=True),
        Figure("than 32", statistics.median(much), 3, is_floor=True),
        Figure("at once a host", most, 2),
    ]
    size = f"{sizes.feeds} feeds, 100–300 ms, {sizes.rounds} rounds"
    return Measured(figures, "the same entries stored by all three", right, size)


def concurrency(sizes: Sizes) -> Measured:
    """B13."""
    ratios, right = [], True
    for _ in range(sizes.rounds):
        with open_world(feeds=sizes.feeds, hosts=sizes.feeds) as world, scratch() as folder:
            costs = []
            for count in (16, 256):
                (folder / str(count)).mkdir()
                fetch = f"concurrency = {count}\nper_host = 2\n"
                one = our_pass(folder / str(count), world, fetch)
                one()
                costs.append(one())
            ratios.append(costs[1].cpu / costs[0].cpu)
            right = right and costs[0].entries == costs[1].entries and not costs[1].failed
    size = f"{sizes.feeds} feeds, {sizes.rounds} rounds"
    figure = Figure("CPU at 256 / at 16", statistics.median(ratios), 1.3)
    return Measured([figure], "the same entries stored", right, size)


def endurance(sizes: Sizes) -> Measured:
    """B9."""
    fetch = "concurrency = 64\nper_host = 8\n"
    with open_world(feeds=sizes.feeds, hosts=_HOSTS) as world, scratch() as folder:
        cost = our_pass(folder, world, fetch, sizes.passes)()
    assert not isinstance(cost.memory, float)
    memory = list(cost.memory)
    start = memory[min(4, len(memory) - 2)]
    figures = [
        Figure("resident MB", max(memory), 140),
        Figure("growth from pass 5, %", 100 * (memory[-1] / start - 1), 5),
    ]
    right = not cost.failed and cost.entries > 0
    size = f"{sizes.feeds} feeds, {sizes.passes} passes (whole: 20,000, 50)"
    return Measured(figures, f"{cost.entries} entries, no feed failed", right, size)


_READER_4 = "lemon24/reader, 4 workers"
GOALS = (
    Goal("B1", "all feeds answer 304", _READER_4, not_modified),
    Goal("B1w", "the same at 100–300 ms, ≤ 2 a host", "reader, 4 / 32 workers", with_latency),
    Goal("B2", "200, same bytes / volatile bytes", _READER_4, unchanged),
    Goal("B3", "one new item of 40 everywhere", _READER_4, one_new),
    Goal("B4", "first ingest, 40 entries a feed", _READER_4, first_ingest),
    Goal("B9", "memory over passes", "itself", endurance),
    Goal("B13", "a 304 at concurrency 256 and 16", "itself", concurrency),
)
