"""Bringing the store in line with the config, and the word counts in line with the store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from monitor.matching.related import WordCounts
from monitor.pipeline.context import Context, Vocabulary, WatchedCase, log
from monitor.settings import CaseSettings, FeedSettings, Settings
from monitor.store.cases import (
    CaseSpec,
    StoredItem,
    get_case_texts,
    get_stored_items,
    get_vocabulary_start,
    sync_cases,
)
from monitor.store.feeds import FeedSpec, sync_feeds
from monitor.store.upkeep.closed_channels import open_changed
from monitor.store.upkeep.ownership import adopt, require_folder, require_names
from monitor.text import fold_words

PAGE = 1000
# How many of the newest items say which words are common in the feeds at large.
VOCABULARY_ITEMS = 20_000


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


async def refresh_vocabulary(ctx: Context) -> None:
    """Counts the words of items and articles stored since the last time."""
    await _count_items(ctx)
    for case in ctx.cases:
        await _count_articles(ctx, case)


async def _count_items(ctx: Context) -> None:
    """Counts the words of items: which are common in the feeds at large."""
    vocabulary = ctx.vocabulary
    # A new process counts the newest items only; the oldest say little of today's words.
    if vocabulary.everywhere.texts == 0:
        vocabulary.last_entry_id = await ctx.read(get_vocabulary_start, VOCABULARY_ITEMS)
    while items := await ctx.read(get_stored_items, after_id=vocabulary.last_entry_id, limit=PAGE):
        _add_items(vocabulary, items)


def _add_items(vocabulary: Vocabulary, items: Sequence[StoredItem]) -> None:
    vocabulary.last_entry_id = items[-1].id
    for item in items:
        # Not the content: most feeds have none, and it would drown the headlines of the others.
        vocabulary.everywhere.add(fold_words(f"{item.title} {item.summary}"))


async def _count_articles(ctx: Context, case: WatchedCase) -> None:
    """Counts the words of a case's articles: which are common there."""
    vocabulary = ctx.vocabulary
    counts = vocabulary.cases.setdefault(case.id, WordCounts())
    after = vocabulary.last_sequence.get(case.id, 0)
    for text in await ctx.read(get_case_texts, case.id, after=after):
        counts.add(fold_words(text.words))
        vocabulary.last_sequence[case.id] = text.sequence
