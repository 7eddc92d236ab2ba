"""The store says what the config says."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlmodel import Session

from monitor.pipeline.cases import sync
from monitor.pipeline.cases.sync import sync_config
from monitor.pipeline.context import Context
from monitor.settings import load_settings
from monitor.store import Store
from monitor.store.feeds import get_watched_feeds
from monitor.store.views.cases import list_cases
from tests.pipeline.program import HARBOUR, Program, start_program
from tests.world import at

FEED = '[[feed]]\nurl = "https://harbour.example/rss"\ntitle = "Harbour Gazette"\n'
NOW = at("2026-05-02T08:00")
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


def test_two_workers_that_start_together_bring_a_new_database_in_line(
    program: Program, store: Store
) -> None:
    settings, written = load_settings(program.folder, {}), threading.Event()

    def first(session: Session) -> None:
        sync._sync(session, settings, NOW)
        written.set()
        # The other one begins before this one is committed.
        assert not second.done()
        threading.Event().wait(0.3)

    def other() -> sync._Synced:
        written.wait(10)
        return store.write(sync._sync, settings, NOW)

    with ThreadPoolExecutor(2) as workers:
        second = workers.submit(other)
        store.write(first)

    assert second.result().case_ids.keys() == {"harbour", "museum"}
