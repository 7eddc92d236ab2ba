"""Whose database it is: the config folder that it belongs to, and cases that changed their names.

A config disables every case that it does not name. With another folder's config, or after a file
was renamed, that would silence a case without a word; so it is refused before anything is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlmodel import Session

from monitor.errors import MonitorError
from monitor.store.cases import CaseSpec
from monitor.store.schema.tables import case_articles, cases, config_folders, entry_matches

_DISOWN = (
    "give it a database of its own (database_url in its monitor.toml), or start it once with "
    "--adopt to take this one over"
)


@dataclass(frozen=True, slots=True)
class RenamedCase:
    """A case whose file is gone, and the new one that has its query."""

    before: str
    after: str


def get_folder(session: Session) -> str | None:
    """Returns the config folder that the database belongs to, None when it is nobody's yet."""
    found: str | None = session.execute(select(config_folders.c.path)).scalar_one_or_none()
    return found


def require_folder(session: Session, folder: str) -> None:
    """Refuses the config of another folder.

    Raises:
        MonitorError: the database belongs to another one.
    """
    owner = get_folder(session)
    if owner is not None and owner != folder:
        raise MonitorError(
            f"this database belongs to the config in {owner}, not to {folder}", hint=_DISOWN
        )


def adopt(session: Session, folder: str, now: datetime) -> None:
    """Makes the database belong to a config folder."""
    if get_folder(session) != folder:
        session.execute(delete(config_folders))
        session.execute(insert(config_folders).values(path=folder, adopted_at=now))


def require_names(session: Session, specs: Sequence[CaseSpec]) -> None:
    """Refuses a config in which a case has another name than in the store.

    Raises:
        MonitorError: one has; its history would stay behind with the old name.
    """
    for renamed in find_renamed(session, specs):
        raise MonitorError(
            f"the case {renamed.before!r} left the config, and {renamed.after!r} is new with its "
            "query",
            hint=f"`monitor cases rename {renamed.before} {renamed.after}` keeps its history; to "
            "begin anew give it another query",
        )


def find_renamed(session: Session, specs: Sequence[CaseSpec]) -> list[RenamedCase]:
    """Returns the cases that seem to go on under another name."""
    stored = session.execute(select(cases.c.slug, cases.c.query, cases.c.is_enabled))
    rows = stored.all()
    known, wanted = {row.slug for row in rows}, {spec.slug for spec in specs}
    gone = [row for row in rows if row.is_enabled and row.slug not in wanted]
    return [
        RenamedCase(row.slug, spec.slug)
        for row in gone
        for spec in specs
        if spec.slug not in known and spec.query == row.query
    ]


def rename_case(session: Session, before: str, after: str) -> bool:
    """Gives a case another slug; all that it knows stays its own. Returns whether there was one.

    Raises:
        MonitorError: another case with a history of its own has the new slug.
    """
    ids = dict(session.execute(select(cases.c.slug, cases.c.id)).all())
    if before not in ids:
        return False
    if after in ids:
        _remove_empty(session, after, ids[after])
    session.execute(update(cases).where(cases.c.slug == before).values(slug=after))
    return True


def _remove_empty(session: Session, slug: str, case_id: int) -> None:
    """Removes a case that has learned nothing: it was there only because of its name."""
    verdicts = select(func.count()).where(case_articles.c.case_id == case_id)
    if session.execute(verdicts).scalar_one():
        raise MonitorError(f"the case {slug!r} has a history of its own", hint="take another name")
    session.execute(delete(entry_matches).where(entry_matches.c.case_id == case_id))
    session.execute(delete(cases).where(cases.c.id == case_id))
