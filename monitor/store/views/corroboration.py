"""Which newsrooms have a development: those of all articles that carry it, each once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import Session

from monitor.store.articles import stored_newsroom
from monitor.store.engine import chunks
from monitor.store.schema.selection import narrow
from monitor.store.schema.tables import articles, carriers


def get_newsrooms(
    session: Session, development_ids: Collection[int], *, as_of: datetime | None = None
) -> dict[int, tuple[str, ...]]:
    """Returns the newsrooms that have each development, the first to join first.

    Args:
        as_of: counts those who carried it then.
    """
    carried: dict[int, list[Any]] = {one: [] for one in development_ids}
    # A long timeline has more developments than a statement may have values.
    for part in chunks(list(carried)):
        chosen = narrow(_select_carriers(part), (as_of, carriers.c.joined_at.__le__))
        for row in session.execute(chosen):
            carried[row.development_id].append(row)
    return {one: name_newsrooms(rows) for one, rows in carried.items()}


def _select_carriers(development_ids: Collection[int]) -> Select[Any]:
    """Selects the carriers of developments in the order in which they joined."""
    return (
        select(carriers.c.development_id, articles.c.newsroom, articles.c.canonical_url)
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
