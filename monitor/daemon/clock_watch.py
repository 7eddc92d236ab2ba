"""Noticing that somebody set the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

# Clocks are moved by less than this all the time.
JUMP = timedelta(seconds=2)


@dataclass(slots=True)
class ClockWatch:
    """Notices that the time of day was set, by the time that truly passes.

    Attributes:
        set_at, passed: the time of day and the seconds of the monotonic clock at the last look.
    """

    set_at: datetime
    passed: float

    def look(self, now: datetime, monotonic: float) -> timedelta:
        """Returns how far the clock was set since the last look: negative is back; nothing for less
        than a jump.
        """
        jump = (now - self.set_at) - timedelta(seconds=monotonic - self.passed)
        self.set_at, self.passed = now, monotonic
        return jump if abs(jump) >= JUMP else timedelta()
