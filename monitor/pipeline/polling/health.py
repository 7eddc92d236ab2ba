"""Notices that a feed is in trouble, or brings something again.

The notice and the note that it was made are one transaction, so each episode has one notice, over
crashes and with several workers. A feed belongs to no case: the channels of the cases that take it
get the notice, at once even where alerts come as a digest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlmodel import Session

from monitor.alerts.notices.troubles import part_in_trouble
from monitor.alerts.payload import EventType, FeedPart, NoticePayload
from monitor.feeds.health import FeedHealth, HealthChanges, find_changes
from monitor.pipeline.context import Context, WatchedCase, log
from monitor.settings import Settings
from monitor.store.articles import make_uid
from monitor.store.feeds import get_health, mark_recovered, mark_told
from monitor.store.outbox import SealedDelivery, seal_deliveries
from monitor.urls import shown

MAX_NAMED = 20  # feeds in the words of a notice; the event names more
_WHERE_TO_LOOK = (
    "`monitor feeds show FEED` tells more; `monitor feeds list --failing --silent` lists them."
)


async def tell_silence(ctx: Context) -> int:
    """Makes messages of what changed with the feeds; returns how many."""
    # Most polls change nothing: a read is cheaper than a transaction that locks the store.
    if find_changes(await ctx.read(get_health)).is_empty:
        return 0
    return await ctx.write(_seal_notices, ctx.settings, ctx.cases, ctx.clock())


@dataclass(frozen=True, slots=True)
class _Episodes:
    """The feeds that dried up and those that came back, whose notices are ours to make."""

    down: Sequence[FeedHealth]
    back: Sequence[FeedHealth]


def _seal_notices(
    session: Session, settings: Settings, cases: Sequence[WatchedCase], now: datetime
) -> int:
    """Notes each episode and seals its notices; returns how many there are."""
    # Read again: the first reading was another transaction.
    changes = find_changes(get_health(session))
    episodes = _note_episodes(session, changes, now)
    seal = partial(_seal, settings, now)
    sealed = _seal_all(cases, episodes.down, partial(_silent, settings, changes), seal)
    sealed += _seal_all(cases, episodes.back, _recovered, seal)
    seal_deliveries(session, sealed, now)
    log.info("feeds_told", silent=_urls(episodes.down), recovered=_urls(episodes.back))
    return len(sealed)


def _note_episodes(session: Session, changes: HealthChanges, now: datetime) -> _Episodes:
    """Notes that the changes are reported, so that nobody reports them again."""
    uid = make_uid("silence", now.isoformat(), *_urls(changes.dried_up))
    fallen = mark_told(session, _ids(changes.dried_up), uid, now)
    # They belong to an outage that has its notice: noted, without one of their own.
    mark_told(session, _ids(changes.joined), changes.outage_uid, now)
    recovered = mark_recovered(session, _ids(changes.recovered))
    # Another worker may have made notices of some of them in the meantime.
    return _Episodes(
        down=[feed for feed in changes.dried_up if feed.id in fallen],
        back=[feed for feed in changes.recovered if feed.id in recovered],
    )


def _ids(feeds: Sequence[FeedHealth]) -> list[int]:
    return [feed.id for feed in feeds]


def _urls(feeds: Sequence[FeedHealth]) -> list[str]:
    return [feed.url for feed in feeds]


def _seal_all(
    cases: Sequence[WatchedCase],
    feeds: Sequence[FeedHealth],
    describe: Callable[[Sequence[FeedHealth]], NoticePayload],
    seal: Callable[[str, NoticePayload, Sequence[FeedHealth]], SealedDelivery],
) -> list[SealedDelivery]:
    """Returns one notice for every channel that hears of some of the feeds."""
    by_channel = _by_channel(cases, feeds)
    return [seal(channel, describe(own), own) for channel, own in by_channel.items()]


def _seal(
    settings: Settings,
    now: datetime,
    channel: str,
    payload: NoticePayload,
    feeds: Sequence[FeedHealth],
) -> SealedDelivery:
    address = settings.address_of(channel)
    uid = make_uid("notice", payload.type, channel, address, now.isoformat(), *_urls(feeds))
    return SealedDelivery(uid, channel, "notice", None, payload.to_json(), ())


def _by_channel(
    cases: Sequence[WatchedCase], feeds: Sequence[FeedHealth]
) -> Mapping[str, list[FeedHealth]]:
    """Returns the feeds that each channel hears of: those that one of its cases takes, and those
    that no case takes.
    """
    found: dict[str, list[FeedHealth]] = {}
    for feed in feeds:
        for name in _channels_for(cases, feed):
            found.setdefault(name, []).append(feed)
    return found


def _channels_for(cases: Sequence[WatchedCase], feed: FeedHealth) -> list[str]:
    """Returns the names of the channels that hear of a feed, sorted."""
    takers = [case for case in cases if _takes(case, feed)]
    # A feed that no case takes is everybody's business.
    return sorted(_channels_of(takers or cases))


def _takes(case: WatchedCase, feed: FeedHealth) -> bool:
    return case.settings.selects(feed.url, feed.title, feed.tags)


def _channels_of(cases: Sequence[WatchedCase]) -> set[str]:
    return {rule.channel for case in cases for rule in case.settings.alerts} or {"console"}


def _silent(
    settings: Settings, changes: HealthChanges, feeds: Sequence[FeedHealth]
) -> NoticePayload:
    parts = tuple(map(partial(part_in_trouble, zone=settings.timezone), feeds))
    title = _silence_title(feeds, is_outage=changes.is_outage)
    lines = (*_lines(parts), _WHERE_TO_LOOK)
    return NoticePayload(EventType.FEED_SILENT, title, lines, _about(parts), parts)


def _silence_title(feeds: Sequence[FeedHealth], *, is_outage: bool) -> str:
    # Many at once have one cause, and that is nearer to the reader than to the sources.
    if is_outage:
        return f"{len(feeds)} feeds fail at once: is the network here down?"
    if len(feeds) == 1:
        return f"A feed is in trouble: {feeds[0].title or shown(feeds[0].url)}"
    return f"{len(feeds)} feeds are in trouble"


def _recovered(feeds: Sequence[FeedHealth]) -> NoticePayload:
    parts = tuple(map(_recovered_part, feeds))
    one = f"A feed is back: {feeds[0].title or shown(feeds[0].url)}"
    title = one if len(feeds) == 1 else f"{len(feeds)} feeds are back"
    return NoticePayload(EventType.FEED_RECOVERED, title, _lines(parts), _about(parts), parts)


def _recovered_part(feed: FeedHealth) -> FeedPart:
    return FeedPart(shown(feed.url), feed.title, "ok", "it brings items again", feed.last_new_at)


def _lines(parts: Sequence[FeedPart]) -> tuple[str, ...]:
    lines = list(map(_line, parts[:MAX_NAMED]))
    if len(parts) > MAX_NAMED:
        lines.append(f"and {len(parts) - MAX_NAMED} more")
    return tuple(lines)


def _line(part: FeedPart) -> str:
    return f"{part.title or part.url}: {part.reason} ({part.url})"


def _about(parts: Sequence[FeedPart]) -> dict[str, str | int | float | bool | None]:
    return {"count": len(parts), "feed": parts[0].url if len(parts) == 1 else None}
