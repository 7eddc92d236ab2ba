"""The whole chain of an item, for `monitor why`.

Seen in which feed, matched by what, fetched, extracted, copy of, judged, delivered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import Session

from monitor.errors import NotFound
from monitor.store.pages import EditView, PageView, get_page, list_edits
from monitor.store.schema.date_columns import pick_columns
from monitor.store.schema.tables import (
    alerts,
    article_urls,
    articles,
    carriers,
    case_articles,
    cases,
    developments,
    entries,
    entry_matches,
    feeds,
    revisions,
)
from monitor.store.views.alerts import AlertView, list_alerts
from monitor.store.views.articles import ArticleView, list_articles
from monitor.store.views.feedback import FeedbackView, list_feedback
from monitor.store.views.selection import resolve_uid

# How the places that ids are looked up in are named, in the order of looking.
_KINDS = (("article", articles), ("development", developments), ("alert", alerts))


@dataclass(frozen=True, slots=True)
class EntryTrace:
    """What became of one feed's item; `published_source` and what follows it as in
    `monitor.model.DateOrigin`.
    """

    feed: str
    title: str
    url: str | None
    seen_at: datetime
    published_at: datetime | None
    state: str
    attempts: int
    next_attempt_at: datetime
    status: str
    reason: str
    wanted_by: tuple[tuple[str, tuple[str, ...]], ...]
    published_source: str = ""
    published_raw: str = ""
    published_flag: str = ""
    published_precision: str = ""
    is_zone_assumed: bool | None = None


@dataclass(frozen=True, slots=True)
class VerdictTrace:
    """One verdict with all its reasons."""

    case: str
    revision: int
    outcome: str
    is_subject: bool
    is_baseline: bool
    relation: str
    nearest_url: str | None
    nearest_outlet: str | None
    new_in_old: float
    old_in_new: float
    score: float
    threshold: float
    known_share: float
    reasons: tuple[dict[str, Any], ...]
    new_sentences: tuple[dict[str, Any], ...]
    changed_claims: tuple[dict[str, Any], ...]
    terms: tuple[dict[str, str], ...]
    judge_version: str
    judged_at: datetime


@dataclass(frozen=True, slots=True)
class DevelopmentTrace:
    """A development that the article started or reports again."""

    id: str
    case: str
    summary: str
    is_first: bool
    first_url: str


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything known about one item, from feed to delivery."""

    entries: tuple[EntryTrace, ...]
    article: ArticleView | None
    page_status: str
    page_reason: str
    verdicts: tuple[VerdictTrace, ...]
    developments: tuple[DevelopmentTrace, ...]
    alerts: tuple[AlertView, ...]
    feedback: tuple[FeedbackView, ...] = ()
    edits: tuple[EditView, ...] = ()
    page: PageView | None = None


def trace_url(session: Session, urls: Sequence[str]) -> Trace:
    """Returns the chain of the item met under one of these spellings of a URL.

    Raises:
        NotFound: no feed ever brought it.
    """
    known = select(article_urls.c.article_id).where(article_urls.c.url.in_(list(urls)))
    article_id = session.execute(known).scalars().first()
    if article_id is None:
        by_url = select(articles.c.id).where(articles.c.url.in_(list(urls)))
        article_id = session.execute(by_url).scalars().first()
    met = or_(entries.c.url.in_(list(urls)), entries.c.canonical_url.in_(list(urls)))
    found = _trace(
        session,
        met if article_id is None else or_(met, entries.c.article_id == article_id),
        article_id,
    )
    if article_id is None and found.entries and found.article is None:
        stored = (
            session.execute(
                select(entries.c.article_id).where(met, entries.c.article_id.is_not(None))
            )
            .scalars()
            .first()
        )
        if stored is not None:
            return _trace(session, or_(met, entries.c.article_id == stored), stored)
    if article_id is None and not found.entries:
        raise NotFound(
            f"{urls[0]}: no watched feed ever brought this address",
            hint="`monitor feeds list` shows what is watched",
        )
    return found


def trace_id(session: Session, prefix: str) -> Trace:
    """Returns the chain of the article, development or alert with an id that begins with the
    prefix.

    Raises:
        NotFound: there is none, or more than one.
    """
    missing: NotFound | None = None
    for kind, table in _KINDS:
        try:
            row_id = resolve_uid(session, table, prefix, kind)
        except NotFound as error:
            missing = error
            continue
        article_id = _article_of(session, kind, row_id)
        return _trace(session, entries.c.article_id == article_id, article_id)
    raise NotFound(
        f"no article, development or alert has an id that begins with {prefix}",
        hint=missing.hint if missing else "",
    )


def _article_of(session: Session, kind: str, row_id: int) -> int:
    if kind == "article":
        return row_id
    statement = select(developments.c.article_id)
    if kind == "alert":
        statement = statement.join(alerts, alerts.c.development_id == developments.c.id).where(
            alerts.c.id == row_id
        )
    else:
        statement = statement.where(developments.c.id == row_id)
    return int(session.execute(statement).scalar_one())


def _trace(session: Session, met: Any, article_id: int | None) -> Trace:
    article = list_articles(session, limit=1, only=[article_id]) if article_id is not None else []
    page = session.execute(
        select(articles.c.page_status, articles.c.page_reason).where(articles.c.id == article_id)
    ).first()
    told = _developments(session, article_id) if article_id is not None else ()
    return Trace(
        entries=_entries(session, met),
        article=article[0] if article else None,
        page_status=page.page_status if page else "",
        page_reason=page.page_reason if page else "",
        verdicts=_verdicts(session, article_id) if article_id is not None else (),
        developments=tuple(trace for trace, _ in told),
        feedback=tuple(list_feedback(session, article_row=article_id))
        if article_id is not None
        else (),
        edits=tuple(list_edits(session, article_id)) if article_id is not None else (),
        page=get_page(session, article_id) if article_id is not None else None,
        alerts=tuple(
            alert for _, alert_id in told for alert in list_alerts(session, limit=20, only=alert_id)
        ),
    )


def _entries(session: Session, met: Any) -> tuple[EntryTrace, ...]:
    statement = select(entries, feeds.c.title.label("feed_title"), feeds.c.url.label("feed_url"))
    rows = list(
        session.execute(
            statement.join(feeds, feeds.c.id == entries.c.feed_id)
            .where(met)
            .order_by(entries.c.id)
            .limit(50)
        )
    )
    wanted: dict[int, list[tuple[str, tuple[str, ...]]]] = {}
    matches = (
        select(entry_matches.c.entry_id, entry_matches.c.terms, cases.c.slug)
        .join(cases, cases.c.id == entry_matches.c.case_id)
        .where(entry_matches.c.entry_id.in_([row.id for row in rows]))
    )
    for match in session.execute(matches):
        terms = tuple(f"{term['term']} in {term['field']}" for term in match.terms)
        wanted.setdefault(match.entry_id, []).append((match.slug, terms))
    return tuple(
        EntryTrace(
            feed=row.feed_title or row.feed_url,
            title=row.title,
            url=row.url,
            seen_at=row.seen_at,
            published_at=row.published_at,
            state=row.state,
            attempts=row.attempts,
            next_attempt_at=row.next_attempt_at,
            status=row.last_status,
            reason=row.last_error,
            wanted_by=tuple(wanted.get(row.id, ())),
            **pick_columns(row),
        )
        for row in rows
    )


def _verdicts(session: Session, article_id: int) -> tuple[VerdictTrace, ...]:
    nearest = articles.alias("nearest")
    statement = (
        select(
            case_articles,
            cases.c.slug,
            revisions.c.number,
            nearest.c.url.label("nearest_url"),
            nearest.c.outlet.label("nearest_outlet"),
        )
        .join(cases, cases.c.id == case_articles.c.case_id)
        .join(revisions, revisions.c.id == case_articles.c.revision_id)
        .outerjoin(nearest, nearest.c.id == case_articles.c.nearest_article_id)
        .where(case_articles.c.article_id == article_id)
        .order_by(case_articles.c.id)
    )
    return tuple(
        VerdictTrace(
            case=row.slug,
            revision=row.number,
            outcome="baseline" if row.is_baseline else row.outcome,
            is_subject=row.is_subject,
            is_baseline=row.is_baseline,
            relation=row.relation,
            nearest_url=row.nearest_url,
            nearest_outlet=row.nearest_outlet,
            new_in_old=row.new_in_old,
            old_in_new=row.old_in_new,
            score=row.score,
            threshold=row.threshold,
            known_share=row.known_share,
            reasons=tuple(row.reasons),
            new_sentences=tuple(row.new_sentences),
            changed_claims=tuple(row.changed_claims),
            terms=tuple(row.terms),
            judge_version=row.judge_version,
            judged_at=row.judged_at,
        )
        for row in session.execute(statement)
    )


def _developments(session: Session, article_id: int) -> tuple[tuple[DevelopmentTrace, int], ...]:
    """Returns the article's developments, each with the row id of its alert where the article was
    the first to tell it.
    """
    first = articles.alias("first")
    statement = (
        select(
            developments,
            cases.c.slug,
            first.c.url.label("first_url"),
            alerts.c.id.label("alert_row"),
        )
        .join(carriers, carriers.c.development_id == developments.c.id)
        .join(cases, cases.c.id == developments.c.case_id)
        .join(first, first.c.id == developments.c.article_id)
        .join(alerts, alerts.c.development_id == developments.c.id)
        .where(carriers.c.article_id == article_id)
        .order_by(developments.c.id)
    )
    return tuple(
        (
            DevelopmentTrace(
                row.uid, row.slug, row.summary, row.article_id == article_id, row.first_url
            ),
            row.alert_row,
        )
        for row in session.execute(statement)
    )
