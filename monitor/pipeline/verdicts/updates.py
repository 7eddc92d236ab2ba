"""Events on a development that one more newsroom has: webhooks that were told of it hear of that.

People are told once; who carries it later stands in the timeline and in digests."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from operator import attrgetter

from sqlmodel import Session

from monitor.alerts.payload import AlertPayload, EventType
from monitor.pipeline.context import WatchedCase
from monitor.settings import Settings
from monitor.store.articles import make_uid
from monitor.store.outbox import SealedDelivery, get_told_channels, insert_edit_delivery
from monitor.store.silences import get_reports
from monitor.store.views.corroboration import count_newsrooms, get_newsrooms
from monitor.store.views.payloads import get_alert_payloads

WEBHOOK = "webhook"
# What ten newsrooms have needs no eleventh.
MAX_NEWSROOMS = 10


def count_all_newsrooms(session: Session, development_ids: Collection[int]) -> dict[int, int]:
    """Returns how many newsrooms have each development."""
    found = get_newsrooms(session, development_ids)
    return {development_id: count_newsrooms(names) for development_id, names in found.items()}


def note_updates(
    session: Session,
    settings: Settings,
    case: WatchedCase,
    before: Mapping[int, int],
    now: datetime,
) -> None:
    """Seals an event for each webhook that was told of a development which more newsrooms have now.

    Args:
        before: how many newsrooms had each development.
    """
    after = count_all_newsrooms(session, before)
    grown = [one for one, count in after.items() if before[one] < count <= MAX_NEWSROOMS]
    hooks = _webhooks(settings)
    # Most reports join nothing, and most newsrooms have told it before.
    if not grown or not hooks:
        return
    alert_ids = list(map(attrgetter("alert_id"), get_reports(session, grown)))
    local = case.settings.local_time(now)
    for alert_id, payload in get_alert_payloads(session, alert_ids, local).items():
        told = replace(payload, type=EventType.DEVELOPMENT_UPDATED)
        for channel in hooks.intersection(get_told_channels(session, alert_id)):
            sealed = _sealed(channel, settings.address_of(channel), case.id, told)
            insert_edit_delivery(session, sealed, now=now, due_at=now)


def _webhooks(settings: Settings) -> set[str]:
    return {name for name, channel in settings.channels.items() if channel.type == WEBHOOK}


def _sealed(channel: str, address: str, case_id: int, payload: AlertPayload) -> SealedDelivery:
    uid = make_uid("update", channel, address, *_identify(payload))
    return SealedDelivery(uid, channel, "alert", case_id, payload.to_json(), ())


def _identify(payload: AlertPayload) -> tuple[str, str]:
    # By what it tells: the same number of newsrooms is told once.
    return payload.alert.id, str(payload.carriers.newsrooms)
