"""Turns payloads into messages that every channel can take: a webhook event, a subject, plain text,
HTML, mail headers.

The same payload, id and time always give the same message, so that a repeat after a crash is
recognisably the same."""

from __future__ import annotations

from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from functools import cache
from typing import TYPE_CHECKING, Any

from monitor.alerts.actions.signed import NO_LINKS, Act, MailLinks
from monitor.alerts.events import alert_event, digest_event, notice_event
from monitor.alerts.headers import header_text, make_list_id, make_message_id
from monitor.alerts.payload import (
    AlertPayload,
    CasePart,
    DigestPayload,
    EventType,
    NoticePayload,
)
from monitor.alerts.views.digest import (
    count_tiers,
    digest_order,
    heading_of,
    make_digest_view,
)
from monitor.alerts.views.mail import MAX_SENTENCES, make_view
from monitor.alerts.views.wording import lead_of
from monitor.dates.printing import print_moment
from monitor.model import Message
from monitor.text import cut, one_line

if TYPE_CHECKING:
    from jinja2 import Environment

MAX_LEAD = 80  # characters of the first new sentence in a subject
MAX_TOP = 70  # characters of the top development in the subject of a digest
# Alerts of a digest that a mail shows at most, fewer where it would be longer than
# `MAX_MAIL_BYTES`; the subject counts all.
MAX_DIGEST_ITEMS = 50
# Of both texts of a mail as they are sent. Mail programs cut what is much longer.
MAX_MAIL_BYTES = 27_500

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
        accent: 1 to 3, how strongly its HTML stands out.
    """

    template: str
    context: Mapping[str, Any]
    type: EventType
    event: str
    subject: str
    case: CasePart | None = None
    thread: str = ""
    alert_id: str = ""
    accent: int = 0


def render_alert(  # noqa: PLR0913 (callers name them)
    payload: AlertPayload,
    *,
    id: str,  # noqa: A002 (the webhook's own word)
    now: datetime,
    timezone: tzinfo,
    sender: str,
    links: MailLinks = NO_LINKS,
) -> Message:
    """Renders one alert.

    Args:
        id: of the delivery; stable over retries.
        now: when it was sealed.
        timezone: in which times are shown.
        sender: mail address whose domain names the message.
        links: where its buttons lead.
    """
    story = payload.alert.thread_id or payload.development.story_id
    draft = _MailDraft(
        template="alert",
        context={},
        type=payload.type,
        event=alert_event(payload, now=now),
        subject=header_text(f"[{payload.case.title}] {_lead(payload)} ({_outlets(payload)})"),
        case=payload.case,
        thread=make_message_id(f"story-{story}", sender),
        alert_id=payload.alert.id,
        accent=payload.development.tier or 0,
    )

    def link(act: Act) -> str:
        return links.of_act(act, payload.alert.id, lead_of(payload), now)

    def show(limit: int) -> Message:
        view = make_view(payload, timezone, limit=limit, links=link, program=links.program)
        context = {
            "alert": view,
            "is_test": payload.alert.is_test,
            "timeline": links.of_case(payload.case.slug),
        }
        return _render(replace(draft, context=context), id, sender)

    return _fit(show, MAX_SENTENCES)


def render_digest(  # noqa: PLR0913 (callers name them)
    payload: DigestPayload,
    *,
    id: str,  # noqa: A002 (the webhook's own word)
    now: datetime,
    timezone: tzinfo,
    sender: str,
    links: MailLinks = NO_LINKS,
) -> Message:
    """Renders several alerts as one message; arguments as in `render_alert`."""
    place = payload.case.title if payload.case else "monitor"
    draft = _MailDraft(
        template="digest",
        context={},
        type=payload.type,
        event=digest_event(payload, id=id, now=now),
        subject=header_text(f"[{place}] {_digest_subject(payload)}"),
        case=payload.case,
        accent=_top_tier(payload),
    )

    timeline = links.of_case(payload.case.slug) if payload.case else ""

    def show(limit: int) -> Message:
        view = make_digest_view(payload, timezone, limit=limit, links=links, now=now)
        return _render(replace(draft, context={"digest": view, "timeline": timeline}), id, sender)

    return _fit(show, min(MAX_DIGEST_ITEMS, len(payload.items)))


def _fit(show: Callable[[int], Message], limit: int) -> Message:
    """Returns a message that is not too long, with as much as fits: what a mail program cuts off
    nobody reads.

    Args:
        show: makes it with so many parts; it counts the rest.
        limit: parts at most.
    """
    message = show(limit)
    while limit and (weight := weigh(message)) > MAX_MAIL_BYTES:
        limit = min(limit - 1, limit * MAX_MAIL_BYTES // weight)
        message = show(limit)
    return message


def weigh(message: Message) -> int:
    """Returns how many bytes the texts of a message are at most in a mail."""
    # Both: whoever shows one of them has loaded the other.
    return sum(map(_weigh_text, (message.text, message.html)))


def _weigh_text(text: str) -> int:
    # As the channel encodes it: in whichever of the two is shorter.
    content = text.encode("utf-8", "replace")
    return len(min(b2a_qp(content), encodebytes(content), key=len))


def _top_tier(payload: DigestPayload) -> int:
    return next((item.development.tier or 0 for item in digest_order(payload.items)), 0)


def _digest_subject(payload: DigestPayload) -> str:
    """Returns what a digest is, its top development, and how many there are of each kind."""
    counts = count_tiers(payload.items)
    items = digest_order(payload.items)
    if not items:
        return heading_of(payload)
    top = cut(one_line(lead_of(items[0])), MAX_TOP)
    return f"{heading_of(payload).partition(':')[0]}: {top} ({counts})"


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
    # The summary is a sentence without its dateline, which would take the place of the news.
    if text.endswith(payload.development.summary_sentence):
        text = payload.development.summary_sentence or text
    if not text and payload.changed_claims:
        text = payload.changed_claims[0].after
        verb = "Changed" if verb == "New" else verb
    text = text or payload.development.summary_sentence or payload.article.title
    return f"{verb}: {cut(one_line(text), MAX_LEAD)}"


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
        html=_inline(rich.render(draft.context, subject=draft.subject, accent=draft.accent)),
        headers=tuple(_headers(draft, id_, sender)),
    )


def _inline(page: str) -> str:
    """Returns a page with its style in its elements: many mail programs leave out what stands in
    the head. What depends on the screen can only stand there, and stays.
    """
    from css_inline import CSSInliner

    inliner = CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
    # A lone surrogate cannot be sent.
    return inliner.inline(page.encode("utf-8", "replace").decode()).strip() + "\n"


@cache
def _environment(*, is_html: bool) -> Environment:
    # Loaded here: most commands render nothing.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    # Escaping is on for every HTML template by its environment: by file name, `.html.j2` would not
    # be recognised.
    return Environment(
        loader=PackageLoader("monitor.alerts"),
        autoescape=is_html,  # noqa: S701  (off for plain text only)
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
