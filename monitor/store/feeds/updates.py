"""What a poll changes of a feed, and the columns that this sets."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from monitor.model import Validators
from monitor.politeness import Farewell, Move

# Fields of an update that the table keeps in whole seconds, as lists, or under another name.
_SPANS = frozenset({"interval", "gap", "max_age", "ttl"})
_LISTS = frozenset({"skip_hours", "skip_days"})
_RENAMED = {"status": "last_status", "error": "last_error"}


class Unset(Enum):
    """The value of a column that an update leaves as it is: None is a value of its own."""

    UNSET = "unset"


UNSET = Unset.UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedUpdate:
    """What a poll changes of a feed; what is unset stays as it is.

    Attributes:
        next_poll_at, because: when it is polled again, and what set that moment.
        outcome, status, error: how the poll went, as in `PollResult`, its HTTP status, why it
            failed.
        warning: what was wrong with a document though it could be read; empty for nothing.
        validators, validators_url: what the next poll asks with, and of which address they are.
        body_hash, whole_at: of the last whole document, and when it came.
        is_frozen: its validators do not change with its content.
        gap, newest_at: its own rhythm, see `monitor.feeds.Habits`.
        max_age, ttl, skip_hours, skip_days: when its server does not want to be asked.
        move: a permanent redirect that is being watched.
        baseline_at: None where what came is no baseline yet.
        failing_since: the first of the polls in a row that had to wait for the host, or brought no
            baseline yet.
        farewell: answers that it is gone for good that are being watched.
        fetch_url: the address that is asked instead of its own.
        read_items: what is remembered of the last document, see `monitor.feeds.pruning`.
    """

    next_poll_at: datetime
    because: str
    state: str | Unset = UNSET
    outcome: str | Unset = UNSET
    status: int | Unset | None = UNSET
    error: str | Unset = UNSET
    warning: str | Unset = UNSET
    validators: Validators | Unset = UNSET
    validators_url: str | Unset | None = UNSET
    body_hash: str | Unset | None = UNSET
    whole_at: datetime | Unset = UNSET
    is_frozen: bool | Unset = UNSET
    item_count: int | Unset = UNSET
    overlap: float | Unset = UNSET
    trusts_guids: bool | Unset = UNSET
    last_new_at: datetime | Unset = UNSET
    interval: timedelta | Unset | None = UNSET
    gap: timedelta | Unset | None = UNSET
    newest_at: datetime | Unset | None = UNSET
    max_age: timedelta | Unset | None = UNSET
    ttl: timedelta | Unset | None = UNSET
    skip_hours: tuple[int, ...] | Unset = UNSET
    skip_days: tuple[int, ...] | Unset = UNSET
    hub_url: str | Unset | None = UNSET
    move: Move | Unset | None = UNSET
    baseline_at: Unset | None = UNSET
    failing_since: datetime | Unset = UNSET
    farewell: Farewell | Unset = UNSET
    fetch_url: str | Unset | None = UNSET
    read_items: bytes | Unset | None = UNSET


def columns_of(changes: FeedUpdate) -> dict[str, Any]:
    """Returns the columns that an update sets."""
    columns: dict[str, Any] = {}
    for field in fields(FeedUpdate):
        value = getattr(changes, field.name)
        # None is a value: it clears the column.
        if value is not UNSET:
            columns |= _column_of(field.name, value)
    return columns


def _column_of(name: str, value: Any) -> dict[str, Any]:
    """Returns the columns of one field of an update, as the table names and types them."""
    if name == "validators":
        return {"etag": value.etag, "last_modified": value.last_modified}
    if name == "move":
        return _move_columns(value)
    if name == "farewell":
        return {"gone_since": value.since, "gone_answers": value.answers}
    if name in _SPANS:
        return {f"{name}_seconds": None if value is None else int(value.total_seconds())}
    if name in _LISTS:
        return {name: list(value)}
    return {_RENAMED.get(name, name): value}


def _move_columns(move: Move | None) -> dict[str, Any]:
    """Returns the columns of a redirect that is watched; None clears them."""
    return {
        "move_url": move.url if move else None,
        "move_since": move.since if move else None,
        "move_polls": move.polls if move else 0,
        "move_overlaps": move.overlaps if move else False,
    }
