"""A circuit breaker: a channel that fails again and again rests, so that what waits for it neither
hangs nor uses up its attempts.

Source: M. Nygard, "Release It!", 2007 (the pattern)."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.errors import DeliveryError, LeaseLost

# One failure may be the message's own; two in a row are the channel's.
PATIENCE = 2
RESTS = tuple(timedelta(seconds=seconds) for seconds in (30, 60, 120, 240, 300))


class Breaker:
    """Counts the failures of one channel in a row."""

    def __init__(self) -> None:
        self._failures = 0
        self._rests_until: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether the channel rests."""
        if self._rests_until is None:
            return False
        # A clock that was set back must not make the rest longer.
        return timedelta(0) < self._rests_until - now <= RESTS[-1]

    def note(self, error: Exception | None, now: datetime) -> None:
        """Takes in how an attempt went.

        Args:
            error: None when the message was accepted.
        """
        if not error:
            self._failures, self._rests_until = 0, None
        elif _is_of_channel(error):
            self._failures += 1
            self._rests_until = self._end_of_rest(now)

    def _end_of_rest(self, now: datetime) -> datetime | None:
        if self._failures < PATIENCE:
            return None
        return now + RESTS[min(self._failures, len(RESTS) + PATIENCE - 1) - PATIENCE]


def _is_of_channel(error: Exception) -> bool:
    """Says whether a failure tells of the channel, and not of one message or worker."""
    is_refusal = isinstance(error, DeliveryError) and error.permanent
    return not is_refusal and not isinstance(error, LeaseLost)
