"""Alerts: what they say, when they go out, and in which words. Pure: payloads in, messages out."""

from monitor.alerts.backoff import next_attempt
from monitor.alerts.headers import header_text
from monitor.alerts.payload import (
    AlertPart,
    AlertPayload,
    ArticlePart,
    CarrierPart,
    CarriersPart,
    CasePart,
    ClaimPart,
    DevelopmentPart,
    DigestKind,
    DigestPayload,
    EventType,
    FeedPart,
    LinksPart,
    NearestPart,
    NoticePayload,
    OriginPart,
    SentencePart,
    by_tier,
)
from monitor.alerts.plan import PlannedDelivery, Sent, Waiting, plan_deliveries
from monitor.alerts.rendering import render_alert, render_digest, render_notice, render_test

__all__ = [
    "AlertPart",
    "AlertPayload",
    "ArticlePart",
    "CarrierPart",
    "CarriersPart",
    "CasePart",
    "ClaimPart",
    "DevelopmentPart",
    "DigestKind",
    "DigestPayload",
    "EventType",
    "FeedPart",
    "LinksPart",
    "NearestPart",
    "NoticePayload",
    "OriginPart",
    "PlannedDelivery",
    "Sent",
    "SentencePart",
    "Waiting",
    "by_tier",
    "header_text",
    "next_attempt",
    "plan_deliveries",
    "render_alert",
    "render_digest",
    "render_notice",
    "render_test",
]
