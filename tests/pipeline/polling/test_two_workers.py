"""Two programs on one database share the feeds out, and never meet at a host."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import Session

from monitor.bootstrap import build_context
from monitor.pipeline.cases.sync import sync_config
from monitor.pipeline.context import Context
from monitor.pipeline.polling.pollers import Pollers, claim_due
from monitor.settings import load_settings
from monitor.store.feeds import DueFeed, claim_feeds
from monitor.store.schema.tables import feeds
from monitor.store.workers import release_gone
from tests.fetching.server import Visit, response, serving
from tests.store.rows import NOW

HOSTS, FEEDS_EACH = 4, 6
PATIENCE_S = 60
_ANSWER_S = 0.02  # so that two requests to one host would overlap
DOCUMENT = response(b'<rss version="2.0"><channel><title>Quarry News</title></channel></rss>')


class Hosts:
    """Hosts that see how many of their requests are under way at once."""

    def __init__(self) -> None:
        self.now: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()

    async def answer(self, visit: Visit) -> None:
        host = visit.request.headers["host"]
        self.now[host] += 1
        self.most[host] = max(self.most[host], self.now[host])
        await asyncio.sleep(_ANSWER_S)
        self.now[host] -= 1
        self.asked[f"{host}{visit.request.target}"] += 1
        await visit.send(DOCUMENT)
        visit.writer.close()


@asynccontextmanager
async def two_programs(
    folder: Path, database_url: str, addresses: Sequence[str]
) -> AsyncIterator[list[Context]]:
    """Two programs with one config, as two processes would be."""
    (folder / "cases").mkdir(parents=True)
    (folder / "monitor.toml").write_text(
        f'database_url = "{database_url}"\n[fetch]\nallow_private = true\nper_host_delay = "0s"\n'
    )
    listed = "".join(f'[[feed]]\nurl = "{url}"\n' for url in addresses)
    (folder / "feeds.toml").write_text(listed)
    (folder / "cases" / "quarry.toml").write_text('title = "Quarry"\nquery = "quarry"\n')
    async with AsyncExitStack() as stack:
        settings = load_settings(folder, {})
        one = await stack.enter_async_context(build_context(settings, lambda: NOW))
        other = await stack.enter_async_context(build_context(settings, lambda: NOW))
        await sync_config(one)
        await sync_config(other)
        # Two programs of one process would have its name in common.
        yield [one, replace(other, owner="elsewhere:2")]


async def claim_few(ctx: Context, limit: int) -> list[DueFeed]:
    """Claims a few of what is due: a worker that takes all leaves nothing to share."""
    return await claim_due(ctx, min(limit, 2))


async def work(ctx: Context, hosts: Hosts, count: int, polled: Counter[str]) -> None:
    """Polls what is due until all was polled by somebody."""
    async with asyncio.timeout(PATIENCE_S):
        while len(hosts.asked) < count:
            polled[ctx.owner] += len(await Pollers(claim_few).run(ctx))
            await asyncio.sleep(0)


def test_no_host_is_asked_by_two_programs_at_once(tmp_path: Path, database_url: str) -> None:
    hosts, polled = Hosts(), Counter[str]()

    async def main() -> None:
        async with AsyncExitStack() as stack:
            servers = [
                await stack.enter_async_context(serving(hosts.answer, f"127.0.5.{number}"))
                for number in range(1, HOSTS + 1)
            ]
            addresses = [
                f"http://127.0.5.{number}:{server.port}/{feed}"
                for feed in range(FEEDS_EACH)
                for number, server in enumerate(servers, start=1)
            ]
            programs = two_programs(tmp_path / "config", database_url, addresses)
            both = await stack.enter_async_context(programs)
            await asyncio.gather(*(work(ctx, hosts, len(addresses), polled) for ctx in both))

    asyncio.run(main())

    assert set(hosts.most.values()) == {1}
    assert set(hosts.asked.values()) == {1}
    assert len(hosts.asked) == HOSTS * FEEDS_EACH == polled.total()
    assert len(polled) == 2


def lapse(session: Session, feed_id: int) -> None:
    """Lets the lease of a feed run out."""
    of_feed = update(feeds).where(feeds.c.id == feed_id)
    session.execute(of_feed.values(lease_until=NOW - timedelta(seconds=1)))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_hosts_of_a_program_that_was_killed_are_asked_by_the_other(
    tmp_path: Path, database_url: str
) -> None:
    hosts = Hosts()

    async def main() -> None:
        async with serving(hosts.answer, "127.0.5.9") as server:
            addresses = [f"http://127.0.5.9:{server.port}/{feed}" for feed in range(3)]
            async with two_programs(tmp_path / "config", database_url, addresses) as (_, alive):
                dead = {"owner": "elsewhere:1", "now": NOW, "limit": 1}
                (held,) = await alive.write(claim_feeds, **dead)
                assert await Pollers().run(alive) == []

                # It is not heard of for as long as its lease lasts.
                await alive.write(release_gone)
                assert await Pollers().run(alive) == []
                await alive.write(lapse, held.id)

                assert len(await Pollers().run(alive)) == 3

    asyncio.run(main())
    assert set(hosts.asked.values()) == {1}
