"""What a signed link of a mail does, and that it does it once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlmodel import Session

from monitor.alerts.actions.signed import SILENCE_FOR, Act, SignedAct
from monitor.alerts.silences import Silence, SilenceKind
from monitor.errors import NotFound
from monitor.store.engine import insert_new
from monitor.store.schema.rows import as_value
from monitor.store.schema.tables import alerts, articles, cases, developments, stories, used_links
from monitor.store.silences.records import insert_silence
from monitor.store.views.feedback import give_feedback

COMMENT = "by a link in a mail"
_KINDS = {
    Act.NOT_RELEVANT: "not_relevant",
    Act.NOT_NEW: "not_new",
    # Not "missed": the digest told it.
    Act.WAS_NEWS: "new",
}


@dataclass(frozen=True, slots=True)
class ActedOn:
    """The alert that a link is about, in words for who clicked on it."""

    case: str
    case_title: str
    summary: str
    case_id: int
    article_row: int
    story_id: str


def get_acted_on(session: Session, alert_id: str) -> ActedOn:
    """Returns the alert that a link is about.

    Raises:
        NotFound: it is not stored any more.
    """
    columns = (
        cases.c.slug.label("case"),
        cases.c.title.label("case_title"),
        cases.c.id.label("case_id"),
        developments.c.summary,
        articles.c.id.label("article_row"),
        stories.c.uid.label("story_id"),
    )
    row = session.execute(
        select(*columns)
        .select_from(alerts)
        .join(developments, developments.c.id == alerts.c.development_id)
        .join(cases, cases.c.id == alerts.c.case_id)
        .join(articles, articles.c.id == developments.c.article_id)
        .join(stories, stories.c.id == developments.c.story_id)
        .where(alerts.c.uid == alert_id)
    ).first()
    if row is None:
        raise NotFound("what this link is about is not stored any more")
    return as_value(ActedOn, row)


def act_once(session: Session, token: str, what: SignedAct, now: datetime) -> bool:
    """Does what a link says; returns whether it had not been used before.

    Raises:
        NotFound: what it is about is not stored any more.
    """
    # Those that have ended are refused by their end: nothing has to be remembered of them.
    session.execute(delete(used_links).where(used_links.c.ends_at < now))
    key = hashlib.sha256(token.encode()).hexdigest()
    used = {"token_hash": key, "ends_at": what.ends_at}
    # The key is unique: of two that use a link at once one finds it used.
    if not insert_new(session, used_links, [used], returning="token_hash"):
        return False
    _act(session, what, get_acted_on(session, what.alert_id), now)
    return True


def _act(session: Session, what: SignedAct, about: ActedOn, now: datetime) -> None:
    if what.act is Act.SILENCE:
        ends_at = now + SILENCE_FOR
        silence = Silence(0, about.case_id, SilenceKind.STORY, about.story_id, COMMENT, ends_at)
        insert_silence(session, silence, now)
        return
    give_feedback(
        session, about.article_row, _KINDS[what.act], case=about.case, note=COMMENT, now=now
    )
