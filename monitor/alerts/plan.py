"""Planning the outbox: which open alerts go out together, which alone, which wait.

Immediate alerts go out one by one up to the channel's hourly cap; what is over goes into one
roll-up an hour. Daily and weekly ones go into one digest a case. Nothing is dropped: what is not
planned now stays open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

NOW = "now"


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
class Planned:
    """One delivery to be made: `kind` is "alert" (a single one), "digest" or "roll-up"."""

    channel: str
    kind: str
    case_id: int
    alert_ids: tuple[int, ...]


def plan_deliveries(
    waiting: Iterable[Waiting], sent: Mapping[str, Sent], *, max_per_hour: int
) -> list[Planned]:
    """Returns the deliveries to make of the waiting alerts, in order; every alert is in at most one
    delivery a channel.
    """
    waiting = list(waiting)
    planned: list[Planned] = []
    for channel in dict.fromkeys(alert.channel for alert in waiting):
        mine = [alert for alert in waiting if alert.channel == channel]
        planned += _immediate(
            [a for a in mine if a.cadence == NOW], sent.get(channel, Sent()), max_per_hour
        )
        planned += _grouped(
            [a for a in mine if a.cadence != NOW],
            "digest",
            lambda alert: (alert.case_id, alert.cadence),
        )
    return planned


def _immediate(waiting: list[Waiting], sent: Sent, max_per_hour: int) -> list[Planned]:
    room = max(0, max_per_hour - sent.alerts)
    alone = [
        Planned(alert.channel, "alert", alert.case_id, (alert.alert_id,))
        for alert in waiting[:room]
    ]
    over = waiting[room:]
    if not over or sent.roll_ups:
        return alone
    return alone + _grouped(over, "roll-up", lambda alert: (alert.case_id,))


def _grouped(
    waiting: list[Waiting], kind: str, key: Callable[[Waiting], tuple[object, ...]]
) -> list[Planned]:
    groups: dict[tuple[object, ...], list[Waiting]] = {}
    for alert in waiting:
        groups.setdefault(key(alert), []).append(alert)
    return [
        Planned(g[0].channel, kind, g[0].case_id, tuple(alert.alert_id for alert in g))
        for g in groups.values()
    ]
