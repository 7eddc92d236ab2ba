"""Articles as a case has judged them: what the views read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlmodel import Session

from monitor.model import FeedItem, NewSentence, Outcome, Reason, Verdict
from monitor.store.articles import RevisionKey
from monitor.store.cases import get_sentences
from monitor.store.entries import (
    CaseTerms,
    EntryResult,
    EntrySpec,
    claim_entries,
    finish_entry,
    insert_entries,
)
from monitor.store.feeds import FeedSpec, get_ids_by_url, sync_feeds
from monitor.store.outbox import SealedDelivery, get_open_alerts, seal_deliveries
from monitor.store.verdicts import (
    AlertTarget,
    Judged,
    insert_development,
    insert_story,
    insert_verdict,
)
from tests.store.rows import NOW, add_article, add_case, fetched, judged

HOUR = timedelta(hours=1)
TEXT = "The harbour master closed the old pier on Sunday.\n\nFerries leave from the north quay."
FIRST_SENTENCE = TEXT.split("\n")[0]
DESK = AlertTarget("desk", "now", NOW)
MAIL = AlertTarget("mail", "daily 08:00", NOW + HOUR)
FEED = "https://gazette.example/rss"
CODES = {Outcome.ALERT: "event", Outcome.DIGEST: "weak", Outcome.SILENT: "known"}


def verdict_of(session: Session, key: RevisionKey, outcome: Outcome) -> Verdict:
    """A verdict that holds the first sentence of the text for new unless it is silent."""
    first = get_sentences(session, [key.revision_id])[key.revision_id][1]
    new = NewSentence(first.text, first.index, first.key, None)
    news = () if outcome is Outcome.SILENT else (new,)
    return Verdict(outcome, 0.8, 0.5, (Reason(CODES[outcome], "why"),), news)


def judge(
    session: Session,
    number: int,
    *,
    slug: str = "harbour",
    outcome: Outcome = Outcome.SILENT,
    targets: Sequence[AlertTarget] = (),
    hours: int = 0,
    tier: int = 2,
    **article: object,
) -> RevisionKey:
    """Stores an article with its verdict, which alerts the targets; it came `hours` after NOW."""
    now = NOW + hours * HOUR
    read = fetched(number, TEXT, **{"published_at": now, **article})
    key = add_article(session, read)
    given = judged(add_case(session, slug), key, read, now=now)
    found = replace(verdict_of(session, key, outcome), tier=tier)
    record(session, given, found, targets)
    return key


def record(
    session: Session, given: Judged, verdict: Verdict, targets: Sequence[AlertTarget] = ()
) -> None:
    """Stores a verdict in a story of its own; with targets its development and alert, too."""
    story_id = insert_story(session, given.case_id, given.revision.article_id, given.now)
    stored = insert_verdict(session, given, verdict, story_id)
    if targets:
        insert_development(session, given, verdict, stored, targets)


def alert(session: Session, number: int, *targets: AlertTarget, **other: Any) -> RevisionKey:
    """Stores an article whose news alerts, by default the desk."""
    return judge(session, number, outcome=Outcome.ALERT, targets=targets or (DESK,), **other)


def seal(session: Session, channel: str, uid: str = "d1") -> None:
    """Seals all open alerts of a channel into one delivery."""
    waiting = get_open_alerts(session, NOW + 99 * HOUR)
    ids = tuple(one.alert_id for one in waiting if one.channel == channel)
    delivery = SealedDelivery(uid, channel, "alert", waiting[0].case_id, {"x": 1}, ids)
    seal_deliveries(session, [delivery], NOW)


def add_feed(session: Session, title: str = "Harbour Gazette") -> int:
    """Stores a feed; returns its row."""
    sync_feeds(session, [FeedSpec(FEED, title, (), None, False)], NOW)
    return get_ids_by_url(session, [FEED])[0]


def add_item(session: Session, number: int, *, article_id: int | None = None) -> None:
    """Stores an item of the feed that a case wants, read where an article is given."""
    feed_id = add_feed(session)
    item = FeedItem(f"k{number}", fetched(number, "").url, f"Item {number}", summary="A teaser")
    wanted = (CaseTerms(add_case(session), ()),)
    spec = EntrySpec(item, "h", item.url, wanted)
    insert_entries(session, feed_id, [spec], now=NOW, is_baseline=False)
    if article_id is not None:
        (entry,) = claim_entries(session, owner="w", now=NOW, limit=1)
        finish_entry(session, entry.id, "w", EntryResult("stored", article_id=article_id))
