"""Keeping feeds as the config says, and finding them by their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import ColumnElement, and_, literal_column, or_, select, update
from sqlmodel import Session

from monitor.errors import NotFound
from monitor.store.engine import insert_new
from monitor.store.feeds.values import FeedSpec, host_of
from monitor.store.schema.rows import as_values
from monitor.store.schema.tables import feeds
from monitor.urls import shown

# What a reset forgets of a feed.
_FORGOTTEN: dict[str, Any] = {
    "failures": 0,
    "failing_since": None,
    "last_error": "",
    "warning": "",
    "etag": None,
    "last_modified": None,
    "validators_url": None,
    "body_hash": None,
    "read_items": None,
    "fetch_url": None,
    "move_url": None,
    "gone_since": None,
    "gone_answers": 0,
    "because": "it was reset",
}
# What the config decides, with the name that it goes by.
_CONFIGURED = tuple(
    feeds.c[name] for name in ("url", "title", "tags", "every_seconds", "takes_all", "is_enabled")
)
# Where it is asked for now, and where a redirect that is watched leads.
_MOVES = (feeds.c.fetch_url, feeds.c.move_url)
# A feed of which nothing is known yet.
_NEW_FEED: dict[str, Any] = {
    "trusts_guids": True,
    "last_error": "",
    "warning": "",
    "failures": 0,
    "is_paused": False,
    "outcome": "",
    "because": "",
    "is_frozen": False,
    "skip_hours": [],
    "skip_days": [],
    "move_polls": 0,
    "move_overlaps": False,
    "gone_answers": 0,
}


class NamedFeed(Protocol):
    """A feed as people name it."""

    @property
    def url(self) -> str:
        """Its address."""

    @property
    def title(self) -> str:
        """Its title in the config; empty for none."""


F = TypeVar("F", bound=NamedFeed)


def sync_feeds(session: Session, specs: Sequence[FeedSpec], now: datetime) -> None:
    """Makes the table say what the config says: adds, changes, disables; a feed that left the
    config keeps all it brought, and one whose address was edited goes on where it was.
    """
    known = session.execute(select(feeds.c.id, *_MOVES, *_CONFIGURED)).all()
    # Nearly all are there at nearly every start.
    there = {feed.url for feed in known}
    wanted = {spec.url: spec for spec in specs}
    new = [spec for spec in specs if spec.url not in there]
    edited = _find_edited([feed for feed in known if feed.url not in wanted], new)
    rows = [_new_row(spec, now) for spec in new if spec not in edited.values()]
    insert_new(session, feeds, rows, returning="id")
    for feed in known:
        spec = edited.get(feed.id)
        changes = _moved_columns(spec, now) if spec else _changes_of(feed, wanted.get(feed.url))
        if changes:
            session.execute(update(feeds).where(feeds.c.id == feed.id).values(**changes))


def _find_edited(gone: Sequence[Any], new: Sequence[FeedSpec]) -> dict[int, FeedSpec]:
    """Returns, by the id of a feed that left the config, the spec that it has now: the one with the
    address that it has moved to, else the only new one with the title that it alone had.
    """
    left = [feed for feed in gone if feed.is_enabled]
    by_url, by_title, alone = {spec.url: spec for spec in new}, _by_title(new), _by_title(left)
    feed_ids: dict[FeedSpec, int] = {}
    for feed in left:
        spec = by_url.get(feed.fetch_url or feed.move_url)
        if spec is None and feed.title in alone:
            spec = by_title.get(feed.title)
        # Of two feeds that became one the first goes on.
        if spec is not None:
            feed_ids.setdefault(spec, feed.id)
    return {feed_id: spec for spec, feed_id in feed_ids.items()}


def _by_title(named: Sequence[F]) -> dict[str, F]:
    """Returns feeds by their titles, where one alone has it."""
    times = Counter(one.title for one in named)
    return {one.title: one for one in named if one.title and times[one.title] == 1}


def _moved_columns(spec: FeedSpec, now: datetime) -> dict[str, Any]:
    """Returns what a feed says under another address: as a new one, but with all it brought."""
    # Another feed under an old title begins as a new one: only a known item tells that it is not.
    asked_anew = {"baseline_at": None, "because": "its address was edited", "next_poll_at": now}
    own = {"url": spec.url, "host": host_of(spec.url), "state": "new"}
    return _FORGOTTEN | _configured_columns(spec) | asked_anew | own


def _new_row(spec: FeedSpec, now: datetime) -> dict[str, Any]:
    """Returns the row of a feed that is due at once."""
    return {
        **_NEW_FEED,
        **_configured_columns(spec),
        "url": spec.url,
        "host": host_of(spec.url),
        "state": "new",
        "next_poll_at": now,
    }


def _changes_of(feed: Any, spec: FeedSpec | None) -> dict[str, Any]:
    """Returns what a known feed has to say otherwise; one without a spec has left the config."""
    wanted = {"is_enabled": False} if spec is None else _configured_columns(spec)
    # Only what differs is written: a reload must not touch every row.
    return {name: value for name, value in wanted.items() if getattr(feed, name) != value}


def _configured_columns(spec: FeedSpec) -> dict[str, Any]:
    """Returns the columns that the config alone decides."""
    return {
        "title": spec.title,
        "tags": list(spec.tags),
        "every_seconds": int(spec.every.total_seconds()) if spec.every else None,
        "takes_all": spec.takes_all,
        "is_enabled": True,
    }


def is_watched() -> ColumnElement[bool]:
    """The condition under which a feed is polled at all."""
    # As the partial index has it: SQLite would not find `is_enabled = 1` in it.
    return and_(literal_column("feeds.is_enabled"), ~feeds.c.is_paused)


@dataclass(frozen=True, slots=True)
class WatchedFeed:
    """A feed that is polled, as far as people name it."""

    id: int
    url: str
    title: str


def get_watched_feeds(session: Session) -> list[WatchedFeed]:
    """Returns every feed that is polled, in the order of the config."""
    rows = session.execute(select(feeds).where(is_watched()).order_by(feeds.c.id))
    return as_values(WatchedFeed, rows)


def find_feed(named: Sequence[F], name: str) -> F:
    """Returns the feed of that URL or title, else the only one that has the name in either.

    Raises:
        NotFound: no feed or more than one has it.
    """
    # An exact name counts even where it is a part of others.
    found = [feed for feed in named if name in (feed.url, shown(feed.url), feed.title)]
    if not found:
        found = [feed for feed in named if _has_in_name(feed, name)]
    if len(found) == 1:
        return found[0]
    what = f"{len(found)} feeds" if found else "no feed"
    hint = "`monitor feeds list` shows their names and URLs"
    raise NotFound(f"{name!r} means {what}", hint=hint)


def _has_in_name(feed: NamedFeed, part: str) -> bool:
    """Says whether a feed has some letters, in whatever case, in its URL or its title."""
    # A line break stands in neither, so nothing is found across the two.
    return part.lower() in f"{feed.url}\n{feed.title}".lower()


def set_paused(session: Session, feed_ids: Sequence[int], *, is_paused: bool) -> None:
    """Stops or resumes polling feeds, whatever the config says."""
    session.execute(update(feeds).where(feeds.c.id.in_(feed_ids)).values(is_paused=is_paused))


def reset_feeds(session: Session, feed_ids: Sequence[int], now: datetime) -> None:
    """Forgets errors, back-off, validators and moves: the next poll is due now and asks for the
    whole document.
    """
    chosen = update(feeds).where(feeds.c.id.in_(feed_ids))
    session.execute(chosen.values(**_FORGOTTEN, next_poll_at=now))
    _send_home(session, feed_ids)
    # One that was never polled stays new: its first answer is still to be baseline.
    is_down = or_(feeds.c.state == "failing", feeds.c.state == "gone")
    session.execute(chosen.where(is_down).values(state="ok"))


def _send_home(session: Session, feed_ids: Sequence[int]) -> None:
    """Has feeds asked at their own hosts, wherever they had moved to."""
    for feed in session.execute(select(feeds.c.id, feeds.c.url).where(feeds.c.id.in_(feed_ids))):
        own = update(feeds).where(feeds.c.id == feed.id)
        session.execute(own.values(host=host_of(feed.url)))


def get_ids_by_url(session: Session, urls: Sequence[str]) -> list[int]:
    """Returns the ids of feeds given by their exact URLs."""
    return list(session.execute(select(feeds.c.id).where(feeds.c.url.in_(urls))).scalars())
