"""Planning the outbox: which open alerts go out together, which alone, which wait.

Immediate alerts go out one by one up to the channel's hourly cap; what is over goes into one
roll-up an hour, whatever cases they are of. Daily and weekly ones go into one digest a case.
Nothing is dropped: what is not planned now stays open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter

from monitor.model import NOW


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open alert that is due for a channel."""

    alert_id: int
    case_id: int
    channel: str
    cadence: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What a channel got within the last hour."""

    alerts: int = 0
    roll_ups: int = 0


@dataclass(frozen=True, slots=True)
class PlannedDelivery:
    """One delivery to be made: `kind` is "alert" (a single one), "digest" or "roll-up"; it has no
    `case_id` where its alerts are of several cases.
    """

    channel: str
    kind: str
    case_id: int | None
    alert_ids: tuple[int, ...]


def plan_deliveries(
    waiting: Iterable[Waiting], sent: Mapping[str, Sent], *, max_per_hour: int
) -> list[PlannedDelivery]:
    """Returns the deliveries to make of the waiting alerts, in order; every alert is in at most one
    delivery a channel.

    Args:
        waiting: in the order in which they are to go out.
        sent: by channel; a channel that got nothing may be left out.
        max_per_hour: alerts that a channel gets one by one.
    """
    by_channel: dict[str, list[Waiting]] = {}
    for alert in waiting:
        by_channel.setdefault(alert.channel, []).append(alert)
    planned: list[PlannedDelivery] = []
    for channel, alerts in by_channel.items():
        immediate = [alert for alert in alerts if alert.cadence == NOW]
        later = [alert for alert in alerts if alert.cadence != NOW]
        planned += _plan_immediate(immediate, sent.get(channel, Sent()), max_per_hour)
        planned += _group(later, "digest", attrgetter("case_id", "cadence"))
    return planned


def _plan_immediate(waiting: list[Waiting], sent: Sent, max_per_hour: int) -> list[PlannedDelivery]:
    room = max(0, max_per_hour - sent.alerts)
    planned = [_deliver("alert", [alert]) for alert in waiting[:room]]
    # One roll-up an hour: a storm must not become a storm of roll-ups.
    if not sent.roll_ups:
        planned += _group(waiting[room:], "roll-up", attrgetter("channel"))
    return planned


def _group(
    waiting: list[Waiting], kind: str, key: Callable[[Waiting], object]
) -> list[PlannedDelivery]:
    """Returns one delivery for each value of a key, in the order in which they first occur."""
    groups: dict[object, list[Waiting]] = {}
    for alert in waiting:
        groups.setdefault(key(alert), []).append(alert)
    return [_deliver(kind, group) for group in groups.values()]


def _deliver(kind: str, alerts: list[Waiting]) -> PlannedDelivery:
    # Mixed, it is of no case: a mail of it goes into the list of none.
    cases = set(map(attrgetter("case_id"), alerts))
    case_id = alerts[0].case_id if len(cases) == 1 else None
    alert_ids = tuple(map(attrgetter("alert_id"), alerts))
    return PlannedDelivery(alerts[0].channel, kind, case_id, alert_ids)
