"""A case that is new, comes back, or asks for something else first learns from what is stored; none
of it ever alerts.
"""

from __future__ import annotations

from collections.abc import Sequence

from monitor.matching import Folded
from monitor.pipeline.context import Context, WatchedCase, log
from monitor.pipeline.fields import article_fields, stored_item_fields
from monitor.pipeline.ingestion.ingest import analyse_article
from monitor.pipeline.verdicts.judging import CaseMatch, VerdictInput
from monitor.pipeline.verdicts.record import record_article
from monitor.store.articles import FetchedArticle, StoredArticle, get_stored_articles
from monitor.store.cases import (
    StoredItem,
    finish_learning,
    get_learning_cases,
    get_stored_items,
    queue_past_entries,
)
from monitor.store.entries import terms_to_json
from monitor.store.views.search import find_articles

# Rows read in one transaction: a case may have to look through years.
PAGE = 500


async def learn_past(ctx: Context) -> None:
    """Lets every case that has to look through stored texts and items, as baseline; begins anew
    after a crash.
    """
    waiting = await ctx.read(get_learning_cases, [case.id for case in ctx.cases])
    for case in ctx.cases:
        if case.id in waiting:
            await _learn(ctx, case, waiting[case.id])


async def _learn(ctx: Context, case: WatchedCase, after_entry: int) -> None:
    articles = await _learn_articles(ctx, case)
    queued = await _queue_items(ctx, case, after_entry)
    # Last: after a crash before it the case looks through everything again.
    await ctx.write(finish_learning, case.id)
    if articles or queued:
        slug = case.settings.slug
        log.info("case_learned_past", case=slug, articles=articles, queued=queued)


async def _learn_articles(ctx: Context, case: WatchedCase) -> int:
    """Judges stored texts that belong to the case, as they are stored: no page is fetched again."""
    ids = await ctx.read(find_articles, case.query.prefilter())
    count = 0
    for start in range(0, len(ids), PAGE):
        for article in await ctx.read(get_stored_articles, ids[start : start + PAGE]):
            count += await _learn_article(ctx, case, article)
    return count


async def _learn_article(ctx: Context, case: WatchedCase, stored: StoredArticle) -> bool:
    """Judges a stored text for a case as baseline; returns whether it belongs to the case and was
    not judged before.
    """
    fields = article_fields(stored, feed=stored.outlet, at=stored.at)
    match = case.query.match(Folded.of(fields), now=ctx.clock())
    # Seeds belong to the case that names them.
    if match is None or stored.origin == "seed":
        return False
    return await _judge(ctx, stored, CaseMatch(case, match, is_baseline=True))


async def _judge(ctx: Context, stored: StoredArticle, match: CaseMatch) -> bool:
    """Judges a stored text for a case; returns whether it was not judged before."""
    article, case = _as_fetched(stored), match.case
    given = VerdictInput(
        article=article,
        analysis=await analyse_article(ctx, article, case),
        matches=(match,),
        now=ctx.clock(),
        origin=stored.origin,
    )
    result = await ctx.judge(record_article, ctx, given)
    # Else "known": the case has a verdict on this very text.
    return result.outcomes[case.settings.slug] == "baseline"


def _as_fetched(stored: StoredArticle) -> FetchedArticle:
    """Returns a stored article as it would be if it were read just now."""
    return FetchedArticle(
        url=stored.url,
        urls=(stored.canonical_url,),
        title=stored.title,
        summary=stored.summary,
        text=stored.text,
        outlet=stored.outlet,
        author=stored.author,
        lang=stored.lang,
        published_at=stored.at,
        extraction=stored.extraction,
        page_status=stored.page_status,
        reason=stored.page_reason,
        extractor=stored.extractor,
    )


async def _queue_items(ctx: Context, case: WatchedCase, after_id: int) -> int:
    """Queues stored items whose page nobody has read and that the case would have wanted; returns
    how many.
    """
    queued = 0
    while items := await ctx.read(get_stored_items, after_id=after_id, limit=PAGE):
        after_id = items[-1].id
        wanted = _find_wanted(ctx, case, items)
        if wanted:
            queued += await ctx.write(queue_past_entries, case.id, wanted, ctx.clock())
    return queued


def _find_wanted(
    ctx: Context, case: WatchedCase, items: Sequence[StoredItem]
) -> dict[int, list[dict[str, str]]]:
    """Returns the terms that make the case want an item, by the item's id."""
    wanted = {}
    for item in items:
        if not _may_want(case, item):
            continue
        folded = Folded.of(stored_item_fields(item))
        terms = case.settings.find_candidate(folded, now=ctx.clock())
        if terms:
            wanted[item.id] = terms_to_json(terms)
    return wanted


def _may_want(case: WatchedCase, item: StoredItem) -> bool:
    # What was read is among the stored texts, which the case looks through as well.
    feed = item.feed
    return not item.is_read and case.settings.selects(feed.url, feed.title, feed.tags)
