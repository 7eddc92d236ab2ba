"""What a rehearsal works on: the texts that a case has judged, and all stored items with the text that is known of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from monitor.model import Likeness, Relation
from monitor.store.articles import newest_revisions
from monitor.store.tables import articles, case_articles, cases, entries, feeds, revisions


@dataclass(frozen=True, slots=True)
class JudgedText:
    """A text as it was judged for a case, and the verdict then."""

    sequence: int
    article_row: int
    id: str
    url: str
    title: str
    outlet: str
    text: str
    lang: str
    summary: str
    published_at: datetime | None
    found_at: datetime
    judged_at: datetime
    outcome: str
    score: float
    is_subject: bool
    is_baseline: bool
    likeness: Likeness | None


@dataclass(frozen=True, slots=True)
class StoredText:
    """A feed's item with the text of its article, where that was read."""

    entry_id: int
    article_row: int | None
    id: str
    url: str
    title: str
    summary: str
    text: str
    outlet: str
    feed: str
    lang: str
    at: datetime
    origin: str


def get_judged_texts(session: Session, slug: str, *, after: int, limit: int) -> list[JudgedText]:
    """Returns what a case has judged after a sequence, in the order in which it learned."""
    statement = (
        select(
            case_articles, articles, revisions.c.title.label("headline"), revisions.c.text, revisions.c.lang.label("text_lang")
        )
        .add_columns(case_articles.c.id.label("sequence"), articles.c.id.label("article_row"))
        .join(cases, cases.c.id == case_articles.c.case_id)
        .join(articles, articles.c.id == case_articles.c.article_id)
        .join(revisions, revisions.c.id == case_articles.c.revision_id)
        .where(cases.c.slug == slug, case_articles.c.id > after)
        .order_by(case_articles.c.id)
        .limit(limit)
    )
    return [_judged(row) for row in session.execute(statement)]


def _judged(row: Any) -> JudgedText:
    likeness = None
    if row.nearest_article_id is not None:
        likeness = Likeness(row.nearest_article_id, Relation(row.relation), row.new_in_old, row.old_in_new)
    return JudgedText(
        sequence=row.sequence,
        article_row=row.article_row,
        id=row.uid,
        url=row.url,
        title=row.headline,
        outlet=row.outlet,
        text=row.text,
        lang=row.text_lang,
        summary=row.summary,
        published_at=row.published_at,
        found_at=row.found_at,
        judged_at=row.judged_at,
        outcome="baseline" if row.is_baseline else row.outcome,
        score=row.score,
        is_subject=row.is_subject,
        is_baseline=row.is_baseline,
        likeness=likeness,
    )


def get_stored_texts(session: Session, *, since: datetime, after: int, limit: int) -> list[StoredText]:
    """Returns stored items seen since a time, by rising id, each with its article's newest text where one was read."""
    newest = newest_revisions()
    statement = (
        select(
            entries,
            articles.c.id.label("article_row"),
            articles.c.uid,
            articles.c.outlet,
            articles.c.origin,
            revisions.c.text,
            revisions.c.lang.label("text_lang"),
            feeds.c.title.label("feed_title"),
            feeds.c.url.label("feed_url"),
        )
        .join(feeds, feeds.c.id == entries.c.feed_id)
        .outerjoin(articles, articles.c.id == entries.c.article_id)
        .outerjoin(newest, newest.c.article_id == articles.c.id)
        .outerjoin(revisions, (revisions.c.article_id == articles.c.id) & (revisions.c.number == newest.c.number))
        .where(entries.c.seen_at >= since, entries.c.id > after)
        .order_by(entries.c.id)
        .limit(limit)
    )
    return [_stored(row) for row in session.execute(statement)]


def _stored(row: Any) -> StoredText:
    feed = row.feed_title or row.feed_url
    return StoredText(
        entry_id=row.id,
        article_row=row.article_row,
        id=row.uid or "",
        url=row.url or "",
        title=row.title,
        summary=row.summary,
        text=row.text or "",
        outlet=row.outlet or feed,
        feed=feed,
        lang=row.text_lang or row.lang or "",
        at=row.published_at or row.seen_at,
        origin=row.origin or "feed",
    )
