"""The composition root of the harness: the product's own parts, with points to be killed at put
round the store and the channels.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from monitor.bootstrap import build_context
from monitor.channels import Channel
from monitor.model import Message, Receipt
from monitor.pipeline.context import Context, CurrentConfig
from monitor.pipeline.deliver import seal_due, send_due
from monitor.pipeline.ingestion.ingest import ingest_due
from monitor.pipeline.polling.pollers import poll_named
from monitor.pipeline.polling.vocabulary import refresh_vocabulary
from monitor.pipeline.run_once import prepare, select_feeds
from monitor.pipeline.work import run_together
from monitor.settings import Settings, load_settings
from monitor.store import Store
from tests.trust import breaks
from tests.trust.lives import Order

Reach = Callable[[str], None]

# Between two looks for work, and how long nothing must have come until a life is over.
PAUSE_S = 0.02
IDLE_S = 0.6


class OwnProcess:
    """Stands in for the worker pool: does the work here, since each life would have to start
    processes that outlive its kill. What the pool itself promises has a part of its own.
    """

    async def run(
        self, function: Callable[..., Any], *args: Any, timeout: timedelta, **kwargs: Any
    ) -> Any:
        return function(*args, **kwargs)

    run_small = run


class PointedStore(Store):
    """A store that says which transaction it is about to commit, and which it has committed."""

    def __init__(self, store: Store, reach: Reach) -> None:
        self.__dict__.update(vars(store))
        self._reach = reach

    def write(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        # Of results that are written together each is a point of its own.
        written = args[0] if function is run_together else [function]
        names = [getattr(one, "__name__", "write").strip("_") for one in written]

        def work_up_to_the_commit(session: Any) -> Any:
            result = function(session, *args, **kwargs)
            session.flush()
            self._reach_all("before", names)
            return result

        result = super().write(work_up_to_the_commit)
        self._reach_all("after", names)
        return result

    def _reach_all(self, moment: str, names: Sequence[str]) -> None:
        for name in names:
            self._reach(f"{moment} {name}")


class PointedChannel:
    """A channel that says when it is about to send, and when the other side has accepted."""

    def __init__(self, channel: Channel, reach: Reach) -> None:
        self._channel, self._reach = channel, reach

    async def send(self, message: Message) -> Receipt:
        self._reach("before send")
        receipt = await self._channel.send(message)
        self._reach("after send")
        return receipt


def die_at(point: str) -> Reach:
    """Returns what kills this process when a point is reached."""

    def reach(name: str) -> None:
        if name == point:
            os.kill(os.getpid(), signal.SIGKILL)

    return reach


@asynccontextmanager
async def open_product(
    config: Path, reach: Reach, *, ahead: timedelta = timedelta()
) -> AsyncIterator[Context]:
    """Builds what the daemon builds, with points round the store and the channels."""
    settings = load_settings(config, {})
    async with build_context(settings, lambda: datetime.now(UTC) + ahead) as ctx:
        channels = partial(_point_channels, ctx.channels, reach)
        yield replace(
            ctx,
            store=PointedStore(ctx.store, reach),
            config=CurrentConfig(settings, channels),
            pool=OwnProcess(),
        )


def _point_channels(
    channels: Mapping[str, Channel], reach: Reach, _settings: Settings
) -> Mapping[str, Channel]:
    return {name: PointedChannel(channel, reach) for name, channel in channels.items()}


async def work(order: Order) -> None:
    """Works as it is ordered, and dies at the point of the order."""
    breaks.apply(order.broken)
    await work_with(order, die_at(order.point))


async def work_with(order: Order, reach: Reach) -> None:
    """Runs the stages beside each other, as the daemon does, as long as there is anything to do."""
    ahead = timedelta(seconds=order.ahead_s)
    async with open_product(Path(order.config), reach, ahead=ahead) as ctx:
        await prepare(ctx)
        rest = Rest(order)
        await asyncio.gather(
            _loop(rest, partial(_poll, ctx)),
            _loop(rest, partial(ingest_due, ctx)),
            _loop(rest, partial(_deliver, ctx)),
        )


class Rest:
    """Knows when a life is over: at its limit, or when nothing has happened for a while."""

    def __init__(self, order: Order) -> None:
        self._is_killed = order.kill_after_s is not None
        self._worked_at = time.monotonic()
        self._ends_at = self._worked_at + order.limit_s

    def note_work(self) -> None:
        self._worked_at = time.monotonic()

    @property
    def is_over(self) -> bool:
        now = time.monotonic()
        return not self._is_killed and (now > self._ends_at or now > self._worked_at + IDLE_S)


async def _loop(rest: Rest, step: Callable[[], Awaitable[int]]) -> None:
    while not rest.is_over:
        if await step():
            rest.note_work()
        await asyncio.sleep(PAUSE_S)


async def _poll(ctx: Context) -> int:
    await refresh_vocabulary(ctx)
    return sum(poll.new for poll in await poll_named(ctx, await select_feeds(ctx, ())))


async def _deliver(ctx: Context) -> int:
    await seal_due(ctx)
    count = await send_due(ctx)
    return count.sent + count.unsent
