"""What a digest tells beside its developments: edits of outlets, and feeds in trouble."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session

from monitor.alerts.notices.troubles import part_in_trouble
from monitor.alerts.payload import EditPart, FeedPart
from monitor.alerts.plan import PlannedDelivery
from monitor.feeds.health import FeedHealth, find_trouble
from monitor.pipeline.context import WatchedCase
from monitor.settings import Settings
from monitor.store.feeds import get_health
from monitor.store.outbox import get_last_digest_at
from monitor.store.views.payloads import get_edit_parts

# How far the first digest of a case looks back.
_FIRST_SPAN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Beside:
    """What a digest tells beside its developments."""

    edits: tuple[EditPart, ...] = ()
    feeds: tuple[FeedPart, ...] = ()


def find_beside(
    session: Session,
    settings: Settings,
    cases: Sequence[WatchedCase],
    plan: PlannedDelivery,
    now: datetime,
) -> Beside:
    """Returns what is told beside the developments of a delivery; nothing where it is no digest."""
    case = next((one for one in cases if one.id == plan.case_id), None)
    if plan.kind != "digest" or case is None:
        return Beside()
    # What was told in the last one is not told again.
    last = get_last_digest_at(session, plan.channel, case.id)
    edits = get_edit_parts(session, case.id, since=last or now - _FIRST_SPAN)
    describe = partial(part_in_trouble, zone=case.settings.zone(settings.timezone))
    return Beside(tuple(edits), tuple(map(describe, _in_trouble(session, case))))


def _in_trouble(session: Session, case: WatchedCase) -> list[FeedHealth]:
    feeds = get_health(session)
    return list(filter(find_trouble, filter(partial(_takes, case), feeds)))


def _takes(case: WatchedCase, feed: FeedHealth) -> bool:
    return case.settings.selects(feed.url, feed.title, feed.tags)
