"""Pages that are asked for again, and the edits that were found on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select, update
from sqlmodel import Session

from monitor.model import Validators
from monitor.novelty import Change, Revised
from monitor.store import leases
from monitor.store.articles import (
    PageSeen,
    RevisionKey,
    StoredArticle,
    get_stored_articles,
)
from monitor.store.articles.identity import free_uid, identify_article, identify_text
from monitor.store.engine import insert_new, insert_row
from monitor.store.schema.page_tables import PageRow
from monitor.store.schema.rows import as_value
from monitor.store.schema.selection import with_public_ids
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
# Sentences and claims that an edit keeps; a live blog may grow by hundreds.
_MAX_ADDED = 50
# A page that was never asked for again.
_UNCHECKED: dict[str, Any] = {
    "title": "",
    "text_hash": "",
    "state": "there",
    "checks": 0,
    "failures": 0,
    "last_error": "",
}
# An edit of the page that left the text alone.
_UNCHANGED_TEXT: dict[str, Any] = {"added": [], "removed": [], "changed_claims": []}
_JUDGED_COLUMNS = (
    case_articles.c.article_id,
    case_articles.c.case_id,
    case_articles.c.is_subject,
    case_articles.c.is_baseline,
)
# The longest due first, so that none starves while its host is slow.
_CHECKING_ORDER = (pages.c.next_check_at, pages.c.id)


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
    row = {**_first_seen(seen, now), "article_id": article_id, "next_check_at": next_check_at}
    # An article has one page: the second address under which it is met makes no other.
    is_new = bool(insert_new(session, pages, [row], returning="id"))
    # A page that is known and shows no article now keeps its validators and what it showed.
    is_telling = is_new or seen.text_hash is not None
    values = _seen_columns(seen) if is_telling else {"status": seen.status}
    # Another spelling of the address has validators of its own.
    known = update(pages).where(pages.c.article_id == article_id, pages.c.url == seen.url)
    session.execute(known.values(**values, checked_at=now))


def _first_seen(seen: PageSeen, now: datetime) -> dict[str, Any]:
    """Returns the columns of a page that is met for the first time."""
    return {**_UNCHECKED, "url": seen.url, "status": seen.status, "changed_at": now}


def _seen_columns(seen: PageSeen) -> dict[str, Any]:
    """Returns the columns of what a page gave; what it did not show keeps its value."""
    shown = {"title": seen.title, "text_hash": seen.text_hash, "updated_at": seen.updated_at}
    values: dict[str, Any] = {name: value for name, value in shown.items() if value is not None}
    values["status"] = seen.status
    if seen.validators is not None:
        values |= _validator_columns(seen.validators)
    return values


def _validator_columns(validators: Validators) -> dict[str, str | None]:
    """Returns what the next request asks with; an answer without validators drops those of the one
    before.
    """
    # An empty header says nothing and would be sent back as one.
    return {"etag": validators.etag or None, "last_modified": validators.last_modified or None}


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
    ids = leases.claim(session, pages, claim, due=due, order=_CHECKING_ORDER)
    if not ids:
        return []
    return _get_due(session, ids)


def _get_due(session: Session, ids: Sequence[int]) -> list[DuePage]:
    """Returns claimed pages in the order of their ids as given."""
    rows = session.scalars(select(PageRow).where(pages.c.id.in_(ids)))
    found = {page.id: page for page in _due_pages(session, list(rows))}
    # IN keeps no order; the claim's is the one in which pages are asked for.
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
        interval = intervals.get(row.article_id)
        cases_of_page = judged.get(row.article_id, {})
        due.append(_due_page(row, stored[row.article_id], interval, cases_of_page))
    return due


def _due_page(
    row: PageRow,
    article: StoredArticle,
    interval: timedelta | None,
    judged: Mapping[int, JudgedCase],
) -> DuePage:
    """Returns a claimed page with its article."""
    return as_value(
        DuePage,
        row,
        validators=Validators(row.etag, row.last_modified),
        page_title=row.title,
        page_hash=row.text_hash,
        article=article,
        feed_interval=interval,
        cases=judged,
    )


def _get_judged(session: Session, article_ids: Sequence[int]) -> dict[int, dict[int, JudgedCase]]:
    """Returns how enabled cases took each article, by article and case."""
    judged: dict[int, dict[int, JudgedCase]] = {}
    for row in session.execute(_select_judged(article_ids)):
        of_article = judged.setdefault(row.article_id, {})
        # The newest word on the subject counts; baseline is what the first text was.
        first = of_article.get(row.case_id, row)
        of_article[row.case_id] = JudgedCase(row.is_subject, first.is_baseline)
    return judged


def _select_judged(article_ids: Sequence[int]) -> Select[Any]:
    """Selects the verdicts of enabled cases on articles, in the order in which they learned."""
    of_enabled = select(*_JUDGED_COLUMNS).join(cases, _is_of_enabled_case())
    chosen = of_enabled.where(case_articles.c.article_id.in_(article_ids))
    return chosen.order_by(case_articles.c.id)


def _get_intervals(session: Session, article_ids: Sequence[int]) -> dict[int, timedelta]:
    """Returns the shortest interval of the feeds that brought each article, where one is known."""
    rows = session.execute(_select_intervals(article_ids))
    return {row.article_id: timedelta(seconds=row.seconds) for row in rows}


def _select_intervals(article_ids: Sequence[int]) -> Select[Any]:
    """Selects the seconds between two polls of the quickest feed of each article."""
    shortest = func.min(feeds.c.interval_seconds).label("seconds")
    return (
        select(entries.c.article_id, shortest)
        .join(feeds, feeds.c.id == entries.c.feed_id)
        .where(entries.c.article_id.in_(article_ids), feeds.c.interval_seconds.is_not(None))
        .group_by(entries.c.article_id)
    )


def finish_page(
    session: Session, page: DuePage, owner: str, check: PageCheck, *, now: datetime
) -> None:
    """Writes how asking for a claimed page went, and when that is due again.

    Raises:
        LeaseLost: another worker asks for the page now.
    """
    values = _checked_columns(check)
    if check.is_changed:
        values["changed_at"] = now
    # A page that its host held back has had no check.
    if check.was_asked:
        failures = page.failures + 1 if check.is_failure else 0
        values |= {"failures": failures, "checks": pages.c.checks + 1, "checked_at": now}
    leases.finish(session, pages, page.id, owner, **values)


def _checked_columns(check: PageCheck) -> dict[str, Any]:
    """Returns the columns that a check sets by itself; what it leaves empty stays as it is."""
    values: dict[str, Any] = {"next_check_at": check.next_check_at, "last_error": check.error}
    if check.seen:
        values |= _seen_columns(check.seen)
    # The check's own word on the status comes last and stands over the page's.
    named = {"state": check.state, "status": check.status}
    values |= {name: value for name, value in named.items() if value}
    return values


def insert_edit(
    session: Session, article_id: int, kind: Change, *, at: datetime, note: str = ""
) -> int:
    """Notes what became of an article's page; returns the edit's id."""
    # The time is part of the id: a page may go and come back several times.
    parts = (identify_article(session, article_id), kind.value, at.isoformat())
    uid = free_uid(session, edits, "edit", *parts)
    row = {"uid": uid, "article_id": article_id, "kind": kind.value, "note": note, "at": at}
    return insert_row(session, edits, {**row, **_UNCHANGED_TEXT})


def insert_revision_edit(
    session: Session, revision: RevisionKey, revised: Revised, *, at: datetime
) -> int:
    """Notes the class of a new revision; returns the edit's id."""
    # Unique by revision: a worker that repeats what it did before the crash fails here.
    values = {
        "uid": free_uid(session, edits, "edit", *identify_text(session, revision.revision_id)),
        "article_id": revision.article_id,
        "revision_id": revision.revision_id,
        "kind": revised.change.value,
        "note": "",
        "at": at,
    }
    return insert_row(session, edits, {**values, **_changed_text(revised)})


def _changed_text(revised: Revised) -> dict[str, Any]:
    """Returns the columns of what came and went with a revision; an event names the first of it."""
    added = revised.added[:_MAX_ADDED]
    return {
        "added": [{"text": sentence.text, "index": sentence.index} for sentence in added],
        "removed": [sentence.text for sentence in revised.removed[:_MAX_ADDED]],
        "changed_claims": list(map(asdict, revised.claims[:_MAX_ADDED])),
    }


def list_edits(session: Session, article_row_id: int) -> list[EditView]:
    """Returns what was done to an article, oldest first."""
    statement = (
        select(edits, revisions.c.number.label("revision"))
        .outerjoin(revisions, revisions.c.id == edits.c.revision_id)
        .where(edits.c.article_id == article_row_id)
        .order_by(edits.c.at, edits.c.id)
    )
    return [_edit_view(session, row) for row in session.execute(statement).all()]


def _edit_view(session: Session, row: Any) -> EditView:
    """Returns an edit without the places of its sentences: people read the words."""
    return as_value(
        EditView,
        row,
        id=row.uid,
        added=tuple(sentence["text"] for sentence in row.added),
        removed=tuple(row.removed),
        changed_claims=with_public_ids(session, row.changed_claims),
    )


def get_page(session: Session, article_row_id: int) -> PageView | None:
    """Returns how asking for an article's page goes, None when it has none."""
    row = session.execute(select(pages).where(pages.c.article_id == article_row_id)).one_or_none()
    return as_value(PageView, row, error=row.last_error) if row else None
