"""Looking up texts that may be copies of a new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Select, bindparam, exists, func, select
from sqlmodel import Session

from monitor.store.engine import as_list, is_on_sqlite, listed
from monitor.store.schema.tables import (
    case_articles,
    fingerprints,
    revisions,
)

# A hash that more revisions share is boilerplate: it finds everything and says nothing.
MAX_SHARERS = 200
# Texts that are compared with a new one in full: that is exact, and dear.
MAX_CANDIDATES = 20
# One shared hash may be chance: a name, a date line.
MIN_HITS = 2


@dataclass(frozen=True, slots=True)
class CopyCandidate:
    """A stored text that shares sampled hashes with a new one."""

    article_id: int
    text: str


def find_copies(
    session: Session, case_id: int, hashes: Sequence[int], *, article_id: int | None
) -> list[CopyCandidate]:
    """Returns texts of the case that share at least two sampled hashes with a new one, most shared
    first.

    Args:
        article_id: an article that is not to be compared with itself.
    """
    values = {"hashes": as_list(hashes), "case": case_id, "own": article_id or 0}
    rows = session.execute(_copies(is_on_sqlite(session)), values)
    return [CopyCandidate(*row) for row in rows]


@cache
def _copies(on_sqlite: bool) -> Select[tuple[int, str]]:
    """Selects the texts that share most of the `hashes`, of those that the `case` judged, but for
    its `own` article's. Made once: to put it together takes longer than to run it.
    """
    sharing, columns = _sharing(on_sqlite).subquery(), case_articles.c
    # Asked of each revision: joined, SQLite went through all that the case ever judged.
    judged = exists().where(
        columns.case_id == bindparam("case"),
        columns.revision_id == revisions.c.id,
        # An article's own earlier texts are no copies of it.
        columns.article_id != bindparam("own"),
    )
    texts = select(revisions.c.article_id, revisions.c.text)
    texts = texts.join(sharing, sharing.c.revision_id == revisions.c.id).where(judged)
    # The row breaks ties, so that both databases agree.
    return texts.order_by(sharing.c.hits.desc(), revisions.c.id).limit(MAX_CANDIDATES)


def _sharing(on_sqlite: bool) -> Select[tuple[int, int]]:
    """Selects the revisions that share several of the `hashes`, of any case, and how many."""
    asked = listed("hashes", on_sqlite)
    # Counted over all cases: what a site's every page has is boilerplate for each of them.
    sharers = select(fingerprints.c.hash).where(fingerprints.c.hash.in_(asked))
    rare = sharers.group_by(fingerprints.c.hash).having(func.count() <= MAX_SHARERS)
    hits = func.count().label("hits")
    sharing = select(fingerprints.c.revision_id, hits).where(fingerprints.c.hash.in_(rare))
    return sharing.group_by(fingerprints.c.revision_id).having(hits >= MIN_HITS)
