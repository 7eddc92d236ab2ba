"""Bringing the store in line with the config, and the word counts in line with the store."""

from __future__ import annotations

from monitor.pipeline.context import Context, WatchedCase
from monitor.settings import CaseSettings
from monitor.store.cases import (
    CaseSpec,
    get_case_texts,
    get_stored_items,
    get_vocabulary_start,
    sync_cases,
)
from monitor.store.feeds import FeedSpec, sync_feeds
from monitor.text import fold_words

PAGE = 1000
# How many of the newest items say which words are common in the feeds at large.
VOCABULARY_ITEMS = 20_000


async def sync_config(ctx: Context) -> None:
    """Writes the config's feeds and cases into the store; deletes nothing."""
    settings = ctx.settings
    now = ctx.clock()
    feeds = [
        FeedSpec(feed.url, feed.title, tuple(feed.tags), feed.every, feed.match == "all")
        for feed in settings.feeds
    ]
    await ctx.write(sync_feeds, feeds, now)
    specs = [CaseSpec(case.slug, case.title, case.note, case.query) for case in settings.cases]
    ids = await ctx.write(sync_cases, specs, now)
    ctx.cases = tuple(_watched(ids[case.slug], case) for case in settings.cases)


def _watched(case_id: int, case: CaseSettings) -> WatchedCase:
    return WatchedCase(case_id, case, case.compiled, case.compiled.folded_terms)


async def refresh_vocabulary(ctx: Context) -> None:
    """Counts the words of items and articles stored since the last time."""
    vocabulary = ctx.vocabulary
    if vocabulary.everywhere.texts == 0:
        vocabulary.last_entry_id = await ctx.read(get_vocabulary_start, VOCABULARY_ITEMS)
    while rows := await ctx.read(get_stored_items, after_id=vocabulary.last_entry_id, limit=PAGE):
        vocabulary.last_entry_id = rows[-1].id
        for item in rows:
            vocabulary.everywhere.add(fold_words(f"{item.title} {item.summary}"))
    for case in ctx.cases:
        counts = vocabulary.cases.setdefault(case.id, type(vocabulary.everywhere)())
        after = vocabulary.last_sequence.get(case.id, 0)
        for sequence, text in await ctx.read(get_case_texts, case.id, after=after):
            counts.add(fold_words(text))
            vocabulary.last_sequence[case.id] = sequence
