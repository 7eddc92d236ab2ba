"""How the daemon does, as its parts note it and its health page tells it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from monitor import __version__
from monitor.urls import shown_in

# Health says "stuck" when the event loop has not ticked for this long.
STUCK_AFTER_S = 60.0
# A stage is stalled when it is at one step for so long and has finished no unit of work meanwhile:
# an article of ten pages on a site that wants a minute between two takes eleven.
STALLED_AFTER_S = 900.0


@dataclass(slots=True)
class Pulse:
    """What the health page tells: that the loop ticks, the database answers and the stages work.

    Attributes:
        every_s: between two ticks.
        ticked_at: on the monotonic clock.
        late_s: by how much the last tick came later than it was to.
        store_error: why the database did not take the last heartbeat.
        failing: why stages could not do their work when they last tried, by name.
        moved_at: when stages that are at a step began it, or finished a unit of work last.
    """

    ticked_at: float = field(default_factory=time.monotonic)
    late_s: float = 0.0
    store_error: str = ""
    failing: dict[str, str] = field(default_factory=dict)
    moved_at: dict[str, float] = field(default_factory=dict)
    every_s: float = STUCK_AFTER_S
    _units: dict[str, int] = field(default_factory=dict)

    def tick(self, every_s: float) -> None:
        """Notes that the event loop goes round; it is to come `every_s` seconds."""
        now = time.monotonic()
        self.late_s = max(now - self.ticked_at - every_s, 0.0)
        self.every_s, self.ticked_at = every_s, now

    @property
    def lag(self) -> float:
        """How late the event loop is, in seconds: the last tick was, or the next one is by now."""
        return max(self.late_s, time.monotonic() - self.ticked_at - self.every_s)

    def begin(self, stage: str) -> None:
        """Notes that a stage begins a step."""
        self.moved_at = {**self.moved_at, stage: time.monotonic()}

    def end(self, stage: str) -> None:
        """Notes that a stage has ended its step, and how it ended is another matter."""
        # A new dictionary, as for `failing`.
        moved_at = self.moved_at.items()
        self.moved_at = {name: at for name, at in moved_at if name != stage}

    def note_units(self, stage: str, count: int) -> None:
        """Notes how many units of work a stage has finished since the start."""
        # A poll is not waited for: then its stage is at no step, and its end is noted only.
        if self._units.get(stage) != count and stage in self.moved_at:
            self.begin(stage)
        self._units[stage] = count

    @property
    def stalled(self) -> list[str]:
        """The stages that do not get on with what they began."""
        now = time.monotonic()
        return [name for name, at in self.moved_at.items() if now - at > STALLED_AFTER_S]

    @property
    def is_moving(self) -> bool:
        """Whether the event loop and all stages go on; that they succeed is another matter."""
        return time.monotonic() - self.ticked_at < STUCK_AFTER_S and not self.stalled

    def note_success(self, stage: str) -> None:
        """Notes that a stage did its work."""
        if stage in self.failing:
            failing = self.failing.items()
            self.failing = {name: text for name, text in failing if name != stage}

    def note_failure(self, stage: str, error: Exception) -> None:
        """Notes why a stage could not do its work."""
        # Another thread reads the page: it gets a whole dictionary, the old or the new one.
        self.failing = {**self.failing, stage: str(error) or type(error).__name__}

    def _find_troubles(self) -> dict[str, str]:
        """Returns what is wrong with stages, by name, as everybody may read it."""
        # What failed before it stalled says more.
        stalled = dict.fromkeys(self.stalled, "it does not get on")
        return stalled | {name: shown_in(why) for name, why in self.failing.items()}

    def sum_up(self) -> str:
        """Returns in a line how it goes."""
        troubles = self._find_troubles()
        if self.store_error:
            troubles["database"] = shown_in(self.store_error)
        said = "; ".join(f"{name}: {why}" for name, why in sorted(troubles.items()))
        return f"failing: {said}" if said else "all is well"

    def describe(self) -> tuple[bool, dict[str, object]]:
        """Returns whether all is well, and the figures."""
        age = time.monotonic() - self.ticked_at
        troubles = self._find_troubles()
        is_well = self.is_moving and not self.store_error and not troubles
        return is_well, {
            "status": "ok" if is_well else "failing",
            "version": __version__,
            "seconds_since_tick": round(age, 1),
            "database": shown_in(self.store_error) or "ok",
            "stages": troubles or "ok",
        }
