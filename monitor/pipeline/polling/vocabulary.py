"""Which words are common in each case and in the feeds at large, counted over what is stored.

Counting takes seconds where much is stored, and only an item that nobody has seen is judged by it:
so nothing is counted before there is one, and items only where a case has articles to compare."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.matching.related import WordCounts
from monitor.pipeline.context import Context, Vocabulary, WatchedCase
from monitor.store.cases import (
    StoredItem,
    get_case_texts,
    get_stored_items,
    get_vocabulary_start,
)
from monitor.text import fold_words

PAGE = 1000
# How many of the newest items say which words are common in the feeds at large.
VOCABULARY_ITEMS = 20_000


async def read_vocabulary(ctx: Context) -> None:
    """Counts the words of what is stored, unless that has been done."""
    vocabulary = ctx.vocabulary
    if vocabulary.was_read:
        return
    # Many polls find something new at once: one of them counts, the others wait for it.
    async with vocabulary.reading:
        if not vocabulary.was_read:
            await _count(ctx)
            vocabulary.was_read = True


async def refresh_vocabulary(ctx: Context) -> None:
    """Counts the words of items and articles stored since the last time, where there was one."""
    if ctx.vocabulary.was_read:
        async with ctx.vocabulary.reading:
            await _count(ctx)


async def _count(ctx: Context) -> None:
    for case in ctx.cases:
        await _count_articles(ctx, case)
    # What is common everywhere says something beside what is common in a case.
    if any(counts.texts for counts in ctx.vocabulary.cases.values()):
        await _count_items(ctx)


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
