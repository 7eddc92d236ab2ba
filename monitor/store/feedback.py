"""What people think of verdicts: kept, shown, and held against a judge when it is rehearsed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlmodel import Session

from monitor.errors import NotFound
from monitor.store.tables import articles, case_articles, cases, feedback

KINDS = ("not_relevant", "not_new", "missed")


@dataclass(frozen=True, slots=True)
class FeedbackView:
    """A person's word on an article of a case: "not_relevant", "not_new" or "missed"."""

    case: str
    article_id: str
    url: str
    title: str
    kind: str
    note: str
    created_at: datetime


def give_feedback(session: Session, article_row: int, kind: str, *, case: str | None, note: str, now: datetime) -> list[str]:
    """Keeps a person's word on an article, in one case or in all that judged it; the latest word counts. Returns the cases.

    Raises:
        NotFound: no such case has judged the article.
    """
    judged = select(cases.c.id, cases.c.slug).join(case_articles, case_articles.c.case_id == cases.c.id).distinct()
    judged = judged.where(case_articles.c.article_id == article_row)
    rows = list(session.execute(judged if case is None else judged.where(cases.c.slug == case)))
    if not rows:
        raise NotFound("the article was judged for no such case", hint="`monitor why ID` shows the cases that it belongs to")
    ids = [row.id for row in rows]
    session.execute(delete(feedback).where(feedback.c.article_id == article_row, feedback.c.case_id.in_(ids)))
    values = {"article_id": article_row, "kind": kind, "note": note, "created_at": now}
    session.execute(insert(feedback), [{"case_id": case_id, **values} for case_id in ids])
    return [row.slug for row in rows]


def list_feedback(session: Session, *, case: str | None = None, article_row: int | None = None) -> list[FeedbackView]:
    """Returns what people said, newest first."""
    statement = (
        select(feedback, cases.c.slug, articles.c.uid, articles.c.url, articles.c.title)
        .join(cases, cases.c.id == feedback.c.case_id)
        .join(articles, articles.c.id == feedback.c.article_id)
        .order_by(feedback.c.created_at.desc(), feedback.c.id.desc())
    )
    if case is not None:
        statement = statement.where(cases.c.slug == case)
    if article_row is not None:
        statement = statement.where(feedback.c.article_id == article_row)
    return [FeedbackView(r.slug, r.uid, r.url, r.title, r.kind, r.note, r.created_at) for r in session.execute(statement)]
