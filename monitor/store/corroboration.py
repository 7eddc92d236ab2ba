"""Articles in doubt, and the developments they become when another outlet has the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session

from monitor.model import Sentence
from monitor.novelty import told_keys
from monitor.store.articles import make_uid
from monitor.store.cases import get_sentences, is_row_unconfirmed
from monitor.store.engine import insert_new
from monitor.store.schema.tables import (
    alert_channels,
    alerts,
    articles,
    case_articles,
    developments,
)
from monitor.store.verdicts import AlertTarget, add_carrier


@dataclass(frozen=True, slots=True)
class UnconfirmedVerdict:
    """The verdict on an article in doubt.

    Attributes:
        told: its sentences that were held for new.
        event_keys: of what they tell.
    """

    verdict_id: int
    case_id: int
    article_id: int
    revision_id: int
    story_id: int
    title: str
    published_at: datetime | None
    told: tuple[Sentence, ...]
    event_keys: tuple[str, ...]


def get_unconfirmed(session: Session, case_id: int, article_id: int) -> UnconfirmedVerdict | None:
    """Returns the newest verdict in doubt on an article; None if there is none, or if the article
    has alerted since.

    An edit without news leaves the doubt as it was.
    """
    verdicts = (
        select(
            case_articles, articles.c.title, articles.c.published_at, developments.c.is_confirmed
        )
        .join(articles, articles.c.id == case_articles.c.article_id)
        .outerjoin(developments, developments.c.case_article_id == case_articles.c.id)
        .where(case_articles.c.case_id == case_id, case_articles.c.article_id == article_id)
        .order_by(case_articles.c.id.desc())
    )
    row = next(
        (row for row in session.execute(verdicts) if row.is_confirmed or is_row_unconfirmed(row)),
        None,
    )
    return None if row is None or row.is_confirmed else _doubted(session, row)


def _doubted(session: Session, row: Any) -> UnconfirmedVerdict:
    sentences = get_sentences(session, [row.revision_id]).get(row.revision_id, [])
    told, keys = told_keys(sentences, [sentence["key"] for sentence in row.new_sentences])
    return UnconfirmedVerdict(
        verdict_id=row.id,
        case_id=row.case_id,
        article_id=row.article_id,
        revision_id=row.revision_id,
        story_id=row.story_id,
        title=row.title,
        published_at=row.published_at,
        told=tuple(told),
        event_keys=tuple(keys),
    )


def confirm_development(
    session: Session, doubted: UnconfirmedVerdict, *, targets: Sequence[AlertTarget], now: datetime
) -> int:
    """Stores the development of an article in doubt as confirmed, with its alert; returns its id.

    One that a digest carries as unconfirmed is the same development: it keeps its id, and its alert
    goes to the channels that do not wait for it yet."""
    values = {
        "uid": make_uid("development", doubted.case_id, doubted.revision_id),
        "case_id": doubted.case_id,
        "story_id": doubted.story_id,
        "article_id": doubted.article_id,
        "case_article_id": doubted.verdict_id,
        "is_confirmed": True,
        "summary": doubted.told[0].text if doubted.told else doubted.title,
        "event_keys": list(doubted.event_keys),
        "sentence_keys": [sentence.key for sentence in doubted.told],
        "first_published_at": doubted.published_at,
        "created_at": now,
    }
    if not insert_new(session, developments, [values], returning="id"):
        confirmed = update(developments).where(developments.c.case_article_id == doubted.verdict_id)
        session.execute(confirmed.values(is_confirmed=True, created_at=now))
    found = select(developments.c.id).where(developments.c.case_article_id == doubted.verdict_id)
    development_id = int(session.execute(found).scalar_one())
    add_carrier(session, [development_id], doubted.article_id, now)
    alert = {
        "uid": make_uid("alert", doubted.case_id, doubted.revision_id),
        "case_id": doubted.case_id,
        "development_id": development_id,
        "created_at": now,
    }
    insert_new(session, alerts, [alert], returning="id")
    alert_id = session.execute(
        select(alerts.c.id).where(alerts.c.development_id == development_id)
    ).scalar_one()
    waiting = [
        {
            "alert_id": alert_id,
            "channel": target.channel,
            "cadence": target.cadence,
            "due_at": target.due_at,
        }
        for target in targets
    ]
    insert_new(session, alert_channels, waiting, returning="alert_id")
    return development_id
