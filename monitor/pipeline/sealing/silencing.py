"""What a silence keeps from being told at once: it waits for the digest of its channel, and where
that has none it stays in the timeline.

Looked at when something is about to be told, not when it is found: a silence also holds for what
waits for the end of quiet hours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from monitor.alerts.silences import Report, Silence, find_silence
from monitor.matching import Folded
from monitor.model import NEVER, NOW
from monitor.pipeline.context import WatchedCase, log
from monitor.settings import AlertRule, Cadence, Settings
from monitor.store.outbox import OpenAlert
from monitor.store.silences import ReportedNews, defer_alert, get_reports, get_silences
from monitor.store.verdicts import AlertTarget


def keep_silences(
    session: Session,
    settings: Settings,
    cases: Sequence[WatchedCase],
    alerts: Sequence[OpenAlert],
    now: datetime,
) -> list[OpenAlert]:
    """Returns the alerts that are told now, those of a digest with the comment of their silence;
    has the others wait.
    """
    silenced = _find_silenced(session, alerts, now)
    told = []
    for alert in alerts:
        silence = silenced.get(alert.alert_id)
        if silence is None:
            told.append(alert)
        elif alert.cadence != NOW:
            told.append(replace(alert, silenced=silence.comment))
        else:
            target = _digest_target(settings, cases, alert, now)
            defer_alert(session, alert.alert_id, target, silence.comment)
            log.info("alert_silenced", channel=alert.channel, cadence=target.cadence)
    return told


def _find_silenced(
    session: Session, alerts: Sequence[OpenAlert], now: datetime
) -> dict[int, Silence]:
    """Returns the silences that hold now, by the alerts that they hold for."""
    in_force = [one for one in get_silences(session) if one.ends_at > now]
    if not in_force:
        return {}
    found = {}
    for news in get_reports(session, {alert.development_id for alert in alerts}):
        silence = find_silence(in_force, _report(news), now)
        if silence is not None:
            found[news.alert_id] = silence
    return found


def _report(news: ReportedNews) -> Report:
    return Report(news.case_id, news.story, news.names, Folded.of(news.fields))


def _digest_target(
    settings: Settings, cases: Sequence[WatchedCase], alert: OpenAlert, now: datetime
) -> AlertTarget:
    """Returns the next digest of a channel; `NEVER` where it gets none."""
    case = next((one for one in cases if one.id == alert.case_id), None)
    digest = _digest_of(case, alert.channel) if case else None
    if case is None or digest is None:
        return AlertTarget(alert.channel, NEVER, alert.due_at)
    zone = case.settings.zone(settings.timezone)
    return AlertTarget(alert.channel, str(digest), digest.next_after(now, zone))


def _digest_of(case: WatchedCase, channel: str) -> Cadence | None:
    """Returns when a channel gets a digest of a case; None where it gets none."""
    rules = [rule for rule in case.settings.rules if rule.channel == channel]
    # Its own digest comes before that of what was held back.
    whens = (*map(_own_digest, rules), *map(case.settings.held_digest, rules))
    return next(filter(None, whens), None)


def _own_digest(rule: AlertRule) -> Cadence | None:
    return None if rule.when.is_now else rule.when
