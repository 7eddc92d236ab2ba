"""How the daemon does, as its parts note it and its health page tells it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from monitor import __version__
from monitor.urls import shown_in

# Health says "stuck" when the event loop has not ticked for this long.
STUCK_AFTER_S = 60.0


@dataclass(slots=True)
class Pulse:
    """What the health page tells: that the loop ticks, the database answers and the stages work.

    Attributes:
        ticked_at: on the monotonic clock.
        store_error: why the database did not take the last heartbeat.
        failing: why stages could not do their work when they last tried, by name.
    """

    ticked_at: float = field(default_factory=time.monotonic)
    store_error: str = ""
    failing: dict[str, str] = field(default_factory=dict)

    def tick(self) -> None:
        """Notes that the event loop goes round."""
        self.ticked_at = time.monotonic()

    def note_success(self, stage: str) -> None:
        """Notes that a stage did its work."""
        if stage in self.failing:
            failing = self.failing.items()
            self.failing = {name: text for name, text in failing if name != stage}

    def note_failure(self, stage: str, error: Exception) -> None:
        """Notes why a stage could not do its work."""
        # Another thread reads the page: it gets a whole dictionary, the old or the new one.
        self.failing = {**self.failing, stage: str(error) or type(error).__name__}

    def describe(self) -> tuple[bool, dict[str, object]]:
        """Returns whether all is well, and the figures."""
        age = time.monotonic() - self.ticked_at
        is_well = age < STUCK_AFTER_S and not self.store_error and not self.failing
        return is_well, {
            "status": "ok" if is_well else "failing",
            "version": __version__,
            "seconds_since_tick": round(age, 1),
            "database": shown_in(self.store_error) or "ok",
            "stages": {name: shown_in(why) for name, why in self.failing.items()} or "ok",
        }
