"""Which days the articles of a case speak of, and how much each of them matters.

What journalists put into a timeline years later are the days that later reports still name (date
selection, in the field of timeline summarization: Tran et al., "Balancing Novelty and Salience",
2013)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import Session

from monitor.store.schema.selection import narrow
from monitor.store.schema.tables import articles, case_articles, cases, revisions, sentences

_NEXT_DAY = timedelta(days=1)
_LATER_WEIGHT = 2.0  # the report of the day itself says little on what will be remembered


@dataclass(frozen=True, slots=True)
class Mention:
    """A day that an article names, and the day of the article."""

    article_id: int
    told_on: date
    day: date


def list_mentions(session: Session, slug: str, *, as_of: datetime | None = None) -> set[Mention]:
    """Returns the days that the articles of a case name, each once an article.

    Args:
        as_of: of the articles that were found until then.
    """
    found = set()
    for row in session.execute(_select_named_days(slug, as_of)):
        told_on = (row.published_at or row.found_at).date()
        for day in row.days:
            found.add(Mention(row.id, told_on, date.fromisoformat(day)))
    return found


def _select_named_days(slug: str, as_of: datetime | None) -> Select[Any]:
    """Selects the days of each sentence that names one, with its article."""
    # Read out of the stored facts by the database: their texts and names stay where they are.
    days = sentences.c.facts["d"]
    statement = (
        select(articles.c.id, articles.c.published_at, articles.c.found_at, days.label("days"))
        .join(revisions, revisions.c.id == sentences.c.revision_id)
        .join(articles, articles.c.id == revisions.c.article_id)
        .join(case_articles, case_articles.c.revision_id == revisions.c.id)
        .join(cases, cases.c.id == case_articles.c.case_id)
        .where(cases.c.slug == slug, days.as_string().is_not(None))
    )
    return narrow(statement, (as_of, articles.c.found_at.__le__))


def weigh_days(mentions: Iterable[Mention]) -> dict[date, float]:
    """Returns how much each day matters: how many articles name it, those of later days twice."""
    weights: dict[date, float] = defaultdict(float)
    for mention in mentions:
        is_later = mention.told_on - mention.day > _NEXT_DAY
        weights[mention.day] += _LATER_WEIGHT if is_later else 1.0
    return dict(weights)
