"""What a person did to stories lasts: what comes later goes where the articles went that it
repeats.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.pipeline.context import Context
from monitor.store.stories import By, get_rows_in_story, merge_stories, split_story
from monitor.store.views.timeline.stories import StoryView, list_stories
from tests.pipeline.program import HARBOUR, Program, start_program
from tests.pipeline.verdicts.test_record import record
from tests.store.rows import NOW, fetched

PIER = (
    "Three people were killed on Sunday when the old pier of the harbour collapsed, police said."
    "\n\nDivers searched the water under the harbour until dawn."
)
FERRY = (
    "The night ferry of the harbour will not run before August, its owner Ada Marlow said."
    "\n\nThe harbour master had asked for new lifeboats in the spring."
)
COURIER = {
    "url": "https://courier.example/ferry",
    "urls": ("https://courier.example/ferry",),
    "outlet": "Courier",
}
BY = By("ada", "they belong together", NOW)


@pytest.fixture
def program(tmp_path: Path, database_url: str) -> Program:
    """A case with two stories."""
    begun = start_program(tmp_path / "config", database_url, harbour=HARBOUR)
    record(begun, fetched(1, PIER, title="Pier collapses"))
    record(begun, fetched(2, FERRY, title="No night ferry"))
    return begun


def do(program: Program, function, *arguments):
    async def work(ctx: Context):
        return await ctx.write(function, *arguments)

    return program.run(work)


def stories(program: Program) -> list[StoryView]:
    """Those that have articles, the one that was opened first before the others."""

    async def work(ctx: Context) -> list[StoryView]:
        return await ctx.read(list_stories, limit=9)

    return sorted(program.run(work), key=lambda one: one.row_id)


def test_a_copy_of_what_was_moved_follows_it(program: Program) -> None:
    pier, ferry = stories(program)
    do(program, merge_stories, pier.row_id, ferry.row_id, BY)

    record(program, fetched(3, FERRY, title="No night ferry", **COURIER))

    (joined,) = stories(program)
    assert (joined.id, joined.articles) == (pier.id, 3)


def test_a_later_text_of_what_was_taken_out_stays_out(program: Program) -> None:
    pier, ferry = stories(program)
    do(program, merge_stories, pier.row_id, ferry.row_id, BY)
    moved = do(program, get_rows_in_story, pier.row_id)[1]
    do(program, split_story, pier.row_id, [moved], BY)

    record(program, fetched(2, f"{FERRY}\n\nAnother ferry will run at noon.", title="No ferry"))
    record(program, fetched(4, FERRY, title="No night ferry", **COURIER))

    assert [one.articles for one in stories(program)] == [1, 2]
