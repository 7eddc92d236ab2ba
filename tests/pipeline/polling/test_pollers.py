"""Polls side by side: nobody waits for the slowest, and trouble of the database ends the pass."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from monitor.bootstrap import build_context
from monitor.errors import StoreError
from monitor.fetching import SLOW
from monitor.pipeline.cases.sync import sync_config
from monitor.pipeline.context import Context
from monitor.pipeline.polling.pollers import Pollers, poll_named
from monitor.settings import load_settings
from monitor.store.feeds import get_watched_feeds
from tests.fetching.server import Server, Visit, response, serving
from tests.store.rows import NOW

CONCURRENCY = 2
HANGING = 10
GOOD = 6
PATIENCE_S = 30
DOCUMENT = response(b'<rss version="2.0"><channel><title>Quarry News</title></channel></rss>')


class Site:
    """Feeds of one server: those under /slow/ say nothing until they are let go."""

    def __init__(self) -> None:
        self.let_go = asyncio.Event()
        self.answered: Counter[str] = Counter()

    async def answer(self, visit: Visit) -> None:
        path = visit.request.target
        if path.startswith("/slow/"):
            await self.let_go.wait()
        self.answered[path] += 1
        await visit.send(DOCUMENT)
        visit.writer.close()


@asynccontextmanager
async def program(folder: Path, server: Server, paths: Sequence[str]) -> AsyncIterator[Context]:
    """A program that watches feeds of the server, two requests at a time."""
    (folder / "cases").mkdir(parents=True)
    (folder / "monitor.toml").write_text(
        'database_url = "sqlite:///monitor.db"\n[fetch]\nallow_private = true\n'
        f'per_host_delay = "0s"\nper_host = 16\nconcurrency = {CONCURRENCY}\ndeadline = "60s"\n'
    )
    feeds = "".join(f'[[feed]]\nurl = "{server.url(path)}"\n' for path in paths)
    (folder / "feeds.toml").write_text(feeds)
    (folder / "cases" / "quarry.toml").write_text('title = "Quarry"\nquery = "quarry"\n')
    async with build_context(load_settings(folder, {}), lambda: NOW) as ctx:
        await sync_config(ctx)
        yield ctx


def paths(kind: str, count: int) -> list[str]:
    return [f"/{kind}/{number}" for number in range(count)]


async def until_answered(site: Site, wanted: Sequence[str]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not all(site.answered[path] for path in wanted):
            await asyncio.sleep(0.02)


def test_good_feeds_are_read_beside_more_hanging_ones_than_there_are_slots(tmp_path: Path) -> None:
    async def main() -> None:
        site, good = Site(), paths("good", GOOD)
        async with (
            serving(site.answer) as server,
            program(tmp_path / "config", server, [*paths("slow", HANGING), *good]) as ctx,
        ):
            pollers = Pollers()
            await pollers.start(ctx)
            await until_answered(site, good)
            while len(pollers.tasks) > HANGING:
                await asyncio.sleep(0.02)

            results = pollers.collect()

            assert sorted(result.outcome for result in results) == ["unchanged"] * GOOD
            assert site.answered.total() == GOOD
            site.let_go.set()
            await asyncio.gather(*pollers.tasks)
            assert len(pollers.collect()) == HANGING

    asyncio.run(main())


def test_a_feed_under_way_is_not_begun_again(tmp_path: Path) -> None:
    async def main() -> None:
        site = Site()
        async with (
            serving(site.answer) as server,
            program(tmp_path / "config", server, paths("slow", 1)) as ctx,
        ):
            pollers = Pollers()
            for _ in range(3):
                await pollers.start(ctx)
            assert len(pollers.tasks) == 1
            site.let_go.set()
            await asyncio.gather(*pollers.tasks)

    asyncio.run(main())


def test_each_named_feed_is_polled_once_however_many_they_are(tmp_path: Path) -> None:
    count = CONCURRENCY + SLOW + 3

    async def main() -> None:
        site = Site()
        async with (
            serving(site.answer) as server,
            program(tmp_path / "config", server, paths("good", count)) as ctx,
        ):
            ids = [feed.id for feed in await ctx.read(get_watched_feeds)]

            results = await poll_named(ctx, ids)

            assert len(results) == count
            assert set(site.answered.values()) == {1}

    asyncio.run(main())


def test_who_waits_is_told_when_a_poll_ends(tmp_path: Path) -> None:
    async def main() -> None:
        site, ended = Site(), asyncio.Event()
        async with (
            serving(site.answer) as server,
            program(tmp_path / "config", server, paths("good", 1)) as ctx,
        ):
            pollers = Pollers(when_done=ended.set)
            await pollers.start(ctx)
            async with asyncio.timeout(PATIENCE_S):
                await ended.wait()

            assert [result.outcome for result in pollers.collect()] == ["unchanged"]

    asyncio.run(main())


def test_what_cannot_be_stored_is_an_error_of_the_pass(tmp_path: Path) -> None:
    async def main() -> None:
        site = Site()
        async with (
            serving(site.answer) as server,
            program(tmp_path / "config", server, [*paths("good", 2), *paths("slow", 2)]) as ctx,
        ):
            pollers = Pollers()
            await pollers.start(ctx)
            database = ctx.store.path
            assert database is not None
            with taken_away(database), pytest.raises(StoreError, match="deleted or replaced"):
                await pollers_end(pollers)
            site.let_go.set()
            await asyncio.gather(*pollers.tasks, return_exceptions=True)

    asyncio.run(main())


async def pollers_end(pollers: Pollers) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            await asyncio.sleep(0.02)
            pollers.collect()


@contextmanager
def taken_away(path: Path) -> Iterator[None]:
    path.rename(path.with_suffix(".aside"))
    try:
        yield
    finally:
        path.with_suffix(".aside").rename(path)
