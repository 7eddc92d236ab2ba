"""Edits: what an outlet changed in its own article, stored, and told to programs.

Edits are for programs. A webhook gets an event for what changed the substance of an article or took
it away; people are mailed about developments only, and a development is an alert, never an edit as
well. What holds for the alerts of a channel (quiet hours, languages, silences) holds for edits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from monitor.alerts.payload import AlertPayload
from monitor.alerts.silences import Report, find_silence
from monitor.matching import Folded
from monitor.model import NOW, Sentence
from monitor.novelty import Change, Revised, compare_revisions
from monitor.pipeline.context import WatchedCase
from monitor.pipeline.sealing.channel_rules import ANY_NEWS, News, quiet_until
from monitor.pipeline.verdicts.routing import alert_targets
from monitor.settings import Settings
from monitor.store.articles import RevisionKey, make_uid
from monitor.store.cases import get_sentences
from monitor.store.outbox import SealedDelivery, insert_edit_delivery
from monitor.store.pages import insert_revision_edit, touch_page
from monitor.store.silences import get_edited, get_silences
from monitor.store.verdicts import AlertTarget
from monitor.store.views.payloads import get_edit_payload

WEBHOOK = "webhook"
# Edits that change what an article says, or take it away.
ROUTED_EDITS = frozenset({Change.SUBSTANTIVE, Change.CORRECTION, Change.REMOVED})


@dataclass(frozen=True, slots=True)
class EditRecipient:
    """A case that is to hear of an edit.

    Attributes:
        informed: channels that get a development of it already.
    """

    case: WatchedCase
    informed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRevision:
    """A revision that was stored, beside the one that it followed.

    Attributes:
        before_id: the revision that it followed.
        sentences: its own, the headline among them.
        is_live: its page is a live blog, which grows without being corrected.
    """

    key: RevisionKey
    before_id: int
    sentences: Sequence[Sentence]
    is_live: bool


def note_revision(
    session: Session,
    settings: Settings,
    revision: NewRevision,
    recipients: Sequence[EditRecipient],
    now: datetime,
) -> Change:
    """Stores the class of a new revision and routes it where it is of substance; returns the class.

    Args:
        recipients: cases that are to hear of it.
    """
    revised = _compare(session, revision)
    edit_id = insert_revision_edit(session, revision.key, revised, at=now)
    touch_page(session, revision.key.article_id, now=now)
    # A comma or a longer text is kept for `trace` and nothing more.
    if revised.change in ROUTED_EDITS:
        route_edit(session, settings, edit_id, recipients, now)
    return revised.change


def _compare(session: Session, revision: NewRevision) -> Revised:
    before = get_sentences(session, [revision.before_id]).get(revision.before_id, [])
    return compare_revisions(
        before,
        revision.sentences,
        article_id=revision.key.article_id,
        is_live=revision.is_live,
    )


def route_edit(
    session: Session,
    settings: Settings,
    edit_id: int,
    recipients: Sequence[EditRecipient],
    now: datetime,
) -> None:
    """Seals an event on an edit for every webhook of each case, but those that have a development
    of it; not for what a silence keeps.
    """
    for recipient in recipients:
        case = recipient.case
        if not _edit_targets(settings, recipient, ANY_NEWS, now):
            continue
        payload = get_edit_payload(session, edit_id, case.id)
        text = get_edited(session, edit_id)
        report = Report(case.id, payload.alert.thread_id, text.names, Folded.of(text.fields))
        if find_silence(get_silences(session), report, now) is not None:
            continue
        # An edit has no tier: nobody judged it.
        news = News(lang=text.fields.lang, fields=text.fields)
        for target in _edit_targets(settings, recipient, news, now):
            quiet = quiet_until(settings, case, target.channel, news, now)
            # Developments are collected for a while; events on edits are not, so they do not wait.
            due_at = quiet or (now if target.cadence == NOW else target.due_at)
            address = settings.address_of(target.channel)
            _seal_edit(session, payload, case.id, Addressed(target.channel, address), now, due_at)


def _edit_targets(
    settings: Settings, recipient: EditRecipient, news: News, now: datetime
) -> list[AlertTarget]:
    """Returns the webhooks that are to hear of an edit."""
    return [
        target
        for target in alert_targets(settings, recipient.case, now, news)
        if target.channel not in recipient.informed and _is_webhook(settings, target.channel)
    ]


def _is_webhook(settings: Settings, name: str) -> bool:
    channel = settings.channels.get(name)
    return channel is not None and channel.type == WEBHOOK


@dataclass(frozen=True, slots=True)
class Addressed:
    """A channel that an event goes to, with where it leads."""

    channel: str
    address: str


def _seal_edit(  # noqa: PLR0913 (told apart by their types)
    session: Session,
    payload: AlertPayload,
    case_id: int,
    addressed: Addressed,
    now: datetime,
    due_at: datetime,
) -> None:
    channel = addressed.channel
    uid = make_uid("delivery", channel, addressed.address, payload.alert.id)
    sealed = SealedDelivery(uid, channel, "alert", case_id, payload.to_json(), ())
    insert_edit_delivery(session, sealed, now=now, due_at=due_at)
