"""The database is in trouble while articles are read: nothing is lost, no article pays for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.engine import Connection
from sqlmodel import Session

from monitor.errors import StoreError
from monitor.pipeline.context import Context
from monitor.pipeline.ingestion.ingest import MAX_ATTEMPTS, ingest_due
from monitor.pipeline.polling.poll import poll_due
from monitor.pipeline.run_once import prepare
from monitor.store import Store
from monitor.store.schema.tables import entries
from monitor.store.workers import CLAIMED_BY, give_back
from tests.pipeline.conftest import Newsroom
from tests.pipeline.test_run_once import ORDER, SEED_PARAGRAPHS, story

STORIES = 3


def forbid_writing(store: Store, *, after: int) -> None:
    """Makes the database read-only, as a full disk or a failover does, after some transactions."""
    begun = 0

    def forbid(connection: Connection) -> None:
        nonlocal begun
        is_write = connection.get_execution_options().get("is_write", True)
        begun += is_write
        if is_write and begun > after:
            connection.exec_driver_sql(
                "PRAGMA query_only = ON" if store.is_sqlite else "SET TRANSACTION READ ONLY"
            )

    event.listen(store.engine, "begin", forbid)


def queue_of(newsroom: Newsroom) -> list[tuple[str, int, bool]]:
    """State, attempts and whether somebody holds it, of each entry."""

    def read(session: Session) -> list[tuple[str, int, bool]]:
        rows = session.execute(select(entries).order_by(entries.c.id))
        return [(row.state, row.attempts, row.lease_owner is not None) for row in rows]

    return newsroom.read(read)


@pytest.fixture
def queued(newsroom: Newsroom) -> Newsroom:
    """A newsroom with three stories that are found and not read."""
    newsroom.poll()
    for number in range(STORIES):
        text = ORDER.replace("four officials", f"official number {number}")
        newsroom.outlets[0].publish(
            story(f"/story-{number}", [text, *SEED_PARAGRAPHS], newsroom.now)
        )
    newsroom.now += timedelta(hours=1)

    async def find(ctx: Context) -> None:
        await prepare(ctx)
        await poll_due(ctx)

    newsroom.run(find)
    assert queue_of(newsroom) == [("queued", 0, False)] * STORIES
    return newsroom


def ingest(newsroom: Newsroom, prepare_store: Callable[[Store], None]) -> None:
    async def work(ctx: Context) -> None:
        await prepare(ctx)
        prepare_store(ctx.store)
        await ingest_due(ctx)

    newsroom.run(work)


def well(_store: Store) -> None:
    """Leaves the database as it is."""


async def run_stage(ctx: Context) -> None:
    """Does what the daemon does after a failure, and as often as it takes."""
    await ctx.write(give_back, ctx.owner, CLAIMED_BY["ingest"])
    await ingest_due(ctx)


@pytest.mark.parametrize("after", [1, 2, 3, 5])
def test_whatever_was_read_when_it_failed_is_read_again(queued: Newsroom, after: int) -> None:
    async def work(ctx: Context) -> None:
        await prepare(ctx)
        forbid_writing(ctx.store, after=after)
        for _ in range(MAX_ATTEMPTS + 1):
            with pytest.raises(StoreError):
                await run_stage(ctx)

    queued.run(work)
    assert all(state in {"queued", "stored"} for state, _, _ in queue_of(queued))

    queued.now += timedelta(hours=1)
    ingest(queued, well)

    assert [state for state, _, _ in queue_of(queued)] == ["stored"] * STORIES


def test_what_is_given_back_is_free_and_had_no_attempt(queued: Newsroom) -> None:
    async def work(ctx: Context) -> None:
        await prepare(ctx)
        forbid_writing(ctx.store, after=1)
        with pytest.raises(StoreError):
            await ingest_due(ctx)

    # Not given back at the end either: the database is as it was.
    queued.run(work)
    held = [row for row in queue_of(queued) if row[2]]
    assert held
    assert all(attempts == 1 for _, attempts, _ in held)

    async def give(ctx: Context) -> None:
        await ctx.write(give_back, ctx.owner, CLAIMED_BY["ingest"])

    # The owner is the process, and it is the same here.
    queued.run(give)

    assert queue_of(queued) == [("queued", 0, False)] * STORIES
