"""How far what a server says about its feed is believed: its validators, and its permanent
redirects.

Some servers give validators that do not change with the content, and answer "not modified" for ever
(cases/index.md, http 20); others send everybody away for good during maintenance (http 04). Neither
is taken at its word."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from monitor.model import Validators
from monitor.politeness import Move

# A frozen feed is asked for the whole document so often.
WHOLE_EVERY = timedelta(hours=24)
# A feed that used to bring something daily and has answered "not modified" for so long is asked for
# the whole once.
DOUBTED_AFTER = timedelta(days=7)
LIVELY = timedelta(days=1)
# Between Last-Modified and the newest item: zones that were mistaken, items dated for tomorrow
# morning.
_TOLERANCE = timedelta(days=1)
_OLD = timedelta(days=30)
_SLACK = 1.7  # an interval may grow by half until the next poll, and jitter is added

MOVED_POLLS = 3
MOVED_FOR = timedelta(hours=24)


def is_frozen(validators: Validators, newest_at: datetime | None, now: datetime) -> bool:
    """Tells whether a document's Last-Modified cannot be true: it is older than what stands in the
    document.

    Without dated items one that is older than a month is doubted.
    """
    at = _http_date(validators.last_modified)
    if at is None:
        return False
    return at + _TOLERANCE < newest_at if newest_at is not None else at + _OLD < now


def needs_whole(
    *,
    is_frozen: bool,
    whole_at: datetime | None,
    last_new_at: datetime | None,
    gap: timedelta | None,
    interval: timedelta | None,
    is_failing: bool,
    now: datetime,
) -> bool:
    """Tells whether a feed is to be asked for its whole document although it has validators.

    Args:
        whole_at: when it last gave one.
        last_new_at: when it last brought something new.
        gap: its usual time between items.
        interval: between its polls: the next one must not come too late for a daily whole document.
        is_failing: the last poll failed, so its silence says nothing about its validators.
    """
    if whole_at is None:
        return is_frozen
    if is_frozen:
        next_at = now + min((interval or timedelta()) * _SLACK, WHOLE_EVERY / 2)
        return next_at > whole_at + WHOLE_EVERY
    is_lively = gap is not None and gap <= LIVELY and last_new_at is not None and not is_failing
    return is_lively and now - max(whole_at, last_new_at or whole_at) >= DOUBTED_AFTER


def watch_move(
    move: Move | None, asked: str, target: str | None, *, overlaps: bool, now: datetime
) -> Move | None:
    """Returns what is known of a feed's permanent redirect after a poll; None when there is none to
    watch.

    Args:
        move: as it was known before.
        asked: the address that was asked.
        target: where its leading permanent redirects led, None without one. From https to http
            nothing moves.
        overlaps: known items stood behind it.
    """
    if (
        target is None
        or target == asked
        or (_scheme(asked) == "https" and _scheme(target) != "https")
    ):
        return None
    if move is None or move.url != target:
        return Move(target, now, 1, overlaps)
    return Move(target, move.since, move.polls + 1, move.overlaps or overlaps)


def is_settled(move: Move, now: datetime) -> bool:
    """Tells whether a redirect has held for long enough to be taken over: three polls, a day, and
    the same feed behind it.
    """
    return move.polls >= MOVED_POLLS and now - move.since >= MOVED_FOR and move.overlaps


def _scheme(url: str) -> str:
    return urlsplit(url).scheme.lower()


def _http_date(value: str | None) -> datetime | None:
    try:
        at = parsedate_to_datetime(value or "")
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
