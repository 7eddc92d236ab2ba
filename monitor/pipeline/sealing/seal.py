"""Turns alerts whose time has come into deliveries, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from itertools import chain
from operator import attrgetter

from sqlmodel import Session

from monitor.alerts.payload import AlertPayload, CasePart, DigestKind, DigestPayload, by_tier
from monitor.alerts.plan import PlannedDelivery, Sent, Waiting, plan_deliveries
from monitor.pipeline.context import Context, WatchedCase
from monitor.pipeline.sealing.digests import Beside, find_beside
from monitor.pipeline.sealing.quiet_hours import keep_quiet_hours
from monitor.pipeline.sealing.silencing import keep_silences
from monitor.settings import Settings
from monitor.store.articles import make_uid
from monitor.store.outbox import (
    OpenAlert,
    SealedDelivery,
    get_channel_loads,
    get_open_alerts,
    seal_deliveries,
)
from monitor.store.views.payloads import get_alert_payloads

# `max_per_hour` counts over this.
CAP_WINDOW = timedelta(hours=1)


async def seal_due(ctx: Context, *, before_wait: bool = False) -> int:
    """Turns alerts whose time has come into deliveries; returns how many were made.

    Args:
        before_wait: does not wait for more developments to come in together.
    """
    wait = ctx.settings.alerts.group_wait if before_wait else timedelta()
    return await ctx.write(_seal, ctx.settings, ctx.cases, ctx.clock(), wait)


def _seal(
    session: Session,
    settings: Settings,
    cases: Sequence[WatchedCase],
    now: datetime,
    wait: timedelta,
) -> int:
    """Plans what is sent to whom, and seals it; returns the number of deliveries."""
    open_alerts = get_open_alerts(session, now, wait=wait)
    if not open_alerts:
        return 0
    told = keep_silences(session, settings, cases, open_alerts, now)
    told = keep_quiet_hours(session, settings, cases, told, now)
    lately, limit = _sent_lately(session, now), settings.alerts.max_per_hour
    planned = plan_deliveries(map(_waiting, told), lately, max_per_hour=limit)
    contents = _get_contents(session, cases, planned, told, now)
    sealed = []
    for plan in planned:
        # A digest tells more than its developments.
        beside = find_beside(session, settings, cases, plan, now)
        sealed.append(_sealed(plan, contents, beside, settings.address_of(plan.channel)))
    seal_deliveries(session, sealed, now)
    return len(planned)


@dataclass(frozen=True, slots=True)
class _Contents:
    """What deliveries are made of: alerts by row, and the comments of silences by alert and
    channel.
    """

    payloads: Mapping[int, AlertPayload]
    comments: Mapping[tuple[int, str], str]

    def item(self, alert_id: int, channel: str) -> AlertPayload:
        payload = self.payloads[alert_id]
        comment = self.comments[alert_id, channel]
        return replace(payload, alert=replace(payload.alert, silenced=comment))


def _sent_lately(session: Session, now: datetime) -> dict[str, Sent]:
    loads = get_channel_loads(session, now - CAP_WINDOW)
    return {channel: Sent(load.alerts, load.roll_ups) for channel, load in loads.items()}


def _get_contents(
    session: Session,
    cases: Sequence[WatchedCase],
    planned: Sequence[PlannedDelivery],
    told: Sequence[OpenAlert],
    now: datetime,
) -> _Contents:
    # An alert may stand in the deliveries of several channels.
    wanted = frozenset(chain.from_iterable(map(attrgetter("alert_ids"), planned)))
    payloads: dict[int, AlertPayload] = {}
    for zone, alert_ids in _by_clock(cases, told, now).items():
        payloads |= get_alert_payloads(session, sorted(wanted & alert_ids), now.astimezone(zone))
    comments = {(one.alert_id, one.channel): one.silenced or "" for one in told}
    return _Contents(payloads, comments)


def _by_clock(
    cases: Sequence[WatchedCase], told: Sequence[OpenAlert], now: datetime
) -> dict[tzinfo | None, set[int]]:
    """Returns alerts by the zone of the place where their case happens."""
    settings = {case.id: case.settings for case in cases}
    found: dict[tzinfo | None, set[int]] = {}
    for one in told:
        case = settings.get(one.case_id)
        local = case.local_time(now) if case else now
        found.setdefault(local.tzinfo, set()).add(one.alert_id)
    return found


def _waiting(alert: OpenAlert) -> Waiting:
    return Waiting(alert.alert_id, alert.case_id, alert.channel, alert.cadence)


def _sealed(
    plan: PlannedDelivery, contents: _Contents, beside: Beside, address: str
) -> SealedDelivery:
    items = tuple(contents.item(alert_id, plan.channel) for alert_id in plan.alert_ids)
    # Made of what is in it: planned twice by two workers, it is one delivery.
    uid = make_uid("delivery", plan.channel, address, *(item.alert.id for item in items))
    # Final from here on: a repeat says the same, whatever has come in meanwhile.
    body = _payload_of(plan.kind, items, beside).to_json()
    return SealedDelivery(uid, plan.channel, plan.kind, plan.case_id, body, plan.alert_ids)


def _payload_of(
    kind: str, items: tuple[AlertPayload, ...], beside: Beside
) -> AlertPayload | DigestPayload:
    if kind == "alert":
        return items[0]
    return DigestPayload(
        kind=DigestKind(kind),
        case=_common_case(items),
        items=by_tier(items),
        edits=beside.edits,
        feeds=beside.feeds,
    )


def _common_case(items: Sequence[AlertPayload]) -> CasePart | None:
    """Returns the case that all are of; None when they are of several."""
    cases = dict.fromkeys(item.case for item in items)
    return items[0].case if len(cases) == 1 else None
