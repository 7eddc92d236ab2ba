"""What people think of verdicts: kept, shown, and held against a judge when it is rehearsed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlmodel import Session

from monitor.errors import NotFound
from monitor.novelty import CALIBRATED, Label, shifted
from monitor.store.schema.tables import articles, case_articles, cases, feedback

SAYS_NEW = frozenset({"missed", "new"})


@dataclass(frozen=True, slots=True)
class FeedbackView:
    """A person's word on an article of a case: "not_relevant", "not_new", "missed" or "new"."""

    case: str
    article_id: str
    url: str
    title: str
    kind: str
    note: str
    created_at: datetime


def give_feedback(
    session: Session, article_row: int, kind: str, *, case: str | None, note: str, now: datetime
) -> list[str]:
    """Keeps a person's word on an article, in one case or in all that judged it; the latest word
    counts. Returns the cases.

    Raises:
        NotFound: no such case has judged the article.
    """
    judged = (
        select(cases.c.id, cases.c.slug)
        .join(case_articles, case_articles.c.case_id == cases.c.id)
        .distinct()
    )
    judged = judged.where(case_articles.c.article_id == article_row)
    rows = list(session.execute(judged if case is None else judged.where(cases.c.slug == case)))
    if not rows:
        raise NotFound(
            "the article was judged for no such case",
            hint="`monitor why ID` shows the cases that it belongs to",
        )
    ids = [row.id for row in rows]
    session.execute(
        delete(feedback).where(feedback.c.article_id == article_row, feedback.c.case_id.in_(ids))
    )
    values = {"article_id": article_row, "kind": kind, "note": note, "created_at": now}
    session.execute(insert(feedback), [{"case_id": case_id, **values} for case_id in ids])
    return [row.slug for row in rows]


def get_labels(session: Session, slug: str) -> list[Label]:
    """Returns what people said about the newest verdicts of a case, with the scores before any
    shift.

    Only what was weighed has a score to learn from; baseline, for one, was never a question.
    """
    newest = (
        select(func.max(case_articles.c.id).label("id"))
        .join(cases, cases.c.id == case_articles.c.case_id)
        .where(cases.c.slug == slug, ~case_articles.c.is_baseline)
        .group_by(case_articles.c.article_id)
        .subquery()
    )
    statement = (
        select(case_articles.c.score, case_articles.c.reasons, feedback.c.kind)
        .join(newest, newest.c.id == case_articles.c.id)
        .join(
            feedback,
            (feedback.c.case_id == case_articles.c.case_id)
            & (feedback.c.article_id == case_articles.c.article_id),
        )
    )
    return [
        Label(_unshifted(row.score, row.reasons), row.kind in SAYS_NEW)
        for row in session.execute(statement)
    ]


def _unshifted(score: float, reasons: list[dict[str, Any]]) -> float:
    shift = next((reason["value"] for reason in reasons if reason["code"] == CALIBRATED), 0.0)
    return shifted(score, -shift)


def list_feedback(
    session: Session, *, case: str | None = None, article_row: int | None = None
) -> list[FeedbackView]:
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
    return [
        FeedbackView(r.slug, r.uid, r.url, r.title, r.kind, r.note, r.created_at)
        for r in session.execute(statement)
    ]
