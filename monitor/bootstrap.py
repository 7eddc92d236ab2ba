"""The one place where the concrete parts meet: settings to store, client, worker pool, channels and
context.
"""

from __future__ import annotations

import gc
import os
import random
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial

from monitor import __version__
from monitor.channels import Channel, build_channels
from monitor.encoding import find_encoder, limit_threads
from monitor.errors import StoreError
from monitor.extraction.googlenews import require_decoder
from monitor.fetching import Client, FetchOptions, MonotonicClock
from monitor.isolation import WorkerPool
from monitor.pipeline.context import Context, CurrentConfig, Encoder, log
from monitor.pipeline.host_state import StoredHostState
from monitor.pipeline.ingestion.google_news import GoogleNewsResolver
from monitor.pipeline.simulation.feed_check import FeedReader
from monitor.settings import Settings
from monitor.store import Store
from monitor.store.upkeep.upgrading import upgrade_store
from monitor.store.workers import give_back, make_owner, release_gone

# A child that parses hostile bytes may use this much; more is a bomb.
WORKER_MEMORY_BYTES = 1 << 30


def open_store(settings: Settings) -> Store:
    """Opens the database of the config and brings its schema up to this version; an older SQLite
    file is copied first.

    Raises:
        StoreError: it cannot be opened or copied, or is newer than this program.
    """
    store = Store(settings.database_url)
    copy = upgrade_store(store).copy
    if copy:
        # Somebody has to hear of a file that nobody asked for.
        log.warning("database_upgraded", copy=str(copy))
    store.keep_file()
    return store


@asynccontextmanager
async def build_context(
    settings: Settings, clock: Callable[[], datetime], *, monotonic: MonotonicClock | None = None
) -> AsyncIterator[Context]:
    """Builds everything that works together and closes it again.

    Args:
        clock: the only source of time of day, aware UTC.
        monotonic: what requests to one host are spaced by; the event loop's time by default.
    """
    _spare_imports()
    store = open_store(settings)
    client = Client(
        fetch_options(settings),
        host_state=StoredHostState(store, clock),
        clock=clock,
        monotonic=monotonic,
    )
    pool = build_pool()
    context = Context(
        config=CurrentConfig(settings, partial(_build_channels, client)),
        store=store,
        client=client,
        pool=pool,
        clock=clock,
        owner=make_owner(),
        jitter=random.random,
        encoder=_build_encoder(),
        resolver=_build_resolver(settings, client, pool),
    )
    # What processes of this machine held when they died need not wait for their leases.
    store.write(release_gone)
    try:
        yield context
    finally:
        await _close(context)


def _spare_imports() -> None:
    """Takes what was imported out of the search for garbage: it stays until the process ends, and
    walking over it again and again was a third of the processor time of a short pass.
    """
    # Once: later there is garbage, too, which would stay as well.
    if not gc.get_freeze_count():
        gc.freeze()


async def _close(context: Context) -> None:
    # The verdict in hand is finished first: it writes to the store that is closed last.
    context.judging.shutdown(wait=True)
    try:
        context.store.write(give_back, context.owner)
    except StoreError as error:
        # Leases run out by themselves; what is open here must be closed in any case.
        log.warning("not_given_back", error=str(error))
    context.pool.close()
    if context.encoder is not None:
        context.encoder.pool.close()
    await context.client.aclose()
    context.store.close()


def _build_channels(client: Client, settings: Settings) -> Mapping[str, Channel]:
    return build_channels(settings, client, sys.stdout)


@asynccontextmanager
async def build_reader(settings: Settings) -> AsyncIterator[FeedReader]:
    """Builds what reads feeds without storing anything, and closes it again; opens no database."""
    async with Client(fetch_options(settings)) as client, build_pool() as pool:
        yield FeedReader(client, pool, settings.schedule)


def _build_resolver(
    settings: Settings, client: Client, pool: WorkerPool
) -> GoogleNewsResolver | None:
    if not settings.fetch.resolve_google_news:
        return None
    require_decoder()
    return GoogleNewsResolver(client, pool)


def build_pool() -> WorkerPool:
    """Builds the processes in which hostile bytes are read."""
    return WorkerPool(max(1, min(4, (os.cpu_count() or 1))), WORKER_MEMORY_BYTES)


def _build_encoder() -> Encoder | None:
    """Returns the optional encoder where it is installed; its one process starts, and loads the
    model, with the first text.
    """
    name = find_encoder()
    if name is None:
        return None
    limit_threads()  # before the first vector brings numpy in
    return Encoder(name, WorkerPool(1, WORKER_MEMORY_BYTES))


def fetch_options(settings: Settings) -> FetchOptions:
    """Returns how pages are asked for: who we say we are, and the limits."""
    fetch = settings.fetch
    contact = f"; {fetch.contact}" if fetch.contact else ""
    return FetchOptions(
        user_agent=f"monitor/{__version__} (+https://pypi.org/project/case-monitor{contact})",
        concurrency=fetch.concurrency,
        per_host=fetch.per_host,
        per_host_delay=fetch.per_host_delay,
        deadline=fetch.deadline,
        max_bytes=fetch.max_bytes,
        allow_private=fetch.allow_private,
        heeds_robots=fetch.robots,
    )
