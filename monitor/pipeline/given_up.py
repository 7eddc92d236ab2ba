"""Notices that a channel or a recipient will not get something, over the other channels.

The notice and the note that it was made are one transaction, so it is made once, over crashes and
with several workers. It goes to the other channels of the case, or of all cases where it has none;
a recipient is told of to its own channel where no other is: the others read it there. A notice that
is given up itself is told nobody: two channels that refuse all would tell each other for ever.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from monitor.alerts.payload import EventType, NoticePayload
from monitor.pipeline.context import Context, WatchedCase, log
from monitor.settings import Settings
from monitor.store.articles import make_uid
from monitor.store.outbox import SealedDelivery, seal_deliveries
from monitor.store.upkeep.given_up import GivenUp, get_given_up, mark_told

MAX_NAMED = 20
_WHERE_TO_LOOK = (
    "`monitor alerts list --failed` lists what was given up; `monitor alerts resend` repeats it."
)


async def tell_given_up(ctx: Context) -> int:
    """Makes messages of what was given up; returns how many."""
    # Most passes give nothing up: a read is cheaper than a transaction that locks the store.
    if not await ctx.read(get_given_up, ctx.clock()):
        return 0
    return await ctx.write(_seal_notices, ctx.settings, ctx.cases, ctx.clock())


def _seal_notices(
    session: Session, settings: Settings, cases: Sequence[WatchedCase], now: datetime
) -> int:
    given_up = get_given_up(session, now)
    mark_told(session, given_up, now)
    told = [one for one in given_up if not _is_about_deliveries(one)]
    sealed = [_seal(settings, channel, own) for channel, own in _by_channel(cases, told).items()]
    seal_deliveries(session, sealed, now)
    for one in told:
        log.error("delivery_given_up", delivery=one.uid, channel=one.channel, error=one.error)
    return len(sealed)


def _is_about_deliveries(one: GivenUp) -> bool:
    return one.kind == "notice" and one.payload.get("type") == EventType.DELIVERY_DISABLED


def _by_channel(
    cases: Sequence[WatchedCase], given_up: Sequence[GivenUp]
) -> Mapping[str, list[GivenUp]]:
    """Returns what each channel hears of."""
    found: dict[str, list[GivenUp]] = {}
    for one in given_up:
        for channel in _listeners(cases, one):
            found.setdefault(channel, []).append(one)
    return found


def _listeners(cases: Sequence[WatchedCase], one: GivenUp) -> list[str]:
    """Returns the channels that hear that something was given up, sorted."""
    own = [case for case in cases if case.id == one.case_id]
    others = _channels_of(own) - {one.channel} or _channels_of(cases) - {one.channel}
    # Nobody reads a channel that refuses; where one recipient does, the others read it.
    return sorted(others or ({one.channel} if one.recipient else set()))


def _channels_of(cases: Sequence[WatchedCase]) -> set[str]:
    return {rule.channel for case in cases for rule in case.settings.alerts}


def _seal(settings: Settings, channel: str, given_up: Sequence[GivenUp]) -> SealedDelivery:
    payload = _describe(given_up)
    things = (f"{one.uid} {one.recipient}" for one in given_up)
    uid = make_uid("given up", channel, settings.address_of(channel), *things)
    return SealedDelivery(uid, channel, "notice", None, payload.to_json(), ())


def _describe(given_up: Sequence[GivenUp]) -> NoticePayload:
    names = sorted({one.recipient or one.channel for one in given_up})
    lines = list(map(_line, given_up[:MAX_NAMED]))
    if len(given_up) > MAX_NAMED:
        lines.append(f"and {len(given_up) - MAX_NAMED} more")
    first = given_up[0]
    title = f"Not delivered to {', '.join(names[:3])}{' and others' if len(names) > 3 else ''}"
    return NoticePayload(
        EventType.DELIVERY_DISABLED,
        title,
        (*lines, _WHERE_TO_LOOK),
        {"count": len(given_up), "channel": first.channel, "delivery": first.uid},
    )


def _line(one: GivenUp) -> str:
    who = f"{one.recipient} of channel {one.channel}" if one.recipient else f"channel {one.channel}"
    return f"{who} did not get {_name(one)}: {one.error}"


def _name(one: GivenUp) -> str:
    """Returns what a delivery is, in words that its readers know."""
    case = one.payload.get("case") or {}
    title = case.get("title") if isinstance(case, dict) else ""
    what = {"alert": "an alert", "notice": "a notice"}.get(one.kind, f"a {one.kind}")
    return f"{what} of {title} ({one.uid})" if title else f"{what} ({one.uid})"
