"""Which feeds have dried up, and which bring something again: what a person is told of the sources
themselves.

Once for each episode, and never a storm: feeds that fail together are told together, and are told
    again together.

Measured up to a feed's last poll, not up to now: a monitor that was switched off for a week says
nothing about its feeds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

FAILING_FOR = timedelta(hours=24)
FAILING_POLLS = 3
SILENT_FOR = timedelta(days=2)
_INTERVALS = 20
_GAPS = 5
_MIN_OUTAGE = 3


class Trouble(StrEnum):
    """Why a feed brings nothing."""

    GONE = "gone"
    FAILING = "failing"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Health:
    """How a feed does.

    Attributes:
        state: "new", "ok", "failing" or "gone".
        error: of the last poll.
        told_as: what it was last told with as dried up, None when it is not.
    """

    id: int
    url: str
    title: str
    tags: tuple[str, ...]
    state: str
    error: str
    failures: int
    failing_since: datetime | None
    last_polled_at: datetime | None
    last_ok_at: datetime | None
    last_new_at: datetime | None
    interval: timedelta | None
    gap: timedelta | None
    told_as: str | None
    told_at: datetime | None


@dataclass(frozen=True, slots=True)
class News:
    """What is to be told of the feeds.

    Attributes:
        fallen: dried up, to be told together.
        recovered: back, to be told together.
        absorbed: fail in an outage that was told already, as the one who is named; nothing more is
            said of them.
        is_outage: more than half of all feeds fail: it is rather the network here.
    """

    fallen: tuple[Health, ...] = ()
    recovered: tuple[Health, ...] = ()
    absorbed: tuple[Health, ...] = ()
    absorbed_by: str = ""
    is_outage: bool = False

    @property
    def is_empty(self) -> bool:
        """Nothing is to be told or remembered."""
        return not (self.fallen or self.recovered or self.absorbed)


def silent_after(interval: timedelta | None, gap: timedelta | None) -> timedelta:
    """Returns how long without anything new is unusual for a feed: by its polls, by its own rhythm,
    and two days at least.
    """
    return max(SILENT_FOR, _INTERVALS * (interval or timedelta()), _GAPS * (gap or timedelta()))


def find_trouble(feed: Health) -> Trouble | None:
    """Says why a feed brings nothing; None while it is well, or has failed for too short a time to
    be told.
    """
    if feed.state == "gone":
        return Trouble.GONE
    if feed.state == "failing":
        is_long = (
            feed.failing_since
            and feed.last_polled_at
            and feed.last_polled_at - feed.failing_since >= FAILING_FOR
        )
        return Trouble.FAILING if is_long and feed.failures >= FAILING_POLLS else None
    if (
        feed.state != "ok"
        or feed.last_new_at is None
        or feed.last_ok_at is None
        or feed.interval is None
    ):
        return None
    return (
        Trouble.SILENT
        if feed.last_ok_at - feed.last_new_at > silent_after(feed.interval, feed.gap)
        else None
    )


def find_news(feeds: Sequence[Health]) -> News:
    """Returns what is to be told now of all watched feeds."""
    polled = [feed for feed in feeds if feed.last_polled_at]
    failing = [feed for feed in polled if feed.state == "failing"]
    is_outage = len(polled) >= _MIN_OUTAGE and 2 * len(failing) > len(polled)
    fallen = [feed for feed in polled if feed.told_as is None and find_trouble(feed)]
    absorbed: list[Health] = []
    absorbed_by = ""
    if is_outage and any(feed.state == "failing" for feed in fallen):
        absorbed_by = next((feed.told_as for feed in failing if feed.told_as), "")
        if absorbed_by:
            absorbed = [feed for feed in fallen if feed.state == "failing"]
            fallen = [feed for feed in fallen if feed.state != "failing"]
        else:
            # Those that have failed for less than a day are in the same outage, and would come one
            # by one.
            fallen += [feed for feed in failing if feed.told_as is None and feed not in fallen]
    is_told_outage = is_outage and any(feed.state == "failing" for feed in fallen)
    return News(
        tuple(fallen), tuple(_recovered(feeds)), tuple(absorbed), absorbed_by, is_told_outage
    )


def _recovered(feeds: Iterable[Health]) -> list[Health]:
    """Returns the feeds that are back; of those that were told together, only once half of them
    are.
    """
    groups: dict[str, list[Health]] = {}
    for feed in feeds:
        if feed.told_as is not None:
            groups.setdefault(feed.told_as, []).append(feed)
    found = []
    for group in groups.values():
        back = [feed for feed in group if _is_back(feed)]
        if 2 * len(back) >= len(group):
            found += back
    return found


def _is_back(feed: Health) -> bool:
    is_answered = (
        feed.last_ok_at is not None and feed.told_at is not None and feed.last_ok_at > feed.told_at
    )
    return is_answered and feed.state == "ok" and find_trouble(feed) is None
