"""Pages that are asked for again, and the edits that were found on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, insert, select, update
from sqlmodel import Session

from monitor.model import Extraction, Validators
from monitor.novelty import Change, Revised
from monitor.store import leases
from monitor.store.articles import make_uid, newest_revisions
from monitor.store.engine import insert_new
from monitor.store.schema.tables import (
    articles,
    case_articles,
    cases,
    edits,
    entries,
    feeds,
    pages,
    revisions,
)

_NOTHING_KNOWN = Validators()
# One host's pages are asked for one after the other, as far apart as its robots.txt wants (a minute
# at most).
CHECK_LEASE = timedelta(hours=1)
_MAX_ADDED = 50


@dataclass(frozen=True, slots=True)
class PageSeen:
    """What a page gave when it was last asked.

    Attributes:
        url: the address that was asked.
        title, text_hash: of the article on it; None where it showed no article.
        status: what came, in a word.
        validators: None keeps those that are known: they vouch for the article, not for what stood
            in its place.
        updated_at: when it was last changed, as it says itself.
    """

    url: str
    status: str
    validators: Validators | None = _NOTHING_KNOWN
    title: str | None = None
    text_hash: str | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class JudgedCase:
    """How a case took an article: its newest word on the subject, and whether its first text was
    baseline.
    """

    is_subject: bool
    is_baseline: bool


@dataclass(frozen=True, slots=True)
class DuePage:
    """A claimed page with the article as it is stored.

    Attributes:
        page_title, page_hash: what the page itself said; empty when that is not known.
        feed_interval: how often the quickest of its feeds is polled, None when that is not known.
        cases: enabled cases that judged the article, by id.
    """

    id: int
    article_id: int
    url: str
    validators: Validators
    page_title: str
    page_hash: str
    status: str
    state: str
    failures: int
    found_at: datetime
    changed_at: datetime | None
    canonical_url: str
    title: str
    summary: str
    text: str
    text_hash: str
    revision_id: int
    extraction: Extraction
    extractor: str
    outlet: str
    author: str
    lang: str
    published_at: datetime | None
    feed_interval: timedelta | None
    cases: Mapping[int, JudgedCase] = field(default_factory=dict)


def watch_page(
    session: Session,
    article_id: int,
    seen: PageSeen,
    *,
    next_check_at: datetime | None,
    now: datetime,
) -> None:
    """Remembers an article's page when a feed brought it; one that is known keeps its place on the
    ladder.
    """
    row = {
        "article_id": article_id,
        "url": seen.url,
        "title": "",
        "text_hash": "",
        "status": seen.status,
        "state": "there",
        "next_check_at": next_check_at,
        "changed_at": now,
        "checks": 0,
        "failures": 0,
        "last_error": "",
    }
    is_new = bool(insert_new(session, pages, [row], returning="id"))
    # Another spelling of the address has validators of its own.
    known = update(pages).where(pages.c.article_id == article_id, pages.c.url == seen.url)
    is_telling = is_new or seen.text_hash is not None
    session.execute(
        known.values(
            **_seen_values(seen) if is_telling else {"status": seen.status}, checked_at=now
        )
    )


def _seen_values(seen: PageSeen) -> dict[str, Any]:
    values: dict[str, Any] = {"status": seen.status}
    if seen.validators is not None:
        values |= {
            "etag": seen.validators.etag or None,
            "last_modified": seen.validators.last_modified or None,
        }
    shown = {"title": seen.title, "text_hash": seen.text_hash, "updated_at": seen.updated_at}
    return values | {name: value for name, value in shown.items() if value is not None}


def touch_page(session: Session, article_id: int, *, now: datetime) -> None:
    """Notes that an article's text has changed."""
    session.execute(update(pages).where(pages.c.article_id == article_id).values(changed_at=now))


def claim_pages(session: Session, *, owner: str, now: datetime, limit: int) -> list[DuePage]:
    """Takes pages that are due, the longest due first; those that no enabled case wants stay where
    they are.
    """
    wanted = (
        select(case_articles.c.id)
        .join(cases, and_(cases.c.id == case_articles.c.case_id, cases.c.is_enabled))
        .where(case_articles.c.article_id == pages.c.article_id)
    )
    due = and_(pages.c.next_check_at <= now, wanted.exists())
    order = (pages.c.next_check_at, pages.c.id)
    ids = leases.claim(
        session, pages, due=due, order=order, limit=limit, owner=owner, now=now, lease=CHECK_LEASE
    )
    if not ids:
        return []
    article_ids = [
        row.article_id
        for row in session.execute(select(pages.c.article_id).where(pages.c.id.in_(ids)))
    ]
    judged = _get_judged(session, article_ids)
    intervals = _get_intervals(session, article_ids)
    newest = newest_revisions()
    statement = (
        select(
            pages,
            *(
                articles.c.found_at,
                articles.c.canonical_url,
                articles.c.summary,
                articles.c.extraction,
                articles.c.outlet,
            ),
            *(articles.c.author, articles.c.lang, articles.c.published_at),
            *(
                revisions.c.id.label("revision_id"),
                revisions.c.title.label("headline"),
                revisions.c.text,
            ),
            *(revisions.c.text_hash.label("stored_hash"), revisions.c.extractor),
        )
        .join(articles, articles.c.id == pages.c.article_id)
        .join(newest, newest.c.article_id == articles.c.id)
        .join(
            revisions,
            (revisions.c.article_id == articles.c.id) & (revisions.c.number == newest.c.number),
        )
        .where(pages.c.id.in_(ids))
    )
    found = {row.id: _due_page(row, judged, intervals) for row in session.execute(statement)}
    return [found[page_id] for page_id in ids]


def _due_page(
    row: Any, judged: Mapping[int, dict[int, JudgedCase]], intervals: Mapping[int, timedelta]
) -> DuePage:
    return DuePage(
        id=row.id,
        article_id=row.article_id,
        url=row.url,
        validators=Validators(row.etag, row.last_modified),
        page_title=row.title,
        page_hash=row.text_hash,
        status=row.status,
        state=row.state,
        failures=row.failures,
        found_at=row.found_at,
        changed_at=row.changed_at,
        canonical_url=row.canonical_url,
        title=row.headline,
        summary=row.summary,
        text=row.text,
        text_hash=row.stored_hash,
        revision_id=row.revision_id,
        extraction=Extraction(row.extraction),
        extractor=row.extractor,
        outlet=row.outlet,
        author=row.author,
        lang=row.lang,
        published_at=row.published_at,
        feed_interval=intervals.get(row.article_id),
        cases=judged.get(row.article_id, {}),
    )


def _get_judged(session: Session, article_ids: Sequence[int]) -> dict[int, dict[int, JudgedCase]]:
    columns = (
        case_articles.c.article_id,
        case_articles.c.case_id,
        case_articles.c.is_subject,
        case_articles.c.is_baseline,
    )
    statement = (
        select(*columns)
        .join(cases, and_(cases.c.id == case_articles.c.case_id, cases.c.is_enabled))
        .where(case_articles.c.article_id.in_(article_ids))
        .order_by(case_articles.c.id)
    )
    judged: dict[int, dict[int, JudgedCase]] = {}
    for row in session.execute(statement):
        of_article = judged.setdefault(row.article_id, {})
        first = of_article.get(row.case_id)
        of_article[row.case_id] = JudgedCase(
            row.is_subject, first.is_baseline if first else row.is_baseline
        )
    return judged


def _get_intervals(session: Session, article_ids: Sequence[int]) -> dict[int, timedelta]:
    statement = (
        select(entries.c.article_id, func.min(feeds.c.interval_seconds).label("seconds"))
        .join(feeds, feeds.c.id == entries.c.feed_id)
        .where(entries.c.article_id.in_(article_ids), feeds.c.interval_seconds.is_not(None))
        .group_by(entries.c.article_id)
    )
    return {row.article_id: timedelta(seconds=row.seconds) for row in session.execute(statement)}


def finish_page(
    session: Session,
    page: DuePage,
    owner: str,
    *,
    now: datetime,
    next_check_at: datetime | None,
    seen: PageSeen | None = None,
    state: str | None = None,
    error: str = "",
    status: str | None = None,
    is_failure: bool = False,
    is_changed: bool = False,
    was_asked: bool = True,
) -> None:
    """Writes how a look at a claimed page went, and when the next one is due.

    Args:
        next_check_at: None when the last step was taken.
        seen: what the page gave; None leaves what is known.
        is_failure: no answer came.
        was_asked: False when nothing was sent.

    Raises:
        LeaseLost: another worker looks at the page now.
    """
    values: dict[str, Any] = {"next_check_at": next_check_at, "last_error": error}
    values |= _seen_values(seen) if seen else {}
    values |= {"state": state} if state else {}
    values |= {"status": status} if status else {}
    values |= {"changed_at": now} if is_changed else {}
    if was_asked:
        values |= {
            "failures": page.failures + 1 if is_failure else 0,
            "checks": pages.c.checks + 1,
            "checked_at": now,
        }
    leases.finish(session, pages, page.id, owner, **values)


def insert_edit(
    session: Session, article_id: int, kind: Change, *, at: datetime, note: str = ""
) -> int:
    """Notes what became of an article's page; returns the edit's id."""
    uid = make_uid("edit", article_id, kind.value, at.isoformat())
    return _insert_edit(
        session,
        uid,
        article_id,
        None,
        kind,
        at=at,
        note=note,
        added=[],
        removed=[],
        changed_claims=[],
    )


def insert_revision_edit(
    session: Session, article_id: int, revision_id: int, revised: Revised, *, at: datetime
) -> int:
    """Notes the class of a new revision; returns the edit's id."""
    return _insert_edit(
        session,
        make_uid("edit", revision_id),
        article_id,
        revision_id,
        revised.change,
        at=at,
        note="",
        added=[{"text": s.text, "index": s.index} for s in revised.added[:_MAX_ADDED]],
        removed=[s.text for s in revised.removed[:_MAX_ADDED]],
        changed_claims=[asdict(claim) for claim in revised.claims[:_MAX_ADDED]],
    )


def _insert_edit(
    session: Session,
    uid: str,
    article_id: int,
    revision_id: int | None,
    kind: Change,
    *,
    at: datetime,
    **values: Any,
) -> int:
    statement = insert(edits).values(
        uid=uid, article_id=article_id, revision_id=revision_id, kind=kind.value, at=at, **values
    )
    return int(session.execute(statement.returning(edits.c.id)).scalar_one())


@dataclass(frozen=True, slots=True)
class EditView:
    """What an outlet did to an article; `revision` is the number of the text that came of it, None
    where the text stayed.
    """

    id: str
    kind: str
    at: datetime
    revision: int | None
    note: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed_claims: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class PageView:
    """How asking for an article's page again goes."""

    url: str
    state: str
    status: str
    checks: int
    checked_at: datetime | None
    next_check_at: datetime | None
    updated_at: datetime | None
    failures: int
    error: str


def list_edits(session: Session, article_row_id: int) -> list[EditView]:
    """Returns what was done to an article, oldest first."""
    statement = (
        select(edits, revisions.c.number)
        .outerjoin(revisions, revisions.c.id == edits.c.revision_id)
        .where(edits.c.article_id == article_row_id)
        .order_by(edits.c.at, edits.c.id)
    )
    return [
        EditView(
            id=row.uid,
            kind=row.kind,
            at=row.at,
            revision=row.number,
            note=row.note,
            added=tuple(sentence["text"] for sentence in row.added),
            removed=tuple(row.removed),
            changed_claims=tuple(row.changed_claims),
        )
        for row in session.execute(statement)
    ]


def get_page(session: Session, article_row_id: int) -> PageView | None:
    """Returns how asking for an article's page goes, None when it has none."""
    row = session.execute(select(pages).where(pages.c.article_id == article_row_id)).one_or_none()
    if row is None:
        return None
    return PageView(
        url=row.url,
        state=row.state,
        status=row.status,
        checks=row.checks,
        checked_at=row.checked_at,
        next_check_at=row.next_check_at,
        updated_at=row.updated_at,
        failures=row.failures,
        error=row.last_error,
    )
