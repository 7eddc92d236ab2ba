"""Turns payloads into messages that every channel can take: a webhook event, a subject, plain text,
HTML, mail headers.

The same payload, id and time always give the same message, so that a repeat after a crash is
recognisably the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from monitor.alerts.events import alert_event, digest_event, notice_event
from monitor.alerts.headers import header_text, make_list_id, make_message_id
from monitor.alerts.payload import (
    AlertPayload,
    CasePart,
    DigestKind,
    DigestPayload,
    EventType,
    NoticePayload,
)
from monitor.alerts.views import make_view, print_moment
from monitor.model import Message
from monitor.text import one_line

MAX_LEAD = 80  # characters of the first new sentence in a subject
MAX_DIGEST_ITEMS = 50  # shown in a mail; the subject counts all

_VERBS = {
    EventType.REVISION_DETECTED: "Edited",
    EventType.ARTICLE_REMOVED: "Removed",
    EventType.DEVELOPMENT_UPDATED: "Update",
}


def render_alert(
    payload: AlertPayload, *, id: str, now: datetime, timezone: tzinfo, sender: str
) -> Message:  # noqa: A002
    """Renders one alert.

    Args:
        id: of the delivery; stable over retries.
        now: when it was sealed.
        timezone: in which times are shown.
        sender: mail address whose domain names the message.
    """
    view = make_view(payload, timezone)
    subject = header_text(f"[{payload.case.title}] {_lead(payload)} ({_outlets(payload)})")
    thread = make_message_id(
        f"story-{payload.alert.thread_id or payload.development.story_id}", sender
    )
    headers = (
        *_headers(id, sender, payload.case),
        ("In-Reply-To", thread),
        ("References", thread),
        ("X-Monitor-Alert", header_text(payload.alert.id)),
    )
    context = {"alert": view, "is_test": payload.alert.is_test}
    return _message(
        "alert", context, id, payload.type, alert_event(payload, now=now), subject, headers
    )


def render_digest(
    payload: DigestPayload, *, id: str, now: datetime, timezone: tzinfo, sender: str
) -> Message:  # noqa: A002
    """Renders several alerts as one message; arguments as in `render_alert`."""
    count = len(payload.items)
    noun = "development" if count == 1 else "developments"
    reason = {
        DigestKind.DIGEST: f"Digest: {count} {noun}",
        DigestKind.ROLL_UP: f"{count} more {noun}",
        DigestKind.FIRST_RUN: f"First look: {count} {noun}",
    }[DigestKind(payload.kind)]
    subject = header_text(f"[{payload.case.title if payload.case else 'monitor'}] {reason}")
    views = [make_view(item, timezone) for item in payload.items[:MAX_DIGEST_ITEMS]]
    context = {
        "alerts": views,
        "heading": f"{one_line(payload.case.title, limit=200) if payload.case else 'All cases'}: {reason}",
        "note": one_line(payload.case.note, limit=2_000) if payload.case else "",
        "is_mixed": payload.case is None,
        "is_roll_up": payload.kind == DigestKind.ROLL_UP,
        "more": count - len(views),
    }
    event = digest_event(payload, id=id, now=now)
    return _message(
        "digest", context, id, payload.type, event, subject, _headers(id, sender, payload.case)
    )


def render_notice(
    payload: NoticePayload, *, id: str, now: datetime, timezone: tzinfo, sender: str
) -> Message:  # noqa: A002
    """Renders news about the monitor itself; arguments as in `render_alert`."""
    context = {
        "title": one_line(payload.title, limit=300),
        "lines": [one_line(line, limit=2_000) for line in payload.lines],
        "at": print_moment(now, timezone),
    }
    event = notice_event(payload, id=id, now=now)
    subject = header_text(f"[monitor] {payload.title}")
    return _message("notice", context, id, payload.type, event, subject, _headers(id, sender, None))


def render_test(*, channel: str, id: str, now: datetime, timezone: tzinfo, sender: str) -> Message:  # noqa: A002
    """Renders the message that shows that a channel works; arguments as in `render_alert`."""
    lines = ("This is a test. Alerts of your cases will come this way.", f"Channel: {channel}")
    payload = NoticePayload(
        EventType.TEST, f"Test of channel {channel}", lines, {"channel": channel}
    )
    return render_notice(payload, id=id, now=now, timezone=timezone, sender=sender)


def _lead(payload: AlertPayload) -> str:
    """Returns what a subject says: the kind of news and the first new sentence, cut."""
    verb = _VERBS.get(payload.type, "New")
    text = payload.new_sentences[0].text if payload.new_sentences else ""
    if not text and payload.changed_claims:
        text = payload.changed_claims[0].after
        verb = "Changed" if verb == "New" else verb
    return f"{verb}: {_cut(one_line(text or payload.development.summary_sentence or payload.article.title), MAX_LEAD)}"


def _cut(text: str, limit: int) -> str:
    """Cuts a text between words, with an ellipsis."""
    if len(text) <= limit:
        return text
    short = text[: limit - 1]
    return (short[: short.rfind(" ")] if " " in short[limit // 2 :] else short).rstrip(
        " ,;:."
    ) + "…"


def _outlets(payload: AlertPayload) -> str:
    others = payload.carriers.outlets - 1
    return one_line(payload.article.outlet, limit=40) + (f" +{others}" if others > 0 else "")


def _headers(id_: str, sender: str, case: CasePart | None) -> tuple[tuple[str, str], ...]:
    about = (
        (
            ("List-Id", make_list_id(case.slug, case.title, sender)),
            ("X-Monitor-Case", header_text(case.slug)),
        )
        if case
        else ()
    )
    return (
        ("Message-ID", make_message_id(id_, sender)),
        ("Auto-Submitted", "auto-generated"),
        *about,
    )


def _message(
    template: str,
    context: Mapping[str, Any],
    id_: str,
    type_: EventType,
    event: str,
    subject: str,
    headers: tuple[tuple[str, str], ...],
) -> Message:
    text = _environment(is_html=False).get_template(f"{template}.txt.j2").render(context)
    html = (
        _environment(is_html=True)
        .get_template(f"{template}.html.j2")
        .render(context, subject=subject)
    )
    return Message(
        id_, str(type_), event, subject, text.strip() + "\n", html.strip() + "\n", headers
    )


@cache
def _environment(*, is_html: bool) -> Environment:
    # Escaping is on for every HTML template by its environment: by file name, `.html.j2` would not
    # be recognised.
    return Environment(
        loader=PackageLoader("monitor.alerts"),
        autoescape=is_html,  # noqa: S701  (off for plain text only)
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
