"""Messages of every kind, generated: what people might be mailed."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

from monitor.alerts.actions.signed import NO_LINKS, MailLinks
from monitor.alerts.payload import (
    AlertPayload,
    CarrierPart,
    ClaimPart,
    CorroborationPart,
    DigestKind,
    DigestPayload,
    EditPart,
    EventType,
    FeedPart,
    NoticePayload,
    ReporterPart,
    SentencePart,
    StatePart,
)
from monitor.alerts.rendering import render_alert, render_digest, render_notice
from monitor.model import Message
from tests.alerts.samples import HOSTILE, NOW, OPTIONS, PAYLOAD, poison

WORDS = (
    *("harbour", "court", "ferry", "ordered", "логбук", "Ávila", "裁判所", "حكم", "Ferris"),
    *("logbook", "12", "June", "“quoted”", "naïve", "https://x.example/?a=1&b=2", "<b>", "🚢"),
    *("=?utf-8?q?x?=", "a" * 70, "e\u0301", "—", "100 %"),
)

LINKS = (NO_LINKS, MailLinks("https://m.example", "s" * 32), MailLinks("", "", "d@e.f"))


def make_messages(count: int) -> list[Message]:
    """Returns alerts, digests and notices, the same each time."""
    rng = random.Random(7)
    return [_MAKERS[number % len(_MAKERS)](rng, number) for number in range(count)]


def text(rng: random.Random, words: int = 12) -> str:
    return " ".join(rng.choices(WORDS, k=rng.randint(1, words)))


def alert(rng: random.Random) -> AlertPayload:
    """Returns an alert of random texts; one of ten is hostile throughout."""
    if rng.random() < 0.1:
        return poison(PAYLOAD, HOSTILE)
    sentences = [SentencePart(text(rng, 40), "en", n, "a1") for n in range(rng.randint(0, 15))]
    claims = [ClaimPart(text(rng), text(rng), "date", "a0", "a1") for _ in range(rng.randint(0, 4))]
    outlets = [CarrierPart(text(rng, 3), "https://o.example/", text(rng, 1)) for _ in range(12)]
    told = ReporterPart(text(rng, 3), NOW - timedelta(hours=rng.randint(0, 40)))
    return replace(
        PAYLOAD,
        type=rng.choice((EventType.DEVELOPMENT_CREATED, EventType.DEVELOPMENT_UPDATED)),
        case=replace(PAYLOAD.case, title=text(rng, 5), note=text(rng, 60)),
        development=replace(
            PAYLOAD.development,
            tier=rng.choice((None, 1, 2, 3)),
            event_date=rng.choice((None, "2025-06-05")),
            summary_sentence=text(rng, 50),
        ),
        article=replace(PAYLOAD.article, title=text(rng, 20), outlet=text(rng, 3)),
        carriers=replace(PAYLOAD.carriers, items=tuple(outlets[: rng.randint(0, 12)])),
        corroboration=CorroborationPart(rng.randint(1, 5), (), told, rng.random() < 0.5),
        alert=replace(
            PAYLOAD.alert,
            kind=rng.choice(("development", "unconfirmed")),
            silenced=rng.choice(("", "", "", text(rng, 4))),
        ),
        state=(StatePart("x", "custody", text(rng, 4), text(rng, 4)),) * rng.randint(0, 2),
        new_sentences=tuple(sentences),
        changed_claims=tuple(claims),
    )


def _alert(rng: random.Random, number: int) -> Message:
    links = rng.choice(LINKS)
    return render_alert(alert(rng), **{**OPTIONS, "id": f"alert-{number}"}, links=links)


def _digest(rng: random.Random, number: int) -> Message:
    size = 41 if number % 50 == 1 else rng.choice((1, 2, 7, 12))
    items = tuple(alert(rng) for _ in range(size))
    digest = DigestPayload(
        rng.choice(list(DigestKind)),
        rng.choice((None, items[0].case)),
        items,
        edits=(EditPart("correction", text(rng, 2), "https://e.example/", NOW, text(rng)),),
        feeds=(FeedPart("https://f.example/", text(rng, 2), "failing", text(rng), None),),
    )
    links = rng.choice(LINKS)
    return render_digest(digest, **{**OPTIONS, "id": f"digest-{number}"}, links=links)


def _notice(rng: random.Random, number: int) -> Message:
    notice = NoticePayload(EventType.FEED_SILENT, text(rng), (text(rng, 60), text(rng)))
    return render_notice(notice, **{**OPTIONS, "id": f"notice-{number}"})


_MAKERS = (_alert, _digest, _alert, _alert, _notice)
