"""The bodies that chats and push services take, made of the one card that an event gives.

Each keeps to the limits that its service documents; what is longer is cut.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from html import escape
from operator import attrgetter
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from monitor.alerts.chats.cards import Card, CardLine, read_card
from monitor.alerts.views.wording import count_of
from monitor.text import cut, one_line

# Source: https://docs.slack.dev/reference/block-kit/blocks
SLACK_HEADER, SLACK_SECTION = 150, 3_000
_SLACK_PART = 2_400  # of a section: no title and no link is longer, for lines stand below it
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
# What ends a link somewhere is written as RFC 3986 has it: no address has these signs bare.
_IN_LINK = str.maketrans({"|": "%7C", "<": "%3C", ">": "%3E", '"': "%22", "`": "%60"})
_IN_PARENTHESES = str.maketrans({"(": "%28", ")": "%29"})

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
    """Returns an address that ends no link of a markup, empty where it is too long."""
    plain = url.translate(_IN_LINK)
    # An address that is cut leads somewhere else.
    return plain if len(plain) <= MAX_LINK else ""


def _fit(
    card: Card, make: Callable[[Card], _Body], size: Callable[[_Body], int], limit: int
) -> _Body:
    """Returns a body with as many lines of the card as fit, each of them whole.

    Args:
        size: of what the service limits in a body.
    """
    body = make(card)
    while card.lines and size(body) > limit:
        card = replace(card, lines=card.lines[:-1])
        body = make(card)
    return body


def _bytes(body: _Body) -> int:
    return len(_print(body).encode("utf-8", "replace"))


def _all_lines(card: Card) -> Iterator[CardLine]:
    """Yields the lines of a card, and how many developments have none."""
    yield from card.lines
    more = card.count - sum(map(attrgetter("is_item"), card.lines))
    if more > 0:
        yield CardLine(f"and {count_of(more, 'development')} more")


def _cut_escaped(text: str, escaped: Callable[[str], str], limit: int) -> str:
    """Returns the beginning of a text that has at most so many characters when it is escaped."""
    room = limit
    # Cut before it is escaped: half of an escaped sign is another one.
    while len(shown := escaped(cut(text, room))) > limit:
        room = room * limit // len(shown)
    return shown


def post_url(name: str, url: str) -> str:
    """Returns where a body is posted to: ntfy takes JSON at its root alone, which may be below a
    path; its topic is the last part of that. A query, which may hold a key, stays.
    """
    parts = urlsplit(url)
    base = parts.path.rstrip("/").rpartition("/")[0]
    root = urlunsplit((parts.scheme, parts.netloc, f"{base}/", parts.query, ""))
    return root if name == "ntfy" else url


def _slack(card: Card, _url: str) -> _Body:
    return _fit(card, _slack_message, _slack_size, SLACK_SECTION)


def _slack_size(body: _Body) -> int:
    return len(body["blocks"][1]["text"]["text"])


def _slack_message(card: Card) -> _Body:
    title = _cut_escaped(card.title, _slack_text, _SLACK_PART)
    lines = map(_slack_line, _all_lines(card))
    return {
        "text": title,
        "blocks": [
            {
                "type": "header",
                "text": {"type": "plain_text", "text": cut(card.title, SLACK_HEADER)},
            },
            {
                "type": "section",
                "text": {
                    "type": "mrkdwn",
                    "text": "\n".join([_slack_link(card.url, title), *lines]),
                },
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
    return f"• {_slack_link(line.url, text)}" if line.url else text


def _slack_link(url: str, text: str) -> str:
    """Returns a text as a link, as it is where the address would take the room of the rest."""
    link = f"<{_slack_text(url)}|{text}>"
    return link if url and len(link) <= _SLACK_PART else text


def _discord(card: Card, _url: str) -> _Body:
    return _fit(card, _discord_embed, _discord_size, DISCORD_DESCRIPTION)


def _discord_size(body: _Body) -> int:
    return len(body["embeds"][0]["description"])


def _discord_embed(card: Card) -> _Body:
    embed: _Body = {
        "title": _cut_escaped(card.title, _plain_markdown, DISCORD_TITLE),
        "description": "\n".join(map(_markdown_line, _all_lines(card))),
        "color": _COLOURS[card.tier],
        "timestamp": card.at,
    }
    if card.url:
        embed["url"] = card.url
    # Words from the web must not call anybody.
    return {"embeds": [embed], "allowed_mentions": {"parse": []}}


def _markdown_line(line: CardLine) -> str:
    text = _plain_markdown(line.text)
    return f"• [{text}]({line.url.translate(_IN_PARENTHESES)})" if line.url else text


def _plain_markdown(text: str) -> str:
    """Returns a text whose signs mean nothing."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]()~>#|<@" else sign for sign in text)


def _teams(card: Card, _url: str) -> _Body:
    return _fit(card, _teams_card, _bytes, TEAMS_BYTES)


def _teams_card(card: Card) -> _Body:
    title = _plain_markdown(cut(card.title, LONG_TITLE))
    blocks: list[_Body] = [{"type": "TextBlock", "text": title, "weight": "Bolder", "wrap": True}]
    for line in _all_lines(card):
        text = _markdown_line(line)
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
    topic = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    return {"topic": topic} | _fit(card, _ntfy_message, _ntfy_size, NTFY_BYTES)


def _ntfy_size(body: _Body) -> int:
    return len(body["message"].encode("utf-8", "replace"))


def _ntfy_message(card: Card) -> _Body:
    # Its programs make an address clickable by themselves.
    lines = "\n".join(map(_line_with_address, _all_lines(card)))
    body: _Body = {
        "title": cut(card.title, _NTFY_TITLE),
        "message": lines or _cut_bytes(card.title, NTFY_BYTES),
        "priority": _PRIORITIES.get(card.tier, _NEUTRAL_PRIORITY),
    }
    return body | ({"click": card.url} if card.url else {})


def _line_with_address(line: CardLine) -> str:
    return f"{line.text} {line.url}" if line.url else line.text


def _text_of(line: CardLine) -> str:
    return line.text


def _cut_bytes(text: str, limit: int) -> str:
    # A letter that is cut in half is left out.
    return text.encode("utf-8", "replace")[:limit].decode("utf-8", "ignore")


def _matrix(card: Card, _url: str) -> _Body:
    return _fit(card, _matrix_text, _bytes, MATRIX_BODY_BYTES)


def _matrix_text(card: Card) -> _Body:
    short = cut(card.title, LONG_TITLE)
    shown = list(_all_lines(card))
    # Clients without HTML show this one.
    text = "\n".join([short, *map(_text_of, shown), card.url]).strip()
    title = escape(short)
    head = f'<a href="{escape(card.url)}">{title}</a>' if card.url else title
    lines = "".join(map(_matrix_line, shown))
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
