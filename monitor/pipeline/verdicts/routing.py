"""Who is told: the channels of an alert, and those that hear of edits.

Edits are for programs. A webhook gets an event for what changed the substance of an article or took
it away; people are mailed about developments only, and a development is told as one, never as an
edit besides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from monitor.alerts.plan import NOW
from monitor.model import Outcome, Sentence
from monitor.novelty import Change, compare_revisions
from monitor.pipeline.context import Context, WatchedCase
from monitor.store.articles import make_uid
from monitor.store.cases import get_sentences
from monitor.store.outbox import SealedDelivery, insert_edit_delivery
from monitor.store.pages import insert_revision_edit, touch_page
from monitor.store.verdicts import AlertTarget
from monitor.store.views.payloads import get_edit_payload

# A case that is to hear of an edit, with the channels that get a development of it already.
Untold = tuple[WatchedCase, frozenset[str]]
WEBHOOK = "webhook"
TOLD = frozenset({Change.SUBSTANTIVE, Change.CORRECTION, Change.REMOVED})


def outcome_targets(
    ctx: Context, case: WatchedCase, outcome: Outcome, now: datetime
) -> list[AlertTarget]:
    """Returns the channels that are told: of an alert all of the case, of what goes to the digest
    those that get digests.
    """
    if outcome is Outcome.SILENT:
        return []
    targets = alert_targets(ctx, case, now)
    return (
        targets
        if outcome is Outcome.ALERT
        else [target for target in targets if target.cadence != NOW]
    )


def alert_targets(ctx: Context, case: WatchedCase, now: datetime) -> list[AlertTarget]:
    """Returns the channels that an alert of the case goes to, with the time each is due; without
    any, the console gets it.
    """
    if not case.settings.alerts:
        return [AlertTarget("console", NOW, now)]
    targets: dict[str, AlertTarget] = {}
    for rule in case.settings.alerts:
        is_now = rule.when.is_now
        due_at = (
            now + ctx.settings.alerts.group_wait
            if is_now
            else rule.when.next_after(now, ctx.settings.timezone)
        )
        targets.setdefault(rule.channel, AlertTarget(rule.channel, str(rule.when), due_at))
    return list(targets.values())


def note_revision(
    session: Session,
    ctx: Context,
    article_id: int,
    revision_id: int,
    after: Sequence[Sentence],
    *,
    before_id: int,
    told: Sequence[Untold],
    is_live: bool,
    now: datetime,
) -> Change:
    """Stores the class of a new revision and tells of it where it is of substance; returns the
    class.

    Args:
        after: the sentences of the revision, the headline among them.
        before_id: the revision that it followed.
        told: cases that are to hear of it, each with the channels that get a development of it
            already.
    """
    before = get_sentences(session, [before_id]).get(before_id, [])
    revised = compare_revisions(before, after, article_id=article_id, is_live=is_live)
    edit_id = insert_revision_edit(session, article_id, revision_id, revised, at=now)
    touch_page(session, article_id, now=now)
    if revised.change in TOLD:
        tell_edit(session, ctx, edit_id, told, now)
    return revised.change


def tell_edit(
    session: Session, ctx: Context, edit_id: int, told: Sequence[Untold], now: datetime
) -> None:
    """Seals an event on an edit for every webhook of each case, but those that have a development
    of it.
    """
    for case, channels in told:
        for target in alert_targets(ctx, case, now):
            channel = ctx.settings.channels.get(target.channel)
            if channel is None or channel.type != WEBHOOK or target.channel in channels:
                continue
            payload = get_edit_payload(session, edit_id, case.id)
            uid = make_uid("delivery", target.channel, payload.alert.id)
            due_at = now if target.cadence == NOW else target.due_at
            sealed = SealedDelivery(uid, target.channel, "alert", case.id, payload.to_json(), ())
            insert_edit_delivery(session, sealed, now=now, due_at=due_at)
