"""Bringing the store in line with the config."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from monitor.pipeline.context import Context, WatchedCase, log
from monitor.settings import CaseSettings, FeedSettings, Settings
from monitor.store.cases import CaseSpec, sync_cases
from monitor.store.feeds import FeedSpec, sync_feeds
from monitor.store.leases import wait_for_turn
from monitor.store.schema.tables import config_folders
from monitor.store.upkeep.closed_channels import open_changed
from monitor.store.upkeep.ownership import adopt, require_folder, require_names


async def sync_config(ctx: Context) -> None:
    """Writes the config's feeds and cases into the store; deletes nothing.

    Raises:
        MonitorError: the store belongs to another config folder, or a case has another name there.
    """
    settings = ctx.settings
    synced = await ctx.write(_sync, settings, ctx.clock())
    for name in synced.opened:
        log.info("channel_enabled", channel=name)
    # Only now: what works with a case needs its id in the store.
    ids = synced.case_ids
    ctx.config.cases = tuple(_watched(ids[case.slug], case) for case in settings.cases)


@dataclass(frozen=True, slots=True)
class _Synced:
    """What came of it: the id of each case by slug, and the channels that are sent to again."""

    case_ids: Mapping[str, int]
    opened: Sequence[str]


def _sync(session: Session, settings: Settings, now: datetime) -> _Synced:
    """Makes the store say what the config says, as a whole or not at all, one worker at a time."""
    # Workers that start together write the same rows: the second finds them there.
    wait_for_turn(session, config_folders)
    specs = list(map(_case_spec, settings.cases))
    folder = str(settings.folder.resolve())
    # Before anything is written: another folder's config would disable all that it does not name.
    require_folder(session, folder)
    require_names(session, specs)
    adopt(session, folder, now)
    sync_feeds(session, list(map(_feed_spec, settings.feeds)), now)
    ids = sync_cases(session, specs, now)
    addresses = {name: settings.address_of(name) for name in settings.channels}
    return _Synced(ids, open_changed(session, addresses))


def _case_spec(case: CaseSettings) -> CaseSpec:
    return CaseSpec(case.slug, case.title, case.note, case.query)


def _feed_spec(feed: FeedSettings) -> FeedSpec:
    return FeedSpec(feed.url, feed.title, tuple(feed.tags), feed.every, feed.match == "all")


def _watched(case_id: int, case: CaseSettings) -> WatchedCase:
    return WatchedCase(case_id, case, case.compiled, case.compiled.folded_terms)
