"""A case that is new, comes back, or asks for something else first learns from what is stored; none
of it ever alerts.
"""

from __future__ import annotations

from collections.abc import Sequence

from monitor.matching import Folded
from monitor.model import Fields
from monitor.pipeline.context import Context, WatchedCase, log
from monitor.pipeline.ingestion.fetch_article import FetchedArticle
from monitor.pipeline.ingestion.ingest import analyse_reading
from monitor.pipeline.verdicts.record import CaseMatch, record_reading
from monitor.store.articles import ArticleText, get_article_texts
from monitor.store.cases import (
    StoredItem,
    finish_learning,
    get_learning_cases,
    get_stored_items,
    queue_past_entries,
)
from monitor.store.entries import terms_to_json
from monitor.store.views.search import find_articles

PAGE = 500


async def learn_past(ctx: Context) -> None:
    """Lets every case that has to look through stored texts and items, as baseline; begins anew
    after a crash.
    """
    waiting = await ctx.read(get_learning_cases, [case.id for case in ctx.cases])
    for case in ctx.cases:
        if case.id in waiting:
            articles = await _learn_articles(ctx, case)
            items = await _queue_items(ctx, case, waiting[case.id])
            await ctx.write(finish_learning, case.id)
            if articles or items:
                log.info(
                    "case_learned_past", case=case.settings.slug, articles=articles, queued=items
                )


async def _learn_articles(ctx: Context, case: WatchedCase) -> int:
    """Judges stored texts that belong to the case, as they are stored: no page is fetched again."""
    ids = await ctx.read(find_articles, case.query.prefilter())
    count = 0
    for start in range(0, len(ids), PAGE):
        for article in await ctx.read(get_article_texts, ids[start : start + PAGE]):
            count += await _learn_article(ctx, case, article)
    return count


async def _learn_article(ctx: Context, case: WatchedCase, article: ArticleText) -> bool:
    at = article.published_at or article.found_at
    fields = Fields(
        article.title,
        article.summary,
        article.text,
        article.url,
        article.outlet,
        article.lang,
        article.outlet,
        at,
    )
    match = case.query.match(Folded.of(fields), now=ctx.clock())
    if match is None or article.origin == "seed":
        return False
    reading = FetchedArticle(
        url=article.url,
        urls=(article.canonical_url,),
        title=article.title,
        summary=article.summary,
        text=article.text,
        outlet=article.outlet,
        author=article.author,
        lang=article.lang,
        published_at=at,
        extraction=article.extraction,
        page_status=article.page_status,
        reason=article.page_reason,
        extractor=article.extractor,
    )
    analysis = await analyse_reading(ctx, reading, case)
    matches = [CaseMatch(case, match, is_baseline=True)]
    result = await ctx.judge(
        record_reading, ctx, None, reading, matches, analysis, article.origin, ctx.clock()
    )
    return result.outcomes[case.settings.slug] == "baseline"


async def _queue_items(ctx: Context, case: WatchedCase, after_id: int) -> int:
    """Queues stored items whose page nobody has read and that the case would have wanted; returns
    how many.
    """
    queued = 0
    while items := await ctx.read(get_stored_items, after_id=after_id, limit=PAGE):
        after_id = items[-1].id
        wanted = _wanted(ctx, case, items)
        if wanted:
            await ctx.write(queue_past_entries, case.id, wanted, ctx.clock())
            queued += len(wanted)
    return queued


def _wanted(
    ctx: Context, case: WatchedCase, items: Sequence[StoredItem]
) -> dict[int, list[dict[str, str]]]:
    wanted = {}
    for item in items:
        if item.is_read or not case.settings.selects(
            item.feed_url, item.feed_title, item.feed_tags
        ):
            continue
        outlet = item.feed_title or item.feed_url
        fields = Fields(item.title, item.summary, "", item.url, outlet, item.lang, outlet, item.at)
        terms = case.settings.find_candidate(Folded.of(fields), now=ctx.clock())
        if terms:
            wanted[item.id] = terms_to_json(terms)
    return wanted
