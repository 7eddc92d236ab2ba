"""The tables of feeds and of what they bring.

The rules of `tables` hold here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Column, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from monitor.model import DateFlag
from monitor.store.schema.columns import core as _core
from monitor.store.schema.columns import held_index as _held_index
from monitor.store.schema.columns import json as _json
from monitor.store.schema.columns import key as _key
from monitor.store.schema.columns import one_of as _one_of
from monitor.store.schema.columns import partial_index as _partial_index
from monitor.store.schema.columns import ref as _ref
from monitor.store.schema.columns import text as _text

POLL_OUTCOMES = (
    "new",
    "unchanged",
    "not_modified",
    "not_a_feed",
    "blocked",
    "rate_limited",
    "gone",
    "timeout",
    "too_large",
    "failed",
)
DATE_FLAGS = tuple(flag.value for flag in DateFlag)


class Feed(SQLModel, table=True):
    """A feed of the config, and how polling it goes.

    Attributes:
        outcome: how the last poll went; empty before the first.
        because: what set the moment of the next poll, in words.
        warning: what was wrong with the last document though it could be read.
        validators_url: the address that gave the validators; those of another one say nothing.
        is_frozen: its validators do not change with its content, so it is asked for the whole
            document once a day.
        whole_at: when it last gave a whole document.
        fetch_url: where it moved to for good; `url` stays what it is known by.
        move_url: where it has redirected for good lately; taken over when that has held for a
            while.
        failing_since: the first of the polls in a row that brought no answer, those among them
            that its host did not want.
        gone_since, gone_answers: the first of the answers that it is gone for good, and how many
            there were since it last worked.
        read_items: what the next poll needs to know of the last document, to read only what is new
            in it; see `monitor.feeds.pruning`.
        host: which it is asked at, as `host_of` names it.
        told_as, told_at: with which notice it was told as dried up, and when; None while it is
            well.
    """

    __tablename__: ClassVar[Any] = "feeds"
    __table_args__: ClassVar[Any] = (
        _one_of("state", "new", "ok", "failing", "gone"),
        _one_of("outcome", "", *POLL_OUTCOMES),
        # Partial, as the indexes of all queues: it holds only what may be claimed.
        _partial_index("ix_feeds_due", "next_poll_at", where="is_enabled"),
        # Which hosts are being asked, looked at with each claim.
        _partial_index("ix_feeds_held", "host", where="lease_owner IS NOT NULL"),
    )

    id: int = _key()
    url: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    title: str = _text()
    tags: list[str] = _json()
    every_seconds: int | None = None
    takes_all: bool = False
    trusts_guids: bool = True
    is_enabled: bool = True
    is_paused: bool = False
    state: str = "new"
    etag: str | None = _text(nullable=True)
    last_modified: str | None = _text(nullable=True)
    body_hash: str | None = None
    baseline_at: datetime | None = None
    next_poll_at: datetime
    last_polled_at: datetime | None = None
    last_ok_at: datetime | None = None
    last_new_at: datetime | None = None
    interval_seconds: int | None = None
    failures: int = 0
    last_status: int | None = None
    last_error: str = _text()
    item_count: int | None = None
    overlap: float | None = None
    outcome: str = ""
    because: str = _text()
    warning: str = _text()
    validators_url: str | None = _text(nullable=True)
    is_frozen: bool = False
    whole_at: datetime | None = None
    gap_seconds: int | None = None
    newest_at: datetime | None = None
    ttl_seconds: int | None = None
    max_age_seconds: int | None = None
    skip_hours: list[int] = _json()
    skip_days: list[int] = _json()
    hub_url: str | None = _text(nullable=True)
    fetch_url: str | None = _text(nullable=True)
    move_url: str | None = _text(nullable=True)
    move_since: datetime | None = None
    move_polls: int = 0
    move_overlaps: bool = False
    failing_since: datetime | None = None
    gone_since: datetime | None = None
    gone_answers: int = 0
    told_as: str | None = _text(nullable=True)
    told_at: datetime | None = None
    read_items: bytes | None = None
    host: str = _text()
    lease_owner: str | None = None
    lease_until: datetime | None = None


class Entry(SQLModel, table=True):
    """What we stored of a feed's item; its key exists once per feed, for ever.

    Where its date comes from (`published_…`, `is_zone_assumed`): see `monitor.model.DateOrigin`.

    Attributes:
        is_media: its address is that of a file, which is not asked for as a page.
        restated_at: the date that its item stated when it last said something else; `published_at`
            stays the first.
    """

    __tablename__: ClassVar[Any] = "entries"
    __table_args__: ClassVar[Any] = (
        # Two polls of one feed may overlap: an item is stored by one of them.
        UniqueConstraint("feed_id", "key"),
        _one_of("state", "ignored", "queued", "unmatched", "stored", "failed"),
        _one_of("published_flag", "", *DATE_FLAGS),
        _one_of("published_precision", "", "instant", "day"),
        _partial_index("ix_entries_queued", "next_attempt_at", where="state = 'queued'"),
        _held_index("entries"),
        _partial_index("ix_entries_article_id", "article_id", where="article_id IS NOT NULL"),
        Index("ix_entries_canonical_url", "canonical_url"),
        Index("ix_entries_seen_at", "seen_at"),
    )

    id: int = _key()
    feed_id: int = _ref("feeds.id")
    key: str = _text()
    item_hash: str
    url: str | None = _text(nullable=True)
    canonical_url: str | None = _text(nullable=True)
    title: str = _text()
    summary: str = _text()
    content: str = _text()
    author: str = _text()
    lang: str | None = None
    source_name: str | None = _text(nullable=True)
    is_media: bool = False
    restated_at: datetime | None = None
    published_at: datetime | None = None
    published_raw: str = _text()
    published_source: str = _text()
    published_flag: str = ""
    published_precision: str = ""
    is_zone_assumed: bool | None = None
    seen_at: datetime
    state: str
    attempts: int = 0
    next_attempt_at: datetime
    last_error: str = _text()
    last_status: str = _text()
    changes: int = 0
    changed_at: datetime | None = None
    article_id: int | None = _ref("articles.id", nullable=True)
    lease_owner: str | None = None
    lease_until: datetime | None = None


class EntryMatch(SQLModel, table=True):
    """An entry that a case wants to look at, and what in the feed's words made it so."""

    __tablename__: ClassVar[Any] = "entry_matches"
    __table_args__: ClassVar[Any] = (Index("ix_entry_matches_case_id", "case_id"),)

    entry_id: int = _ref("entries.id", primary_key=True)
    case_id: int = _ref("cases.id", primary_key=True)
    is_baseline: bool
    terms: list[dict[str, str]] = _json()


# For statements: their columns are typed as columns, see `columns.core`.
feeds = _core(Feed)
entries = _core(Entry)
entry_matches = _core(EntryMatch)
