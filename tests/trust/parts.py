"""The parts of the harness: what each tries at full length, and how each promise is broken once."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from tests.trust import breaks
from tests.trust.canaries import canaries
from tests.trust.disks import database_troubles, taken_away
from tests.trust.figures import Finding
from tests.trust.hostile.addresses import spellings_at_entries
from tests.trust.hostile.beside import hostile_neighbours
from tests.trust.hostile.mutations import mutations
from tests.trust.kills import kills_at_points, random_kills, scratch
from tests.trust.power import power_cuts
from tests.trust.readers import many_readers
from tests.trust.silence import silent_feeds
from tests.trust.soak import beside_hanging_channels, soak
from tests.trust.stops import stops_at_random_times
from tests.trust.workers import Troubles, several_workers

Part = Callable[[], list[Finding]]
Proof = Callable[[str], list[Finding]]

SOAK_S = "TRUST_SOAK_S"

# The longest first, so that all lanes end together.
PARTS: dict[str, Part] = {
    "kills": lambda: random_kills(1_000),
    "points": lambda: kills_at_points(20),
    "workers": several_workers,
    "disks": database_troubles,
    "mutations": lambda: mutations(20_000),
    "stops": lambda: stops_at_random_times(50),
    "soak": lambda: soak(float(os.environ.get(SOAK_S, "60"))),
    "hostile": hostile_neighbours,
    "hanging": beside_hanging_channels,
    "silence": silent_feeds,
    "readers": many_readers,
    "power": lambda: power_cuts(200),
    "secrets": canaries,
    "addresses": spellings_at_entries,
}


def _in_this_process(part: Part) -> Proof:
    def run(broken: str) -> list[Finding]:
        breaks.apply(broken)
        return part()

    return run


def _taken_away(broken: str) -> list[Finding]:
    with scratch() as folder:
        return taken_away(Path(folder), is_replaced=False, broken=broken)


# What a broken promise has to show in: words of the figure that is missed then. A daemon that
# cannot work at all may miss any.
SHOWN_IN: dict[str, str] = {
    "sent is marked before it is sent": "alerts lost",
    "validators are committed before the entries": "entries lost",
    "each attempt has an id of its own": "second id",
    "commits do not wait for the disk": "commits lost",
    "leases are not heeded": "told twice",
    "SIGTERM is not heard": "exit codes",
    "the file of the database is not watched": "told after",
    "what looks like IPv6 is public": "connections made",
    "a page makes the extraction raise": "crashes",
    "hostile bytes are read in the main process": "",
    "addresses are shown whole": "hits",
    "silence is not noticed": "untold",
    "a quiet night is silence": "falsely",
    "channels wait for each other": "p95",
    "nothing that was read is let go": "growth",
    "links are not checked": "forged",
}

# By the promise that is broken: the part that has to notice, no longer than it takes.
PROOFS: dict[str, Proof] = {
    "sent is marked before it is sent": lambda broken: kills_at_points(
        3, points=("send",), broken=broken
    ),
    "validators are committed before the entries": lambda broken: kills_at_points(
        8, points=("finish_poll",), broken=broken
    ),
    "each attempt has an id of its own": lambda broken: kills_at_points(
        3, points=("mark_sent",), broken=broken
    ),
    "commits do not wait for the disk": lambda broken: power_cuts(10, broken=broken),
    "leases are not heeded": lambda broken: several_workers(Troubles(10, 0, 0), broken=broken),
    "SIGTERM is not heard": lambda broken: stops_at_random_times(2, broken=broken),
    "the file of the database is not watched": _taken_away,
    "what looks like IPv6 is public": _in_this_process(spellings_at_entries),
    "a page makes the extraction raise": lambda broken: mutations(1_000, broken=broken),
    "hostile bytes are read in the main process": lambda broken: hostile_neighbours(
        rounds=1, broken=broken
    ),
    "addresses are shown whole": lambda broken: canaries(broken=broken),
    "silence is not noticed": _in_this_process(lambda: silent_feeds(days=20)),
    "a quiet night is silence": _in_this_process(lambda: silent_feeds(days=9)),
    "channels wait for each other": lambda broken: beside_hanging_channels(4, broken=broken),
    "nothing that was read is let go": lambda broken: soak(40, news_s=0.4, broken=broken),
    "links are not checked": lambda broken: many_readers(2, 0, broken=broken),
}
