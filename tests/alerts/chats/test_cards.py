"""A digest in a chat tells what is in doubt, silenced, edited and in trouble from plain news."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from monitor.alerts.chats.cards import Card, read_card
from monitor.alerts.payload import (
    AlertPayload,
    DigestKind,
    DigestPayload,
    EditPart,
    EventType,
    FeedPart,
)
from monitor.alerts.rendering import render_alert, render_digest
from tests.alerts.samples import FIRST, NOW, OPTIONS, PAYLOAD

WHY = "only one newsroom has it"
HELD = replace(PAYLOAD, alert=replace(PAYLOAD.alert, kind="unconfirmed", held_back=WHY))
SILENCED = replace(PAYLOAD, alert=replace(PAYLOAD.alert, silenced="only photographs"))
EDIT = EditPart("correction", "Gazette", "https://gazette.example/pier", NOW, "It was Monday.")
FEED = FeedPart("https://gazette.example/rss", "Gazette", "failing", "it answers 503", None)


def card(
    *items: AlertPayload, edits: Sequence[EditPart] = (), feeds: Sequence[FeedPart] = ()
) -> Card:
    digest = DigestPayload(DigestKind.DIGEST, PAYLOAD.case, items)
    message = render_digest(replace(digest, edits=tuple(edits), feeds=tuple(feeds)), **OPTIONS)
    return read_card(message.event, message.subject)


def texts(shown: Card) -> list[str]:
    return [line.text for line in shown.lines]


def with_lead(payload: AlertPayload, lead: str, tier: int) -> AlertPayload:
    told = replace(payload.development, summary_sentence=lead, tier=tier)
    return replace(payload, development=told)


def test_what_is_in_doubt_says_so_and_why() -> None:
    assert texts(card(PAYLOAD, HELD)) == [FIRST, f"In doubt: {FIRST} (Held back: {WHY}.)"]


def test_a_doubt_without_a_reason_is_one_all_the_same() -> None:
    unknown = replace(HELD, alert=replace(HELD.alert, held_back=""))

    (line,) = texts(card(unknown))

    assert line == f"In doubt: {FIRST} (The evidence for this is weak; it may be known already.)"


def test_what_is_silenced_says_why() -> None:
    assert texts(card(SILENCED)) == [f"Silenced (only photographs): {FIRST}"]


def test_what_is_silenced_and_in_doubt_says_both() -> None:
    both = replace(HELD, alert=replace(HELD.alert, silenced="enough for now"))

    assert texts(card(both)) == [f"Silenced (enough for now): {FIRST} (Held back: {WHY}.)"]


def test_a_long_lead_leaves_room_for_what_is_said_of_it() -> None:
    long = with_lead(
        replace(HELD, alert=replace(HELD.alert, held_back="why " * 200)), "pier " * 90, 2
    )

    (line,) = texts(card(long))

    assert line.startswith("In doubt: pier pier")
    assert "… (Held back: why why" in line
    assert len(line) < 400


def test_news_stand_before_doubts_and_doubts_before_what_is_silenced() -> None:
    items = (with_lead(SILENCED, "A.", 1), with_lead(HELD, "B.", 2), with_lead(PAYLOAD, "C.", 3))

    shown = card(*items)

    assert [line[:4] for line in texts(shown)] == ["C.", "In d", "Sile"]
    assert shown.tier == 3


def test_a_digest_of_doubts_alone_has_the_tier_of_the_strongest() -> None:
    assert card(with_lead(HELD, "B.", 3), with_lead(HELD, "A.", 1)).tier == 1


def test_edits_and_feeds_in_trouble_stand_below_with_their_addresses() -> None:
    shown = card(PAYLOAD, edits=[EDIT], feeds=[FEED])

    assert [(line.text, line.url) for line in shown.lines[1:]] == [
        ("Gazette corrected this: It was Monday.", "https://gazette.example/pier"),
        ("Feed in trouble: Gazette: it answers 503", "https://gazette.example/rss"),
    ]


def test_a_feed_without_a_title_goes_by_its_address() -> None:
    (line,) = texts(card(feeds=[replace(FEED, title="")]))

    assert line == "Feed in trouble: https://gazette.example/rss: it answers 503"


def test_of_many_edits_and_feeds_three_are_named_and_the_rest_counted() -> None:
    lines = texts(card(PAYLOAD, edits=[EDIT] * 5, feeds=[FEED] * 4))

    assert lines[1:4] == ["Gazette corrected this: It was Monday."] * 3
    assert lines[4] == "and 2 edits more"
    assert lines[-1] == "and 1 feed more"


def test_an_alert_in_doubt_says_why_in_a_line_of_its_own() -> None:
    message = render_alert(replace(HELD, type=EventType.DEVELOPMENT_CREATED), **OPTIONS)

    lines = texts(read_card(message.event, message.subject))

    assert lines[0].startswith("In doubt · ")
    assert lines[1] == f"Held back: {WHY}."
