"""Notices that a source has dried up, or brings something again.

The notice and the note that it was made are one transaction, so each episode has one notice, over
crashes and with several workers. A feed belongs to no case: the channels of the cases that take it
get the notice, at once even where alerts come as a digest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial

from sqlmodel import Session

from monitor.alerts import EventType, FeedPart, NoticePayload
from monitor.feeds.health import FeedHealth, HealthChanges, Trouble, find_changes, find_trouble
from monitor.pipeline.context import Context, WatchedCase, log
from monitor.store.articles import make_uid
from monitor.store.feeds import get_health, mark_recovered, mark_told
from monitor.store.outbox import SealedDelivery, seal_deliveries

MAX_NAMED = 20  # feeds in the words of a notice; the event names more


async def tell_silence(ctx: Context) -> int:
    """Makes messages of what changed with the feeds; returns how many."""
    # Most polls change nothing: a read is cheaper than a transaction that locks the store.
    if find_changes(await ctx.read(get_health)).is_empty:
        return 0
    return await ctx.write(_tell, ctx.cases, ctx.clock())


def _tell(session: Session, cases: Sequence[WatchedCase], now: datetime) -> int:
    changes = find_changes(get_health(session))
    uid = make_uid("silence", now.isoformat(), *_urls(changes.dried_up))
    fallen = mark_told(session, _ids(changes.dried_up), uid, now)
    mark_told(session, _ids(changes.joined), changes.outage_uid, now)
    recovered = mark_recovered(session, _ids(changes.recovered))
    # Another worker may have made notices of some of them in the meantime.
    down = [feed for feed in changes.dried_up if feed.id in fallen]
    back = [feed for feed in changes.recovered if feed.id in recovered]
    sealed = _seal_all(cases, down, partial(_silent, changes), now)
    sealed += _seal_all(cases, back, _recovered, now)
    seal_deliveries(session, sealed, now)
    log.info("feeds_told", silent=_urls(down), recovered=_urls(back))
    return len(sealed)


def _ids(feeds: Sequence[FeedHealth]) -> list[int]:
    return [feed.id for feed in feeds]


def _urls(feeds: Sequence[FeedHealth]) -> list[str]:
    return [feed.url for feed in feeds]


def _seal_all(
    cases: Sequence[WatchedCase],
    feeds: Sequence[FeedHealth],
    describe: Callable[[Sequence[FeedHealth]], NoticePayload],
    now: datetime,
) -> list[SealedDelivery]:
    """Returns one notice for every channel that hears of some of the feeds."""
    by_channel = _by_channel(cases, feeds)
    return [_seal(channel, describe(own), own, now) for channel, own in by_channel.items()]


def _seal(
    channel: str, payload: NoticePayload, feeds: Sequence[FeedHealth], now: datetime
) -> SealedDelivery:
    uid = make_uid("notice", payload.type, channel, now.isoformat(), *_urls(feeds))
    return SealedDelivery(uid, channel, "notice", None, payload.to_json(), ())


def _by_channel(
    cases: Sequence[WatchedCase], feeds: Sequence[FeedHealth]
) -> Mapping[str, list[FeedHealth]]:
    """Returns the feeds that each channel hears of: those that one of its cases takes, and those
    that no case takes.
    """
    found: dict[str, list[FeedHealth]] = {}
    for feed in feeds:
        # A feed that no case takes is everybody's business.
        takers = [case for case in cases if _takes(case, feed)]
        for name in sorted(_channels_of(takers or cases)):
            found.setdefault(name, []).append(feed)
    return found


def _takes(case: WatchedCase, feed: FeedHealth) -> bool:
    return case.settings.selects(feed.url, feed.title, feed.tags)


def _channels_of(cases: Sequence[WatchedCase]) -> set[str]:
    return {rule.channel for case in cases for rule in case.settings.alerts} or {"console"}


def _silent(changes: HealthChanges, feeds: Sequence[FeedHealth]) -> NoticePayload:
    parts = tuple(_trouble_of(feed) for feed in feeds)
    if changes.is_outage:
        title = f"{len(feeds)} feeds fail at once: is the network here down?"
    elif len(feeds) == 1:
        title = f"A source has dried up: {feeds[0].title or feeds[0].url}"
    else:
        title = f"{len(feeds)} sources have dried up"
    lines = (
        *_lines(parts),
        "`monitor feeds show FEED` tells more; `monitor feeds list --failing --silent` lists them.",
    )
    return NoticePayload(EventType.FEED_SILENT, title, lines, _about(parts), parts)


def _recovered(feeds: Sequence[FeedHealth]) -> NoticePayload:
    parts = tuple(
        FeedPart(feed.url, feed.title, "ok", "it brings items again", feed.last_new_at)
        for feed in feeds
    )
    one = f"A source is back: {feeds[0].title or feeds[0].url}"
    title = one if len(feeds) == 1 else f"{len(feeds)} sources are back"
    return NoticePayload(EventType.FEED_RECOVERED, title, _lines(parts), _about(parts), parts)


def _trouble_of(feed: FeedHealth) -> FeedPart:
    """Returns a feed with its trouble in a word and in a sentence."""
    trouble = find_trouble(feed)
    if trouble is Trouble.SILENT and feed.last_new_at:
        since = f"{feed.last_new_at:%Y-%m-%d %H:%M} UTC"
        reason = f"it answers, but has brought nothing new since {since}"
    elif trouble is Trouble.GONE:
        reason = f"its server says that it is gone for good: {feed.error}"
    else:
        trouble = Trouble.FAILING
        since = f" since {feed.failing_since:%Y-%m-%d %H:%M} UTC" if feed.failing_since else ""
        reason = f"it fails{since}: {feed.error}"
    return FeedPart(feed.url, feed.title, trouble, reason, feed.last_new_at)


def _lines(parts: Sequence[FeedPart]) -> tuple[str, ...]:
    named = [f"{part.title or part.url}: {part.reason} ({part.url})" for part in parts[:MAX_NAMED]]
    more = [f"and {len(parts) - MAX_NAMED} more"] if len(parts) > MAX_NAMED else []
    return (*named, *more)


def _about(parts: Sequence[FeedPart]) -> dict[str, str | int | float | bool | None]:
    return {"count": len(parts), "feed": parts[0].url if len(parts) == 1 else None}
