"""Turns payloads into messages that every channel can take: a webhook event, a subject, plain text,
HTML, mail headers.

The same payload, id and time always give the same message, so that a repeat after a crash is
recognisably the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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

# What a subject begins with; all other alerts are new.
_VERBS = {
    EventType.REVISION_DETECTED: "Edited",
    EventType.ARTICLE_REMOVED: "Removed",
    EventType.DEVELOPMENT_UPDATED: "Update",
}


@dataclass(frozen=True, slots=True)
class _MailDraft:
    """What a message is made of.

    Attributes:
        template: the name of its templates, without endings.
        context: the values that they show.
        event: the webhook's body.
        case: the case that it belongs to, None when it is none or several.
        thread: the Message-ID of what it answers, empty for none.
    """

    template: str
    context: Mapping[str, Any]
    type: EventType
    event: str
    subject: str
    case: CasePart | None = None
    thread: str = ""
    alert_id: str = ""


def render_alert(
    payload: AlertPayload,
    *,
    id: str,  # noqa: A002 (the webhook's own word)
    now: datetime,
    timezone: tzinfo,
    sender: str,
) -> Message:
    """Renders one alert.

    Args:
        id: of the delivery; stable over retries.
        now: when it was sealed.
        timezone: in which times are shown.
        sender: mail address whose domain names the message.
    """
    story = payload.alert.thread_id or payload.development.story_id
    draft = _MailDraft(
        template="alert",
        context={"alert": make_view(payload, timezone), "is_test": payload.alert.is_test},
        type=payload.type,
        event=alert_event(payload, now=now),
        subject=header_text(f"[{payload.case.title}] {_lead(payload)} ({_outlets(payload)})"),
        case=payload.case,
        thread=make_message_id(f"story-{story}", sender),
        alert_id=payload.alert.id,
    )
    return _render(draft, id, sender)


def render_digest(
    payload: DigestPayload,
    *,
    id: str,  # noqa: A002 (the webhook's own word)
    now: datetime,
    timezone: tzinfo,
    sender: str,
) -> Message:
    """Renders several alerts as one message; arguments as in `render_alert`."""
    title = _describe_digest(payload)
    place = payload.case.title if payload.case else "monitor"
    draft = _MailDraft(
        template="digest",
        context=_digest_context(payload, title, timezone),
        type=payload.type,
        event=digest_event(payload, id=id, now=now),
        subject=header_text(f"[{place}] {title}"),
        case=payload.case,
    )
    return _render(draft, id, sender)


def _digest_context(payload: DigestPayload, title: str, timezone: tzinfo) -> Mapping[str, Any]:
    shown = payload.items[:MAX_DIGEST_ITEMS]
    case = payload.case
    return {
        "alerts": [make_view(item, timezone) for item in shown],
        "heading": f"{one_line(case.title, limit=200) if case else 'All cases'}: {title}",
        "note": one_line(case.note, limit=2_000) if case else "",
        "is_mixed": case is None,
        "is_roll_up": payload.kind == DigestKind.ROLL_UP,
        "more": len(payload.items) - len(shown),
    }


def _describe_digest(payload: DigestPayload) -> str:
    count = len(payload.items)
    noun = "development" if count == 1 else "developments"
    match DigestKind(payload.kind):
        case DigestKind.DIGEST:
            return f"Digest: {count} {noun}"
        case DigestKind.ROLL_UP:
            return f"{count} more {noun}"
        case DigestKind.FIRST_RUN:
            return f"First look: {count} {noun}"


def render_notice(
    payload: NoticePayload,
    *,
    id: str,  # noqa: A002 (the webhook's own word)
    now: datetime,
    timezone: tzinfo,
    sender: str,
) -> Message:
    """Renders news about the monitor itself; arguments as in `render_alert`."""
    context = {
        "title": one_line(payload.title, limit=300),
        "lines": [one_line(line, limit=2_000) for line in payload.lines],
        "at": print_moment(now, timezone),
    }
    event = notice_event(payload, id=id, now=now)
    subject = header_text(f"[monitor] {payload.title}")
    return _render(_MailDraft("notice", context, payload.type, event, subject), id, sender)


def render_test(
    *,
    channel: str,
    id: str,  # noqa: A002 (the webhook's own word)
    now: datetime,
    timezone: tzinfo,
    sender: str,
) -> Message:
    """Renders the message that shows that a channel works; arguments as in `render_alert`."""
    payload = _make_test(channel)
    return render_notice(payload, id=id, now=now, timezone=timezone, sender=sender)


def _make_test(channel: str) -> NoticePayload:
    lines = ("This is a test. Alerts of your cases will come this way.", f"Channel: {channel}")
    title = f"Test of channel {channel}"
    return NoticePayload(EventType.TEST, title, lines, {"channel": channel})


def _lead(payload: AlertPayload) -> str:
    """Returns what a subject says: the kind of news and the first new sentence, cut."""
    verb = _VERBS.get(payload.type, "New")
    text = payload.new_sentences[0].text if payload.new_sentences else ""
    if not text and payload.changed_claims:
        text = payload.changed_claims[0].after
        verb = "Changed" if verb == "New" else verb
    text = text or payload.development.summary_sentence or payload.article.title
    return f"{verb}: {_cut(one_line(text), MAX_LEAD)}"


def _cut(text: str, limit: int) -> str:
    """Cuts a text between words, with an ellipsis."""
    if len(text) <= limit:
        return text
    short = text[: limit - 1]
    # A text without blanks, or with one right at its start, is cut within a word.
    if " " in short[limit // 2 :]:
        short = short[: short.rfind(" ")]
    return short.rstrip(" ,;:.") + "…"


def _outlets(payload: AlertPayload) -> str:
    # A subject is read on a telephone: one name, and how many more.
    others = payload.carriers.outlets - 1
    return one_line(payload.article.outlet, limit=40) + (f" +{others}" if others > 0 else "")


def _headers(draft: _MailDraft, id_: str, sender: str) -> Iterator[tuple[str, str]]:
    yield "Message-ID", make_message_id(id_, sender)
    yield "Auto-Submitted", "auto-generated"  # keeps absence notices from answering (RFC 3834)
    if draft.case:
        yield "List-Id", make_list_id(draft.case.slug, draft.case.title, sender)
        yield "X-Monitor-Case", header_text(draft.case.slug)
    # No mail has this id; mail programs gather all that answer it into one thread.
    if draft.thread:
        yield "In-Reply-To", draft.thread
        yield "References", draft.thread
    if draft.alert_id:
        yield "X-Monitor-Alert", header_text(draft.alert_id)


def _render(draft: _MailDraft, id_: str, sender: str) -> Message:
    plain = _environment(is_html=False).get_template(f"{draft.template}.txt.j2")
    rich = _environment(is_html=True).get_template(f"{draft.template}.html.j2")
    return Message(
        id=id_,
        type=str(draft.type),
        event=draft.event,
        subject=draft.subject,
        text=plain.render(draft.context).strip() + "\n",
        html=rich.render(draft.context, subject=draft.subject).strip() + "\n",
        headers=tuple(_headers(draft, id_, sender)),
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
