"""A date string as read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.model import Precision


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """A date string as read.

    Attributes:
        at: aware UTC; midnight UTC when only the day was given.
        is_zone_assumed: the string names no zone, so UTC was taken.
    """

    at: datetime
    precision: Precision = Precision.INSTANT
    is_zone_assumed: bool = False
