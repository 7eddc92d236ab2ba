"""Silences: added, listed, ended. One that has ended stays: it says why something was late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session

from monitor.alerts.silences import Silence, SilenceKind
from monitor.errors import NotFound
from monitor.store.articles import make_uid
from monitor.store.engine import insert_row
from monitor.store.schema.rows import as_value
from monitor.store.schema.selection import resolve_uid
from monitor.store.schema.tables import cases, silences, stories
from monitor.store.stories import follow_merges


@dataclass(frozen=True, slots=True)
class SilenceView:
    """A silence as people see it; `case` is empty where it holds for all."""

    id: str
    case: str
    kind: str
    value: str
    comment: str
    created_at: datetime
    ends_at: datetime


def insert_silence(session: Session, silence: Silence, now: datetime) -> str:
    """Stores a silence, whose row gets an id of its own; returns its public id."""
    parts = (silence.kind, silence.value, now.isoformat(), str(silence.case_id))
    uid = make_uid("silence", *parts)
    row = {
        "uid": uid,
        "case_id": silence.case_id,
        "kind": silence.kind.value,
        "value": silence.value,
        "comment": silence.comment,
        "created_at": now,
        "ends_at": silence.ends_at,
    }
    insert_row(session, silences, row)
    return uid


def get_silences(session: Session) -> list[Silence]:
    """Returns all silences, those that have ended as well."""
    rows = session.execute(select(silences).order_by(silences.c.id))
    return list(map(_silence, rows))


def _silence(row: Any) -> Silence:
    kind = SilenceKind(row.kind)
    return Silence(row.id, row.case_id, kind, row.value, row.comment, row.ends_at)


def list_silences(session: Session, *, now: datetime, with_ended: bool) -> list[SilenceView]:
    """Returns silences for people, those that end next first.

    Args:
        with_ended: also those that have ended.
    """
    columns = (silences, silences.c.uid.label("public_id"), cases.c.slug)
    chosen = select(*columns).outerjoin(cases, cases.c.id == silences.c.case_id)
    if not with_ended:
        chosen = chosen.where(silences.c.ends_at > now)
    # A silence of all cases has no slug.
    return list(map(_view, session.execute(chosen.order_by(silences.c.ends_at, silences.c.id))))


def _view(row: Any) -> SilenceView:
    return as_value(SilenceView, row, id=row.public_id, case=row.slug or "")


def expire_silence(session: Session, silence_id: int, now: datetime) -> bool:
    """Ends a silence now; returns whether it was in force."""
    # One that has ended keeps its end.
    in_force = update(silences).where(silences.c.id == silence_id, silences.c.ends_at > now)
    ended = session.execute(in_force.values(ends_at=now).returning(silences.c.id))
    return bool(list(ended))


def find_case_id(session: Session, slug: str) -> int:
    """Returns the row of a case.

    Raises:
        NotFound: the store does not know it yet.
    """
    found = session.execute(select(cases.c.id).where(cases.c.slug == slug)).scalar()
    if found is None:
        hint = "it is stored by the first `monitor poll` or `monitor run`"
        raise NotFound(f"the case {slug!r} is not stored yet", hint=hint)
    return int(found)


def find_story_uid(session: Session, prefix: str) -> str:
    """Returns the public id of the one story that begins so, or of that into which it was merged.

    Raises:
        NotFound: none does, or more than one.
    """
    story = follow_merges(session, resolve_uid(session, stories, prefix, "a story"))
    return str(session.scalar(select(stories.c.uid).where(stories.c.id == story)))
