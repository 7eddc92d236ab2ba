"""Killed at a thousand random moments, and before and after each commit and each send."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.trust.audit import NOTHING, Audit, audit
from tests.trust.figures import Figure, Finding
from tests.trust.lives import Lives, Order
from tests.trust.world import PUBLISHING_S, World, open_world, write_config

# A database with more news takes longer to start with than most lives last.
KILLS_A_WORLD = 125
STANDS, CHANNELS = 2, 2
WARM_UP_S = 2.0
# In times that a start takes on this machine just now: most lives end within a few commits, two
# fifths may live long enough for everything that they can do.
SHORT, LONG, LONG_SHARE = 1.7, 4.0, 0.4
STARTS = 5  # that are timed; how long lives last goes by their median
SIGKILLED = -9
# After the last kill, at most.
CALM_LIVES = 6
# The clock goes on between two lives: what waits for a retry comes due.
BETWEEN_LIVES_S = 60.0
PATIENCE = 4  # times the kills that were asked for, at most, until there is an alert
POINTS = (
    "claim_feeds",
    "store_poll",
    "finish_poll",
    "claim_entries",
    "record_article",
    "seal",
    "claim_delivery",
    "send",
    "mark_sent",
)
# A point that no life comes to is none: the harness would prove nothing.
TRIES_A_DEATH = 5


class Clock:
    """The time of day in a world, which jumps between two lives."""

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def __call__(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead_s)


@dataclass
class Stage:
    """A world with a program in it that is killed."""

    world: World
    clock: Clock
    lives: Lives
    config: Path
    broken: str = ""
    lived: int = 0
    kills: int = 0

    def live(self, **wanted: object) -> int:
        """Has one life lived; returns how it ended."""
        self.lived += 1
        self.world.begin_life(self.lived)
        order = Order(str(self.config), ahead_s=self.clock.ahead_s, broken=self.broken)
        ended = self.lives.live(replace(order, **wanted))
        is_killed = ended == SIGKILLED
        self.world.end_life(self.lived, is_killed=is_killed)
        self.kills += is_killed
        self.clock.ahead_s += BETWEEN_LIVES_S
        return ended

    def time_start(self) -> float:
        """Returns how many seconds a life takes to get to its first work, on this machine now."""
        return statistics.median(self._time_one_start() for _ in range(STARTS))

    def _time_one_start(self) -> float:
        began = time.monotonic()
        assert self.live(point="after seal") == SIGKILLED
        return time.monotonic() - began

    def audit(self) -> Audit:
        """Compares what is stored and was sent with what was published."""
        return audit(self.world, f"sqlite:///{self.config / 'monitor.db'}")

    def conclude(self) -> Audit:
        """Lets the program finish in peace and compares."""
        self.world.stop_publishing()
        found = NOTHING
        # On a busy machine a life may end for lack of work while a page is still read.
        for calm in range(1, CALM_LIVES + 1):
            ended = self.live()
            assert ended == 0, (self.config / "life.log").read_text()[-2000:]
            found = self.audit()
            if calm > 1 and not (found.lost_entries or found.lost_alerts):
                break
        return found


@contextmanager
def warm_lives() -> Iterator[Lives]:
    """A warm process, which has lived once in a world of its own."""
    with scratch() as folder:
        world = open_world(STANDS, Clock())
        try:
            lives = Lives(Order(str(write_config(folder, world)), limit_s=WARM_UP_S))
        finally:
            world.close()
        try:
            yield lives
        finally:
            lives.close()


@contextmanager
def open_stage(lives: Lives, *, broken: str = "", every_s: float = PUBLISHING_S) -> Iterator[Stage]:
    clock = Clock()
    with scratch() as folder:
        world = open_world(STANDS, clock, every_s)
        try:
            yield Stage(world, clock, lives, write_config(folder, world), broken)
        finally:
            world.close()


def kill_at_random(lives: Lives, kills: int, chance: random.Random, *, broken: str = "") -> Audit:
    """Kills a program in one world so many times and compares in the end."""
    with open_stage(lives, broken=broken) as stage:
        # The first life makes the schema, which takes longer than most lives: killed in it, too.
        stage.live(kill_after_s=chance.uniform(0, WARM_UP_S / 4))
        stage.live(limit_s=WARM_UP_S)
        start_s = stage.time_start()
        # On a busy machine few lives get as far as an alert, and without one nothing is tried.
        while stage.kills < kills or (stage.kills < PATIENCE * kills and not stage.audit().alerts):
            is_long = chance.random() < LONG_SHARE
            stage.live(kill_after_s=start_s * chance.uniform(0, LONG if is_long else SHORT))
        return stage.conclude()


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder in memory where there is one: a kill is no power cut, so no disk has to be waited
    for.
    """
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.is_dir() else None, prefix="trust-") as folder:
        yield Path(folder)


def random_kills(kills: int, *, lanes: int = 2, broken: str = "") -> list[Finding]:
    """Kills the program at random moments, in several worlds, some of them at a time."""
    began = time.monotonic()
    sizes = [min(KILLS_A_WORLD, kills - done) for done in range(0, kills, KILLS_A_WORLD)]
    worlds = list(enumerate(sizes))
    with ThreadPoolExecutor(lanes) as pool:
        audits = pool.map(lambda lane: _live_in(worlds[lane::lanes], broken), range(lanes))
        total = sum(audits, NOTHING)
    took = time.monotonic() - began
    return [*judge(f"{kills} random kills", total, kills), _time(kills, took)]


def _live_in(worlds: Sequence[tuple[int, int]], broken: str) -> Audit:
    """Kills in one world after the other, each given as its number and its kills."""
    with warm_lives() as lives:
        audits = (
            kill_at_random(lives, kills, random.Random(number), broken=broken)
            for number, kills in worlds
        )
        return sum(audits, NOTHING)


def judge(name: str, found: Audit, kills: int, *, twice: int | None = None) -> list[Finding]:
    """Returns the figures of a world that was killed so many times.

    Args:
        twice: how many messages may have come twice in all; one a kill when left out.
    """
    seen = f"of {found.entries} entries, {found.alerts} alerts on two channels"
    return [
        # Where hardly anything happened, nothing could be lost.
        Figure(f"{name}: alerts born, at least", found.alerts, kills // 10, ">="),
        Figure(f"{name}: entries lost", found.lost_entries, 0, note=seen),
        Figure(f"{name}: entries stored twice", found.doubled_entries, 0),
        Figure(f"{name}: alerts lost", found.lost_alerts, 0),
        Figure(f"{name}: alerts with a second id", found.second_ids, 0),
        Figure(f"{name}: told twice, a kill and channel", found.most_of_a_life, 1, "<="),
        Figure(f"{name}: told twice without a kill", found.unprovoked, 0),
        Figure(f"{name}: told twice in all", found.duplicates, twice or kills, "<="),
        Figure(f"{name}: databases damaged", found.damaged, 0),
    ]


def _time(kills: int, took: float) -> Finding:
    return Figure(f"{kills} random kills: seconds", round(took, 1), 0.12 * kills, "<=")


def kills_at_points(
    times: int, *, points: Sequence[str] = POINTS, broken: str = ""
) -> list[Finding]:
    """Kills the program right before and right after each commit and each send."""
    # A life that ends at its point is short, the more so on a fast machine: with the news of a
    # random life in that time there would be too few alerts to lose.
    pace = PUBLISHING_S / 2
    with warm_lives() as lives, open_stage(lives, broken=broken, every_s=pace) as stage:
        stage.live(limit_s=WARM_UP_S)
        reached = [
            _die_at(stage, f"{moment} {point}", times)
            for point in points
            for moment in ("before", "after")
        ]
        found = stage.conclude()
    name = f"{len(reached)} named points x {times}"
    least = Figure(f"{name}: deaths at the rarest", min(reached), times)
    # At a point of their own choice kills may meet a message in flight on each channel every time.
    return [least, *judge(name, found, sum(reached), twice=CHANNELS * sum(reached))]


def _die_at(stage: Stage, point: str, times: int) -> int:
    """Returns how many lives ended at a point, at most so many."""
    deaths = 0
    for _ in range(TRIES_A_DEATH * times):
        deaths += stage.live(point=point, limit_s=WARM_UP_S) == SIGKILLED
        if deaths == times:
            break
    return deaths
