"""What was done to a story, for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlmodel import Session

from monitor.store.schema.rows import as_value
from monitor.store.schema.tables import stories, story_changes


@dataclass(frozen=True, slots=True)
class StoryChangeView:
    """What a person did to two stories.

    Attributes:
        before, after: the story that articles left, and the one that they went into.
        articles: how many.
        undone_at: None while it is in force.
    """

    id: str
    kind: str
    before: str
    after: str
    articles: int
    made_by: str
    comment: str
    made_at: datetime
    undone_at: datetime | None


def list_changes(session: Session, story: int) -> list[StoryChangeView]:
    """Returns what was done to a story, oldest first."""
    before, after = stories.alias("before"), stories.alias("after")
    statement = (
        select(story_changes, before.c.uid.label("before"), after.c.uid.label("after"))
        .join(before, before.c.id == story_changes.c.from_id)
        .join(after, after.c.id == story_changes.c.into_id)
        .where(or_(story_changes.c.from_id == story, story_changes.c.into_id == story))
        .order_by(story_changes.c.id)
    )
    rows = session.execute(statement)
    return [as_value(StoryChangeView, row, id=row.uid, articles=len(row.articles)) for row in rows]
