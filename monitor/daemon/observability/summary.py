"""One line an hour on what was done: most of it has no line of its own in the log."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import structlog

from monitor.pipeline.work import Tally

EVERY = timedelta(hours=1)
_FIELDS = {"poll": "polls", "entry": "entries", "page": "pages", "delivery": "deliveries"}

log = structlog.get_logger()


class Summary:
    """Tells what was done since it told it last."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._told: Counter[tuple[str, str]] = Counter()

    def tell(self) -> None:
        """Logs how many units of work came to what; nothing where nothing was done."""
        now = self._tally.counts()
        # Counters only grow, so that nothing is lost in the difference.
        done = now - self._told
        self._told = now
        if done:
            log.info("work_counted", **_by_unit(done))


def _by_unit(counts: Counter[tuple[str, str]]) -> dict[str, dict[str, int]]:
    """Returns the counts by outcome for each field of the event."""
    fields: dict[str, dict[str, int]] = {}
    for (unit, outcome), count in sorted(counts.items()):
        fields.setdefault(_FIELDS[unit], {})[outcome] = count
    return fields
