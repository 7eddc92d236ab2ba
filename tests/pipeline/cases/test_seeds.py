"""Seeds: what a case knows from the start, read from files, never an alert."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import MonitorError
from monitor.model import DateSource
from monitor.pipeline.cases.seeds import import_seeds, read_seed
from monitor.pipeline.context import Context
from monitor.settings import MAX_SEED_BYTES, SeedSettings, load_settings
from monitor.store.views.alerts import list_alerts
from monitor.store.views.articles import list_articles, list_revisions
from tests.pipeline.program import HARBOUR, Program, start_program
from tests.store.rows import NOW
from tests.world import at

TEXT = "The old pier of the harbour was closed on Sunday.\nA judge ordered it.\n"
ADDRESS = "https://news.example/pier"
MAY = at("2025-05-01T08:00:00")


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """A case with one seed."""
    begun = start_program(tmp_path / "config")
    begun.write_case("harbour", f'{HARBOUR}seeds = ["../pier.txt"]\n')
    write(begun, TEXT)
    return begun


def write(program: Program, text: str | bytes) -> None:
    raw = text.encode() if isinstance(text, str) else text
    (program.folder / "pier.txt").write_bytes(raw)


def seed_of(program: Program) -> SeedSettings:
    return load_settings(program.folder, {}).cases[0].seeds[0]


def import_all(program: Program) -> list[str]:
    """What became of each seed."""

    async def work(ctx: Context) -> list[str]:
        return [seed.outcome for seed in await import_seeds(ctx)]

    return program.run(work)


def test_each_line_of_a_seed_is_a_paragraph(program: Program) -> None:
    article = read_seed(seed_of(program), NOW)

    assert article.text == (
        "The old pier of the harbour was closed on Sunday.\n\nA judge ordered it."
    )


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("The pier was\nclosed.\n\nIt is\nold.", ["The pier was closed.", "It is old."]),
        ("The pier was closed.\nIt is old.", ["The pier was closed.", "It is old."]),
        (f"Pier closed\n{'It is old. ' * 10}\n\nSo.", ["Pier closed", "It is old. " * 10, "So."]),
    ],
    ids=["broken for its width", "no blank lines", "lines that are paragraphs"],
)
def test_a_paragraph_may_be_broken_where_blank_lines_part_it_from_others(
    program: Program, text: str, paragraphs: list[str]
) -> None:
    write(program, text)

    article = read_seed(seed_of(program), NOW)

    assert article.text.split("\n\n") == list(map(str.strip, paragraphs))


def test_a_byte_order_mark_and_blank_lines_are_no_text(program: Program) -> None:
    write(program, "\ufeff\n\n" + TEXT.replace("\n", "\r\n\r\n"))

    article = read_seed(seed_of(program), NOW)

    assert article.text.startswith("The old pier")
    assert article.text.count("\n\n") == 1


@pytest.mark.parametrize(
    ("known", "url", "published_at", "source"),
    [
        ({}, "seed:pier", NOW, DateSource.FIRST_SEEN),
        ({"url": ADDRESS}, ADDRESS, NOW, DateSource.FIRST_SEEN),
        ({"published_at": MAY}, "seed:pier", MAY, DateSource.SEED),
    ],
    ids=["nothing", "its address", "its date"],
)
def test_what_the_config_knows_of_a_seed_is_taken(
    program: Program,
    known: dict[str, Any],
    url: str,
    published_at: datetime,
    source: DateSource,
) -> None:
    article = read_seed(replace(seed_of(program), **known), NOW)

    # The key is the file's name, so that an address may be added later.
    assert (article.url, article.urls) == (url, ("seed:pier",))
    assert (article.published_at, article.date_origin.source) == (published_at, source)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"\xff\xfe\x00p", "the seed cannot be read"),
        (b"x" * (MAX_SEED_BYTES + 1), "the seed is over 1 MB"),
    ],
    ids=["not UTF-8", "too large"],
)
def test_a_file_that_is_no_seed_is_refused_by_name(
    program: Program, raw: bytes, message: str
) -> None:
    seed = seed_of(program)
    write(program, raw)

    with pytest.raises(MonitorError, match=message) as refused:
        read_seed(seed, NOW)

    assert "pier.txt" in refused.value.message
    assert refused.value.hint


def test_a_seed_is_stored_once_and_left_alone(program: Program) -> None:
    assert import_all(program) == ["imported"]
    assert import_all(program) == ["known"]


def test_a_seed_never_alerts(program: Program) -> None:
    import_all(program)

    async def work(ctx: Context) -> int:
        return len(await ctx.read(list_alerts, limit=9))

    assert program.run(work) == 0


def test_a_changed_file_is_a_revision_of_the_same_article(program: Program) -> None:
    import_all(program)
    write(program, TEXT + "It is to reopen in August.\n")

    assert import_all(program) == ["imported"]

    async def work(ctx: Context) -> list[int]:
        (article,) = await ctx.read(list_articles, limit=9)
        return [one.number for one in await ctx.read(list_revisions, article.row_id)]

    assert sorted(program.run(work)) == [1, 2]


def test_a_seed_that_the_query_does_not_match_belongs_to_its_case_all_the_same(
    program: Program,
) -> None:
    write(program, "Rain until Sunday, and then some sun.\n")

    assert import_all(program) == ["imported"]

    async def work(ctx: Context) -> list[tuple[str, ...]]:
        return [article.cases for article in await ctx.read(list_articles, limit=9)]

    assert program.run(work) == [("harbour",)]


def test_a_case_that_gets_the_seed_of_another_learns_it_as_well(program: Program) -> None:
    import_all(program)
    program.write_case("pier", 'title = "Pier"\nquery = "pier"\nseeds = ["../pier.txt"]\n')

    assert import_all(program) == ["known", "imported"]
