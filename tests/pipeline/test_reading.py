"""What a start and each look for work read stays the same for years: tables that only grow are read
by an index of what waits.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from tests.pipeline.conftest import Newsroom
from tests.pipeline.test_run_once import ORDER, SEED_PARAGRAPHS, STAY, story

GROWING = ("entries", "pages", "articles", "revisions", "case_articles", "deliveries", "alerts")
GROWING += ("developments", "sentences", "fingerprints", "article_urls", "delivery_recipients")
PARTIAL = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'"


@contextmanager
def statements() -> Iterator[dict[str, Any]]:
    """Every statement that is run, with values that it was run with."""
    seen: dict[str, Any] = {}

    def note(
        _connection: Any, _cursor: Any, text: str, values: Any, _context: Any, is_many: bool
    ) -> None:
        seen.setdefault(text, values[0] if is_many else values)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


def reads(seen: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yields the statements that look for rows, with their values."""
    for text, values in seen.items():
        # What is read in order of ids up to a limit ends there.
        is_first = "WHERE" not in text and "LIMIT" in text
        if not is_first and re.match(r"\s*(SELECT|UPDATE|DELETE|WITH)\b", text):
            yield text, values


def read_whole(database: Path, seen: dict[str, Any]) -> set[str]:
    """Returns the growing tables that a statement reads from end to end, beside it."""
    found = set()
    with closing(sqlite3.connect(database)) as opened:
        partial = {name for (name,) in opened.execute(PARTIAL)}
        for text, values in reads(seen):
            for *_, step in opened.execute(f"EXPLAIN QUERY PLAN {text}", values):
                scan = re.match(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?", step)
                if scan and scan[1] in GROWING and scan[2] not in partial:
                    found.add(f"{scan[1]}: {text}")
    return found


def read_whole_on_server(url: str, seen: dict[str, Any]) -> set[str]:
    """Returns the same of PostgreSQL, which reads small tables whole unless it must not."""
    found = set()
    # EXPLAIN takes no values from the server's side.
    with psycopg.connect(
        url.replace("+psycopg", ""), cursor_factory=psycopg.ClientCursor
    ) as opened:
        opened.execute("SET enable_seqscan = off")
        for text, values in reads(seen):
            for (step,) in opened.execute(f"EXPLAIN {text}", values):
                scan = re.search(r"Seq Scan on (\w+)", step)
                if scan and scan[1] in GROWING:
                    found.add(f"{scan[1]}: {text}")
    return found


def run_passes(newsroom: Newsroom) -> dict[str, Any]:
    """Runs passes with news and without; returns the statements that they ran."""
    newsroom.poll()
    newsroom.outlets[0].publish(story("/a", [ORDER, *SEED_PARAGRAPHS], newsroom.now))
    newsroom.outlets[1].publish(story("/b", [STAY, *SEED_PARAGRAPHS], newsroom.now))
    with statements() as seen:
        news = newsroom.poll()
        newsroom.poll(hours=30)
    assert (news.ingested, news.sent > 0) == (2, True)
    return seen


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_pass_reads_a_table_that_grows_from_end_to_end(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    assert read_whole(tmp_path / "monitor.db", run_passes(newsroom)) == set()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_on_postgresql_every_statement_of_a_pass_has_an_index(
    newsroom: Newsroom, database_url: str
) -> None:
    assert read_whole_on_server(database_url, run_passes(newsroom)) == set()
