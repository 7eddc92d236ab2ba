"""What the daemon does beside its stages."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from monitor.daemon.pulse import Pulse
from monitor.daemon.upkeep import beat_heart, mend_due_times, prune_old
from monitor.errors import StoreError
from monitor.pipeline.context import Context
from monitor.pipeline.notices import DatabaseAlarm
from monitor.pipeline.polling.due_times import keep_due_times
from monitor.store.upkeep.prune import measure
from tests.pipeline.program import HARBOUR, Program, start_program
from tests.store.rows import NOW
from tests.store.upkeep.test_prune import add_silent

YEAR = timedelta(days=365)


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """A program over one old text."""
    made = start_program(tmp_path / "config", harbour=HARBOUR)

    async def add(ctx: Context) -> None:
        await ctx.write(add_silent)

    made.run(add)
    made.now = NOW + YEAR
    return made


def left_after(program: Program, *, is_stopping: bool = False) -> int:
    """How many texts are prunable after the daemon has pruned."""

    async def work(ctx: Context) -> int:
        await prune_old(ctx, lambda: is_stopping)
        return (await ctx.read(measure, program.now)).texts

    return program.run(work)


def keep(program: Program, age: str) -> None:
    settings = program.folder / "monitor.toml"
    settings.write_text(f'{settings.read_text()}[storage]\nkeep_texts = "{age}"\n')


def test_a_config_that_says_nothing_keeps_everything(program: Program) -> None:
    assert left_after(program) == 1


@pytest.mark.parametrize(("age", "left"), [("forever", 1), ("400d", 1), ("90d", 0)])
def test_texts_go_when_they_are_older_than_the_config_says(
    program: Program, age: str, left: int
) -> None:
    keep(program, age)

    assert left_after(program) == left


def test_a_daemon_that_is_to_stop_begins_no_batch(program: Program) -> None:
    keep(program, "90d")

    assert left_after(program, is_stopping=True) == 1


def test_what_was_taken_out_is_one_line_in_the_log(program: Program) -> None:
    keep(program, "90d")

    with capture_logs() as logs:
        left_after(program)
        left_after(program)

    (line,) = [one for one in logs if one["event"] == "texts_pruned"]
    assert (line["texts"], line["entries"]) == (1, 0)


def test_a_database_in_trouble_is_left_alone_until_tomorrow(program: Program) -> None:
    keep(program, "90d")

    async def work(ctx: Context) -> None:
        database = program.folder / "monitor.db"
        database.rename(database.with_suffix(".aside"))
        await prune_old(ctx, lambda: False)
        database.with_suffix(".aside").rename(database)

    with capture_logs() as logs:
        program.run(work)

    assert [one["event"] for one in logs if one["event"].startswith("prune")] == ["prune_failed"]


def test_a_heartbeat_notes_what_the_database_says(program: Program) -> None:
    pulse = Pulse()

    async def work(ctx: Context) -> list[str]:
        said = []
        database = program.folder / "monitor.db"
        for move in (lambda: None, lambda: database.rename(aside), lambda: aside.rename(database)):
            move()
            await beat_heart(ctx, pulse, DatabaseAlarm())
            said.append(pulse.store_error)
        return said

    aside = program.folder / "aside.db"
    first, second, third = program.run(work)

    assert (first, third) == ("", "")
    assert "deleted or replaced" in second


def test_due_times_beyond_reason_are_left_where_the_database_fails(program: Program) -> None:
    async def work(ctx: Context) -> None:
        database = program.folder / "monitor.db"
        database.rename(database.with_suffix(".aside"))
        with pytest.raises(StoreError):
            await keep_due_times(ctx, after=timedelta(days=1))
        await mend_due_times(ctx)
        database.with_suffix(".aside").rename(database)

    program.run(work)
