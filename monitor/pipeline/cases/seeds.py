"""Seeds: texts that a case knows from the start. They are stored and judged like any article, as
baseline, and never alert.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from monitor.model import DateOrigin, DateSource, Extraction, Match
from monitor.pipeline.context import Context, WatchedCase, log
from monitor.pipeline.fields import article_fields, fold_article
from monitor.pipeline.ingestion.ingest import analyse_article
from monitor.pipeline.verdicts.judging import CaseMatch, VerdictInput
from monitor.pipeline.verdicts.record import record_article
from monitor.settings import SeedSettings, read_seed_text
from monitor.store.articles import FetchedArticle, find_article
from monitor.store.verdicts import has_verdict
from monitor.text import clean_text

_MAX_WRAPPED = 100  # characters of a line that was broken for its width


@dataclass(frozen=True, slots=True)
class ImportedSeed:
    """A seed file and whether the store has it now for the first time, changed, or had it."""

    case: str
    path: Path
    outcome: str


async def import_seeds(ctx: Context) -> list[ImportedSeed]:
    """Stores the seeds of every case; a seed that is there already is left alone, a changed file
    becomes a revision.

    Raises:
        MonitorError: a seed file cannot be read.
    """
    return [
        await _import_seed(ctx, case, seed) for case in ctx.cases for seed in case.settings.seeds
    ]


async def _import_seed(ctx: Context, case: WatchedCase, seed: SeedSettings) -> ImportedSeed:
    """Stores one seed unless the case has judged exactly this text before."""
    article = await asyncio.to_thread(read_seed, seed, ctx.clock())
    slug = case.settings.slug
    if await ctx.read(_is_known, case.id, article):
        return ImportedSeed(slug, seed.path, "known")
    given = VerdictInput(
        article=article,
        matches=(_match(ctx, case, seed, article),),
        analysis=await analyse_article(ctx, article, case),
        now=ctx.clock(),
        origin="seed",
    )
    await ctx.judge(record_article, ctx, given)
    log.info("seed_imported", case=slug, seed=seed.path.name)
    return ImportedSeed(slug, seed.path, "imported")


def _match(
    ctx: Context, case: WatchedCase, seed: SeedSettings, article: FetchedArticle
) -> CaseMatch:
    """Returns how a seed belongs to its case: because the config says so; the query only tells what
    in it matches.
    """
    # The address of a seed may be the name of its file: a query is not to match that.
    fields = replace(article_fields(article, feed="", at=article.published_at), url="")
    match = case.query.match(fold_article(fields), now=ctx.clock())
    if match is None:
        _warn_unmatched(case, seed)
    terms = match.terms if match else ()
    return CaseMatch(case, Match(terms, is_subject=True), is_baseline=True)


def _warn_unmatched(case: WatchedCase, seed: SeedSettings) -> None:
    log.warning(
        "seed_unmatched",
        case=case.settings.slug,
        seed=seed.path.name,
        hint="the case's query does not match its seed",
    )


def _is_known(session: Session, case_id: int, article: FetchedArticle) -> bool:
    """Says whether the case has judged exactly this text before."""
    stored = find_article(session, article.urls)
    if stored is None or stored.text_hash != article.text_hash:
        return False
    return has_verdict(session, case_id, stored.revision_id)


def _as_paragraphs(text: str) -> str:
    # One line is one paragraph in a seed file, but where it was broken for its width: sentences
    # would end in the middle.
    blocks = clean_text(text).split("\n\n")
    whole = map(_unwrap, blocks) if len(blocks) > 1 else blocks
    return "\n\n".join(filter(None, "\n".join(whole).split("\n")))


def _unwrap(block: str) -> str:
    """Returns lines that stand between blank lines as one where all are as short as lines of mails
    and editors are.
    """
    lines = block.split("\n")
    return " ".join(lines) if max(map(len, lines)) <= _MAX_WRAPPED else block


def read_seed(seed: SeedSettings, now: datetime) -> FetchedArticle:
    """Reads a seed file as an article; without a date of its own it is of now.

    Raises:
        MonitorError: the file cannot be read.
    """
    text = _as_paragraphs(read_seed_text(seed.path))
    # By the file's name: an address is optional, and may be corrected later.
    key = f"seed:{seed.path.stem}"
    return FetchedArticle(
        url=seed.url or key,
        urls=(key,),
        title=seed.title,
        summary="",
        text=text,
        outlet=seed.outlet,
        author="",
        lang=seed.lang,
        published_at=seed.published_at or now,
        date_origin=DateOrigin(DateSource.SEED if seed.published_at else DateSource.FIRST_SEEN),
        extraction=Extraction.FULL,
        page_status="ok",
        reason="",
        extractor="seed",
    )
