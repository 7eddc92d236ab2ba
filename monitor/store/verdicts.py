"""Verdicts and what is born with them.

Story, development, alert and the channels that are to get it, all in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import Session

from monitor.model import MatchedTerm, Outcome, Relation, Sentence, Verdict
from monitor.novelty import told_keys
from monitor.store.articles import make_uid
from monitor.store.cases import get_sentences, is_row_unconfirmed
from monitor.store.engine import insert_new
from monitor.store.entries import terms_to_json
from monitor.store.schema.tables import (
    alert_channels,
    alerts,
    articles,
    carriers,
    case_articles,
    developments,
    stories,
)


@dataclass(frozen=True, slots=True)
class Judged:
    """Which revision was judged for which case, and under what circumstances.

    Attributes:
        outlet, summary, published_at: as the article was read this time; what is stored of it may
            be of another reading.
        title, text: the same, where what was judged is not the text of the revision.
    """

    case_id: int
    article_id: int
    revision_id: int
    is_subject: bool
    is_baseline: bool
    terms: tuple[MatchedTerm, ...]
    judge_version: str
    now: datetime
    outlet: str
    summary: str
    published_at: datetime
    title: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class AlertTarget:
    """A channel that a case's alerts go to, how often, and when this one is due."""

    channel: str
    cadence: str
    due_at: datetime


def has_verdict(session: Session, case_id: int, revision_id: int) -> bool:
    """Says whether a revision was judged for the case before."""
    statement = select(case_articles.c.id).where(
        case_articles.c.case_id == case_id, case_articles.c.revision_id == revision_id
    )
    return session.execute(statement).first() is not None


def get_story(session: Session, case_id: int, article_ids: Sequence[int]) -> int | None:
    """Returns the story that the first of the articles with one belongs to."""
    statement = select(case_articles.c.article_id, case_articles.c.story_id).where(
        case_articles.c.case_id == case_id, case_articles.c.article_id.in_(article_ids)
    )
    story_of = {row.article_id: row.story_id for row in session.execute(statement)}
    return next(
        (story_of[article_id] for article_id in article_ids if article_id in story_of), None
    )


def insert_story(session: Session, case_id: int, article_id: int, now: datetime) -> int:
    """Opens a story with its first article; returns its id."""
    uid = make_uid("story", case_id, article_id)
    statement = insert(stories).values(
        uid=uid, case_id=case_id, first_article_id=article_id, created_at=now
    )
    return int(session.execute(statement.returning(stories.c.id)).scalar_one())


def insert_verdict(session: Session, judged: Judged, verdict: Verdict, story_id: int) -> int:
    """Stores a verdict with its reasons; returns its id."""
    likeness = verdict.likeness
    statement = insert(case_articles).values(
        case_id=judged.case_id,
        article_id=judged.article_id,
        revision_id=judged.revision_id,
        story_id=story_id,
        is_subject=judged.is_subject,
        is_baseline=judged.is_baseline,
        outcome=verdict.outcome.value,
        relation=(likeness.relation if likeness else Relation.DISTINCT).value,
        nearest_article_id=likeness.article_id if likeness else None,
        new_in_old=likeness.new_in_old if likeness else 0.0,
        old_in_new=likeness.old_in_new if likeness else 0.0,
        score=verdict.score,
        threshold=verdict.threshold,
        known_share=verdict.known_share,
        reasons=[asdict(reason) for reason in verdict.reasons],
        new_sentences=[asdict(sentence) for sentence in verdict.new_sentences],
        changed_claims=[asdict(claim) for claim in verdict.changed_claims],
        terms=terms_to_json(judged.terms),
        judge_version=judged.judge_version,
        judged_at=judged.now,
        read_title=judged.title,
        read_text=judged.text,
        read_outlet=judged.outlet,
        read_summary=judged.summary,
        read_published_at=judged.published_at,
    )
    return int(session.execute(statement.returning(case_articles.c.id)).scalar_one())


def insert_development(
    session: Session,
    judged: Judged,
    verdict: Verdict,
    *,
    case_article_id: int,
    story_id: int,
    title: str,
    published_at: datetime | None,
    targets: Sequence[AlertTarget],
) -> str:
    """Stores a development with its first carrier, its alert and the channels that wait; returns
    the alert's public id.
    """
    uid = make_uid("development", judged.case_id, judged.revision_id)
    told = [
        *(sentence.text for sentence in verdict.new_sentences),
        *(claim.after for claim in verdict.changed_claims),
        title,
    ]
    statement = insert(developments).values(
        uid=uid,
        case_id=judged.case_id,
        story_id=story_id,
        article_id=judged.article_id,
        case_article_id=case_article_id,
        is_confirmed=verdict.outcome is Outcome.ALERT,
        summary=told[0],
        event_keys=list(verdict.event_keys),
        sentence_keys=[sentence.key for sentence in verdict.new_sentences],
        first_published_at=published_at,
        created_at=judged.now,
    )
    development_id = int(session.execute(statement.returning(developments.c.id)).scalar_one())
    add_carrier(session, [development_id], judged.article_id, judged.now)
    return _insert_alert(session, judged, development_id, targets)


def _insert_alert(
    session: Session, judged: Judged, development_id: int, targets: Sequence[AlertTarget]
) -> str:
    uid = make_uid("alert", judged.case_id, judged.revision_id)
    values = {
        "uid": uid,
        "case_id": judged.case_id,
        "development_id": development_id,
        "created_at": judged.now,
    }
    alert_id = session.execute(insert(alerts).values(**values).returning(alerts.c.id)).scalar_one()
    rows: list[dict[str, Any]] = [
        {
            "alert_id": alert_id,
            "channel": target.channel,
            "cadence": target.cadence,
            "due_at": target.due_at,
        }
        for target in targets
    ]
    if rows:
        session.execute(insert(alert_channels), rows)
    return uid


def add_carrier(
    session: Session, development_ids: Iterable[int], article_id: int, now: datetime
) -> None:
    """Notes that an article reports these developments (again)."""
    rows = [
        {"development_id": development_id, "article_id": article_id, "joined_at": now}
        for development_id in development_ids
    ]
    insert_new(session, carriers, rows, returning="development_id")


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
