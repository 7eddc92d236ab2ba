"""Looking up texts that may be copies of a new one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import Session

from monitor.store.engine import chunks
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
    shared = _count_shared(session, hashes)
    several = [revision_id for revision_id, hits in shared.items() if hits >= MIN_HITS]
    judged = _keep_judged(session, case_id, several, article_id)
    # The row breaks ties, so that both databases agree.
    judged.sort(key=lambda revision_id: (-shared[revision_id], revision_id))
    return _get_candidates(session, judged[:MAX_CANDIDATES])


def _get_candidates(session: Session, revision_ids: Sequence[int]) -> list[CopyCandidate]:
    """Returns the texts of revisions, in the order that these are given in."""
    columns = (revisions.c.id, revisions.c.article_id, revisions.c.text)
    texts = select(*columns).where(revisions.c.id.in_(revision_ids))
    found = {row.id: CopyCandidate(row.article_id, row.text) for row in session.execute(texts)}
    return [found[revision_id] for revision_id in revision_ids]


def _count_shared(session: Session, hashes: Sequence[int]) -> Counter[int]:
    """Returns how many of the hashes each stored revision has, of any case."""
    shared: Counter[int] = Counter()
    # A long text has more hashes than a statement may have values.
    for part in chunks(list(hashes)):
        rare = list(session.scalars(_rare_hashes(part)))
        having = select(fingerprints.c.revision_id).where(fingerprints.c.hash.in_(rare))
        shared.update(session.scalars(having))
    return shared


def _keep_judged(
    session: Session, case_id: int, revision_ids: Sequence[int], article_id: int | None
) -> list[int]:
    """Returns those of the revisions that the case judged."""
    # A statement of its own: joined, SQLite went through all that the case ever judged.
    judged = select(case_articles.c.revision_id).where(case_articles.c.case_id == case_id)
    if article_id is not None:
        # An article's own earlier texts are no copies of it.
        judged = judged.where(case_articles.c.article_id != article_id)
    kept: list[int] = []
    for part in chunks(list(revision_ids)):
        kept += session.scalars(judged.where(case_articles.c.revision_id.in_(part)))
    return kept


def _rare_hashes(hashes: Sequence[int]) -> Select[Any]:
    """Selects those of the hashes that are no boilerplate."""
    # Counted over all cases: what a site's every page has is boilerplate for each of them.
    sharers = select(fingerprints.c.hash).where(fingerprints.c.hash.in_(hashes))
    return sharers.group_by(fingerprints.c.hash).having(func.count() <= MAX_SHARERS)
