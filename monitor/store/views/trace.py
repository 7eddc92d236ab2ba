"""The whole chain of an item, for `monitor why`.

Seen in which feed, matched by what, fetched, extracted, copy of, judged, delivered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlmodel import Session

from monitor.errors import NotFound
from monitor.store.pages import EditView, PageView, get_page, list_edits
from monitor.store.schema.date_columns import pick_columns
from monitor.store.schema.rows import as_value
from monitor.store.schema.selection import resolve_uid, with_public_ids
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
from monitor.urls import shown

_MAX_ENTRIES = 50
_MAX_CHANNELS = 20
# How the places that ids are looked up in are named, in the order of looking.
_KINDS = (("article", articles), ("development", developments), ("alert", alerts))

# The article that a verdict compares with, beside the one that it is on.
_NEAREST = articles.alias("nearest")
_VERDICT_COLUMNS = (
    cases.c.slug.label("case"),
    revisions.c.number.label("revision"),
    _NEAREST.c.url.label("nearest_url"),
    _NEAREST.c.outlet.label("nearest_outlet"),
)
# The article that told a development first, beside the one that is traced.
_FIRST = articles.alias("first")
_CARRIED_COLUMNS = (
    cases.c.slug.label("case"),
    _FIRST.c.url.label("first_url"),
    alerts.c.id.label("alert_row"),
)


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
    """One verdict with all its reasons; `tier` as in `monitor.model.Verdict`, None in verdicts from
    before there were tiers.
    """

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
    tier: int | None


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
    article: ArticleView | None = None
    page_status: str = ""
    page_reason: str = ""
    verdicts: tuple[VerdictTrace, ...] = ()
    developments: tuple[DevelopmentTrace, ...] = ()
    alerts: tuple[AlertView, ...] = ()
    feedback: tuple[FeedbackView, ...] = ()
    edits: tuple[EditView, ...] = ()
    page: PageView | None = None


def trace_url(session: Session, urls: Sequence[str]) -> Trace:
    """Returns the chain of the item met under one of these spellings of a URL.

    Raises:
        NotFound: no feed ever brought it.
    """
    met = or_(entries.c.url.in_(list(urls)), entries.c.canonical_url.in_(list(urls)))
    article_id = _find_article(session, urls)
    # The address may be an aggregator's, which no article is known under.
    if article_id is None:
        article_id = _find_article_of_entry(session, met)
    if article_id is not None:
        return _trace(session, or_(met, entries.c.article_id == article_id), article_id)
    found = _get_entries(session, met)
    if not found:
        hint = "`monitor feeds list` shows what is watched"
        raise NotFound(f"{urls[0]}: no watched feed ever brought this address", hint=hint)
    return Trace(entries=found)


def _find_article(session: Session, urls: Sequence[str]) -> int | None:
    """Returns the article that was met under one of the addresses, or lies at one."""
    known = select(article_urls.c.article_id).where(article_urls.c.url.in_(list(urls)))
    article_id: int | None = session.execute(known).scalars().first()
    if article_id is not None:
        return article_id
    # The address that was asked may have led to the canonical one.
    by_url = select(articles.c.id).where(articles.c.url.in_(list(urls)))
    return session.execute(by_url).scalars().first()


def _find_article_of_entry(session: Session, met: ColumnElement[bool]) -> int | None:
    """Returns the article that an item led to, as when its link was an aggregator's."""
    led_to = select(entries.c.article_id).where(met, entries.c.article_id.is_not(None))
    return session.execute(led_to).scalars().first()


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
    """Returns the article behind an id: itself, or the first report of a development or alert."""
    if kind == "article":
        return row_id
    first_report = select(developments.c.article_id)
    if kind == "alert":
        with_alert = first_report.join(alerts, alerts.c.development_id == developments.c.id)
        chosen = with_alert.where(alerts.c.id == row_id)
    else:
        chosen = first_report.where(developments.c.id == row_id)
    return int(session.execute(chosen).scalar_one())


def _trace(session: Session, met: ColumnElement[bool], article_id: int) -> Trace:
    """Returns the chain of an article, with the items that led to it."""
    page = session.execute(_select_reading(article_id)).one()
    carried = list(session.execute(_select_carried(article_id)))
    return Trace(
        entries=_get_entries(session, met),
        article=list_articles(session, limit=1, only=[article_id])[0],
        page_status=page.page_status,
        page_reason=page.page_reason,
        verdicts=_get_verdicts(session, article_id),
        developments=tuple(_development(row, article_id) for row in carried),
        alerts=_get_alerts(session, [row.alert_row for row in carried]),
        feedback=tuple(list_feedback(session, article_row=article_id)),
        edits=tuple(list_edits(session, article_id)),
        page=get_page(session, article_id),
    )


def _select_reading(article_id: int) -> Select[Any]:
    """Selects how far an article's page could be read when it was stored."""
    columns = (articles.c.page_status, articles.c.page_reason)
    return select(*columns).where(articles.c.id == article_id)


def _get_alerts(session: Session, alert_rows: Sequence[int]) -> tuple[AlertView, ...]:
    """Returns alerts with the state of each of their channels."""
    found: list[AlertView] = []
    # An article reports few developments: a statement for each does no harm here.
    for alert_row in alert_rows:
        found += list_alerts(session, limit=_MAX_CHANNELS, only=alert_row)
    return tuple(found)


def _get_entries(session: Session, met: ColumnElement[bool]) -> tuple[EntryTrace, ...]:
    """Returns the items under a condition, oldest first, at most `_MAX_ENTRIES`."""
    rows = list(session.execute(_select_entries().where(met).limit(_MAX_ENTRIES)))
    wanted = _get_wanted(session, [row.id for row in rows])
    return tuple(_entry(row, wanted.get(row.id, ())) for row in rows)


def _select_entries() -> Select[Any]:
    """Selects items with their feed, oldest first."""
    of_feed = (feeds.c.title.label("feed_title"), feeds.c.url.label("feed_url"))
    with_feed = select(entries, *of_feed).join(feeds, feeds.c.id == entries.c.feed_id)
    return with_feed.order_by(entries.c.id)


def _get_wanted(
    session: Session, entry_ids: Sequence[int]
) -> dict[int, list[tuple[str, tuple[str, ...]]]]:
    """Returns the cases that wanted each entry, each with what made it want it."""
    wanted: dict[int, list[tuple[str, tuple[str, ...]]]] = {}
    for match in session.execute(_select_matches(entry_ids)):
        terms = tuple(f"{term['term']} in {term['field']}" for term in match.terms)
        wanted.setdefault(match.entry_id, []).append((match.slug, terms))
    return wanted


def _select_matches(entry_ids: Sequence[int]) -> Select[Any]:
    """Selects the cases that wanted entries, with what made them want each."""
    return (
        select(entry_matches.c.entry_id, entry_matches.c.terms, cases.c.slug)
        .join(cases, cases.c.id == entry_matches.c.case_id)
        .where(entry_matches.c.entry_id.in_(entry_ids))
    )


def _entry(row: Any, wanted_by: Sequence[tuple[str, tuple[str, ...]]]) -> EntryTrace:
    """Returns an item with the cases that wanted it; a feed without a title goes by its URL."""
    return as_value(
        EntryTrace,
        row,
        feed=row.feed_title or shown(row.feed_url),
        status=row.last_status,
        reason=row.last_error,
        wanted_by=tuple(wanted_by),
        **pick_columns(row),
    )


def _get_verdicts(session: Session, article_id: int) -> tuple[VerdictTrace, ...]:
    """Returns the verdicts on an article in the order in which its cases learned."""
    of_article = _select_verdicts().where(case_articles.c.article_id == article_id)
    rows = session.execute(of_article.order_by(case_articles.c.id))
    return tuple(_verdict(session, row) for row in rows.all())


def _select_verdicts() -> Select[Any]:
    """Selects verdicts with the case, the text and the nearest copy of each."""
    return (
        select(case_articles, *_VERDICT_COLUMNS)
        .join(cases, cases.c.id == case_articles.c.case_id)
        .join(revisions, revisions.c.id == case_articles.c.revision_id)
        # The nearest copy may have gone since, or there was none.
        .outerjoin(_NEAREST, _NEAREST.c.id == case_articles.c.nearest_article_id)
    )


def _verdict(session: Session, row: Any) -> VerdictTrace:
    """Returns a verdict with its reasons; baseline is named as the outcome that it is."""
    return as_value(
        VerdictTrace,
        row,
        outcome="baseline" if row.is_baseline else row.outcome,
        reasons=tuple(row.reasons),
        new_sentences=with_public_ids(session, row.new_sentences),
        changed_claims=with_public_ids(session, row.changed_claims),
        terms=tuple(row.terms),
    )


def _select_carried(article_id: int) -> Select[Any]:
    """Selects the developments that an article reports, each with the row of its alert."""
    return (
        select(developments, *_CARRIED_COLUMNS)
        .join(carriers, carriers.c.development_id == developments.c.id)
        .join(cases, cases.c.id == developments.c.case_id)
        .join(_FIRST, _FIRST.c.id == developments.c.article_id)
        .join(alerts, alerts.c.development_id == developments.c.id)
        .where(carriers.c.article_id == article_id)
        .order_by(developments.c.id)
    )


def _development(row: Any, article_id: int) -> DevelopmentTrace:
    """Returns a development as seen from one of the articles that report it."""
    return as_value(DevelopmentTrace, row, id=row.uid, is_first=row.article_id == article_id)
