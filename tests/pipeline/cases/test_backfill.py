"""What a new case learns from what is stored: as baseline, once, and again after a crash."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import Session

from monitor.pipeline.cases.backfill import learn_past
from monitor.pipeline.context import Context
from monitor.store.cases import get_learning_cases
from monitor.store.views.alerts import list_alerts
from monitor.store.views.articles import list_articles
from tests.pipeline.program import HARBOUR, Program, start_program
from tests.store.rows import add_article, fetched

PIER = "Three people were killed on Sunday when the old pier of the harbour collapsed."


def add_stored(session: Session) -> None:
    add_article(session, fetched(1, PIER, title="Pier collapses"))
    add_article(session, fetched(2, "Rain until Sunday.", title="Rain"))


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """A store with two texts that no case has judged."""
    begun = start_program(tmp_path / "config", harbour=HARBOUR)

    async def work(ctx: Context) -> None:
        await ctx.write(add_stored)

    begun.run(work)
    return begun


def learned(program: Program) -> dict[str, tuple[str, ...]]:
    """The cases of each stored article, by title, after the cases have looked through the past."""

    async def work(ctx: Context) -> dict[str, tuple[str, ...]]:
        await learn_past(ctx)
        return {one.title: one.cases for one in await ctx.read(list_articles, limit=9)}

    return program.run(work)


def test_a_new_case_learns_the_stored_texts_that_its_query_matches(program: Program) -> None:
    assert learned(program) == {"Pier collapses": ("harbour",), "Rain": ()}


def test_what_a_case_learns_of_the_past_never_alerts(program: Program) -> None:
    learned(program)

    async def work(ctx: Context) -> int:
        return len(await ctx.read(list_alerts, limit=9))

    assert program.run(work) == 0


def test_a_case_looks_through_the_past_once(program: Program) -> None:
    async def waiting(ctx: Context) -> int:
        return len(await ctx.read(get_learning_cases, [case.id for case in ctx.cases]))

    assert program.run(waiting) == 1
    learned(program)
    assert program.run(waiting) == 0


def test_a_case_that_asks_for_something_else_looks_again(program: Program) -> None:
    learned(program)
    program.write_case("harbour", 'title = "Harbour"\nquery = "harbour OR rain"\n')

    assert learned(program) == {"Pier collapses": ("harbour",), "Rain": ("harbour",)}


def test_learning_twice_learns_nothing_twice(program: Program) -> None:
    assert learned(program) == learned(program)
