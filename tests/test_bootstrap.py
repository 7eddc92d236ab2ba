"""Settings become parts that work together, and all of them are closed again."""

from __future__ import annotations

import asyncio
import gc
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor import __version__
from monitor.bootstrap import build_context, build_reader, fetch_options, open_store
from monitor.errors import StoreError, WorkerError
from monitor.settings import Settings, load_settings
from tests.pipeline.program import HARBOUR, start_program
from tests.store.rows import NOW


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(start_program(tmp_path / "config", harbour=HARBOUR).folder, {})


def with_fetch(settings: Settings, **values: Any) -> Settings:
    return replace(settings, fetch=settings.fetch.model_copy(update=values))


@pytest.mark.parametrize(
    ("contact", "end"),
    [("", "/case-monitor)"), ("mailto:a@b.example", "/case-monitor; mailto:a@b.example)")],
)
def test_a_site_can_see_who_asks_and_whom_to_write_to(
    settings: Settings, contact: str, end: str
) -> None:
    agent = fetch_options(with_fetch(settings, contact=contact)).user_agent

    assert agent.startswith(f"monitor/{__version__} (+https://")
    assert agent.endswith(end)


def test_the_limits_of_the_config_reach_the_client(settings: Settings) -> None:
    options = fetch_options(
        with_fetch(
            settings, concurrency=3, per_host=2, max_bytes=1_000, deadline=timedelta(seconds=7)
        )
    )

    assert (options.concurrency, options.per_host) == (3, 2)
    assert (options.max_bytes, options.deadline) == (1_000, timedelta(seconds=7))
    assert options.heeds_robots is settings.fetch.robots
    assert options.allow_private is False


def test_a_store_that_cannot_be_opened_is_an_error_of_ours(
    settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    url = f"sqlite:///{tmp_path / 'folder'}"

    with pytest.raises(StoreError):
        open_store(replace(settings, database_url=url))


def test_the_clock_that_is_given_is_the_only_one(settings: Settings) -> None:
    async def now() -> datetime:
        async with build_context(settings, lambda: NOW) as ctx:
            return ctx.clock()

    assert asyncio.run(now()) == NOW


def test_links_of_aggregators_are_resolved_only_where_the_config_says_so(
    settings: Settings,
) -> None:
    async def has_resolver(current: Settings) -> bool:
        async with build_context(current, lambda: NOW) as ctx:
            return ctx.resolver is not None

    assert asyncio.run(has_resolver(settings)) is False


def test_the_parts_are_closed_when_the_work_fails(settings: Settings) -> None:
    async def work() -> None:
        with pytest.raises(ValueError, match="broken"):
            async with build_context(settings, lambda: NOW) as ctx:
                raise ValueError("broken")
        with pytest.raises(WorkerError, match="closed"):
            await ctx.pool.run(len, "text", timeout=timedelta(seconds=1))
        with pytest.raises(RuntimeError, match="shutdown"):
            await ctx.judge(lambda _session: None)

    asyncio.run(work())


def test_looking_at_a_feed_opens_no_database(settings: Settings) -> None:
    path = Path(settings.database_url.removeprefix("sqlite:///"))
    path.unlink()

    async def work() -> None:
        async with build_reader(settings):
            pass

    asyncio.run(work())

    assert not path.exists()


def test_what_was_imported_is_no_more_searched_for_garbage_and_later_objects_are(
    settings: Settings,
) -> None:
    async def build() -> int:
        async with build_context(settings, lambda: NOW):
            return gc.get_freeze_count()

    first = asyncio.run(build())
    kept = [[number] for number in range(1_000)]
    second = asyncio.run(build())

    assert first > len(kept)
    # Those that have ended since are counted no more.
    assert second <= first
