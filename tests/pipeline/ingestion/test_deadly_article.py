"""An article whose reading kills its worker process: it is given up alone, and that is told."""

from __future__ import annotations

import os
import signal
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import Session

from monitor.cli.state import utc_now
from monitor.model import Analysis
from monitor.novelty import analyse
from monitor.pipeline.ingestion import ingest
from monitor.store.schema.tables import entries
from tests.acceptance.config import run_command
from tests.pipeline.conftest import Newsroom, on_sqlite
from tests.pipeline.test_run_once import ORDER, SEED_PARAGRAPHS, story

DEADLY = "Abrego Garcia: a deadly page"
KILLED = "die_of_one: the worker process died (SIGKILL)"


def die_of_one(title: str, text: str, **options: Any) -> Analysis:
    """Runs in the process: reads every article but one."""
    if title == DEADLY:
        os.kill(os.getpid(), signal.SIGKILL)
    return analyse(title, text, **options)


def entries_of(newsroom: Newsroom) -> dict[str, tuple[str, int, str | None]]:
    """State, attempts and last error of each entry, by its title."""

    def read(session: Session) -> dict[str, tuple[str, int, str | None]]:
        rows = session.execute(select(entries))
        return {row.title: (row.state, row.attempts, row.last_error) for row in rows}

    return newsroom.read(read)


@pytest.fixture
def deadly(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    """A newsroom of today with a deadly article between two that are none."""
    monkeypatch.setattr(ingest, "analyse", die_of_one)
    # A new process imports these tests first, and the machine may be busy.
    monkeypatch.setattr(ingest, "ANALYSE_TIMEOUT", timedelta(minutes=1))
    newsroom.now = utc_now() - timedelta(hours=3)
    newsroom.poll()
    for number, title in enumerate(["Abrego Garcia, one", DEADLY, "Abrego Garcia, two"]):
        text = ORDER.replace("four officials", f"official number {number}")
        newsroom.outlets[0].publish(
            story(f"/story-{number}", [text, *SEED_PARAGRAPHS], newsroom.now, title)
        )
    return newsroom


@on_sqlite
def test_an_article_that_kills_its_reader_is_given_up_alone_and_told(deadly: Newsroom) -> None:
    for attempt in (1, 2, 3):
        deadly.poll(hours=0.25)
        found = entries_of(deadly)
        state = "failed" if attempt == 3 else "queued"
        assert found.pop(DEADLY) == (state, attempt, KILLED)
        assert sorted(found) == ["Abrego Garcia, one", "Abrego Garcia, two"]
        assert [(state, attempts) for state, attempts, _ in found.values()] == [("stored", 1)] * 2

    deadly.poll(hours=0.25)
    assert entries_of(deadly)[DEADLY] == ("failed", 3, KILLED)

    done = run_command(deadly.config, "status", "--check", "--format", "table", check=False)
    url = deadly.outlets[0].base + "/story-1"
    assert f"1 item given up in the last day, the newest {url}: {KILLED}" in done.stdout
    assert done.returncode == 3
