"""The parts of the harness: what each tries at full length."""

from __future__ import annotations

from collections.abc import Callable

from tests.trust.disks import database_troubles
from tests.trust.figures import Finding
from tests.trust.kills import kills_at_points, random_kills
from tests.trust.power import power_cuts
from tests.trust.stops import stops_at_random_times
from tests.trust.workers import several_workers

Part = Callable[[], list[Finding]]

# The longest first, so that two at a time end together.
PARTS: dict[str, Part] = {
    "kills": lambda: random_kills(1_000),
    "points": lambda: kills_at_points(20),
    "workers": several_workers,
    "disks": database_troubles,
    "stops": lambda: stops_at_random_times(50),
    "power": lambda: power_cuts(200),
}
