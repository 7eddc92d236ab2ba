"""What a case knows: its index, brought up to what the store holds."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from monitor.novelty import CaseIndex
from monitor.pipeline.context import Context, WatchedCase
from monitor.pipeline.embed import usable_encoder
from monitor.store.cases import (
    count_learned,
    get_known_articles,
    get_known_developments,
    get_told_articles,
)

# Articles read into an index with one statement.
MEMORY_PAGE = 500


def refresh_index(session: Session, ctx: Context, case: WatchedCase, now: datetime) -> CaseIndex:
    """Returns the index of a locked case, brought up to what the store holds."""
    index = ctx.indexes.get_index(case.id, case.settings.events)
    encoder = usable_encoder(ctx)
    # What alerted late, when a second newsroom had it, shows in developments only.
    if index.last_sequence < 0:
        index.told |= get_told_articles(session, case.id)
    learn_articles(session, index, case.id, encoder=encoder.name if encoder else None)
    # Anew each time: one that was unconfirmed is confirmed late, so there is no order in which
    # they come.
    since = now - ctx.judge_settings.join_span
    index.developments = get_known_developments(session, case.id, since=since)
    index.told.update(known.article_id for known in index.developments)
    return index


def learn_articles(
    session: Session, index: CaseIndex, case_id: int, *, encoder: str | None = None
) -> None:
    """Adds the articles that the case learned since the index was last used, in that order."""
    # A case that is known already has learned a few since.
    is_empty = index.last_sequence < 0
    further = count_learned(session, case_id) if is_empty else 0
    while True:
        learned = get_known_articles(
            session, case_id, after=index.last_sequence, limit=MEMORY_PAGE, encoder=encoder
        )
        for article in learned:
            further -= 1
            index.add(article, further=further)
        if len(learned) < MEMORY_PAGE:
            return
