"""Alerts: what they say, when they go out, and in which words. Pure: payloads in, messages out."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from monitor.alerts.backoff import next_attempt as next_attempt
    from monitor.alerts.headers import header_text as header_text
    from monitor.alerts.payload import MAX_NEWSROOMS as MAX_NEWSROOMS
    from monitor.alerts.payload import AlertPart as AlertPart
    from monitor.alerts.payload import AlertPayload as AlertPayload
    from monitor.alerts.payload import ArticlePart as ArticlePart
    from monitor.alerts.payload import CarrierPart as CarrierPart
    from monitor.alerts.payload import CarriersPart as CarriersPart
    from monitor.alerts.payload import CasePart as CasePart
    from monitor.alerts.payload import ClaimPart as ClaimPart
    from monitor.alerts.payload import CorroborationPart as CorroborationPart
    from monitor.alerts.payload import DevelopmentPart as DevelopmentPart
    from monitor.alerts.payload import DigestKind as DigestKind
    from monitor.alerts.payload import DigestPayload as DigestPayload
    from monitor.alerts.payload import EditPart as EditPart
    from monitor.alerts.payload import EventType as EventType
    from monitor.alerts.payload import FeedPart as FeedPart
    from monitor.alerts.payload import LinksPart as LinksPart
    from monitor.alerts.payload import NearestPart as NearestPart
    from monitor.alerts.payload import NoticePayload as NoticePayload
    from monitor.alerts.payload import OriginPart as OriginPart
    from monitor.alerts.payload import ReporterPart as ReporterPart
    from monitor.alerts.payload import SentencePart as SentencePart
    from monitor.alerts.payload import StatePart as StatePart
    from monitor.alerts.payload import by_tier as by_tier
    from monitor.alerts.plan import PlannedDelivery as PlannedDelivery
    from monitor.alerts.plan import Sent as Sent
    from monitor.alerts.plan import Waiting as Waiting
    from monitor.alerts.plan import plan_deliveries as plan_deliveries
    from monitor.alerts.rendering import render_alert as render_alert
    from monitor.alerts.rendering import render_digest as render_digest
    from monitor.alerts.rendering import render_notice as render_notice
    from monitor.alerts.rendering import render_test as render_test

# Where a name is: its module is imported when the name is asked for (PEP 562), since a command that
# needs one of them would load all.
_ROOMS = {
    "backoff": ("next_attempt",),
    "headers": ("header_text",),
    "payload": (
        "MAX_NEWSROOMS",
        "AlertPart",
        "AlertPayload",
        "ArticlePart",
        "CarrierPart",
        "CarriersPart",
        "CasePart",
        "ClaimPart",
        "CorroborationPart",
        "DevelopmentPart",
        "DigestKind",
        "DigestPayload",
        "EditPart",
        "EventType",
        "FeedPart",
        "LinksPart",
        "NearestPart",
        "NoticePayload",
        "OriginPart",
        "ReporterPart",
        "SentencePart",
        "StatePart",
        "by_tier",
    ),
    "plan": (
        "PlannedDelivery",
        "Sent",
        "Waiting",
        "plan_deliveries",
    ),
    "rendering": (
        "render_alert",
        "render_digest",
        "render_notice",
        "render_test",
    ),
}


def _find(name: str) -> Any:
    """Returns what a name of this package stands for.

    Raises:
        AttributeError: it has no such name.
    """
    for room, names in _ROOMS.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{room}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


if not TYPE_CHECKING:  # else every name would be one
    __getattr__ = _find
