"""Pages that are asked for again, and the edits that were found on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, select, update
from sqlmodel import Session

from monitor.model import Validators
from monitor.novelty import Change, Revised
from monitor.store import leases
from monitor.store.articles import (
    PageSeen,
    RevisionKey,
    StoredArticle,
    get_stored_articles,
    make_uid,
)
from monitor.store.engine import insert_new
from monitor.store.schema.page_tables import PageRow
from monitor.store.schema.rows import as_value
from monitor.store.schema.tables import (
    case_articles,
    cases,
    edits,
    entries,
    feeds,
    pages,
    revisions,
)

# One host's pages are asked for one after the other, as far apart as its robots.txt wants (a minute
# at most).
CHECK_LEASE = timedelta(hours=1)
_MAX_ADDED = 50


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
    url: str
    validators: Validators
    page_title: str
    page_hash: str
    status: str
    state: str
    failures: int
    changed_at: datetime | None
    article: StoredArticle
    feed_interval: timedelta | None
    cases: Mapping[int, JudgedCase] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageCheck:
    """How asking for a page went.

    Attributes:
        next_check_at: when it is asked for again; None when the last step was taken.
        seen: what the page gave; None leaves what is known.
        state, status: empty leaves what is known.
        is_failure: no answer came.
        is_changed: the article's text has changed.
        was_asked: False when nothing was sent.
    """

    next_check_at: datetime | None
    seen: PageSeen | None = None
    state: str = ""
    status: str = ""
    error: str = ""
    is_failure: bool = False
    is_changed: bool = False
    was_asked: bool = True


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


def watch_page(
    session: Session,
    article_id: int,
    seen: PageSeen,
    *,
    next_check_at: datetime | None,
    now: datetime,
) -> None:
    """Remembers an article's page when a feed brought it; one that is known keeps its place in the
    schedule.
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
    # A page that is known and shows no article now keeps its validators and what it showed.
    is_telling = is_new or seen.text_hash is not None
    values = _seen_columns(seen) if is_telling else {"status": seen.status}
    # Another spelling of the address has validators of its own.
    known = update(pages).where(pages.c.article_id == article_id, pages.c.url == seen.url)
    session.execute(known.values(**values, checked_at=now))


def _seen_columns(seen: PageSeen) -> dict[str, Any]:
    """Returns the columns of what a page gave; what it did not show keeps its value."""
    shown = {"title": seen.title, "text_hash": seen.text_hash, "updated_at": seen.updated_at}
    values: dict[str, Any] = {name: value for name, value in shown.items() if value is not None}
    values["status"] = seen.status
    # An answer without validators drops those of the one before.
    if seen.validators is not None:
        values["etag"] = seen.validators.etag or None
        values["last_modified"] = seen.validators.last_modified or None
    return values


def touch_page(session: Session, article_id: int, *, now: datetime) -> None:
    """Notes that an article's text has changed."""
    session.execute(update(pages).where(pages.c.article_id == article_id).values(changed_at=now))


def claim_pages(session: Session, *, owner: str, now: datetime, limit: int) -> list[DuePage]:
    """Takes pages that are due, the longest due first; those that no enabled case wants stay where
    they are.
    """
    claim = leases.Claim(owner=owner, now=now, lease=CHECK_LEASE, limit=limit)
    # A page of a case that left the config waits until it is back.
    due = and_(pages.c.next_check_at <= now, _is_wanted())
    ids = leases.claim(session, pages, claim, due=due, order=(pages.c.next_check_at, pages.c.id))
    if not ids:
        return []
    rows = session.execute(select(PageRow).where(pages.c.id.in_(ids))).scalars()
    found = {page.id: page for page in _due_pages(session, list(rows))}
    return [found[page_id] for page_id in ids]


def _is_wanted() -> ColumnElement[bool]:
    """The condition under which an enabled case has judged a page's article."""
    judged = select(case_articles.c.id).join(cases, _is_of_enabled_case())
    return judged.where(case_articles.c.article_id == pages.c.article_id).exists()


def _is_of_enabled_case() -> ColumnElement[bool]:
    """The condition that ties a verdict to a case of the config."""
    return and_(cases.c.id == case_articles.c.case_id, cases.c.is_enabled)


def _due_pages(session: Session, rows: Sequence[PageRow]) -> list[DuePage]:
    """Returns claimed pages, in any order, with what is known of their articles."""
    article_ids = [row.article_id for row in rows]
    stored = {article.id: article for article in get_stored_articles(session, article_ids)}
    judged = _get_judged(session, article_ids)
    intervals = _get_intervals(session, article_ids)
    due = []
    for row in rows:
        page = as_value(
            DuePage,
            row,
            validators=Validators(row.etag, row.last_modified),
            page_title=row.title,
            page_hash=row.text_hash,
            article=stored[row.article_id],
            feed_interval=intervals.get(row.article_id),
            cases=judged.get(row.article_id, {}),
        )
        due.append(page)
    return due


def _get_judged(session: Session, article_ids: Sequence[int]) -> dict[int, dict[int, JudgedCase]]:
    """Returns how enabled cases took each article, by article and case."""
    columns = (
        case_articles.c.article_id,
        case_articles.c.case_id,
        case_articles.c.is_subject,
        case_articles.c.is_baseline,
    )
    statement = (
        select(*columns)
        .join(cases, _is_of_enabled_case())
        .where(case_articles.c.article_id.in_(article_ids))
        .order_by(case_articles.c.id)
    )
    judged: dict[int, dict[int, JudgedCase]] = {}
    for row in session.execute(statement):
        of_article = judged.setdefault(row.article_id, {})
        # The newest word on the subject counts; baseline is what the first text was.
        first = of_article.get(row.case_id, row)
        of_article[row.case_id] = JudgedCase(row.is_subject, first.is_baseline)
    return judged


def _get_intervals(session: Session, article_ids: Sequence[int]) -> dict[int, timedelta]:
    """Returns the shortest interval of the feeds that brought each article, where one is known."""
    statement = (
        select(entries.c.article_id, func.min(feeds.c.interval_seconds).label("seconds"))
        .join(feeds, feeds.c.id == entries.c.feed_id)
        .where(entries.c.article_id.in_(article_ids), feeds.c.interval_seconds.is_not(None))
        .group_by(entries.c.article_id)
    )
    return {row.article_id: timedelta(seconds=row.seconds) for row in session.execute(statement)}


def finish_page(
    session: Session, page: DuePage, owner: str, check: PageCheck, *, now: datetime
) -> None:
    """Writes how asking for a claimed page went, and when that is due again.

    Raises:
        LeaseLost: another worker asks for the page now.
    """
    values: dict[str, Any] = {"next_check_at": check.next_check_at, "last_error": check.error}
    if check.seen:
        values |= _seen_columns(check.seen)
    if check.state:
        values["state"] = check.state
    if check.status:
        values["status"] = check.status
    if check.is_changed:
        values["changed_at"] = now
    # A page that its host held back has had no check.
    if check.was_asked:
        values["failures"] = page.failures + 1 if check.is_failure else 0
        values["checks"] = pages.c.checks + 1
        values["checked_at"] = now
    leases.finish(session, pages, page.id, owner, **values)


def insert_edit(
    session: Session, article_id: int, kind: Change, *, at: datetime, note: str = ""
) -> int:
    """Notes what became of an article's page; returns the edit's id."""
    values = {
        "uid": make_uid("edit", article_id, kind.value, at.isoformat()),
        "article_id": article_id,
        "kind": kind.value,
        "note": note,
        "added": [],
        "removed": [],
        "changed_claims": [],
        "at": at,
    }
    return _insert_edit(session, values)


def insert_revision_edit(
    session: Session, revision: RevisionKey, revised: Revised, *, at: datetime
) -> int:
    """Notes the class of a new revision; returns the edit's id."""
    # A live blog may grow by hundreds of sentences; an event names the first of them.
    added = revised.added[:_MAX_ADDED]
    values = {
        "uid": make_uid("edit", revision.revision_id),
        "article_id": revision.article_id,
        "revision_id": revision.revision_id,
        "kind": revised.change.value,
        "note": "",
        "added": [{"text": sentence.text, "index": sentence.index} for sentence in added],
        "removed": [sentence.text for sentence in revised.removed[:_MAX_ADDED]],
        "changed_claims": [asdict(claim) for claim in revised.claims[:_MAX_ADDED]],
        "at": at,
    }
    return _insert_edit(session, values)


def _insert_edit(session: Session, values: Mapping[str, Any]) -> int:
    statement = insert(edits).values(**values).returning(edits.c.id)
    return int(session.execute(statement).scalar_one())


def list_edits(session: Session, article_row_id: int) -> list[EditView]:
    """Returns what was done to an article, oldest first."""
    statement = (
        select(edits, revisions.c.number.label("revision"))
        .outerjoin(revisions, revisions.c.id == edits.c.revision_id)
        .where(edits.c.article_id == article_row_id)
        .order_by(edits.c.at, edits.c.id)
    )
    return [_edit_view(row) for row in session.execute(statement)]


def _edit_view(row: Any) -> EditView:
    return as_value(
        EditView,
        row,
        id=row.uid,
        added=tuple(sentence["text"] for sentence in row.added),
        removed=tuple(row.removed),
        changed_claims=tuple(row.changed_claims),
    )


def get_page(session: Session, article_row_id: int) -> PageView | None:
    """Returns how asking for an article's page goes, None when it has none."""
    row = session.execute(select(pages).where(pages.c.article_id == article_row_id)).one_or_none()
    return None if row is None else as_value(PageView, row, error=row.last_error)
