"""Which cases an entry's full text belongs to, and which of them learn it as known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.model import DateOrigin, DateSource
from monitor.pipeline.context import Context
from monitor.pipeline.ingestion.ingest import match_article
from monitor.store.articles import FetchedArticle
from monitor.store.entries import QueuedEntry
from monitor.store.feeds import FeedName
from tests.pipeline.program import HARBOUR, Program, start_program
from tests.store.rows import NOW, fetched

MUSEUM = 'title = "Museum"\nquery = "museum"\n'
PIER = fetched(1, "The old pier of the harbour was closed on Sunday.", title="Closed")
BOTH = fetched(1, "The museum on the pier was closed on Sunday.", title="Closed")
RAIN = fetched(1, "Rain until Sunday.", title="Rain")


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return start_program(tmp_path / "config", harbour=HARBOUR, museum=MUSEUM)


def entry(baseline_by_case: Mapping[int, bool], *, takes_all: bool = False) -> QueuedEntry:
    return QueuedEntry(
        id=1,
        feed=FeedName("https://harbour.example/rss", "Harbour Gazette", ()),
        feed_takes_all=takes_all,
        url=PIER.url,
        canonical_url=PIER.url,
        title="Closed",
        summary="",
        content="",
        author="",
        lang="en",
        source_name=None,
        published_at=NOW,
        seen_at=NOW,
        attempts=1,
        date_origin=DateOrigin(DateSource.FEED),
        baseline_by_case=baseline_by_case,
    )


@pytest.mark.parametrize(
    ("article", "wanted_by", "takes_all", "slugs"),
    [
        (PIER, ("harbour", "museum"), False, ["harbour"]),
        (BOTH, ("harbour", "museum"), False, ["harbour", "museum"]),
        (BOTH, ("museum",), False, ["museum"]),
        (RAIN, ("harbour", "museum"), False, []),
        (RAIN, ("harbour",), True, ["harbour"]),
    ],
    ids=["one", "both", "only who wanted it", "nobody", "a feed that is all about it"],
)
def test_an_article_belongs_to_the_cases_that_wanted_it_and_whose_query_matches(
    program: Program,
    article: FetchedArticle,
    wanted_by: tuple[str, ...],
    takes_all: bool,
    slugs: list[str],
) -> None:
    async def work(ctx: Context) -> list[str]:
        wanted = {case.id: False for case in ctx.cases if case.settings.slug in wanted_by}
        matches = match_article(ctx, entry(wanted, takes_all=takes_all), article)
        return [match.case.settings.slug for match in matches]

    assert program.run(work) == slugs


@pytest.mark.parametrize(
    ("is_first_poll", "record_only", "is_baseline"),
    [(False, False, False), (True, False, True), (False, True, True)],
    ids=["news", "of a first poll", "in a pass that only records"],
)
def test_what_is_old_to_the_feed_or_only_recorded_is_baseline(
    program: Program, is_first_poll: bool, record_only: bool, is_baseline: bool
) -> None:
    async def work(ctx: Context) -> list[bool]:
        wanted = {case.id: is_first_poll for case in ctx.cases}
        matches = match_article(replace(ctx, record_only=record_only), entry(wanted), PIER)
        return [match.is_baseline for match in matches]

    assert program.run(work) == [is_baseline]


ENGLISH = 'title = "Pier"\nquery = "pier AND lang:en"\n'
SPANISH = 'title = "Muelle"\nquery = "pier AND lang:es"\n'
ABROAD = 'title = "Abroad"\nquery = "pier AND NOT lang:en"\n'


@pytest.mark.parametrize(
    ("lang", "slugs"),
    [(None, ["english"]), ("", ["english"]), ("en-GB", ["english"]), ("es", ["abroad", "spanish"])],
)
def test_the_words_tell_the_language_where_neither_feed_nor_page_names_it(
    tmp_path: Path, lang: str | None, slugs: list[str]
) -> None:
    watching = start_program(tmp_path / "two", english=ENGLISH, spanish=SPANISH, abroad=ABROAD)

    async def work(ctx: Context) -> list[str]:
        wanted = entry({case.id: False for case in ctx.cases})
        matches = match_article(ctx, wanted, replace(PIER, lang=lang))
        return sorted(match.case.settings.slug for match in matches)

    assert watching.run(work) == slugs


def test_words_of_no_known_language_tell_none(tmp_path: Path) -> None:
    watching = start_program(tmp_path / "two", english=ENGLISH, abroad=ABROAD)
    article = replace(PIER, title="Pier", text="Pier sulges laupäeval.", lang=None)

    async def work(ctx: Context) -> list[str]:
        matches = match_article(ctx, entry({case.id: False for case in ctx.cases}), article)
        return [match.case.settings.slug for match in matches]

    assert watching.run(work) == ["abroad"]
