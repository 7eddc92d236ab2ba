"""The bodies that chats and push services take, made of the one card that an event gives.

Each keeps to the limits that its service documents; what is longer is cut.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from html import escape
from typing import Any
from urllib.parse import urlsplit

from monitor.alerts.chats.cards import Card, CardLine, read_card
from monitor.text import cut, one_line

# Source: https://docs.slack.dev/reference/block-kit/blocks
SLACK_HEADER, SLACK_SECTION = 150, 3_000
# Source: https://docs.discord.com/developers/resources/message#embed-object-embed-limits
DISCORD_TITLE, DISCORD_DESCRIPTION = 256, 4_096
# Source: https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors
TEAMS_BYTES = 28_000
# Source: https://docs.ntfy.sh/publish/#limitations
NTFY_BYTES = 4_096
# Source: https://spec.matrix.org/latest/client-server-api/#size-limits
MATRIX_BYTES = 65_536
# Hookshot puts an envelope round it.
MATRIX_BODY_BYTES = 60_000
_NTFY_TITLE = 250
# Of addresses: the least of what the services document (Discord, embeds).
MAX_LINK = 2_048
# A title in Teams and Matrix has no limit of its own: what a subject is cut to in others.
LONG_TITLE = 1_000
UNTITLED = "monitor"

_COLOURS = {0: 0x5B5750, 1: 0x9B1C1C, 2: 0x1D4F7C, 3: 0x4A5661}
_PRIORITIES = {1: 4, 2: 3, 3: 2}
_NEUTRAL_PRIORITY = 3

_Body = dict[str, Any]


def format_body(name: str, event: str, subject: str, url: str) -> str:
    """Returns the body that a service takes in the place of an event.

    Args:
        name: of the service, one of `FORMATS`.
        event: the JSON text of a webhook's body.
        url: where it is posted to.
    """
    return _print(FORMATS[name](_with_short_links(read_card(event, subject)), url))


def _print(body: _Body) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _with_short_links(card: Card) -> Card:
    """Returns a card without what no service takes: long addresses, a title of nothing."""
    lines = tuple(replace(line, url=_short_link(line.url)) for line in card.lines)
    title = card.title if card.title.strip() else UNTITLED
    return replace(card, title=title, url=_short_link(card.url), lines=lines)


def _short_link(url: str) -> str:
    # An address that is cut leads somewhere else.
    return url if len(url) <= MAX_LINK else ""


def _fit(card: Card, make: Callable[[Card], _Body], limit: int) -> _Body:
    """Returns a body with as many lines of the card as fit.

    Args:
        limit: bytes of the body as it is posted.
    """
    body = make(card)
    while card.lines and len(_print(body).encode("utf-8", "replace")) > limit:
        card = replace(card, lines=card.lines[:-1])
        body = make(card)
    return body


def post_url(name: str, url: str) -> str:
    """Returns where a body is posted to: ntfy takes JSON at its root alone."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/" if name == "ntfy" else url


def _slack(card: Card, _url: str) -> _Body:
    lines = "\n".join(map(_slack_line, card.lines))
    title = _slack_text(card.title)
    head = f"<{card.url}|{title}>" if card.url else title
    return {
        "text": cut(card.title, SLACK_SECTION),
        "blocks": [
            {
                "type": "header",
                "text": {"type": "plain_text", "text": cut(card.title, SLACK_HEADER)},
            },
            {
                "type": "section",
                "text": {"type": "mrkdwn", "text": _within(f"{head}\n", lines, SLACK_SECTION)},
            },
        ],
        "unfurl_links": False,
    }


def _slack_text(text: str) -> str:
    # Only these three are special; a "|" would end the address of a link.
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return plain.replace("|", "¦")


def _slack_line(line: CardLine) -> str:
    text = _slack_text(line.text)
    return f"• <{_slack_text(line.url)}|{text}>" if line.url else text


def _within(head: str, lines: str, limit: int) -> str:
    """Returns a head with as many whole lines below it as fit."""
    if len(head) > limit:
        return cut(head, limit)
    kept = head
    for line in lines.split("\n"):
        # A line that is cut in half may end within a link.
        if len(kept) + len(line) + 1 > limit:
            break
        kept += f"{line}\n"
    return kept.rstrip("\n")


def _discord(card: Card, _url: str) -> _Body:
    embed: _Body = {
        "title": cut(card.title, DISCORD_TITLE),
        "description": _within("", "\n".join(map(_discord_line, card.lines)), DISCORD_DESCRIPTION),
        "color": _COLOURS[card.tier],
        "timestamp": card.at,
    }
    if card.url:
        embed["url"] = card.url
    # Words from the web must not call anybody.
    return {"embeds": [embed], "allowed_mentions": {"parse": []}}


def _discord_line(line: CardLine) -> str:
    text = _plain_markdown(line.text)
    return f"• [{text}]({line.url})" if line.url else text


def _plain_markdown(text: str) -> str:
    """Returns a text whose signs mean nothing."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]()~>#|<@" else sign for sign in text)


def _teams(card: Card, _url: str) -> _Body:
    return _fit(card, _teams_card, TEAMS_BYTES)


def _teams_card(card: Card) -> _Body:
    title = _plain_markdown(cut(card.title, LONG_TITLE))
    blocks: list[_Body] = [{"type": "TextBlock", "text": title, "weight": "Bolder", "wrap": True}]
    for line in card.lines:
        text = _discord_line(line)
        blocks.append({"type": "TextBlock", "text": text, "wrap": True, "spacing": "Small"})
    content: _Body = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": blocks,
    }
    if card.url:
        content["actions"] = [{"type": "Action.OpenUrl", "title": "Open article", "url": card.url}]
    kind = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": kind, "content": content}]}


def _ntfy(card: Card, url: str) -> _Body:
    lines = "\n".join(map(_text_of, card.lines))
    body: _Body = {
        "topic": urlsplit(url).path.strip("/"),
        "title": cut(card.title, _NTFY_TITLE),
        "message": _cut_bytes(lines or card.title, NTFY_BYTES),
        "priority": _PRIORITIES.get(card.tier, _NEUTRAL_PRIORITY),
    }
    return body | ({"click": card.url} if card.url else {})


def _text_of(line: CardLine) -> str:
    return line.text


def _cut_bytes(text: str, limit: int) -> str:
    # A letter that is cut in half is left out.
    return text.encode("utf-8", "replace")[:limit].decode("utf-8", "ignore")


def _matrix(card: Card, _url: str) -> _Body:
    return _fit(card, _matrix_text, MATRIX_BODY_BYTES)


def _matrix_text(card: Card) -> _Body:
    short = cut(card.title, LONG_TITLE)
    # Clients without HTML show this one.
    text = "\n".join([short, *map(_text_of, card.lines), card.url]).strip()
    title = escape(short)
    head = f'<a href="{escape(card.url)}">{title}</a>' if card.url else title
    lines = "".join(map(_matrix_line, card.lines))
    return {"text": text, "html": f"<b>{head}</b>{lines}", "username": "monitor"}


def _matrix_line(line: CardLine) -> str:
    text = escape(one_line(line.text, limit=2_000))
    return f'<br><a href="{escape(line.url)}">{text}</a>' if line.url else f"<br>{text}"


FORMATS: Mapping[str, Callable[[Card, str], _Body]] = {
    "slack": _slack,
    "discord": _discord,
    "teams": _teams,
    "ntfy": _ntfy,
    "matrix": _matrix,
}
