"""The store says what the config says, and the words of what is stored are counted once."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import Session

from monitor.model import FeedItem
from monitor.pipeline.cases.sync import refresh_vocabulary, sync_config
from monitor.pipeline.context import Context, Vocabulary
from monitor.store.entries import EntrySpec, insert_entries
from monitor.store.feeds import get_watched_feeds
from monitor.store.views.cases import list_cases
from tests.pipeline.program import HARBOUR, Program, start_program
from tests.store.rows import NOW, add_article, add_case, fetched

FEED = '[[feed]]\nurl = "https://harbour.example/rss"\ntitle = "Harbour Gazette"\n'
MUSEUM = 'title = "Museum"\nquery = "museum"\n'


@pytest.fixture
def program(tmp_path: Path) -> Program:
    begun = start_program(tmp_path / "config", harbour=HARBOUR, museum=MUSEUM)
    (begun.folder / "feeds.toml").write_text(FEED)
    return begun


def enabled(program: Program) -> dict[str, bool]:
    async def work(ctx: Context) -> dict[str, bool]:
        return {case.slug: case.is_enabled for case in await ctx.read(list_cases)}

    return program.run(work)


def ids(program: Program) -> dict[str, int]:
    """The stored ids of the cases that are watched."""

    async def work(ctx: Context) -> dict[str, int]:
        return {case.settings.slug: case.id for case in ctx.cases}

    return program.run(work)


def test_the_cases_of_the_config_are_watched_with_what_their_query_looks_for(
    program: Program,
) -> None:
    async def work(ctx: Context) -> list[frozenset[str]]:
        return [case.subject_terms for case in ctx.cases]

    assert program.run(work) == [frozenset({"harbour", "pier"}), frozenset({"museum"})]


def test_a_case_that_left_the_config_is_disabled_and_keeps_its_id(program: Program) -> None:
    before = ids(program)
    (program.folder / "cases" / "museum.toml").unlink()
    assert ids(program) == {"harbour": before["harbour"]}
    assert enabled(program) == {"harbour": True, "museum": False}

    program.write_case("museum", MUSEUM)

    assert ids(program) == before
    assert enabled(program) == {"harbour": True, "museum": True}


def test_feeds_that_left_the_config_are_watched_no_more(program: Program) -> None:
    async def urls(ctx: Context) -> list[str]:
        return [feed.url for feed in await ctx.read(get_watched_feeds)]

    assert program.run(urls) == ["https://harbour.example/rss"]

    (program.folder / "feeds.toml").write_text("")

    assert program.run(urls) == []


def test_bringing_in_line_twice_changes_nothing(program: Program) -> None:
    async def work(ctx: Context) -> bool:
        before = ctx.cases
        await sync_config(ctx)
        return [case.id for case in ctx.cases] == [case.id for case in before]

    assert program.run(work)


def add_items(session: Session, *titles: str) -> None:
    (feed,) = get_watched_feeds(session)
    items = [FeedItem(title, None, title, published_at=NOW) for title in titles]
    specs = [EntrySpec(item, item.key, None, ()) for item in items]
    insert_entries(session, feed.id, specs, now=NOW, is_baseline=False)


def test_each_item_is_counted_once_however_often_the_words_are_refreshed(
    program: Program,
) -> None:
    async def work(ctx: Context) -> list[int]:
        counts = []
        for titles in (("The pier", "The museum"), (), ("Rain",)):
            await ctx.write(add_items, *titles)
            await refresh_vocabulary(ctx)
            counts.append(ctx.vocabulary.everywhere.texts)
        return counts

    assert program.run(work) == [2, 2, 3]


def test_a_word_of_every_headline_is_common_and_another_is_rare(program: Program) -> None:
    async def work(ctx: Context) -> Vocabulary:
        await ctx.write(add_items, "Storm hits pier", "Storm hits museum", "Storm over")
        await refresh_vocabulary(ctx)
        return ctx.vocabulary

    everywhere = program.run(work).everywhere
    assert everywhere.share("storm") > everywhere.share("pier") > everywhere.share("castle")
    assert "castle" not in everywhere


def test_an_article_that_no_case_has_judged_counts_for_none(program: Program) -> None:
    def add(session: Session) -> None:
        add_case(session, "harbour")
        add_article(session, fetched(1, "The pier was closed."))

    async def work(ctx: Context) -> list[int]:
        await ctx.write(add)
        await sync_config(ctx)
        await refresh_vocabulary(ctx)
        return [counts.texts for counts in ctx.vocabulary.cases.values()]

    assert program.run(work) == [0, 0]
