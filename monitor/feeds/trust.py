"""How far a server is believed about its feed: its validators, its permanent redirects, and that it
is gone for good.

Some servers give validators that do not change with the content, and answer "not modified" for
ever; others redirect everybody "permanently" during maintenance, or say for an afternoon that all
is gone. None is taken at its word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from monitor.model import Validators
from monitor.politeness import Farewell, Move

# How often a frozen feed is asked for the whole document.
WHOLE_EVERY = timedelta(hours=24)
# A feed that used to bring something daily and has answered "not modified" for so long is asked for
# the whole document once.
UNCHANGED_FOR = timedelta(days=7)
MAX_LIVELY_GAP = timedelta(days=1)
# Between Last-Modified and the newest item: wrong time zones, items dated for tomorrow morning.
_TOLERANCE = timedelta(days=1)
_OLD = timedelta(days=30)
_SLACK = 1.7  # an interval may grow by half until the next poll, and jitter is added

MOVED_POLLS = 3
MOVED_FOR = timedelta(hours=24)

GONE_ANSWERS = 3
GONE_FOR = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class ValidatorHistory:
    """What is known of a feed's validators when it is polled.

    Attributes:
        is_frozen: they do not change with its content.
        whole_at: when it last gave a whole document.
        last_new_at: when it last brought something new.
        gap: its usual time between items.
        interval: between its polls: the next one must not come too late for a daily whole document.
        is_failing: the last poll failed, so its silence says nothing about its validators.
    """

    is_frozen: bool
    whole_at: datetime | None
    last_new_at: datetime | None
    gap: timedelta | None
    interval: timedelta | None
    is_failing: bool

    @property
    def is_lively(self) -> bool:
        """Whether it usually brings something every day."""
        return self.gap is not None and self.gap <= MAX_LIVELY_GAP


def is_frozen(validators: Validators, newest_at: datetime | None, now: datetime) -> bool:
    """Whether a document's Last-Modified cannot be true: it is older than the newest item in the
    document; in a document without dated items, older than a month.
    """
    at = _parse_http_date(validators.last_modified)
    if not at:
        return False
    if not newest_at:
        return at + _OLD < now
    return at + _TOLERANCE < newest_at


def needs_whole(history: ValidatorHistory, now: datetime) -> bool:
    """Whether a feed is to be asked for its whole document although it has validators."""
    if history.whole_at is None:
        return history.is_frozen
    if history.is_frozen:
        slack = min((history.interval or timedelta()) * _SLACK, WHOLE_EVERY / 2)
        return now + slack > history.whole_at + WHOLE_EVERY
    if history.last_new_at is None or history.is_failing or not history.is_lively:
        return False
    return now - max(history.whole_at, history.last_new_at) >= UNCHANGED_FOR


def watch_move(
    move: Move | None, asked: str, target: str | None, *, overlaps: bool, now: datetime
) -> Move | None:
    """Returns what is known of a feed's permanent redirect after a poll; None when there is none to
    watch.

    Args:
        move: as it was known before.
        asked: the address that was asked.
        target: where its leading permanent redirects led, None without one. A redirect from https
            to http is never followed for good.
        overlaps: items that were known stood in the document behind it.
    """
    # A site that loses its certificate must not be followed into the clear for good.
    if target is None or target == asked or _is_downgrade(asked, target):
        return None
    # Another target begins anew: two maintenance pages in a row are not one move.
    if move is None or move.url != target:
        return Move(target, now, 1, overlaps)
    return Move(target, move.since, move.polls + 1, move.overlaps or overlaps)


def is_settled(move: Move, now: datetime) -> bool:
    """Whether a redirect has held for long enough to be taken over: three polls, a day, and the
    same feed behind it.
    """
    return move.polls >= MOVED_POLLS and now - move.since >= MOVED_FOR and move.overlaps


def is_dead(failures: int, failing_since: datetime | None, now: datetime) -> bool:
    """Whether a feed has failed for as long as a redirect has to hold: three polls, over a day.

    Args:
        failures: in a row.
        failing_since: when the first of them came; None where this is it.
    """
    is_long = failing_since is not None and now - failing_since >= MOVED_FOR
    return failures >= MOVED_POLLS and is_long


def leave_place(left: str, now: datetime) -> Move:
    """Returns a place that a feed had moved to and is not asked at any more, as a redirect that no
    poll has met since.
    """
    return Move(left, now, polls=0, overlaps=True)


def watch_farewell(farewell: Farewell | None, now: datetime) -> Farewell:
    """Returns what is known of a feed that has just been said to be gone for good."""
    if farewell is None:
        return Farewell(now)
    return Farewell(farewell.since, farewell.answers + 1)


def is_gone(farewell: Farewell, now: datetime) -> bool:
    """Whether a feed is gone for good: three answers say so, over three days."""
    return farewell.answers >= GONE_ANSWERS and now - farewell.since >= GONE_FOR


def _is_downgrade(url: str, target: str) -> bool:
    return _scheme(url) == "https" and _scheme(target) != "https"


def _scheme(url: str) -> str:
    return urlsplit(url).scheme.lower()


def _parse_http_date(value: str | None) -> datetime | None:
    try:
        at = parsedate_to_datetime(value or "")
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
