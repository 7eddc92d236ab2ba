"""Joining stories and taking articles out of one.

Which story an article belongs to stands with its verdicts and developments, and a later article
goes where those are that it reports or copies: what a person moved stays moved, and draws after it
what comes. Nothing is deleted: each change says what it moved, and can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlmodel import Session

from monitor.errors import MonitorError, NotFound
from monitor.store.articles import make_uid
from monitor.store.articles.identity import identify_article
from monitor.store.engine import chunks, insert_row
from monitor.store.schema.tables import (
    case_articles,
    developments,
    silences,
    stories,
    story_changes,
)


@dataclass(frozen=True, slots=True)
class By:
    """Who changes something, why and when."""

    name: str
    comment: str
    at: datetime


def merge_stories(session: Session, kept: int, gone: int, by: By) -> str:
    """Moves all articles of one story into another; returns the id of the change.

    Raises:
        MonitorError: they are one story, or of two cases.
    """
    if kept == gone:
        raise MonitorError("a story cannot be joined with itself", hint="name two of them")
    if _get_case(session, kept) != _get_case(session, gone):
        raise MonitorError("the stories are of two cases, and stay apart")
    return _change(session, "merge", (gone, kept), get_rows_in_story(session, gone), by)


def split_story(session: Session, story: int, articles: Sequence[int], by: By) -> str:
    """Moves articles of a story, by their rows, into a new one; returns the id of the change.

    Raises:
        MonitorError: one of them is not in the story, or none would stay.
    """
    there = get_rows_in_story(session, story)
    moved = [row for row in there if row in set(articles)]
    if len(moved) != len(set(articles)):
        raise MonitorError("an article is not in the story", hint="`monitor stories show` has them")
    if len(moved) == len(there):
        raise MonitorError("no article would stay in the story", hint="name some of them")
    new = _insert_story(session, story, moved[0], by.at)
    return _change(session, "split", (story, new), moved, by)


def _insert_story(session: Session, beside: int, article: int, now: datetime) -> int:
    """Opens a story in the case of another one; returns its row."""
    # Not by its first article, as others are: a story may have begun with it and be empty now.
    origin = session.execute(select(stories).where(stories.c.id == beside)).one()
    named = identify_article(session, article)
    uid = make_uid("story split", origin.uid, named, now.isoformat())
    row = {"uid": uid, "case_id": origin.case_id, "first_article_id": article, "created_at": now}
    return insert_row(session, stories, row)


def undo_change(session: Session, change: int, now: datetime) -> int:
    """Moves back what a change moved, as far as it is still there; returns how many articles.

    Raises:
        MonitorError: it was undone before.
    """
    row = session.execute(select(story_changes).where(story_changes.c.id == change)).one()
    if row.undone_at is not None:
        raise MonitorError("this was undone before")
    # What was moved on meanwhile belongs to a later change.
    there = set(get_rows_in_story(session, row.into_id))
    back = [article for article in row.articles if article in there]
    _move(session, (row.into_id, row.from_id), back)
    _turn_silences(session, (row.into_id, row.from_id), row.silences)
    undone = update(story_changes).where(story_changes.c.id == change)
    session.execute(undone.values(undone_at=now))
    return len(back)


def follow_merges(session: Session, story: int) -> int:
    """Returns the story into which all articles of a story went; itself where it has some."""
    seen: set[int] = set()
    while story not in seen and not get_rows_in_story(session, story):
        seen.add(story)
        into = session.scalar(
            select(story_changes.c.into_id)
            .where(story_changes.c.from_id == story, story_changes.c.undone_at.is_(None))
            .order_by(story_changes.c.id.desc())
            .limit(1)
        )
        story = story if into is None else int(into)
    return story


def get_rows_in_story(session: Session, story: int) -> list[int]:
    """Returns the rows of a story's articles, in the order in which the case learned of them."""
    first = func.min(case_articles.c.id)
    of_story = select(case_articles.c.article_id).where(case_articles.c.story_id == story)
    ordered = of_story.group_by(case_articles.c.article_id).order_by(first)
    return list(session.execute(ordered).scalars())


def _get_case(session: Session, story: int) -> int:
    case = session.scalar(select(stories.c.case_id).where(stories.c.id == story))
    if case is None:
        raise NotFound("there is no such story")
    return int(case)


_Way = tuple[int, int]  # the story that articles leave, and the one that they go into


def _change(session: Session, kind: str, way: _Way, articles: Sequence[int], by: By) -> str:
    """Moves articles and notes it; returns the id of the change."""
    _move(session, way, articles)
    told = _turn_silences(session, way) if kind == "merge" else []
    uids = _get_uids(session, way)
    parts = (kind, uids[way[0]], uids[way[1]], by.at.isoformat())
    row: dict[str, Any] = {
        "uid": make_uid("story change", *parts),
        "kind": kind,
        "from_id": way[0],
        "into_id": way[1],
        "articles": list(articles),
        "silences": told,
        "made_by": by.name,
        "comment": by.comment,
        "made_at": by.at,
    }
    insert_row(session, story_changes, row)
    return str(row["uid"])


def _move(session: Session, way: _Way, articles: Iterable[int]) -> None:
    """Moves verdicts and developments of articles from one story into another."""
    for table in (case_articles, developments):
        for chunk in chunks(list(articles)):
            moved = update(table).where(table.c.story_id == way[0], table.c.article_id.in_(chunk))
            session.execute(moved.values(story_id=way[1]))
    for story in way:
        # The story is called after its first article; one that is empty keeps its name.
        if there := get_rows_in_story(session, story):
            named = update(stories).where(stories.c.id == story)
            session.execute(named.values(first_article_id=there[0]))


def _get_uids(session: Session, way: _Way) -> dict[int, str]:
    """Returns the public ids of two stories by their rows."""
    columns = (stories.c.id, stories.c.uid)
    return dict(session.execute(select(*columns).where(stories.c.id.in_(way))).all())


def _turn_silences(session: Session, way: _Way, only: Sequence[str] | None = None) -> list[str]:
    """Lets silences of one story hold for another; returns their ids.

    Args:
        only: these alone; None for all of the story.
    """
    uids = _get_uids(session, way)
    turned = update(silences).where(silences.c.kind == "story", silences.c.value == uids[way[0]])
    if only is not None:
        turned = turned.where(silences.c.uid.in_(list(only)))
    done = session.execute(turned.values(value=uids[way[1]]).returning(silences.c.uid))
    return sorted(done.scalars())
