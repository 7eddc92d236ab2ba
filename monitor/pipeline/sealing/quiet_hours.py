"""What quiet hours keep from a channel when it is about to be told.

Asked again then, though an alert is routed by them: it may have waited for more than its quiet
hours, behind others of a full hour or for its group, until the next ones have begun.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from monitor.model import NOW
from monitor.pipeline.context import WatchedCase
from monitor.pipeline.sealing.channel_rules import has_quiet_hours, quiet_until, told_news
from monitor.settings import Settings
from monitor.store.outbox import OpenAlert, postpone_alert


def keep_quiet_hours(
    session: Session,
    settings: Settings,
    cases: Sequence[WatchedCase],
    alerts: Sequence[OpenAlert],
    now: datetime,
) -> list[OpenAlert]:
    """Returns the alerts that may be told now; has the others wait for the end of quiet hours."""
    by_id = {case.id: case for case in cases}
    told = []
    for alert in alerts:
        end = _quiet_end(session, settings, by_id.get(alert.case_id), alert, now)
        if end is None:
            told.append(alert)
        else:
            postpone_alert(session, alert, end)
    return told


def _quiet_end(
    session: Session,
    settings: Settings,
    case: WatchedCase | None,
    alert: OpenAlert,
    now: datetime,
) -> datetime | None:
    """Returns until when a channel is not to be told of an alert; None where it may be."""
    # A digest has its own hour; most channels have no quiet ones, and nothing is looked up.
    if case is None or alert.cadence != NOW or not has_quiet_hours(case, alert.channel):
        return None
    news = told_news(session, alert.development_id)
    return quiet_until(settings, case, alert.channel, news, now)
