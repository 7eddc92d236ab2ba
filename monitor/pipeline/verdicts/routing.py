"""Routing: which channels get an alert, and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.model import NOW, Outcome
from monitor.pipeline.context import WatchedCase
from monitor.pipeline.sealing.channel_rules import ANY_NEWS, News, end_of_quiet, wanted_rules
from monitor.settings import AlertRule, Settings
from monitor.store.verdicts import AlertTarget


def outcome_targets(
    settings: Settings, case: WatchedCase, outcome: Outcome, now: datetime, news: News = ANY_NEWS
) -> list[AlertTarget]:
    """Returns the channels that a verdict goes to: an alert to all of the case that want it, but
    those that wait for a further newsroom; what is not enough for one to those that get digests,
    which may be a digest of what was held back.
    """
    if outcome is Outcome.SILENT:
        return []
    targets = alert_targets(settings, case, now, news)
    if outcome is Outcome.ALERT:
        at_once = [target for target in targets if target.sources == 1]
        waiting = [rule for rule in wanted_rules(case, news) if rule.sources > 1 and rule.held]
        return _once(at_once + _held_targets(settings, case, waiting, now))
    # In doubt about what it is, too: where nobody who asks for its kind gets a digest, all do.
    return _doubt_targets(settings, case, now, news) or _doubt_targets(
        settings, case, now, ANY_NEWS
    )


def _doubt_targets(
    settings: Settings, case: WatchedCase, now: datetime, news: News
) -> list[AlertTarget]:
    """Returns the channels that get a digest of what is in doubt."""
    targets = alert_targets(settings, case, now, news)
    # Who wants to be disturbed at once wants to be sure that it is worth it.
    digests = [target for target in targets if target.cadence != NOW and target.sources == 1]
    return _once(digests + _held_targets(settings, case, wanted_rules(case, news), now))


def _once(targets: Iterable[AlertTarget]) -> list[AlertTarget]:
    """Returns each channel once, with the target that is due first."""
    first: dict[str, AlertTarget] = {}
    for target in sorted(targets, key=lambda one: one.due_at):
        first.setdefault(target.channel, target)
    return list(first.values())


def _held_targets(
    settings: Settings, case: WatchedCase, rules: Iterable[AlertRule], now: datetime
) -> list[AlertTarget]:
    """Returns the channels that get a digest of what was held back, with the time it is due."""
    targets = []
    for rule in rules:
        held = case.settings.held_digest(rule)
        if held is not None:
            due_at = held.next_after(now, case.settings.zone(settings.timezone))
            targets.append(AlertTarget(rule.channel, str(held), due_at))
    return targets


def corroborated_targets(
    settings: Settings, case: WatchedCase, newsrooms: int, now: datetime, news: News = ANY_NEWS
) -> list[AlertTarget]:
    """Returns the channels that wait for more than one newsroom, and not for more than there are.

    Args:
        newsrooms: how many have the development.
    """
    targets = alert_targets(settings, case, now, news)
    return [target for target in targets if 1 < target.sources <= newsrooms]


def alert_targets(
    settings: Settings, case: WatchedCase, now: datetime, news: News = ANY_NEWS
) -> list[AlertTarget]:
    """Returns the channels that an alert of the case goes to, with the time each is due; without
    any in the config, the console gets it.
    """
    if not case.settings.alerts:
        return [AlertTarget("console", NOW, now)]
    return [_Routed(settings, case, rule).target(news, now) for rule in wanted_rules(case, news)]


@dataclass(frozen=True, slots=True)
class _Routed:
    """A rule of a case, by which an alert is routed."""

    settings: Settings
    case: WatchedCase
    rule: AlertRule

    @property
    def zone(self) -> ZoneInfo:
        return self.case.settings.zone(self.settings.timezone)

    def target(self, news: News, now: datetime) -> AlertTarget:
        """Returns the channel of the rule, with the time that the alert is due."""
        rule = self.rule
        if rule.when.is_now:
            return AlertTarget(rule.channel, NOW, self._due_at(news, now), rule.sources)
        # A digest comes once a day: it tells what one newsroom has, too, and says so.
        return AlertTarget(rule.channel, str(rule.when), rule.when.next_after(now, self.zone))

    def _due_at(self, news: News, now: datetime) -> datetime:
        """Returns when the channel may be told of what is found now."""
        end, due_at = self._quiet_until(news, now), now + self.settings.alerts.group_wait
        if end is not None:
            return end
        # What is found before the quiet hours is told before them.
        return now if self._quiet_until(news, due_at) is not None else due_at

    def _quiet_until(self, news: News, at: datetime) -> datetime | None:
        return end_of_quiet(self.rule, news, at, self.zone)
