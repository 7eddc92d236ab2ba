"""Bringing the store in line with the config."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from monitor.pipeline.context import Context, WatchedCase, log
from monitor.settings import CaseSettings, FeedSettings, Settings
from monitor.store.cases import CaseSpec, sync_cases
from monitor.store.feeds import FeedSpec, sync_feeds
from monitor.store.upkeep.closed_channels import open_changed
from monitor.store.upkeep.ownership import adopt, require_folder, require_names


async def sync_config(ctx: Context) -> None:
    """Writes the config's feeds and cases into the store; deletes nothing.

    Raises:
        MonitorError: the store belongs to another config folder, or a case has another name there.
    """
    settings, now = ctx.settings, ctx.clock()
    await ctx.write(_take_possession, settings, now)
    await ctx.write(sync_feeds, list(map(_feed_spec, settings.feeds)), now)
    ids = await ctx.write(sync_cases, [_case_spec(case) for case in settings.cases], now)
    addresses = {name: settings.address_of(name) for name in settings.channels}
    for name in await ctx.write(open_changed, addresses):
        log.info("channel_enabled", channel=name)
    # Only now: what works with a case needs its id in the store.
    ctx.config.cases = tuple(_watched(ids[case.slug], case) for case in settings.cases)


def _take_possession(session: Session, settings: Settings, now: datetime) -> None:
    """Makes sure that the store is this config's, and that its cases are those of the store."""
    folder = str(settings.folder.resolve())
    require_folder(session, folder)
    require_names(session, [_case_spec(case) for case in settings.cases])
    adopt(session, folder, now)


def _case_spec(case: CaseSettings) -> CaseSpec:
    return CaseSpec(case.slug, case.title, case.note, case.query)


def _feed_spec(feed: FeedSettings) -> FeedSpec:
    return FeedSpec(feed.url, feed.title, tuple(feed.tags), feed.every, feed.match == "all")


def _watched(case_id: int, case: CaseSettings) -> WatchedCase:
    return WatchedCase(case_id, case, case.compiled, case.compiled.folded_terms)
