"""The words of what is stored are counted once, and not before something new is judged by them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlmodel import Session

from monitor.model import FeedItem, Outcome, Verdict
from monitor.pipeline.context import Context, Vocabulary
from monitor.pipeline.polling.vocabulary import read_vocabulary, refresh_vocabulary
from monitor.store.cases import get_case_texts
from monitor.store.entries import EntrySpec, insert_entries
from monitor.store.feeds import get_watched_feeds
from monitor.store.verdicts import insert_story, insert_verdict
from tests.pipeline.program import HARBOUR, Program, start_program
from tests.store.rows import NOW, add_article, add_case, fetched, judged

FEED = '[[feed]]\nurl = "https://harbour.example/rss"\ntitle = "Harbour Gazette"\n'
MUSEUM = 'title = "Museum"\nquery = "museum"\n'


@pytest.fixture
def program(tmp_path: Path) -> Program:
    begun = start_program(tmp_path / "config", harbour=HARBOUR, museum=MUSEUM)
    (begun.folder / "feeds.toml").write_text(FEED)
    return begun


def add_items(session: Session, *titles: str) -> None:
    (feed,) = get_watched_feeds(session)
    items = [FeedItem(title, None, title, published_at=NOW) for title in titles]
    specs = [EntrySpec(item, item.key, None, ()) for item in items]
    insert_entries(session, feed.id, specs, now=NOW, is_baseline=False)


def add_judged(session: Session, number: int = 1) -> None:
    """Stores an article that is about the harbour."""
    article = fetched(number, "The pier was closed. Nobody was hurt.")
    given = judged(add_case(session, "harbour"), add_article(session, article), article)
    story_id = insert_story(session, given.case_id, given.revision.article_id, NOW)
    insert_verdict(session, given, Verdict(Outcome.SILENT, 0.1, 0.5, ()), story_id)


def test_nothing_is_counted_before_anything_new_is_judged(program: Program) -> None:
    async def work(ctx: Context) -> Vocabulary:
        await ctx.write(add_judged)
        await ctx.write(add_items, "Storm hits pier")
        await refresh_vocabulary(ctx)
        return ctx.vocabulary

    vocabulary = program.run(work)
    assert vocabulary.everywhere.texts == 0
    assert vocabulary.cases == {}


def test_each_item_is_counted_once_however_often_the_words_are_refreshed(
    program: Program,
) -> None:
    async def work(ctx: Context) -> list[int]:
        await ctx.write(add_judged)
        await read_vocabulary(ctx)
        counts = []
        for titles in (("The pier", "The museum"), (), ("Rain",)):
            await ctx.write(add_items, *titles)
            await refresh_vocabulary(ctx)
            counts.append(ctx.vocabulary.everywhere.texts)
        return counts

    assert program.run(work) == [2, 2, 3]


def test_polls_that_need_the_words_at_once_count_them_once(program: Program) -> None:
    async def work(ctx: Context) -> tuple[int, int]:
        await ctx.write(add_judged)
        await ctx.write(add_items, "Storm hits pier", "Storm hits museum")
        await asyncio.gather(*(read_vocabulary(ctx) for _ in range(5)))
        counts = ctx.vocabulary
        return counts.everywhere.texts, sum(case.texts for case in counts.cases.values())

    assert program.run(work) == (2, 1)


def test_items_are_not_counted_while_no_case_has_an_article_to_compare(program: Program) -> None:
    async def work(ctx: Context) -> list[int]:
        await ctx.write(add_items, "Storm hits pier", "Storm hits museum")
        await read_vocabulary(ctx)
        before = ctx.vocabulary.everywhere.texts
        await ctx.write(add_judged)
        await refresh_vocabulary(ctx)
        return [before, ctx.vocabulary.everywhere.texts]

    assert program.run(work) == [0, 2]


def test_a_word_of_every_headline_is_common_and_another_is_rare(program: Program) -> None:
    async def work(ctx: Context) -> Vocabulary:
        await ctx.write(add_judged)
        await ctx.write(add_items, "Storm hits pier", "Storm hits museum", "Storm over")
        await read_vocabulary(ctx)
        return ctx.vocabulary

    everywhere = program.run(work).everywhere
    assert everywhere.share("storm") > everywhere.share("pier") > everywhere.share("castle")
    assert everywhere.shared({"castle", "storm"}) == {"storm"}


def test_an_article_that_no_case_has_judged_counts_for_none(program: Program) -> None:
    def add(session: Session) -> None:
        add_case(session, "harbour")
        add_article(session, fetched(1, "The pier was closed."))

    async def work(ctx: Context) -> list[int]:
        await ctx.write(add)
        await read_vocabulary(ctx)
        assert not await ctx.read(get_case_texts, ctx.cases[0].id, after=0)
        return [counts.texts for counts in ctx.vocabulary.cases.values()]

    assert program.run(work) == [0, 0]
