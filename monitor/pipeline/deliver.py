"""Delivering: seal what is due into deliveries, send them, write down how it went (T3).

Send first, mark after: a crash in between sends once more, under the same id, and never not at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Concatenate, ParamSpec, TypedDict

from sqlmodel import Session

from monitor.alerts import (
    AlertPayload,
    DigestKind,
    DigestPayload,
    NoticePayload,
    PlannedDelivery,
    Sent,
    Waiting,
    by_tier,
    next_attempt,
    plan_deliveries,
    render_alert,
    render_digest,
    render_notice,
)
from monitor.errors import DeliveryError, LeaseLost, StoreError
from monitor.model import Message, Receipt
from monitor.pipeline.breaker import Breaker
from monitor.pipeline.context import Context, log
from monitor.pipeline.work import Failed, attempt, unless_lost
from monitor.settings import Settings
from monitor.store.articles import make_uid
from monitor.store.outbox import (
    DueDelivery,
    OpenAlert,
    SealedDelivery,
    claim_delivery,
    get_channel_loads,
    get_due_channels,
    get_open_alerts,
    mark_sent,
    mark_unsent,
    note_answers,
    seal_deliveries,
)
from monitor.store.upkeep.closed_channels import close_channel
from monitor.store.views.payloads import get_alert_payloads

P = ParamSpec("P")

# `max_per_hour` counts over this.
CAP_WINDOW = timedelta(hours=1)
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


async def seal_due(ctx: Context, *, before_wait: bool = False) -> int:
    """Turns alerts whose time has come into deliveries; returns how many were made.

    Args:
        before_wait: does not wait for more developments to come in together.
    """
    return await ctx.write(_seal, ctx.settings, ctx.clock(), before_wait=before_wait)


def _seal(session: Session, settings: Settings, now: datetime, *, before_wait: bool) -> int:
    """Plans what is sent to whom, and seals it; returns the number of deliveries."""
    open_alerts = get_open_alerts(session, now, before_wait=before_wait)
    if not open_alerts:
        return 0
    waiting = list(map(_waiting, open_alerts))
    lately, limit = _sent_lately(session, now), settings.alerts.max_per_hour
    planned = plan_deliveries(waiting, lately, max_per_hour=limit)
    payloads = _get_payloads(session, planned, now)
    sealed = [_sealed(plan, payloads, settings.address_of(plan.channel)) for plan in planned]
    seal_deliveries(session, sealed, now)
    return len(planned)


def _sent_lately(session: Session, now: datetime) -> dict[str, Sent]:
    loads = get_channel_loads(session, now - CAP_WINDOW)
    return {channel: Sent(load.alerts, load.roll_ups) for channel, load in loads.items()}


def _get_payloads(
    session: Session, planned: Sequence[PlannedDelivery], now: datetime
) -> dict[int, AlertPayload]:
    # One statement for all: an alert may stand in the deliveries of several channels.
    alert_ids = [alert_id for plan in planned for alert_id in plan.alert_ids]
    return get_alert_payloads(session, alert_ids, now)


def _waiting(alert: OpenAlert) -> Waiting:
    return Waiting(alert.alert_id, alert.case_id, alert.channel, alert.cadence)


def _sealed(
    plan: PlannedDelivery, payloads: dict[int, AlertPayload], address: str
) -> SealedDelivery:
    items = tuple(payloads[alert_id] for alert_id in plan.alert_ids)
    # Made of what is in it: planned twice by two workers, it is one delivery.
    uid = make_uid("delivery", plan.channel, address, *(item.alert.id for item in items))
    body = _payload_of(plan.kind, items).to_json()
    return SealedDelivery(uid, plan.channel, plan.kind, plan.case_id, body, plan.alert_ids)


def _payload_of(kind: str, items: tuple[AlertPayload, ...]) -> AlertPayload | DigestPayload:
    if kind == "alert":
        return items[0]
    return DigestPayload(kind=DigestKind(kind), case=items[0].case, items=by_tier(items))


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
    given = _render_options(ctx, delivery)
    if delivery.kind == "alert":
        return render_alert(AlertPayload.from_json(delivery.payload), **given)
    if delivery.kind == "notice":
        return render_notice(NoticePayload.from_json(delivery.payload), **given)
    return render_digest(DigestPayload.from_json(delivery.payload), **given)


def _render_options(ctx: Context, delivery: DueDelivery) -> _RenderOptions:
    return {
        "id": delivery.uid,
        # Not the clock: a repeat must carry the same bytes.
        "now": delivery.sealed_at,
        "timezone": ctx.settings.timezone,
        "sender": ctx.settings.smtp.from_,
    }
