"""What replays work on: the texts that a case has judged, and all stored items with the text
that is known of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import Session

from monitor.model import KnownArticle, Likeness, Relation
from monitor.novelty import ScoredArticle
from monitor.store.articles import is_newest_revision, stored_newsroom
from monitor.store.cases import get_known_articles
from monitor.store.feeds import FeedName
from monitor.store.schema.rows import as_value
from monitor.store.schema.tables import (
    articles,
    case_articles,
    cases,
    developments,
    entries,
    feeds,
    revisions,
)
from monitor.store.views.feedback import get_score, get_shift

# The outcome of an article in doubt that alerted late; no verdict is stored with it.
CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class StoredVerdict:
    """A verdict as it stands.

    Attributes:
        sequence: the order in which the case learned.
        outcome: "baseline", "silent", "digest", "alert", or "confirmed" for an article in doubt
            that alerted when another newsroom had the same.
    """

    sequence: int
    article_row: int
    id: str
    url: str
    title: str
    outlet: str
    published_at: datetime | None
    outcome: str
    score: float
    is_baseline: bool


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """How an article was read at one moment.

    Attributes:
        cases: slugs of the cases that it was read for.
    """

    title: str
    text: str
    outlet: str
    summary: str
    published_at: datetime
    cases: frozenset[str]


@dataclass(frozen=True, slots=True)
class PrunedText:
    """What is left of a text that was pruned: keys and facts of its sentences, and its score."""

    known: KnownArticle
    scored: ScoredArticle | None


@dataclass(frozen=True, slots=True)
class JudgedText:
    """A text as it was judged for a case, with all that the judge knew of it.

    Attributes:
        at: of the article as it is stored: what the case remembers of it.
        newsroom: whose text it is, by what is stored now.
        read: how it was read for this verdict.
        stored: how it was read when its text was stored; the same but where another case had stored
            the text before.
        shift: by how much feedback had moved the scores.
        pruned: what the case still knows of a text that was taken out and that nobody can judge any
            more; None where it is there.
    """

    verdict: StoredVerdict
    lang: str
    at: datetime
    found_at: datetime
    newsroom: str
    read: ReadArticle
    stored: ReadArticle
    judged_at: datetime
    is_subject: bool
    likeness: Likeness | None
    shift: float
    pruned: PrunedText | None


@dataclass(frozen=True, slots=True)
class StoredText:
    """A feed's item with the text of its article, where that was read.

    Attributes:
        key: the same for items that lead to one article.
        is_read: its article was read, if only in part; else `text` is the feed's own.
    """

    entry_id: int
    key: str
    url: str
    title: str
    summary: str
    text: str
    is_read: bool
    outlet: str
    feed: FeedName
    feed_takes_all: bool
    lang: str
    at: datetime


def get_judged_texts(session: Session, slug: str, *, after: int, limit: int) -> list[JudgedText]:
    """Returns what a case has judged after a sequence, in the order in which it learned."""
    chosen = _select_judged().where(cases.c.slug == slug, case_articles.c.id > after)
    rows = list(session.execute(chosen.limit(limit)))
    revision_texts = {row.revision_id: (row.headline, row.text) for row in rows}
    readings = _get_readings(session, revision_texts)
    pruned = _get_pruned(session, rows)
    return [_judged(row, readings, pruned.get(row.sequence)) for row in rows]


def _get_pruned(session: Session, rows: Sequence[Any]) -> dict[int, KnownArticle]:
    """Returns what the case knows of those texts that were pruned, by sequence."""
    found: dict[int, KnownArticle] = {}
    for row in rows:
        # Few are empty where nothing was ever pruned.
        if not row.text:
            known = get_known_articles(session, row.case_id, after=row.sequence - 1, limit=1)
            found.update((one.sequence, one) for one in filter(_is_pruned, known))
    return found


def _is_pruned(article: KnownArticle) -> bool:
    # Of a page that had nothing but a headline there are no sentences at all.
    sentences = article.sentences
    return bool(sentences) and not any(sentence.text for sentence in sentences)


def _select_judged() -> Select[Any]:
    """Selects verdicts with what was judged, in the order in which the cases learned."""
    return (
        select(case_articles, articles, *_JUDGED_COLUMNS)
        .join(cases, cases.c.id == case_articles.c.case_id)
        .join(articles, articles.c.id == case_articles.c.article_id)
        .join(revisions, revisions.c.id == case_articles.c.revision_id)
        # Most verdicts bring none.
        .outerjoin(developments, developments.c.case_article_id == case_articles.c.id)
        .order_by(case_articles.c.id)
    )


# What a verdict from before readings were kept falls back to.
_READ_COLUMNS = (
    articles.c.outlet,
    articles.c.summary,
    articles.c.published_at,
    articles.c.found_at,
)
# Columns that are named alike in several of the joined tables.
_JUDGED_COLUMNS = (
    case_articles.c.id.label("sequence"),
    articles.c.id.label("article_row"),
    revisions.c.title.label("headline"),
    revisions.c.text,
    revisions.c.lang.label("text_lang"),
    revisions.c.fetched_at,
    developments.c.is_confirmed,
)


def _get_readings(
    session: Session, revision_texts: Mapping[int, tuple[str, str]]
) -> dict[tuple[int, datetime], ReadArticle]:
    """Returns how revisions were read, by revision and moment: one reading serves all cases that it
    was judged for.

    Args:
        revision_texts: headline and text of each revision.
    """
    readings: dict[tuple[int, datetime], ReadArticle] = {}
    # All cases that an article was read for are judged in one transaction, at one moment.
    for row in session.execute(_select_readings(list(revision_texts))):
        moment = row.revision_id, row.judged_at
        others = readings[moment].cases if moment in readings else frozenset()
        title, text = revision_texts[row.revision_id]
        readings[moment] = _reading(row, title, text, others | {row.slug})
    return readings


def _select_readings(revision_ids: Sequence[int]) -> Select[Any]:
    """Selects the verdicts of all cases on revisions, with how each was read."""
    return (
        select(case_articles, cases.c.slug, *_READ_COLUMNS)
        .join(cases, cases.c.id == case_articles.c.case_id)
        .join(articles, articles.c.id == case_articles.c.article_id)
        .where(case_articles.c.revision_id.in_(revision_ids))
    )


def _reading(row: Any, title: str, text: str, slugs: frozenset[str]) -> ReadArticle:
    """Returns how an article was read; what a verdict does not keep of that is as stored."""
    return ReadArticle(
        title=_first_known(row.read_title, title),
        text=_first_known(row.read_text, text),
        outlet=_first_known(row.read_outlet, row.outlet),
        summary=_first_known(row.read_summary, row.summary),
        published_at=row.read_published_at or row.published_at or row.found_at,
        cases=slugs,
    )


def _first_known(kept: str | None, stored: str) -> str:
    """Returns what a verdict keeps of a reading, else what is stored."""
    # An empty text was read as such; None was not kept.
    return stored if kept is None else kept


def _judged(
    row: Any, readings: Mapping[tuple[int, datetime], ReadArticle], known: KnownArticle | None
) -> JudgedText:
    """Returns a verdict with the text that it was reached on."""
    read = readings[row.revision_id, row.judged_at]
    # Where another case had stored the text before, that reading is not known any more.
    as_judged = replace(read, title=row.headline, text=row.text)
    return as_value(
        JudgedText,
        row,
        verdict=as_value(StoredVerdict, row, id=row.uid, title=row.headline, outcome=_outcome(row)),
        lang=row.text_lang,
        at=row.published_at or row.found_at,
        newsroom=stored_newsroom(row),
        read=read,
        stored=readings.get((row.revision_id, row.fetched_at), as_judged),
        likeness=_likeness(row),
        shift=get_shift(row.reasons),
        pruned=PrunedText(known, get_score(row)) if known else None,
    )


def _likeness(row: Any) -> Likeness | None:
    """Returns the nearest copy that the judge knew of, None without one."""
    if row.nearest_article_id is None:
        return None
    return Likeness(row.nearest_article_id, Relation(row.relation), row.new_in_old, row.old_in_new)


def _outcome(row: Any) -> str:
    """Returns the outcome of a verdict as `StoredVerdict` names it."""
    if row.is_baseline:
        return "baseline"
    return CONFIRMED if row.outcome != "alert" and row.is_confirmed else str(row.outcome)


def get_stored_texts(
    session: Session, *, since: datetime, after: int, limit: int
) -> list[StoredText]:
    """Returns stored items seen since a time, by rising id, each with its article's newest text
    where one was read.
    """
    chosen = _select_stored().where(entries.c.seen_at >= since, entries.c.id > after)
    return list(map(_stored, session.execute(chosen.limit(limit))))


def _select_stored() -> Select[Any]:
    """Selects items by rising id, each with its feed and, where it was read, its newest text."""
    return (
        select(entries, *_STORED_COLUMNS)
        .join(feeds, feeds.c.id == entries.c.feed_id)
        .outerjoin(articles, articles.c.id == entries.c.article_id)
        .outerjoin(revisions, is_newest_revision())
        .order_by(entries.c.id)
    )


# An item and its article have much in common; the article's own is named apart.
_STORED_COLUMNS = (
    articles.c.id.label("article_row"),
    articles.c.canonical_url.label("article_url"),
    articles.c.outlet,
    articles.c.published_at.label("article_at"),
    revisions.c.title.label("headline"),
    revisions.c.text,
    revisions.c.lang.label("text_lang"),
    feeds.c.title.label("feed_title"),
    feeds.c.url.label("feed_url"),
    feeds.c.tags,
    feeds.c.takes_all.label("feed_takes_all"),
)


def _stored(row: Any) -> StoredText:
    """Returns an item with its article where that was read, else as its feed tells it."""
    is_read = row.article_row is not None
    feed = FeedName(row.feed_url, row.feed_title, tuple(row.tags))
    return as_value(
        StoredText,
        row,
        entry_id=row.id,
        key=row.article_url or row.canonical_url or f"entry:{row.id}",
        url=row.url or "",
        title=row.headline if is_read else row.title,
        text=_text(row),
        is_read=bool(row.text),
        outlet=row.outlet or row.source_name or feed.label,
        feed=feed,
        lang=row.text_lang or row.lang or "",
        at=_published_or_seen(row),
    )


def _published_or_seen(row: Any) -> datetime:
    """Returns the article's date, else its feed's, else when the item was first seen."""
    at: datetime = row.article_at or row.published_at or row.seen_at
    return at


def _text(row: Any) -> str:
    """Returns the article's text, else what the feed itself says."""
    return str(row.text or row.content or row.summary)
