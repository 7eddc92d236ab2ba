"""Payloads for tests: invented people, places and outlets."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.alerts.payload import (
    AlertPart,
    AlertPayload,
    ArticlePart,
    CarrierPart,
    CarriersPart,
    CasePart,
    ClaimPart,
    DevelopmentPart,
    LinksPart,
    NearestPart,
    OriginPart,
    SentencePart,
    StatePart,
)
from monitor.model import MatchedTerm

NOW = datetime(2025, 6, 6, 12, 5, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
OPTIONS = {"id": "d41d8cd9", "now": NOW, "timezone": BERLIN, "sender": "monitor@example.org"}

FIRST = "The harbour court ordered the ferry line to open its logbooks by Friday."
SECOND = "Captain Nora Ferris will testify on 12 June."
NEAREST = "The court has not said when it will rule on the logbooks."

SENTENCES = (
    SentencePart(
        FIRST, "en", 0, "a1", NearestPart(NEAREST, "a0", "Gazette", NOW - timedelta(days=2), 0.41)
    ),
    SentencePart(SECOND, "en", 3, "a1"),
)
CLAIM = ClaimPart("The hearing is on 10 June.", "The hearing is on 12 June.", "date", "a0", "a1")

PAYLOAD = AlertPayload(
    alert=AlertPart("3f9c01", "development", ("new_event", "known_share"), "s7"),
    case=CasePart("night-ferry", "Night ferry", "We follow the logbooks."),
    development=DevelopmentPart("d9", "s7", NOW, NOW - timedelta(minutes=7), FIRST),
    article=ArticlePart(
        id="a1",
        url="https://tribune.example/ferry?a=1&b=2",
        canonical_url="https://tribune.example/ferry",
        title="Court opens ferry logbooks",
        outlet="Tribune",
        author="A. Writer",
        lang="en",
        published_at=NOW - timedelta(minutes=7),
        found_at=NOW,
        extraction="full",
        sha256_text="ab" * 32,
        revision=1,
    ),
    carriers=CarriersPart(
        12,
        4,
        OriginPart("North Wire", "credit_line"),
        (CarrierPart("Tribune", "https://tribune.example/ferry"), CarrierPart("Gazette", "")),
    ),
    links=LinksPart("https://tribune.example/ferry?a=1&b=2", "monitor why 3f9c"),
    new_sentences=SENTENCES,
    changed_claims=(CLAIM,),
    matched=(MatchedTerm("ferry NEAR/5 harbour", "title", "Court opens ferry logbooks"),),
    known_share=0.87,
)
HOSTILE = (
    "x\r\nBcc: evil@x.example\r\n\r\n<script>alert(1)</script>=?utf-8?q?=0D=0ABcc:_evil=40x?="
    '\x1b[2J\u202e"><img src=//t.example/p>\ud800'
)


def poison(payload: AlertPayload, text: str) -> AlertPayload:
    """Puts one text into every place that comes from the web or the config."""
    nearest = NearestPart(text, "a0", text, NOW, 0.5)
    return replace(
        payload,
        case=CasePart("night-ferry", text, text, "2025-12-24", text),
        development=replace(payload.development, summary_sentence=text),
        article=replace(
            payload.article,
            url=text,
            canonical_url=text,
            title=text,
            outlet=text,
            author=text,
            lang=text,
        ),
        carriers=CarriersPart(3, 1, OriginPart(text, "credit_line"), (CarrierPart(text, text),)),
        links=LinksPart(text, text),
        new_sentences=(SentencePart(text, "en", 0, "a1", nearest),),
        changed_claims=(ClaimPart(text, text, text, "a0", "a1"),),
        matched=(MatchedTerm(text, text, text),),
        state=(StatePart(text, text, text, text),),
    )
