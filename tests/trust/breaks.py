"""Promises broken on purpose, at run time and in one process, to see that the harness notices.

Each takes the place of one piece of the product by a version with a plausible fault. Nothing of
this is reachable from the product.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import monitor.pipeline.deliver as deliver
import monitor.pipeline.polling.poll as poll
import monitor.store.engine as engine
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
    finish_new = poll._finish_new

    async def finish_in_two_steps(ctx: Any, read: Any, got: Any, body_hash: str) -> Any:
        entries = await poll.asyncio.to_thread(poll._select_entries, ctx, read, read.fresh)
        update = replace(poll._describe_poll(ctx, read, got, body_hash), outcome="new")
        await ctx.write(finish_poll, read.feed, ctx.owner, update, now=entries.now)
        return await ctx.write(_store_entries, read.feed, entries)

    assert finish_new
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


BREAKS: dict[str, Break] = {
    "sent is marked before it is sent": _mark_before_sending,
    "validators are committed before the entries": _validators_before_entries,
    "each attempt has an id of its own": _an_id_for_each_attempt,
    "commits do not wait for the disk": _no_wait_for_the_disk,
}
