"""A feed as it is named, and as polling it needs it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from monitor.model import Validators
from monitor.politeness import Farewell, Move


def host_of(url: str) -> str:
    """Returns what an address is asked at, with its port; what is no address has an empty one."""
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""


@dataclass(frozen=True, slots=True)
class FeedName:
    """What a config may name a feed by."""

    url: str
    title: str
    tags: tuple[str, ...]

    @property
    def label(self) -> str:
        """Its title, else its URL."""
        return self.title or self.url


@dataclass(frozen=True, slots=True)
class FeedSpec:
    """A feed as the config names it."""

    url: str
    title: str
    tags: tuple[str, ...]
    every: timedelta | None
    takes_all: bool


@dataclass(frozen=True, slots=True)
class DueFeed:
    """A claimed feed: what polling it needs to know."""

    id: int
    url: str
    title: str
    tags: tuple[str, ...]
    every: timedelta | None
    takes_all: bool
    trusts_guids: bool
    validators: Validators
    body_hash: str | None
    is_baseline: bool
    failures: int
    interval: timedelta | None
    item_count: int | None
    fetch_url: str | None
    validators_url: str | None
    is_frozen: bool
    whole_at: datetime | None
    last_new_at: datetime | None
    gap: timedelta | None
    newest_at: datetime | None
    ttl: timedelta | None
    max_age: timedelta | None
    skip_hours: tuple[int, ...]
    skip_days: tuple[int, ...]
    move: Move | None
    failing_since: datetime | None
    farewell: Farewell | None
    is_gone: bool
    read_items: bytes | None
    warning: str

    @property
    def name(self) -> FeedName:
        """What the config may name it by."""
        return FeedName(self.url, self.title, self.tags)
