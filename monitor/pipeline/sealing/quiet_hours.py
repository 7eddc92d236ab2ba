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
    # A digest has its own hour; most channels have no quiet ones, and nothing is looked up.
    asked = {alert for alert in alerts if _has_quiet_hours(by_id.get(alert.case_id), alert)}
    news = told_news(session, {alert.development_id for alert in asked})
    told = []
    for alert in alerts:
        about = news.get(alert.development_id) if alert in asked else None
        case = by_id.get(alert.case_id)
        end = about and case and quiet_until(settings, case, alert.channel, about, now)
        if end:
            postpone_alert(session, alert, end)
        else:
            told.append(alert)
    return told


def _has_quiet_hours(case: WatchedCase | None, alert: OpenAlert) -> bool:
    return case is not None and alert.cadence == NOW and has_quiet_hours(case, alert.channel)
