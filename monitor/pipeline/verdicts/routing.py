"""Routing: which channels get an alert, and which hear of edits.

Edits are for programs. A webhook gets an event for what changed the substance of an article or took
it away; people are mailed about developments only, and a development is an alert, never an edit as
well."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from monitor.alerts.plan import NOW
from monitor.matching import compile_query
from monitor.model import Fields, Outcome, Sentence
from monitor.novelty import Change, Revised, compare_revisions
from monitor.pipeline.context import WatchedCase
from monitor.settings import AlertRule, Settings
from monitor.store.articles import RevisionKey, make_uid
from monitor.store.cases import get_sentences
from monitor.store.outbox import SealedDelivery, insert_edit_delivery
from monitor.store.pages import insert_revision_edit, touch_page
from monitor.store.silences import get_reports
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


@dataclass(frozen=True, slots=True)
class News:
    """What channels choose by: the tier, the language, and what a query sees of the report; None
    and empty where nobody knows.
    """

    tier: int | None = None
    lang: str = ""
    fields: Fields | None = None


ANY_NEWS = News()


def told_news(session: Session, development_id: int) -> News:
    """Returns what channels choose a stored development by."""
    # Its first report: who carries it later changes neither tier nor language.
    (report,) = get_reports(session, [development_id])
    return News(report.tier, report.fields.lang, report.fields)


def outcome_targets(
    settings: Settings, case: WatchedCase, outcome: Outcome, now: datetime, news: News = ANY_NEWS
) -> list[AlertTarget]:
    """Returns the channels that a verdict goes to: an alert to all of the case that want it, but
    those that wait for a further newsroom; what is not enough for one to those that get digests,
    which may be a digest of what was held back.
    """
    if outcome is Outcome.SILENT:
        return []
    targets = alert_targets(settings, case, now, news)
    if outcome is Outcome.ALERT:
        at_once = [target for target in targets if target.sources == 1]
        waiting = [rule for rule in _wanted(case, news) if rule.sources > 1 and rule.held]
        return _once(at_once + _held_targets(settings, case, waiting, now))
    # In doubt about what it is, too: where nobody who asks for its kind gets a digest, all do.
    return _doubt_targets(settings, case, now, news) or _doubt_targets(
        settings, case, now, ANY_NEWS
    )


def _doubt_targets(
    settings: Settings, case: WatchedCase, now: datetime, news: News
) -> list[AlertTarget]:
    """Returns the channels that get a digest of what is in doubt."""
    targets = alert_targets(settings, case, now, news)
    # Who wants to be disturbed at once wants to be sure that it is worth it.
    digests = [target for target in targets if target.cadence != NOW and target.sources == 1]
    return _once(digests + _held_targets(settings, case, _wanted(case, news), now))


def _wanted(case: WatchedCase, news: News) -> list[AlertRule]:
    return [rule for rule in case.settings.rules if rule.wants(news.tier, news.lang)]


def _once(targets: Iterable[AlertTarget]) -> list[AlertTarget]:
    """Returns each channel once, with the target that is due first."""
    first: dict[str, AlertTarget] = {}
    for target in sorted(targets, key=lambda one: one.due_at):
        first.setdefault(target.channel, target)
    return list(first.values())


def _held_targets(
    settings: Settings, case: WatchedCase, rules: Iterable[AlertRule], now: datetime
) -> list[AlertTarget]:
    """Returns the channels that get a digest of what was held back, with the time it is due."""
    targets = []
    for rule in rules:
        held = case.settings.held_digest(rule)
        if held is not None:
            due_at = held.next_after(now, case.settings.zone(settings.timezone))
            targets.append(AlertTarget(rule.channel, str(held), due_at))
    return targets


def corroborated_targets(
    settings: Settings, case: WatchedCase, newsrooms: int, now: datetime, news: News = ANY_NEWS
) -> list[AlertTarget]:
    """Returns the channels that wait for more than one newsroom, and not for more than there are.

    Args:
        newsrooms: how many have the development.
    """
    targets = alert_targets(settings, case, now, news)
    return [target for target in targets if 1 < target.sources <= newsrooms]


def alert_targets(
    settings: Settings, case: WatchedCase, now: datetime, news: News = ANY_NEWS
) -> list[AlertTarget]:
    """Returns the channels that an alert of the case goes to, with the time each is due; without
    any in the config, the console gets it.
    """
    if not case.settings.alerts:
        return [AlertTarget("console", NOW, now)]
    return [_Routed(settings, case, rule).target(news, now) for rule in _wanted(case, news)]


@dataclass(frozen=True, slots=True)
class _Routed:
    """A rule of a case, by which an alert is routed."""

    settings: Settings
    case: WatchedCase
    rule: AlertRule

    @property
    def zone(self) -> ZoneInfo:
        return self.case.settings.zone(self.settings.timezone)

    def target(self, news: News, now: datetime) -> AlertTarget:
        """Returns the channel of the rule, with the time that the alert is due."""
        rule = self.rule
        if rule.when.is_now:
            due_at = self._after_quiet(news, now + self.settings.alerts.group_wait)
            return AlertTarget(rule.channel, NOW, due_at, rule.sources)
        # A digest comes once a day: it tells what one newsroom has, too, and says so.
        return AlertTarget(rule.channel, str(rule.when), rule.when.next_after(now, self.zone))

    def _after_quiet(self, news: News, due_at: datetime) -> datetime:
        """Returns when the channel may be disturbed: at once for what is urgent."""
        end = self.rule.quiet.end_after(due_at, self.zone) if self.rule.quiet else None
        return due_at if end is None or _is_urgent(self.rule, news, due_at) else end


def _is_urgent(rule: AlertRule, news: News, now: datetime) -> bool:
    # Of what nobody can read nobody can say that it is urgent.
    if not rule.urgent or news.fields is None:
        return False
    return compile_query(rule.urgent).match(news.fields, now=now) is not None


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
    of it.
    """
    for recipient in recipients:
        for target in alert_targets(settings, recipient.case, now):
            if target.channel not in recipient.informed and _is_webhook(settings, target.channel):
                address = settings.address_of(target.channel)
                _seal_edit(session, edit_id, recipient.case.id, Addressed(target, address), now)


def _is_webhook(settings: Settings, name: str) -> bool:
    channel = settings.channels.get(name)
    return channel is not None and channel.type == WEBHOOK


@dataclass(frozen=True, slots=True)
class Addressed:
    """A channel that an event goes to, with where it leads."""

    target: AlertTarget
    address: str


def _seal_edit(
    session: Session, edit_id: int, case_id: int, addressed: Addressed, now: datetime
) -> None:
    payload, target = get_edit_payload(session, edit_id, case_id), addressed.target
    uid = make_uid("delivery", target.channel, addressed.address, payload.alert.id)
    sealed = SealedDelivery(uid, target.channel, "alert", case_id, payload.to_json(), ())
    # Developments are collected for a while; events on edits are not, so they do not wait.
    due_at = now if target.cadence == NOW else target.due_at
    insert_edit_delivery(session, sealed, now=now, due_at=due_at)
