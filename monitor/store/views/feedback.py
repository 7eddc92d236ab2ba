"""What people think of verdicts: kept, shown, and held against the judge in replays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Subquery, and_, delete, func, insert, select
from sqlmodel import Session

from monitor.errors import NotFound
from monitor.model import Reason
from monitor.novelty import CALIBRATED, Label, ScoredArticle, score_article, shifted
from monitor.store.schema.rows import as_value
from monitor.store.schema.selection import narrow
from monitor.store.schema.tables import articles, case_articles, cases, feedback

# What a person says of an article that should have alerted, or did so rightly.
SAYS_NEW = frozenset({"missed", "new"})
# A person speaks of an article, not of one of its texts.
_IS_ON_VERDICT = and_(
    feedback.c.case_id == case_articles.c.case_id,
    feedback.c.article_id == case_articles.c.article_id,
)
_VIEW_COLUMNS = (
    cases.c.slug.label("case"),
    articles.c.uid.label("article_uid"),
    articles.c.url,
    articles.c.title,
)


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


def give_feedback(  # noqa: PLR0913 (callers name them)
    session: Session, article_row: int, kind: str, *, case: str | None, note: str, now: datetime
) -> list[str]:
    """Keeps a person's word on an article, in one case or in all that judged it; the latest word
    counts. Returns the cases.

    Raises:
        NotFound: no such case has judged the article.
    """
    judged = _get_judging_cases(session, article_row, case)
    if not judged:
        raise NotFound(
            "the article was judged for no such case",
            hint="`monitor why ID` shows the cases that it belongs to",
        )
    ids = list(judged.values())
    _forget(session, article_row, ids)
    values = {"article_id": article_row, "kind": kind, "note": note, "created_at": now}
    session.execute(insert(feedback), [{"case_id": case_id, **values} for case_id in ids])
    return list(judged)


def _forget(session: Session, article_row: int, case_ids: Sequence[int]) -> None:
    """Removes what was said before: case and article are unique, and the latest word counts."""
    given_before = and_(feedback.c.article_id == article_row, feedback.c.case_id.in_(case_ids))
    session.execute(delete(feedback).where(given_before))


def _get_judging_cases(session: Session, article_row: int, case: str | None) -> dict[str, int]:
    """Returns the rows of the cases that have judged an article, or of the one named, by slug."""
    judged = (
        select(cases.c.slug, cases.c.id)
        .join(case_articles, case_articles.c.case_id == cases.c.id)
        .where(case_articles.c.article_id == article_row)
        .distinct()
    )
    return dict(session.execute(narrow(judged, (case, cases.c.slug.__eq__))).all())


def get_labels(session: Session, slug: str) -> list[Label]:
    """Returns what people said about the newest verdicts of a case, with the scores before any
    shift.

    Only what was weighed has a score to learn from; baseline, for one, was never a question.
    """
    newest = _newest_verdicts(slug)
    statement = (
        select(case_articles.c.score, case_articles.c.reasons, feedback.c.kind)
        .join(newest, newest.c.id == case_articles.c.id)
        .join(feedback, _IS_ON_VERDICT)
    )
    rows = session.execute(statement)
    return [Label(_unshifted(row.score, row.reasons), row.kind in SAYS_NEW) for row in rows]


def get_scores(session: Session, slug: str, *, since: datetime) -> list[ScoredArticle]:
    """Returns the scores of what a case has judged since a time, each article by its newest
    verdict, with what people said; what no score decided is left out.
    """
    newest = _newest_verdicts(slug)
    columns = (case_articles.c.judged_at, case_articles.c.score, case_articles.c.reasons)
    statement = (
        select(*columns, feedback.c.kind)
        .join(newest, newest.c.id == case_articles.c.id)
        .outerjoin(feedback, _IS_ON_VERDICT)
        .where(case_articles.c.judged_at >= since)
        .order_by(case_articles.c.id)
    )
    scored = map(_score, session.execute(statement))
    return [article for article in scored if article]


def _score(row: Any) -> ScoredArticle | None:
    return get_score(row, is_new=None if row.kind is None else row.kind in SAYS_NEW)


def get_score(verdict: Any, *, is_new: bool | None = None) -> ScoredArticle | None:
    """Returns the score of a verdict's row; None where a gate decided.

    Args:
        is_new: what people said of it.
    """
    reasons = [Reason(**reason) for reason in verdict.reasons]
    return score_article(verdict.judged_at, verdict.score, reasons, is_new=is_new)


def _newest_verdicts(slug: str) -> Subquery:
    """Returns the row of the newest verdict on each article of a case, but baseline."""
    return (
        select(func.max(case_articles.c.id).label("id"))
        .join(cases, cases.c.id == case_articles.c.case_id)
        .where(cases.c.slug == slug, ~case_articles.c.is_baseline)
        .group_by(case_articles.c.article_id)
        .subquery()
    )


def _unshifted(score: float, reasons: Iterable[Mapping[str, Any]]) -> float:
    """Returns the score that the weights gave before feedback moved it."""
    return shifted(score, -get_shift(reasons))


def get_shift(reasons: Iterable[Mapping[str, Any]]) -> float:
    """Returns by how much feedback had moved the scores of a verdict, 0 where it had not."""
    moved = (reason["value"] for reason in reasons if reason["code"] == CALIBRATED)
    return next(moved, 0.0)


def list_feedback(
    session: Session, *, case: str | None = None, article_row: int | None = None
) -> list[FeedbackView]:
    """Returns what people said, of all articles or of those of a case or of one, newest first."""
    statement = narrow(
        _select_feedback(),
        (case, cases.c.slug.__eq__),
        (article_row, feedback.c.article_id.__eq__),
    )
    rows = session.execute(statement)
    return [as_value(FeedbackView, row, article_id=row.article_uid) for row in rows]


def _select_feedback() -> Select[Any]:
    """Selects what people said with the case and the article, newest first."""
    return (
        select(feedback, *_VIEW_COLUMNS)
        .join(cases, cases.c.id == feedback.c.case_id)
        .join(articles, articles.c.id == feedback.c.article_id)
        .order_by(feedback.c.created_at.desc(), feedback.c.id.desc())
    )
