"""Chats and push services get what they document to take, whatever the news say."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from monitor.alerts.chats.formats import FORMATS, MATRIX_BYTES, TEAMS_BYTES, format_body, post_url
from monitor.alerts.payload import (
    DigestKind,
    DigestPayload,
    EditPart,
    EventType,
    FeedPart,
    NoticePayload,
)
from monitor.alerts.rendering import render_alert, render_digest, render_notice
from monitor.model import Message
from tests.alerts.generated import make_messages
from tests.alerts.samples import FIRST, HOSTILE, NOW, OPTIONS, PAYLOAD, SECOND, poison

URL = "https://hooks.example/one"
LONG = replace(
    PAYLOAD,
    development=replace(PAYLOAD.development, summary_sentence="é" * 9_000, tier=1),
    case=replace(PAYLOAD.case, title="裁" * 200),
)
MESSAGES = [
    *make_messages(60),
    render_alert(LONG, **OPTIONS),
    render_digest(DigestPayload(DigestKind.ROLL_UP, None, (LONG,) * 60), **OPTIONS),
    render_notice(
        NoticePayload(EventType.FEED_SILENT, "Gazette is silent", ("x" * 9_000,) * 50), **OPTIONS
    ),
]


def body(name: str, message: Message, url: str = URL) -> dict:
    return json.loads(format_body(name, message.event, message.subject, url))


def size(name: str, message: Message) -> int:
    return len(format_body(name, message.event, message.subject, URL).encode())


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_tells_the_news_and_where_it_stands(name: str) -> None:
    text = json.dumps(body(name, render_alert(PAYLOAD, **OPTIONS)), ensure_ascii=False)

    for part in ("Night ferry", FIRST[:40], SECOND[:30], "https://tribune.example/ferry"):
        assert part in text.replace("\\", "")


@pytest.mark.parametrize("name", FORMATS)
def test_a_digest_names_its_first_ten_and_counts_the_rest(name: str) -> None:
    digest = DigestPayload(DigestKind.ROLL_UP, PAYLOAD.case, (PAYLOAD,) * 12)

    text = json.dumps(body(name, render_digest(digest, **OPTIONS)), ensure_ascii=False)

    named = text.count("https://tribune.example/ferry") or text.count(FIRST[:40]) - 1
    assert "12 more developments" in text
    assert 5 <= named <= 10
    assert f"and {12 - named} developments more" in text


def test_slack_keeps_to_its_limits_and_calls_nobody() -> None:
    for message in MESSAGES:
        sent = body("slack", message)

        header, section = sent["blocks"]
        assert (header["type"], header["text"]["type"]) == ("header", "plain_text")
        assert 1 <= len(header["text"]["text"]) <= 150
        assert section["text"]["type"] == "mrkdwn"
        assert 1 <= len(section["text"]["text"]) <= 3_000
        assert sent["text"]


@pytest.mark.parametrize("text", ["<!channel> hi", "<@U123> & <b>"])
def test_words_from_the_web_are_no_markup_in_slack(text: str) -> None:
    sent = body("slack", render_alert(poison(PAYLOAD, text), **OPTIONS))

    told = sent["blocks"][1]["text"]["text"]
    assert "<!channel>" not in told
    assert "<@U123>" not in told


def test_discord_keeps_to_its_limits_and_calls_nobody() -> None:
    for message in MESSAGES:
        sent = body("discord", message)

        (embed,) = sent["embeds"]
        assert sent["allowed_mentions"] == {"parse": []}
        assert 1 <= len(embed["title"]) <= 256
        assert len(embed["description"]) <= 4_096
        assert len(embed["title"]) + len(embed["description"]) <= 6_000
        assert 0 <= embed["color"] <= 0xFFFFFF
        assert embed["timestamp"].endswith("Z")


def test_teams_gets_an_adaptive_card_below_28_kb() -> None:
    for message in MESSAGES:
        (attachment,) = body("teams", message)["attachments"]

        assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
        card = attachment["content"]
        assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
        assert {block["type"] for block in card["body"]} == {"TextBlock"}
        assert all(one["type"] == "Action.OpenUrl" for one in card.get("actions", ()))
        assert size("teams", message) <= TEAMS_BYTES


def test_ntfy_gets_its_topic_and_at_most_4096_bytes() -> None:
    for message in MESSAGES:
        sent = body("ntfy", message, "https://ntfy.example/harbour-desk")

        assert sent["topic"] == "harbour-desk"
        assert 1 <= len(sent["message"].encode()) <= 4_096
        assert len(sent["title"]) <= 250
        assert 1 <= sent["priority"] <= 5
    assert post_url("ntfy", "https://ntfy.example/harbour-desk") == "https://ntfy.example/"
    assert post_url("slack", URL) == URL


def test_a_change_of_state_is_more_urgent_than_a_statement() -> None:
    def priority(tier: int) -> int:
        told = replace(PAYLOAD, development=replace(PAYLOAD.development, tier=tier))
        return body("ntfy", render_alert(told, **OPTIONS))["priority"]

    assert priority(1) > priority(2) > priority(3)


def test_matrix_gets_text_and_escaped_html() -> None:
    for message in MESSAGES:
        sent = body("matrix", message)

        assert set(sent) == {"text", "html", "username"}
        assert sent["text"]
        assert size("matrix", message) <= MATRIX_BYTES
    hostile = body("matrix", render_alert(poison(PAYLOAD, HOSTILE), **OPTIONS))
    assert "<script" not in hostile["html"]
    assert "<img" not in hostile["html"]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_tells_a_doubt_a_silence_an_edit_and_a_feed_in_trouble(name: str) -> None:
    held = replace(PAYLOAD.alert, kind="unconfirmed", held_back="nobody else has it")
    items = (
        replace(PAYLOAD, alert=held),
        replace(PAYLOAD, alert=replace(PAYLOAD.alert, silenced="only photographs")),
    )
    edit = EditPart("correction", "Gazette", "https://g.example/pier", NOW, "It was Monday.")
    feed = FeedPart("https://g.example/rss", "Gazette", "failing", "it answers 503", None)
    digest = DigestPayload(DigestKind.DIGEST, PAYLOAD.case, items, edits=(edit,), feeds=(feed,))

    told = json.dumps(body(name, render_digest(digest, **OPTIONS)), ensure_ascii=False)

    for part in (
        "In doubt: The harbour court",
        "Held back: nobody else has it.",
        "Silenced (only photographs): The harbour court",
        "Gazette corrected this: It was Monday.",
        "Feed in trouble: Gazette: it answers 503",
    ):
        assert part in told.replace("\\", "")


def test_lines_of_ntfy_name_their_addresses() -> None:
    digest = DigestPayload(DigestKind.DIGEST, PAYLOAD.case, (PAYLOAD,) * 2)

    sent = body("ntfy", render_digest(digest, **OPTIONS), "https://ntfy.example/desk")

    assert sent["message"].splitlines() == [f"{FIRST} https://tribune.example/ferry?a=1&b=2"] * 2


@pytest.mark.parametrize(
    ("url", "root", "topic"),
    [
        ("https://ntfy.example/desk/", "https://ntfy.example/", "desk"),
        ("https://ntfy.example/desk?auth=QmE", "https://ntfy.example/?auth=QmE", "desk"),
        ("https://pier.example/push/desk", "https://pier.example/push/", "desk"),
        (
            "https://u@p.example:8443/a/b/desk?auth=x",
            "https://u@p.example:8443/a/b/?auth=x",
            "desk",
        ),
    ],
)
def test_ntfy_is_asked_at_its_root_below_a_path_and_with_its_query(
    url: str, root: str, topic: str
) -> None:
    assert post_url("ntfy", url) == root
    assert body("ntfy", render_alert(PAYLOAD, **OPTIONS), url)["topic"] == topic


def test_words_from_the_web_call_nobody_from_a_notification_of_slack() -> None:
    sent = body("slack", render_alert(poison(PAYLOAD, "<!channel> & <@U1>"), **OPTIONS))

    assert "&lt;!channel&gt; &amp; &lt;@U1&gt;" in sent["text"]
    assert "<" not in sent["text"]


@pytest.mark.parametrize("sign", ["*", "_", "`", "[", "]", "|", "<"])
def test_words_from_the_web_are_no_markup_in_the_title_of_an_embed(sign: str) -> None:
    sent = body("discord", render_alert(poison(PAYLOAD, f"{sign}pier{sign}"), **OPTIONS))

    assert f"\\{sign}pier\\{sign}" in sent["embeds"][0]["title"]


BAR = replace(PAYLOAD, article=replace(PAYLOAD.article, url="https://g.example/a|b(c)?d=1&e=2"))


def test_no_sign_of_an_address_ends_a_link_of_slack() -> None:
    alert = body("slack", render_alert(BAR, **OPTIONS))["blocks"][1]["text"]["text"]
    digest = DigestPayload(DigestKind.DIGEST, BAR.case, (BAR,))
    line = body("slack", render_digest(digest, **OPTIONS))["blocks"][1]["text"]["text"]

    assert alert.startswith("<https://g.example/a%7Cb(c)?d=1&amp;e=2|[Night ferry] The harbour")
    assert "• <https://g.example/a%7Cb(c)?d=1&amp;e=2|The harbour" in line


@pytest.mark.parametrize("name", ["discord", "teams"])
def test_no_sign_of_an_address_ends_a_link_of_markdown(name: str) -> None:
    digest = DigestPayload(DigestKind.DIGEST, BAR.case, (BAR,))

    told = json.dumps(body(name, render_digest(digest, **OPTIONS)))

    assert "](https://g.example/a%7Cb%28c%29?d=1&e=2)" in told
