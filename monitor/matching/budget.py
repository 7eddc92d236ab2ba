"""How long regular expressions may take: one that backtracks for ever must hold up neither the
other items of a poll nor the other work of the process.

Source: "Regular expression Denial of Service", OWASP."""

from __future__ import annotations

# For one expression on one field; sensible ones take thousandths of it.
FIELD_SECONDS = 0.1
# For all expressions on all items of a poll, or on a page: ten that were given up.
TOTAL_SECONDS = 1.0


class PatternBudget:
    """The seconds that are left for the regular expressions of a poll or a page."""

    def __init__(self, seconds: float = TOTAL_SECONDS) -> None:
        self._left = seconds

    @property
    def next_seconds(self) -> float:
        """What the next one may take; 0 when nothing is left."""
        return max(0.0, min(FIELD_SECONDS, self._left))

    def spend(self, seconds: float) -> None:
        """Takes what one took from what is left."""
        self._left -= seconds
