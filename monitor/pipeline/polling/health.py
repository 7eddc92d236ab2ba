"""Telling people that a source has dried up, or brings something again.

What is told and that it was told is one transaction, so each episode is told once, over crashes and
with several workers. A feed belongs to no case: the channels of the cases that take it are told, at
once also where alerts come as a digest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from monitor.alerts import EventType, FeedPart, NoticePayload
from monitor.feeds.health import FeedHealth, HealthChanges, Trouble, find_changes, find_trouble
from monitor.pipeline.context import Context, log
from monitor.store.articles import make_uid
from monitor.store.feed_health import get_health, mark_recovered, mark_told
from monitor.store.outbox import SealedDelivery, seal_deliveries

MAX_NAMED = 20  # feeds in the words of a notice; the event names more


async def tell_silence(ctx: Context) -> int:
    """Makes messages of what changed with the feeds; returns how many."""
    if find_changes(await ctx.read(get_health)).is_empty:
        return 0
    return await ctx.write(_tell, ctx, ctx.clock())


def _tell(session: Session, ctx: Context, now: datetime) -> int:
    news = find_changes(get_health(session))
    told_as = make_uid("silence", now.isoformat(), *(feed.url for feed in news.dried_up))
    fallen = mark_told(session, [feed.id for feed in news.dried_up], told_as, now)
    mark_told(session, [feed.id for feed in news.joined], news.outage_uid, now)
    recovered = mark_recovered(session, [feed.id for feed in news.recovered])
    down = [feed for feed in news.dried_up if feed.id in fallen]
    back = [feed for feed in news.recovered if feed.id in recovered]
    sealed = [
        *_seal(ctx, EventType.FEED_SILENT, down, news, now),
        *_seal(ctx, EventType.FEED_RECOVERED, back, news, now),
    ]
    seal_deliveries(session, sealed, now)
    log.info(
        "feeds_told", silent=[feed.url for feed in down], recovered=[feed.url for feed in back]
    )
    return len(sealed)


def _seal(
    ctx: Context, kind: EventType, feeds: Sequence[FeedHealth], news: HealthChanges, now: datetime
) -> list[SealedDelivery]:
    sealed = []
    for channel, told in _by_channel(ctx, feeds).items():
        payload = _silent(told, news) if kind is EventType.FEED_SILENT else _recovered(told)
        uid = make_uid("notice", kind, channel, now.isoformat(), *(feed.url for feed in told))
        sealed.append(SealedDelivery(uid, channel, "notice", None, payload.to_json(), ()))
    return sealed


def _by_channel(ctx: Context, feeds: Sequence[FeedHealth]) -> Mapping[str, list[FeedHealth]]:
    """Returns the feeds that each channel is told of: those that one of its cases takes, and those
    that no case takes.
    """
    found: dict[str, list[FeedHealth]] = {}
    for feed in feeds:
        takers = [
            case for case in ctx.cases if case.settings.selects(feed.url, feed.title, feed.tags)
        ] or ctx.cases
        names = {rule.channel for case in takers for rule in case.settings.alerts} or {"console"}
        for name in sorted(names):
            found.setdefault(name, []).append(feed)
    return found


def _silent(feeds: Sequence[FeedHealth], news: HealthChanges) -> NoticePayload:
    parts = tuple(
        FeedPart(feed.url, feed.title, *_reason(feed), feed.last_new_at) for feed in feeds
    )
    if news.is_outage:
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


def _reason(feed: FeedHealth) -> tuple[str, str]:
    """Returns a feed's trouble in a word and in a sentence."""
    trouble = find_trouble(feed)
    if trouble is Trouble.SILENT and feed.last_new_at:
        return (
            trouble,
            f"it answers, but has brought nothing new since {feed.last_new_at:%Y-%m-%d %H:%M} UTC",
        )
    if trouble is Trouble.GONE:
        return trouble, f"its server says that it is gone for good: {feed.error}"
    since = f" since {feed.failing_since:%Y-%m-%d %H:%M} UTC" if feed.failing_since else ""
    return Trouble.FAILING, f"it fails{since}: {feed.error}"


def _lines(parts: Sequence[FeedPart]) -> tuple[str, ...]:
    named = [f"{part.title or part.url}: {part.reason} ({part.url})" for part in parts[:MAX_NAMED]]
    more = [f"and {len(parts) - MAX_NAMED} more"] if len(parts) > MAX_NAMED else []
    return (*named, *more)


def _about(parts: Sequence[FeedPart]) -> dict[str, str | int | float | bool | None]:
    return {"count": len(parts), "feed": parts[0].url if len(parts) == 1 else None}
