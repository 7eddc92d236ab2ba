"""Several workers on one PostgreSQL: paused, cut off from the server, and the server restarted."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from monitor.store import Store
from monitor.store.schema.tables import feeds
from tests.postgresql import Cluster
from tests.trust.audit import audit
from tests.trust.daemons import Daemon
from tests.trust.figures import Figure, Finding
from tests.trust.kills import scratch
from tests.trust.world import World, open_world, write_config

STANDS, CHANNELS = 8, 2
PAUSE_S, BETWEEN_S = 1.2, 0.3
AFTER_RESTART_S, ANSWER_S = 6.0, 0.3
BEGIN_S = SETTLE_S = 90.0


@dataclass
class Office:
    """Workers on one database, and the world that they watch."""

    world: World
    cluster: Cluster
    url: str
    workers: list[Daemon]

    @property
    def database(self) -> str:
        return str(sa.make_url(self.url).database)

    def poll_now(self) -> None:
        """Makes all feeds due, as `monitor feeds reset` does."""
        past = datetime.now(UTC) - timedelta(seconds=1)
        store = Store(self.url)
        try:
            store.write(lambda session: session.execute(sa.update(feeds).values(next_poll_at=past)))
        finally:
            store.close()

    def kill_backend(self, chance: random.Random) -> bool:
        """Ends one of the server's connections to a worker; returns whether there was one."""
        with self.cluster.connect() as connection:
            found = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname IS NOT NULL AND pid <> %s"
                " AND datname = %s",
                (connection.info.backend_pid, self.database),
            ).fetchall()
            if not found:
                return False
            connection.execute("SELECT pg_terminate_backend(%s)", chance.choice(found))
            return True

    def is_settled(self) -> bool:
        """Whether everything that was served is stored, and all alerts have arrived."""
        found = audit(self.world, self.url)
        return not (found.lost_entries or found.lost_alerts)

    @property
    def duplicates(self) -> int:
        return sum(arrivals.duplicates for arrivals in self.world.arrivals)


@contextmanager
def open_office(folder: Path, cluster: Cluster, workers: int, broken: str) -> Iterator[Office]:
    world = open_world(STANDS, lambda: datetime.now(UTC))
    # So that most pauses meet something that is on its way.
    world.hook.answers_after_s = ANSWER_S
    url = cluster.url()
    config = write_config(folder / "config", world, url)
    running = [Daemon(config, broken=broken, is_awaited=False) for _ in range(workers)]
    try:
        for worker in running:
            worker.wait_until(lambda worker=worker: "polling" in worker.said)
        yield Office(world, cluster, url, running)
    finally:
        for worker in running:
            worker.kill()
        world.close()


@dataclass(frozen=True)
class Troubles:
    """How often what happens to how many workers."""

    pauses: int = 20
    backend_kills: int = 10
    restarts: int = 3
    workers: int = 4


def several_workers(troubles: Troubles = Troubles(), *, broken: str = "") -> list[Finding]:
    """Pauses workers, ends their connections and restarts the server under them."""
    pauses, backend_kills = troubles.pauses, troubles.backend_kills
    restarts, workers = troubles.restarts, troubles.workers
    chance = random.Random(pauses)
    cluster = Cluster()
    try:
        with scratch() as folder, open_office(folder, cluster, workers, broken) as office:
            _begin(office)
            paused = _during(office, pauses, lambda: chance.choice(office.workers).pause(PAUSE_S))
            cut = _during(office, backend_kills, lambda: office.kill_backend(chance))
            lost = _during(office, restarts, lambda: _restart(cluster))
            took = _settle(office)
            found = audit(office.world, office.url)
    finally:
        cluster.stop()
    name = f"PostgreSQL, {workers} workers"
    seen = f"of {found.entries} entries, {found.alerts} alerts on two channels"
    return [
        Figure(f"{name}: alerts born, at least", found.alerts, pauses, ">="),
        Figure(f"{name}: entries lost", found.lost_entries, 0, note=seen),
        Figure(f"{name}: alerts lost", found.lost_alerts, 0),
        Figure(f"{name}: alerts with a second id", found.second_ids, 0),
        Figure(f"{name}: told twice by {pauses} pauses", paused, 0),
        Figure(f"{name}: told twice by {backend_kills} ended backends", cut, backend_kills, "<="),
        Figure(
            f"{name}: told twice by {restarts} restarts",
            lost,
            restarts * workers * CHANNELS,
            "<=",
        ),
        Figure(f"{name}: all is told after, s", round(took, 1), SETTLE_S, "<="),
    ]


def _begin(office: Office) -> None:
    """Waits until news comes through: a pause of workers with nothing to do would prove nothing."""
    deadline = time.monotonic() + BEGIN_S
    while not office.world.hook.arrivals.ids and time.monotonic() < deadline:
        office.poll_now()
        time.sleep(1)


def _during(office: Office, times: int, trouble: Callable[[], object]) -> int:
    """Makes trouble while the workers are at work; returns how many were told twice by it."""
    before = office.duplicates
    for _ in range(times):
        office.poll_now()
        time.sleep(BETWEEN_S)
        trouble()
    return office.duplicates - before


def _restart(cluster: Cluster) -> None:
    cluster.restart_immediately()
    time.sleep(AFTER_RESTART_S)


def _settle(office: Office) -> float:
    """Waits until nothing is left to do; returns how many seconds that took, at most the limit and
    one more.
    """
    office.world.stop_publishing()
    began = time.monotonic()
    while time.monotonic() - began < SETTLE_S and not office.is_settled():
        # A poll that lost its database is asked for again.
        office.poll_now()
        time.sleep(1)
    took = time.monotonic() - began
    for worker in office.workers:
        worker.stop()
    return took if took < SETTLE_S else SETTLE_S + 1
