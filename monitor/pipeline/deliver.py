"""Delivering: send what was sealed, write down how it went (T3).

Send first, mark after: a crash in between sends once more, under the same id, and never not at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Concatenate, ParamSpec, TypedDict

from sqlmodel import Session

from monitor.alerts.backoff import next_attempt
from monitor.alerts.payload import AlertPayload, CasePart, DigestPayload, NoticePayload
from monitor.alerts.rendering import render_alert, render_digest, render_notice
from monitor.errors import DeliveryError, LeaseLost, StoreError
from monitor.model import Message, Receipt
from monitor.pipeline.breaker import Breaker
from monitor.pipeline.context import Context, log
from monitor.pipeline.sealing import seal_due as seal_due
from monitor.pipeline.sealing.links import links_of
from monitor.pipeline.work import Failed, attempt, unless_lost
from monitor.store.outbox import (
    DueDelivery,
    claim_delivery,
    get_due_channels,
    mark_sent,
    mark_unsent,
    note_answers,
)
from monitor.store.upkeep.closed_channels import close_channel

P = ParamSpec("P")

# Channels have limits of their own; this one is for those that forget to.
SEND_TIMEOUT = timedelta(minutes=1)
# Between two tries to note that a delivery was accepted, where the database is in trouble.
NOTE_PAUSE_S = 2.0


class _RenderOptions(TypedDict):
    """What every message is rendered with."""

    id: str
    now: datetime
    timezone: tzinfo
    sender: str


@dataclass(frozen=True, slots=True)
class SendCount:
    """How many deliveries were accepted, and how many were not."""

    sent: int
    unsent: int


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of a delivery, as its log line says it."""

    word: str
    error: Exception | None = None


async def send_due(ctx: Context) -> SendCount:
    """Sends all pending deliveries that are due, those of each channel beside the others; returns
    how many were accepted and how many were not.
    """
    channels = await ctx.read(get_due_channels, ctx.clock())
    counts = await asyncio.gather(*(send_channel(ctx, one, Breaker()) for one in channels))
    return SendCount(sum(one.sent for one in counts), sum(one.unsent for one in counts))


async def send_channel(ctx: Context, channel: str, breaker: Breaker) -> SendCount:
    """Sends what is due on one channel, in order, until nothing is or the channel is in trouble."""
    sent = unsent = 0
    while not breaker.is_open(ctx.clock()):
        delivery = await ctx.write(claim_delivery, channel, owner=ctx.owner, now=ctx.clock())
        if delivery is None:
            break
        result = await _deliver(ctx, delivery)
        # Whose recipients answer one by one is well, whatever they say.
        breaker.note(result.error if isinstance(result, Failed) else None, ctx.clock())
        is_sent = isinstance(result, Receipt) and not result.waiting
        sent, unsent = sent + is_sent, unsent + (not is_sent)
    return SendCount(sent, unsent)


async def _deliver(ctx: Context, delivery: DueDelivery) -> Receipt | Failed:
    """Sends one delivery and writes the result; returns it."""
    result = await attempt(_send(ctx, delivery))
    # Accepted is accepted, even where the lease was lost while it was sent.
    if isinstance(result, Failed):
        outcome = await unless_lost(_mark_unsent(ctx, delivery, result.error), None)
    else:
        outcome = await unless_lost(_mark_accepted(ctx, delivery, result), None)
    if outcome is None:
        log.warning("delivery_lost", delivery=delivery.uid, channel=delivery.channel)
    else:
        ctx.tally.note("delivery", outcome.word)
        _log(delivery, outcome)
    return result


async def _send(ctx: Context, delivery: DueDelivery) -> Receipt:
    """Raises DeliveryError, or whatever the channel raises, when it is not accepted.

    Raises:
        LeaseLost: this process was paused, and another may take the delivery while it is sent.
    """
    if ctx.clock() + SEND_TIMEOUT > delivery.lease_until:
        raise LeaseLost(f"delivery {delivery.uid} was held too long before it was sent")
    channel = ctx.channels.get(delivery.channel)
    if channel is None:
        raise DeliveryError(
            f"no channel {delivery.channel!r} in the config", hint="name it in channels.toml"
        )
    async with asyncio.timeout(SEND_TIMEOUT.total_seconds()):
        return await channel.send(replace(render(ctx, delivery), answered=delivery.answered))


async def _mark_accepted(ctx: Context, delivery: DueDelivery, receipt: Receipt) -> _Outcome:
    """Writes that all or some recipients have a delivery."""
    _log_refused(delivery, receipt)
    if receipt.waiting:
        # By themselves: they hold even where another worker has the delivery now.
        await _note(ctx, delivery, note_answers, delivery, receipt.answered, ctx.clock())
        return await _mark_unsent(ctx, delivery, DeliveryError(f"waits for {receipt.waiting}"))
    await _note(ctx, delivery, mark_sent, delivery, ctx.owner, now=ctx.clock(), receipt=receipt)
    return _Outcome("sent")


async def _note(
    ctx: Context,
    delivery: DueDelivery,
    write: Callable[Concatenate[Session, P], None],
    *args: P.args,
    **kwargs: P.kwargs,
) -> None:
    """Writes what was accepted, and waits for a database in trouble while the lease lasts."""
    while True:
        try:
            await ctx.write(write, *args, **kwargs)
        except LeaseLost:
            raise
        except StoreError:
            # What cannot be noted would be sent once more; a full disk may be free again soon.
            if ctx.clock() >= delivery.lease_until:
                raise
            await asyncio.sleep(NOTE_PAUSE_S)
        else:
            return


async def _mark_unsent(ctx: Context, delivery: DueDelivery, error: Exception) -> _Outcome:
    # Nothing was sent, and nothing is to be written: the delivery is for whoever takes it next.
    if isinstance(error, LeaseLost):
        raise error
    pause = _pause_before_retry(ctx, delivery, error)
    retry_at = None if pause is None else ctx.clock() + pause
    text = _text_of(error)
    if isinstance(error, DeliveryError) and error.is_gone:
        address = ctx.settings.address_of(delivery.channel)
        await ctx.write(close_channel, delivery.channel, address, ctx.clock(), text)
        log.error("channel_disabled", channel=delivery.channel, error=text)
    await ctx.write(mark_unsent, delivery, ctx.owner, retry_at=retry_at, error=text)
    return _Outcome("retry" if retry_at else "dead", error)


def _pause_before_retry(ctx: Context, delivery: DueDelivery, error: Exception) -> timedelta | None:
    """Returns after which time a delivery is tried again, None when it is given up."""
    retry_after = None
    # A crash of ours may be mended by the next version, so it is never final at once.
    if isinstance(error, DeliveryError):
        if error.permanent:
            return None
        retry_after = error.retry_after
    return next_attempt(delivery.attempts + 1, jitter=ctx.jitter(), retry_after=retry_after)


def _log_refused(delivery: DueDelivery, receipt: Receipt) -> None:
    facts = {"delivery": delivery.uid, "channel": delivery.channel}
    for answer in receipt.refused:
        log.warning("recipient_refused", **facts, recipient=answer.recipient, error=answer.text)


def _log(delivery: DueDelivery, outcome: _Outcome) -> None:
    facts = {
        "delivery": delivery.uid,
        "channel": delivery.channel,
        "outcome": outcome.word,
        "attempt": delivery.attempts + 1,
    }
    error = outcome.error
    if error is None:
        log.info("delivery_done", **facts)
        return
    # What a channel refuses needs no traceback; what we broke does.
    is_expected = isinstance(error, DeliveryError | TimeoutError)
    exc_info = None if is_expected else error
    log.warning("delivery_done", **facts, error=_text_of(error), exc_info=exc_info)


def _text_of(error: Exception) -> str:
    # A timeout comes without a word.
    return str(error) or type(error).__name__


def render(ctx: Context, delivery: DueDelivery) -> Message:
    """Renders what was sealed; the same delivery gives the same message, however often it is
    sent.
    """
    if delivery.kind == "notice":
        notice = NoticePayload.from_json(delivery.payload)
        return render_notice(notice, **_render_options(ctx, delivery, None))
    links = links_of(ctx.settings)
    if delivery.kind == "alert":
        alert = AlertPayload.from_json(delivery.payload)
        return render_alert(alert, **_render_options(ctx, delivery, alert.case), links=links)
    digest = DigestPayload.from_json(delivery.payload)
    return render_digest(digest, **_render_options(ctx, delivery, digest.case), links=links)


def _render_options(ctx: Context, delivery: DueDelivery, case: CasePart | None) -> _RenderOptions:
    # Several cases have one clock: that of whoever reads of all.
    return {
        "id": delivery.uid,
        # Not the clock: a repeat must carry the same bytes.
        "now": delivery.sealed_at,
        "timezone": ctx.settings.zone_of(case.slug) if case else ctx.settings.timezone,
        "sender": ctx.settings.smtp.from_,
    }
