"""Verdicts and what is born with them.

Story, development, alert and the channels that are to get it, all in one transaction. An article in
doubt has its verdict; its development is born, or confirmed, when another newsroom has the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select, update
from sqlmodel import Session

from monitor.model import NOW, MatchedTerm, Outcome, Relation, Verdict
from monitor.novelty import told_keys
from monitor.store.articles import FetchedArticle, RevisionKey
from monitor.store.articles.identity import (
    date_text,
    free_uid,
    identify_article,
    identify_case,
    identify_text,
)
from monitor.store.cases import get_sentences, is_row_unconfirmed
from monitor.store.engine import insert_new, insert_row
from monitor.store.entries import terms_to_json
from monitor.store.schema.rows import as_value
from monitor.store.schema.tables import (
    alert_channels,
    alerts,
    articles,
    carriers,
    case_articles,
    developments,
    stories,
)

_UNCONFIRMED_COLUMNS = (
    articles.c.title,
    developments.c.is_confirmed,
)
# No stored text is near the one that was judged.
_NO_LIKENESS: dict[str, Any] = {
    "relation": Relation.DISTINCT.value,
    "nearest_article_id": None,
    "new_in_old": 0.0,
    "old_in_new": 0.0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Which revision was judged for which case, and under what circumstances.

    Attributes:
        article: as it was read this time; what is stored of it may be of another reading.
        is_aside: what was judged is not the text of the revision: it is kept with the verdict.
    """

    case_id: int
    revision: RevisionKey
    article: FetchedArticle
    is_subject: bool
    is_baseline: bool
    terms: tuple[MatchedTerm, ...]
    judge_version: str
    now: datetime
    is_aside: bool = False


@dataclass(frozen=True, slots=True)
class VerdictKey:
    """A stored verdict, and the story that its article belongs to."""

    id: int
    story_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DevelopmentSpec:
    """A development to be stored, with the verdict on its first report.

    Attributes:
        summary: its first new sentence, else what stands for one.
        event_keys, sentence_keys: of the new sentences.
        tier: of the verdict; None where that is from before there were tiers.
    """

    case_id: int
    revision: RevisionKey
    verdict: VerdictKey
    summary: str
    event_keys: tuple[str, ...]
    sentence_keys: tuple[int, ...]
    first_published_at: datetime | None
    tier: int | None


@dataclass(frozen=True, slots=True)
class AlertTarget:
    """A channel that a case's alerts go to, how often, and when this one is due.

    Attributes:
        sources: how many newsrooms must have what it is told.
    """

    channel: str
    cadence: str
    due_at: datetime
    sources: int = 1


def has_verdict(session: Session, case_id: int, revision_id: int) -> bool:
    """Says whether a revision was judged for the case before."""
    statement = select(case_articles.c.id).where(
        case_articles.c.case_id == case_id, case_articles.c.revision_id == revision_id
    )
    return session.execute(statement).first() is not None


def get_story(session: Session, case_id: int, article_ids: Sequence[int]) -> int | None:
    """Returns the story that the first of the articles with one belongs to."""
    columns = (case_articles.c.article_id, case_articles.c.story_id)
    of_case = select(*columns).where(case_articles.c.case_id == case_id)
    judged = session.execute(of_case.where(case_articles.c.article_id.in_(article_ids)))
    # All verdicts on an article for a case are in one story: an edit does not leave it.
    stories_by_article: dict[int, int] = dict(judged.all())
    for article_id in article_ids:
        if article_id in stories_by_article:
            return stories_by_article[article_id]
    return None


def insert_story(session: Session, case_id: int, article_id: int, now: datetime) -> int:
    """Opens a story with its first article; returns its id."""
    # By case and first article, so that a case has no second story with the same beginning.
    parts = (identify_case(session, case_id), identify_article(session, article_id))
    uid = free_uid(session, stories, "story", *parts, besides=stories.c.case_id == case_id)
    row = {"uid": uid, "case_id": case_id, "first_article_id": article_id, "created_at": now}
    return insert_row(session, stories, row)


def get_judging_cases(session: Session, article_id: int) -> set[int]:
    """Returns the ids of the cases that have judged a text of an article."""
    judging = select(case_articles.c.case_id).where(case_articles.c.article_id == article_id)
    return set(session.scalars(judging.distinct()))


def insert_verdict(session: Session, judged: Judged, verdict: Verdict, story_id: int) -> VerdictKey:
    """Stores a verdict with its reasons; returns its id.

    Raises:
        IntegrityError: the case has judged this revision before.
    """
    values = {
        **_judged_columns(judged),
        **_verdict_columns(verdict),
        **_likeness_columns(verdict),
        **_reading_columns(judged),
        "story_id": story_id,
    }
    return VerdictKey(insert_row(session, case_articles, values), story_id)


def _judged_columns(judged: Judged) -> dict[str, Any]:
    """Returns what was judged, and under what circumstances."""
    return {
        "case_id": judged.case_id,
        **asdict(judged.revision),
        "is_subject": judged.is_subject,
        "is_baseline": judged.is_baseline,
        "terms": terms_to_json(judged.terms),
        "judge_version": judged.judge_version,
        "judged_at": judged.now,
    }


def _verdict_columns(verdict: Verdict) -> dict[str, Any]:
    """Returns what the judge says, with its reasons and quotes as JSON."""
    return {
        "outcome": verdict.outcome.value,
        "score": verdict.score,
        "threshold": verdict.threshold,
        "known_share": verdict.known_share,
        "tier": verdict.tier,
        # As JSON: they are shown and judged again, but never filtered on.
        "reasons": list(map(asdict, verdict.reasons)),
        "new_sentences": list(map(asdict, verdict.new_sentences)),
        "changed_claims": list(map(asdict, verdict.changed_claims)),
    }


def _likeness_columns(verdict: Verdict) -> dict[str, Any]:
    """Returns the nearest copy, or that there is none."""
    likeness = verdict.likeness
    if likeness is None:
        return _NO_LIKENESS
    return {
        "relation": likeness.relation.value,
        "nearest_article_id": likeness.article_id,
        "new_in_old": likeness.new_in_old,
        "old_in_new": likeness.old_in_new,
    }


def _reading_columns(judged: Judged) -> dict[str, Any]:
    """Returns how the article was read this time, so that a replay reads it in the same way."""
    article = judged.article
    return {
        "read_title": _if_aside(judged, article.title),
        "read_text": _if_aside(judged, article.text),
        "read_outlet": article.outlet,
        "read_summary": article.summary,
        "read_published_at": article.published_at,
    }


def _if_aside(judged: Judged, text: str) -> str | None:
    # A text that replaced the stored one stands with its revision.
    return text if judged.is_aside else None


def insert_development(
    session: Session,
    judged: Judged,
    verdict: Verdict,
    key: VerdictKey,
    targets: Sequence[AlertTarget],
) -> None:
    """Stores a development with its first carrier, its alert and the channels that wait for it.

    Args:
        key: of the verdict, which is stored already.
    """
    news = _news_of_verdict(session, judged, verdict, key)
    is_confirmed = verdict.outcome is Outcome.ALERT
    row = _development_row(session, news, is_confirmed=is_confirmed, now=judged.now)
    # One for each verdict, by a unique key: a verdict that is judged twice fails before this.
    development_id = insert_row(session, developments, row)
    add_carrier(session, [development_id], news.revision.article_id, judged.now)
    _insert_alert(session, news, development_id, targets, judged.now)


def _news_of_verdict(
    session: Session, judged: Judged, verdict: Verdict, key: VerdictKey
) -> DevelopmentSpec:
    """Returns the development that a verdict gives birth to."""
    return DevelopmentSpec(
        case_id=judged.case_id,
        revision=judged.revision,
        verdict=key,
        summary=_summarise(verdict, judged.article.title),
        event_keys=tuple(verdict.event_keys),
        sentence_keys=tuple(sentence.key for sentence in verdict.new_sentences),
        first_published_at=date_text(session, judged.revision.revision_id),
        tier=verdict.tier,
    )


def _summarise(verdict: Verdict, title: str) -> str:
    """Returns the one line of a development: the sentence that reports it, a changed claim or the
    headline.
    """
    if verdict.new_sentences:
        return verdict.summary or verdict.new_sentences[0].text
    return verdict.changed_claims[0].after if verdict.changed_claims else title


def _development_row(
    session: Session, news: DevelopmentSpec, *, is_confirmed: bool, now: datetime
) -> dict[str, Any]:
    """Returns the row of a development; its public id is that of the text for the case."""
    return {
        "uid": free_uid(session, developments, "development", *_identify(session, news)),
        "case_id": news.case_id,
        "story_id": news.verdict.story_id,
        "article_id": news.revision.article_id,
        "case_article_id": news.verdict.id,
        "is_confirmed": is_confirmed,
        "summary": news.summary,
        "event_keys": list(news.event_keys),
        "sentence_keys": list(news.sentence_keys),
        "first_published_at": news.first_published_at,
        "tier": news.tier,
        "created_at": now,
    }


def _identify(session: Session, news: DevelopmentSpec) -> tuple[str, ...]:
    """Returns what a development is: a text of an article, for a case."""
    slug = identify_case(session, news.case_id)
    return (slug, *identify_text(session, news.revision.revision_id))


def _insert_alert(
    session: Session,
    news: DevelopmentSpec,
    development_id: int,
    targets: Sequence[AlertTarget],
    now: datetime,
) -> None:
    """Stores the alert of a development and the channels that wait for it, as far as they are not
    there yet.
    """
    uid = free_uid(session, alerts, "alert", *_identify(session, news))
    owner = {"case_id": news.case_id, "development_id": development_id}
    # A development that a digest carries has its alert already.
    insert_new(session, alerts, [{"uid": uid, **owner, "created_at": now}], returning="id")
    add_targets(session, development_id, targets)


def add_targets(session: Session, development_id: int, targets: Sequence[AlertTarget]) -> list[str]:
    """Has further channels wait for the alert of a development; returns those that did not yet,
    and those that would have got it later, with a digest.
    """
    alert_id = _get_alert(session, development_id)
    # A channel that has got the alert, or waits for it, keeps the time that it was due.
    waiting = [_waiting_row(alert_id, target) for target in targets]
    added = insert_new(session, alert_channels, waiting, returning="channel")
    return added + _hasten(session, alert_id, [one for one in targets if one.cadence == NOW])


def _hasten(session: Session, alert_id: int, targets: Sequence[AlertTarget]) -> list[str]:
    """Has channels that wait with a digest get the alert at once; returns those that did wait."""
    # What was held back in doubt stands in a digest that may be hours away when it is confirmed.
    if not targets:
        return []
    waits = and_(
        alert_channels.c.alert_id == alert_id,
        alert_channels.c.channel.in_([target.channel for target in targets]),
        alert_channels.c.delivery_id.is_(None),
        alert_channels.c.cadence != NOW,
    )
    sooner = {"cadence": NOW, "due_at": min(target.due_at for target in targets)}
    moved = update(alert_channels).where(waits).values(**sooner)
    return list(session.execute(moved.returning(alert_channels.c.channel)).scalars())


def _waiting_row(alert_id: int, target: AlertTarget) -> dict[str, Any]:
    """Returns the row of a channel that waits for an alert."""
    return {
        "alert_id": alert_id,
        "channel": target.channel,
        "cadence": target.cadence,
        "due_at": target.due_at,
    }


def _get_alert(session: Session, development_id: int) -> int:
    """Returns the row of a development's alert; it has one, ever."""
    found = select(alerts.c.id).where(alerts.c.development_id == development_id)
    return int(session.execute(found).scalar_one())


def add_carrier(
    session: Session, development_ids: Iterable[int], article_id: int, now: datetime
) -> None:
    """Notes that an article reports these developments (again)."""
    joined = {"article_id": article_id, "joined_at": now}
    rows = [{"development_id": development_id, **joined} for development_id in development_ids]
    # The pair is the primary key: an article that says it again keeps the time of the first.
    insert_new(session, carriers, rows, returning="development_id")


def get_unconfirmed(session: Session, case_id: int, article_id: int) -> DevelopmentSpec | None:
    """Returns what an article in doubt would bring, by its newest verdict in doubt; None if there
    is none, or if the article has alerted since.

    An edit without news leaves the doubt as it was.
    """
    # The newest verdict that says something decides; those in between left the doubt as it was.
    for row in session.execute(_select_verdicts(case_id, article_id)):
        if row.is_confirmed:
            return None
        if is_row_unconfirmed(row):
            return _news_of(session, row)
    return None


def _select_verdicts(case_id: int, article_id: int) -> Select[Any]:
    """Selects a case's verdicts on an article, newest first, with what became of them."""
    return (
        select(case_articles, *_UNCONFIRMED_COLUMNS)
        .join(articles, articles.c.id == case_articles.c.article_id)
        .outerjoin(developments, developments.c.case_article_id == case_articles.c.id)
        .where(case_articles.c.case_id == case_id, case_articles.c.article_id == article_id)
        .order_by(case_articles.c.id.desc())
    )


def _news_of(session: Session, row: Any) -> DevelopmentSpec:
    """Returns what a stored verdict in doubt would bring."""
    sentences = get_sentences(session, [row.revision_id]).get(row.revision_id, [])
    # A verdict keeps no event keys: they are read again from the sentences that it held for new.
    new, event_keys = told_keys(sentences, [sentence["key"] for sentence in row.new_sentences])
    return DevelopmentSpec(
        case_id=row.case_id,
        revision=as_value(RevisionKey, row),
        verdict=VerdictKey(row.id, row.story_id),
        summary=new[0].text if new else row.title,
        event_keys=tuple(event_keys),
        sentence_keys=tuple(sentence.key for sentence in new),
        first_published_at=date_text(session, row.revision_id),
        tier=row.tier,
    )


def _is_of_verdict(verdict: VerdictKey) -> ColumnElement[bool]:
    """Returns the condition that a development was born with a verdict; at most one was."""
    return developments.c.case_article_id == verdict.id


def confirm_development(
    session: Session, news: DevelopmentSpec, *, targets: Sequence[AlertTarget], now: datetime
) -> int:
    """Stores the development of an article in doubt as confirmed, with its alert; returns its id.

    One that a digest carries as unconfirmed is the same development: it keeps its id, and its alert
    goes to the channels that do not wait for it yet."""
    row = _development_row(session, news, is_confirmed=True, now=now)
    is_new = insert_new(session, developments, [row], returning="id")
    # What a digest has told as unconfirmed counts from the moment of its confirmation.
    if not is_new:
        known = update(developments).where(_is_of_verdict(news.verdict))
        session.execute(known.values(is_confirmed=True, created_at=now))
    found = select(developments.c.id).where(_is_of_verdict(news.verdict))
    development_id = int(session.execute(found).scalar_one())
    add_carrier(session, [development_id], news.revision.article_id, now)
    _insert_alert(session, news, development_id, targets, now)
    return development_id
