"""What an alert says, read from the store at the moment of sealing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import Session

from monitor.alerts.calendar import event_day
from monitor.alerts.payload import (
    MAX_NEWSROOMS,
    AlertPart,
    AlertPayload,
    ArticlePart,
    CarrierPart,
    CarriersPart,
    CasePart,
    ClaimPart,
    CorroborationPart,
    DevelopmentPart,
    LinksPart,
    NearestPart,
    OriginPart,
    ReporterPart,
    SentencePart,
)
from monitor.model import DateSource
from monitor.store.articles import stored_newsroom
from monitor.store.articles.identity import is_edit
from monitor.store.entries import terms_from_json
from monitor.store.schema.rows import as_value
from monitor.store.schema.tables import (
    alerts,
    articles,
    carriers,
    case_articles,
    cases,
    developments,
    revisions,
    stories,
)
from monitor.store.views.corroboration import count_newsrooms, joined_by_edit, name_newsrooms
from monitor.store.views.payloads.standing import Standing, get_standing
from monitor.text import one_line

# What both kinds of payload say of the article and its case.
ARTICLE_COLUMNS = (
    cases.c.slug,
    cases.c.title.label("case_title"),
    cases.c.note,
    stories.c.uid.label("story_uid"),
    articles,
    revisions.c.number,
    revisions.c.text_hash,
    revisions.c.published_at.label("revised_at"),
    revisions.c.fetched_at.label("joined_at"),
    is_edit().label("is_edit"),
    revisions.c.lang.label("text_lang"),
    case_articles.c.terms,
    case_articles.c.known_share,
)
_QUOTED_COLUMNS = (
    *(articles.c.id, articles.c.uid, articles.c.outlet),
    *(articles.c.found_at, articles.c.published_at),
)
_CARRIER_COLUMNS = (
    carriers.c.development_id,
    articles.c.outlet,
    articles.c.url,
    articles.c.canonical_url,
    articles.c.newsroom,
    articles.c.published_at,
    articles.c.found_at,
    carriers.c.joined_at,
    joined_by_edit().label("is_edit"),
)
_ALERT_COLUMNS = (
    alerts.c.id.label("alert_row"),
    alerts.c.uid.label("alert_uid"),
    developments.c.id.label("development_row"),
    developments.c.uid.label("development_uid"),
    developments.c.summary,
    developments.c.event_keys,
    developments.c.tier,
    developments.c.is_confirmed,
    developments.c.created_at,
    developments.c.first_published_at,
    case_articles.c.reasons,
    case_articles.c.new_sentences,
    case_articles.c.changed_claims,
)


def get_alert_payloads(
    session: Session, alert_ids: Sequence[int], now: datetime
) -> dict[int, AlertPayload]:
    """Returns what each alert says now, with everyone who carries its development."""
    rows = list(session.execute(_select_alerts(alert_ids)))
    mentioned: set[int] = set()
    for row in rows:
        mentioned.update(_mentioned(row))
    # Five statements for all alerts of a digest, not for each.
    near = _get_articles(session, mentioned)
    carried = _get_carriers(session, {row.development_row for row in rows})
    standing = get_standing(session, {row.slug: row.case_title for row in rows}, now)
    payloads = {}
    for row in rows:
        payload = _payload(row, near, carried.get(row.development_row, []))
        payloads[row.alert_row] = _with_standing(payload, standing)
    return payloads


def _with_standing(payload: AlertPayload, standing: Standing) -> AlertPayload:
    """Returns an alert with what it changes in its case, and the next known day of that."""
    ahead = standing.next_dates.get(payload.case.slug)
    case = payload.case
    if ahead:
        case = replace(case, next_date=ahead.day.isoformat(), next_date_text=one_line(ahead.text))
    return replace(payload, case=case, state=standing.changes.get(payload.development.id, ()))


def _select_alerts(alert_ids: Sequence[int]) -> Select[Any]:
    """Selects alerts with the verdict, text and article of the first report."""
    return (
        select(*_ALERT_COLUMNS, *ARTICLE_COLUMNS)
        .select_from(alerts)
        .join(cases, cases.c.id == alerts.c.case_id)
        .join(developments, developments.c.id == alerts.c.development_id)
        .join(stories, stories.c.id == developments.c.story_id)
        .join(case_articles, case_articles.c.id == developments.c.case_article_id)
        .join(revisions, revisions.c.id == case_articles.c.revision_id)
        .join(articles, articles.c.id == developments.c.article_id)
        .where(alerts.c.id.in_(alert_ids))
    )


def _mentioned(row: Any) -> list[int]:
    """Returns the articles that an alert quotes for comparison."""
    # None where nothing known was near a new sentence.
    nearest = filter(None, (sentence.get("nearest") for sentence in row.new_sentences))
    mentioned = [sentence["article_id"] for sentence in nearest]
    return mentioned + [claim["before_article_id"] for claim in row.changed_claims]


def _get_articles(session: Session, article_ids: set[int]) -> dict[int, Any]:
    """Returns what is told of quoted articles, by their rows."""
    found = session.execute(select(*_QUOTED_COLUMNS).where(articles.c.id.in_(article_ids)))
    return {row.id: row for row in found}


def _get_carriers(session: Session, development_ids: set[int]) -> dict[int, list[Any]]:
    """Returns the carriers of each development, first published first."""
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in sorted(session.execute(_select_carriers(development_ids)), key=_told_at):
        found[row.development_id].append(row)
    return found


def _told_at(row: Any) -> datetime:
    """Returns when an article told a development: what was added to it was not there when it was
    published.
    """
    at: datetime = row.joined_at if row.is_edit else row.published_at or row.found_at
    return at


def _select_carriers(development_ids: set[int]) -> Select[Any]:
    """Selects the articles that carry developments."""
    return (
        select(*_CARRIER_COLUMNS)
        .select_from(carriers)
        .join(articles, articles.c.id == carriers.c.article_id)
        .where(carriers.c.development_id.in_(development_ids))
        .order_by(articles.c.id)
    )


def _payload(row: Any, near: Mapping[int, Any], carried: Sequence[Any]) -> AlertPayload:
    """Returns an alert with the articles that it quotes and everyone who carries it."""
    carriers_of_it = carried or [row]
    return AlertPayload(
        alert=_alert(row),
        case=make_case(row),
        development=_development(row),
        article=make_article(row),
        carriers=make_carriers(carriers_of_it),
        corroboration=make_corroboration(carriers_of_it),
        links=LinksPart(article=row.url, why=f"monitor why {row.alert_uid}"),
        new_sentences=tuple(make_sentence(row, sentence, near) for sentence in row.new_sentences),
        changed_claims=tuple(_claim(row, claim, near) for claim in row.changed_claims),
        matched=terms_from_json(row.terms),
        known_share=row.known_share,
    )


def _alert(row: Any) -> AlertPart:
    """Returns what the alert itself is; its story is the thread that mails are sorted into."""
    return AlertPart(
        id=row.alert_uid,
        kind="development" if row.is_confirmed else "unconfirmed",
        reason_codes=_codes(row),
        thread_id=row.story_uid,
        held_back="" if row.is_confirmed else _first_reason(row),
    )


def _codes(row: Any) -> tuple[str, ...]:
    return tuple(reason["code"] for reason in row.reasons)


def _first_reason(row: Any) -> str:
    """Returns the reason that decided a verdict, in words."""
    return next((str(reason["text"]) for reason in row.reasons), "")


def _development(row: Any) -> DevelopmentPart:
    """Returns what happened, and when it was first told."""
    happened = event_day(row.event_keys, row.summary, row.created_at.date())
    return DevelopmentPart(
        row.development_uid,
        row.story_uid,
        row.created_at,
        row.first_published_at,
        row.summary,
        row.tier,
        event_date=happened.isoformat() if happened else None,
        event_date_precision="day" if happened else "unknown",
    )


def make_case(row: Any) -> CasePart:
    """Returns the case as its readers know it."""
    return CasePart(row.slug, row.case_title, row.note)


def make_article(row: Any) -> ArticlePart:
    """Returns the article in the revision that was judged."""
    return as_value(
        ArticlePart,
        row,
        id=row.uid,
        lang=_lang(row),
        found_at=row.joined_at if row.is_edit else row.found_at,
        # Stored is when it was found: nobody has said that it was published then.
        published_at=None if row.published_source == DateSource.FIRST_SEEN else row.published_at,
        sha256_text=row.text_hash,
        revision=row.number,
    )


def _lang(row: Any) -> str:
    """Returns the language of the text that was judged, else of the article."""
    return str(row.text_lang or row.lang)


def make_carriers(carried: Sequence[Any]) -> CarriersPart:
    """Returns who reports a development."""
    # Published first comes first: that outlet is named as the origin.
    outlets = list(dict.fromkeys(carrier.outlet for carrier in carried))
    return CarriersPart(
        outlets=len(outlets),
        newsrooms=count_newsrooms(name_newsrooms(carried)),
        origin=OriginPart(outlets[0], "earliest"),
        items=tuple(map(_carrier, carried)),
    )


def _carrier(row: Any) -> CarrierPart:
    """Returns an outlet that carries a development, with the newsroom whose text it has."""
    return CarrierPart(row.outlet, row.url, stored_newsroom(row))


def make_corroboration(carried: Sequence[Any]) -> CorroborationPart:
    """Returns which newsrooms have a development, the first published first."""
    names, first = name_newsrooms(carried), carried[0]
    count = count_newsrooms(names)
    return CorroborationPart(
        newsrooms=count,
        names=names[:MAX_NEWSROOMS],
        first=ReporterPart(first.outlet, _told_at(first)),
        is_single=count == 1,
    )


def make_sentence(row: Any, sentence: Mapping[str, Any], near: Mapping[int, Any]) -> SentencePart:
    """Returns a new sentence with the nearest one that was known, where that is still stored."""
    nearest = _nearest(sentence.get("nearest"), near)
    return SentencePart(sentence["text"], _lang(row), sentence["index"], row.uid, nearest)


def _nearest(nearest: Mapping[str, Any] | None, near: Mapping[int, Any]) -> NearestPart | None:
    """Returns the known sentence that a new one is most like; None without one."""
    article = near.get(nearest["article_id"]) if nearest else None
    if not nearest or not article:
        return None
    return NearestPart(
        text=nearest["text"],
        article_id=article.uid,
        outlet=article.outlet,
        found_at=article.found_at,
        score=nearest["score"],
        published_at=article.published_at,
    )


def _claim(row: Any, claim: Mapping[str, Any], near: Mapping[int, Any]) -> ClaimPart:
    """Returns a statement that another article made otherwise before."""
    before = near.get(claim["before_article_id"])
    return ClaimPart(
        claim["before"], claim["after"], claim["slot"], before.uid if before else "", row.uid
    )
