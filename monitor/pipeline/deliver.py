"""Delivering: seal what is due into deliveries, send them, write down how it went (T3).

Send first, mark after: a crash in between sends once more, under the same id, and never not at all.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from sqlmodel import Session

from monitor.alerts import (
    AlertPayload,
    DigestKind,
    DigestPayload,
    NoticePayload,
    PlannedDelivery,
    Sent,
    Waiting,
    next_attempt,
    plan_deliveries,
    render_alert,
    render_digest,
    render_notice,
)
from monitor.errors import DeliveryError, LeaseLost
from monitor.model import Message
from monitor.pipeline.context import Context, log
from monitor.store.articles import make_uid
from monitor.store.outbox import (
    DueDelivery,
    OpenAlert,
    SealedDelivery,
    claim_deliveries,
    get_channel_loads,
    get_open_alerts,
    mark_sent,
    mark_unsent,
    seal_deliveries,
)
from monitor.store.views.payloads import get_alert_payloads

CAP_WINDOW = timedelta(hours=1)
SEND_TIMEOUT_S = 60
BATCH = 50


async def seal_due(ctx: Context, *, before_wait: bool = False) -> int:
    """Turns alerts whose time has come into deliveries; returns how many were made.

    Args:
        before_wait: does not wait for more developments to come in together.
    """
    return await ctx.write(_seal, ctx, ctx.clock(), before_wait)


def _seal(session: Session, ctx: Context, now: datetime, before_wait: bool) -> int:
    open_alerts = get_open_alerts(session, now, before_wait=before_wait)
    if not open_alerts:
        return 0
    loads = get_channel_loads(session, now - CAP_WINDOW)
    sent = {channel: Sent(load.alerts, load.roll_ups) for channel, load in loads.items()}
    planned = plan_deliveries(
        [_waiting(alert) for alert in open_alerts],
        sent,
        max_per_hour=ctx.settings.alerts.max_per_hour,
    )
    payloads = get_alert_payloads(
        session, [alert_id for plan in planned for alert_id in plan.alert_ids]
    )
    seal_deliveries(session, [_sealed(plan, payloads) for plan in planned], now)
    return len(planned)


def _waiting(alert: OpenAlert) -> Waiting:
    return Waiting(alert.alert_id, alert.case_id, alert.channel, alert.cadence)


def _sealed(plan: PlannedDelivery, payloads: dict[int, AlertPayload]) -> SealedDelivery:
    items = tuple(payloads[alert_id] for alert_id in plan.alert_ids)
    uid = make_uid("delivery", plan.channel, *(item.alert.id for item in items))
    if plan.kind == "alert":
        body = items[0].to_json()
    else:
        body = DigestPayload(kind=DigestKind(plan.kind), case=items[0].case, items=items).to_json()
    return SealedDelivery(uid, plan.channel, plan.kind, plan.case_id, body, plan.alert_ids)


async def send_due(ctx: Context) -> tuple[int, int]:
    """Sends all pending deliveries that are due; returns how many were accepted and how many were
    not.
    """
    sent = unsent = 0
    while claimed := await ctx.write(
        claim_deliveries, owner=ctx.owner, now=ctx.clock(), limit=BATCH
    ):
        # Channels do not wait for each other; the deliveries of one go out in order.
        queues: dict[str, list[DueDelivery]] = {}
        for delivery in claimed:
            queues.setdefault(delivery.channel, []).append(delivery)
        done = await asyncio.gather(*(_send_all(ctx, queue) for queue in queues.values()))
        sent += sum(one for one, _ in done)
        unsent += sum(other for _, other in done)
    return sent, unsent


async def _send_all(ctx: Context, queue: list[DueDelivery]) -> tuple[int, int]:
    outcomes = [await _send(ctx, delivery) for delivery in queue]
    return outcomes.count(True), outcomes.count(False)


async def _send(ctx: Context, delivery: DueDelivery) -> bool:
    """Sends one delivery and writes the result; returns whether it was accepted."""
    try:
        channel = ctx.channels.get(delivery.channel)
        if channel is None:
            raise DeliveryError(
                f"no channel {delivery.channel!r} in the config", hint="name it in channels.toml"
            )
        async with asyncio.timeout(SEND_TIMEOUT_S):
            receipt = await channel.send(render(ctx, delivery))
    except Exception as error:  # noqa: BLE001  (the border of a unit of work: whatever a channel does, the others go on)
        return await _unsent(ctx, delivery, error)
    try:
        await ctx.write(mark_sent, delivery, ctx.owner, now=ctx.clock(), receipt=receipt.detail)
    except LeaseLost:
        log.warning("delivery_lost", delivery=delivery.uid, channel=delivery.channel)
        return True
    log.info(
        "delivery_done",
        delivery=delivery.uid,
        channel=delivery.channel,
        outcome="sent",
        attempt=delivery.attempts + 1,
    )
    return True


async def _unsent(ctx: Context, delivery: DueDelivery, error: Exception) -> bool:
    is_permanent = isinstance(error, DeliveryError) and error.permanent
    retry_after = error.retry_after if isinstance(error, DeliveryError) else None
    pause = (
        None
        if is_permanent
        else next_attempt(delivery.attempts + 1, jitter=ctx.jitter(), retry_after=retry_after)
    )
    retry_at = None if pause is None else ctx.clock() + pause
    text = str(error) or type(error).__name__
    try:
        await ctx.write(mark_unsent, delivery, ctx.owner, retry_at=retry_at, error=text)
    except LeaseLost:
        log.warning("delivery_lost", delivery=delivery.uid, channel=delivery.channel)
        return False
    log.warning(
        "delivery_done",
        delivery=delivery.uid,
        channel=delivery.channel,
        outcome="retry" if retry_at else "dead",
        attempt=delivery.attempts + 1,
        error=text,
        exc_info=None if isinstance(error, DeliveryError | TimeoutError) else error,
    )
    return False


def render(ctx: Context, delivery: DueDelivery) -> Message:
    """Renders what was sealed; the same delivery gives the same message, however often it is sent."""
    zone, sender = ctx.settings.timezone, ctx.settings.smtp.from_
    if delivery.kind == "alert":
        alert = AlertPayload.from_json(delivery.payload)
        return render_alert(
            alert, id=delivery.uid, now=delivery.sealed_at, timezone=zone, sender=sender
        )
    if delivery.kind == "notice":
        notice = NoticePayload.from_json(delivery.payload)
        return render_notice(
            notice, id=delivery.uid, now=delivery.sealed_at, timezone=zone, sender=sender
        )
    digest = DigestPayload.from_json(delivery.payload)
    return render_digest(
        digest, id=delivery.uid, now=delivery.sealed_at, timezone=zone, sender=sender
    )
