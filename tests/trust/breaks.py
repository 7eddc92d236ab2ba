"""Promises broken on purpose, at run time and in one process, to see that the harness notices.

Each takes the place of one piece of the product by a version with a plausible fault. Nothing of
this is reachable from the product.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

import monitor.pipeline.deliver as deliver
import monitor.pipeline.polling.poll as poll
import monitor.store.engine as engine
from monitor import isolation, urls
from monitor.alerts.actions import signed
from monitor.extraction import extract
from monitor.feeds import health
from monitor.fetching import guard
from monitor.pages import acting
from monitor.pipeline.senders import Senders
from monitor.store import leases
from monitor.store.entries import insert_entries, requeue_changed
from monitor.store.feeds import finish_poll
from monitor.store.outbox import mark_sent

Break = Callable[[], None]


def apply(name: str) -> None:
    """Breaks the promise of this name in the running process; none where there is no name."""
    if name:
        BREAKS[name]()


def _mark_before_sending() -> None:
    send = deliver._send

    async def mark_and_send(ctx: Any, delivery: Any) -> Any:
        await ctx.write(
            mark_sent, delivery, ctx.owner, now=ctx.clock(), receipt=deliver.Receipt("sent")
        )
        return await send(ctx, delivery)

    deliver._send = mark_and_send


def _validators_before_entries() -> None:
    async def finish_in_two_steps(ctx: Any, read: Any, got: Any, body_hash: str) -> Any:
        entries = await poll._choose_entries(ctx, read)
        update = replace(poll._describe_poll(ctx, read, got, body_hash), outcome="new")
        await ctx.write(finish_poll, read.feed, ctx.owner, update, now=entries.now)
        return await ctx.write(_store_entries, read.feed, entries)

    poll._finish_new = finish_in_two_steps


def _store_entries(session: Any, feed: Any, polled: Any) -> Any:
    new = insert_entries(
        session, feed.id, polled.new, now=polled.now, is_baseline=polled.is_baseline
    )
    requeue_changed(session, feed.id, polled.changed, now=polled.now)
    return poll.PollResult(feed.url, "new", new=new)


def _an_id_for_each_attempt() -> None:
    render = deliver.render
    attempts = iter(range(1_000_000_000))

    def render_anew(ctx: Any, delivery: Any) -> Any:
        return render(ctx, replace(delivery, uid=f"{delivery.uid}{next(attempts)}{ctx.owner}"))

    deliver.render = render_anew


def _no_wait_for_the_disk() -> None:
    engine._PRAGMAS = tuple(
        pragma.replace("synchronous=FULL", "synchronous=NORMAL") for pragma in engine._PRAGMAS
    )


def _leases_are_not_heeded() -> None:
    leases.is_free = lambda table, now: sa.true()


def _sigterm_is_not_heard() -> None:
    listen, handle = asyncio.SelectorEventLoop.add_signal_handler, signal.signal

    def listen_to_others(loop: Any, number: int, *rest: Any) -> None:
        if number != signal.SIGTERM:
            listen(loop, number, *rest)

    def handle_others(number: int, handler: Any) -> Any:
        return None if number == signal.SIGTERM else handle(number, handler)

    asyncio.SelectorEventLoop.add_signal_handler = listen_to_others
    signal.signal = handle_others
    handle(signal.SIGTERM, lambda *_: None)


def _what_looks_like_ipv6_is_public() -> None:
    is_public = guard.is_public
    guard.is_public = lambda address: ":" in address or is_public(address)


def _addresses_are_shown_whole() -> None:
    # Many modules hold the functions by name: their inside is changed.
    urls.shown.__code__ = (lambda url: url).__code__
    urls.shown_in.__code__ = (lambda text: text).__code__


def _silence_is_not_noticed() -> None:
    health._is_silent = lambda feed: False


def _a_quiet_night_is_silence() -> None:
    health.SILENT_FOR = timedelta(hours=2)
    health._SILENT_INTERVALS = health._SILENT_GAPS = 1


def _the_file_is_not_watched() -> None:
    engine.Store._require_file = lambda store: None


def _channels_wait_for_each_other() -> None:
    tasks: list[Any] = []

    def start_one_after_the_other(senders: Any, ctx: Any, channels: Any) -> None:
        async def send_all() -> None:
            for channel in channels:
                await senders._send(ctx, channel)

        if not tasks or tasks[-1].done():
            tasks.append(asyncio.create_task(send_all()))

    Senders.start = start_one_after_the_other


def _nothing_read_is_let_go() -> None:
    read, kept = engine.Store.read, []

    def read_and_keep(*args: Any, **kwargs: Any) -> Any:
        kept.append(b"x" * 200_000)
        return read(*args, **kwargs)

    engine.Store.read = read_and_keep


def _a_page_that_raises() -> None:
    restore = extract._restore_hyphens

    def raise_on_zeros(source: str) -> str:
        if "\0" in source:
            raise ValueError("a zero")
        return restore(source)

    extract._restore_hyphens = raise_on_zeros


def _hostile_bytes_are_read_at_home() -> None:
    async def run_here(pool: Any, function: Any, *args: Any, timeout: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    isolation.WorkerPool.run = isolation.WorkerPool.run_small = run_here


def _links_are_not_checked() -> None:
    def believe(token: str, _secret: str) -> Any:
        act, alert, end, _ = token.split(".")
        return signed.SignedAct(signed.Act(act), alert, datetime.fromtimestamp(int(end), UTC))

    acting.read_signed = believe


BREAKS: dict[str, Break] = {
    "links are not checked": _links_are_not_checked,
    "sent is marked before it is sent": _mark_before_sending,
    "validators are committed before the entries": _validators_before_entries,
    "each attempt has an id of its own": _an_id_for_each_attempt,
    "commits do not wait for the disk": _no_wait_for_the_disk,
    "leases are not heeded": _leases_are_not_heeded,
    "SIGTERM is not heard": _sigterm_is_not_heard,
    "the file of the database is not watched": _the_file_is_not_watched,
    "what looks like IPv6 is public": _what_looks_like_ipv6_is_public,
    "a page makes the extraction raise": _a_page_that_raises,
    "hostile bytes are read in the main process": _hostile_bytes_are_read_at_home,
    "addresses are shown whole": _addresses_are_shown_whole,
    "silence is not noticed": _silence_is_not_noticed,
    "a quiet night is silence": _a_quiet_night_is_silence,
    "channels wait for each other": _channels_wait_for_each_other,
    "nothing that was read is let go": _nothing_read_is_let_go,
}
