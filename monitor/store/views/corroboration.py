"""Which newsrooms have a development: those of all articles that carry it, each once; and by how
much the first was before the next.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select
from sqlmodel import Session

from monitor.store.articles import stored_newsroom
from monitor.store.articles.identity import is_edit
from monitor.store.engine import chunks
from monitor.store.schema.selection import narrow
from monitor.store.schema.tables import articles, carriers, case_articles, revisions

_INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class Spread:
    """How a development went from newsroom to newsroom.

    Attributes:
        newsrooms: that have it, each once, the first to join first.
        first: the outlet that published it first; empty where nobody carries it.
        following: the outlet of another newsroom that came next; empty where none did.
        lead: by how much the first was before that one; None without one.
    """

    newsrooms: tuple[str, ...]
    first: str
    following: str = ""
    lead: timedelta | None = None


def get_spreads(
    session: Session, development_ids: Collection[int], *, as_of: datetime | None = None
) -> dict[int, Spread]:
    """Returns how each development went from newsroom to newsroom; arguments as in
    `get_newsrooms`.
    """
    carried = _get_carried(session, development_ids, as_of)
    return {one: _spread(rows) for one, rows in carried.items()}


def _spread(rows: Sequence[Any]) -> Spread:
    names = name_newsrooms(rows)
    # Whose text a page of an aggregator is nobody knows: it is first only where it is alone.
    told = sorted(map(_moment, filter(stored_newsroom, rows) if names else rows), key=_AT)
    if not told:
        return Spread(names, "")
    began, first = told[0]
    own = stored_newsroom(first)
    for at, row in told:
        if stored_newsroom(row) != own:
            return Spread(names, first.outlet, row.outlet, at - began)
    return Spread(names, first.outlet)


_AT = itemgetter(0)


def _moment(row: Any) -> tuple[datetime, Any]:
    # What was added to an article was not there when it was published.
    if row.is_edit:
        return row.joined_at, row
    # A day without an hour would be before every hour of it.
    is_known = row.published_at and row.published_precision == _INSTANT
    return (row.published_at if is_known else row.found_at), row


def get_newsrooms(
    session: Session, development_ids: Collection[int], *, as_of: datetime | None = None
) -> dict[int, tuple[str, ...]]:
    """Returns the newsrooms that have each development, the first to join first.

    Args:
        as_of: counts those who carried it then.
    """
    carried = _get_carried(session, development_ids, as_of)
    return {one: name_newsrooms(rows) for one, rows in carried.items()}


def _get_carried(
    session: Session, development_ids: Collection[int], as_of: datetime | None
) -> dict[int, list[Any]]:
    """Returns who carries each development, the first to join first."""
    carried: dict[int, list[Any]] = {one: [] for one in development_ids}
    # A long timeline has more developments than a statement may have values.
    for part in chunks(list(carried)):
        chosen = narrow(_select_carriers(part), (as_of, carriers.c.joined_at.__le__))
        for row in session.execute(chosen):
            carried[row.development_id].append(row)
    return carried


_COLUMNS = (
    *(articles.c.newsroom, articles.c.canonical_url, articles.c.outlet, articles.c.found_at),
    *(articles.c.published_at, articles.c.published_precision),
)


def joined_by_edit() -> ColumnElement[bool]:
    """Returns the condition that an article joined by a later text: that of the verdict which was
    reached at that moment.
    """
    return exists().where(
        case_articles.c.article_id == carriers.c.article_id,
        case_articles.c.judged_at == carriers.c.joined_at,
        case_articles.c.revision_id == revisions.c.id,
        is_edit(),
    )


def _select_carriers(development_ids: Collection[int]) -> Select[Any]:
    """Selects the carriers of developments in the order in which they joined."""
    return (
        select(
            *(carriers.c.development_id, carriers.c.joined_at, *_COLUMNS),
            joined_by_edit().label("is_edit"),
        )
        .join(articles, articles.c.id == carriers.c.article_id)
        .where(carriers.c.development_id.in_(development_ids))
        .order_by(carriers.c.joined_at, articles.c.id)
    )


def name_newsrooms(rows: Iterable[Any]) -> tuple[str, ...]:
    """Returns the newsrooms of articles, by their rows, each once and in that order."""
    # A page of an aggregator has none: it may be anybody's, also that of a newsroom named here.
    return tuple(dict.fromkeys(filter(None, map(stored_newsroom, rows))))


def count_newsrooms(names: Collection[str]) -> int:
    """Returns how many newsrooms have a development: somebody wrote it, whoever that is."""
    return max(1, len(names))
