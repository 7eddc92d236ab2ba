"""What the rules of a case say of news: which channels want it, and when they are left alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlmodel import Session

from monitor.matching import compile_query
from monitor.model import Fields
from monitor.pipeline.context import WatchedCase
from monitor.settings import AlertRule, Settings
from monitor.store.silences import get_reports


@dataclass(frozen=True, slots=True)
class News:
    """What channels choose by: the tier, the language, and what a query sees of the report; None
    and empty where nobody knows.
    """

    tier: int | None = None
    lang: str = ""
    fields: Fields | None = None


ANY_NEWS = News()


def told_news(session: Session, development_ids: Collection[int]) -> dict[int, News]:
    """Returns what channels choose stored developments by."""
    # Their first reports: who carries one later changes neither tier nor language.
    return {
        report.development_id: News(report.tier, report.fields.lang, report.fields)
        for report in get_reports(session, development_ids)
    }


def wanted_rules(case: WatchedCase, news: News) -> list[AlertRule]:
    """Returns the rules of a case that want news of this kind."""
    return [rule for rule in case.settings.rules if rule.wants(news.tier, news.lang)]


def quiet_until(
    settings: Settings, case: WatchedCase, channel: str, news: News, now: datetime
) -> datetime | None:
    """Returns until when a channel is not to be told of news at once; None where it may be, as by
    one of several rules.
    """
    zone = case.settings.zone(settings.timezone)
    rules = filter(
        lambda rule: rule.channel == channel and rule.when.is_now, wanted_rules(case, news)
    )
    ends = [end_of_quiet(rule, news, now, zone) for rule in rules]
    return min(filter(None, ends)) if ends and all(ends) else None


def has_quiet_hours(case: WatchedCase, channel: str) -> bool:
    """Says whether a channel is to be left alone at some hours."""
    return any(rule.quiet and rule.channel == channel for rule in case.settings.rules)


def end_of_quiet(rule: AlertRule, news: News, at: datetime, zone: tzinfo) -> datetime | None:
    """Returns the end of the quiet hours of a rule that a moment falls into; None outside of them,
    and for what is urgent.
    """
    end = rule.quiet.end_after(at, zone) if rule.quiet else None
    return None if end is None or _is_urgent(rule, news, at) else end


def _is_urgent(rule: AlertRule, news: News, now: datetime) -> bool:
    # Of what nobody can read nobody can say that it is urgent.
    if not rule.urgent or news.fields is None:
        return False
    return compile_query(rule.urgent).match(news.fields, now=now) is not None
