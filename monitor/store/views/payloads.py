"""What an alert says, read from the store at the moment of sealing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from monitor.alerts import (
    AlertPart,
    AlertPayload,
    ArticlePart,
    CarrierPart,
    CarriersPart,
    CasePart,
    ClaimPart,
    DevelopmentPart,
    EventType,
    LinksPart,
    NearestPart,
    OriginPart,
    SentencePart,
)
from monitor.store.articles import make_uid
from monitor.store.entries import terms_from_json
from monitor.store.schema.tables import (
    alerts,
    articles,
    carriers,
    case_articles,
    cases,
    developments,
    edits,
    revisions,
    stories,
)

# Relations of a text that somebody else wrote: it adds an outlet, but no newsroom.
COPIED = frozenset({"exact", "copy", "copy_changed", "excerpt"})


def get_alert_payloads(session: Session, alert_ids: Sequence[int]) -> dict[int, AlertPayload]:
    """Returns what each alert says now, with everyone who carries its development."""
    rows = list(session.execute(_facts(alert_ids)))
    near = _get_articles(session, {article_id for row in rows for article_id in _mentioned(row)})
    carried = _get_carriers(session, {row.development_row for row in rows})
    return {
        row.alert_row: _payload(row, near, carried.get(row.development_row, [])) for row in rows
    }


def _facts(alert_ids: Sequence[int]) -> Any:
    columns = (
        alerts.c.id.label("alert_row"),
        alerts.c.uid.label("alert_uid"),
        cases.c.slug,
        cases.c.title.label("case_title"),
        cases.c.note,
        developments.c.id.label("development_row"),
        developments.c.uid.label("development_uid"),
        developments.c.summary,
        developments.c.is_confirmed,
        developments.c.created_at,
        developments.c.first_published_at,
        stories.c.uid.label("story_uid"),
        articles,
        revisions.c.number,
        revisions.c.text_hash,
        revisions.c.lang.label("text_lang"),
        case_articles.c.reasons,
        case_articles.c.new_sentences,
        case_articles.c.changed_claims,
        case_articles.c.terms,
        case_articles.c.known_share,
    )
    return (
        select(*columns)
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
    nearest = [
        sentence["nearest"]["article_id"]
        for sentence in row.new_sentences
        if sentence.get("nearest")
    ]
    return nearest + [claim["before_article_id"] for claim in row.changed_claims]


def _get_articles(session: Session, article_ids: set[int]) -> dict[int, Any]:
    columns = (articles.c.id, articles.c.uid, articles.c.outlet, articles.c.found_at)
    return {
        row.id: row
        for row in session.execute(select(*columns).where(articles.c.id.in_(article_ids)))
    }


def _get_carriers(session: Session, development_ids: set[int]) -> dict[int, list[Any]]:
    """Returns the carriers of each development, first published first, with how their newest text
    relates to others.
    """
    statement = (
        select(
            carriers.c.development_id, articles.c.outlet, articles.c.url, case_articles.c.relation
        )
        .join(articles, articles.c.id == carriers.c.article_id)
        .join(developments, developments.c.id == carriers.c.development_id)
        .join(
            case_articles,
            (case_articles.c.article_id == carriers.c.article_id)
            & (case_articles.c.case_id == developments.c.case_id),
        )
        .where(carriers.c.development_id.in_(development_ids))
        .order_by(articles.c.published_at, articles.c.id, case_articles.c.id)
    )
    found: dict[int, dict[str, Any]] = {}
    for row in session.execute(statement):
        found.setdefault(row.development_id, {})[row.url] = row
    return {development_id: list(rows.values()) for development_id, rows in found.items()}


def _payload(row: Any, near: Mapping[int, Any], carried: Sequence[Any]) -> AlertPayload:
    return AlertPayload(
        alert=AlertPart(
            id=row.alert_uid,
            kind="development" if row.is_confirmed else "unconfirmed",
            reason_codes=tuple(reason["code"] for reason in row.reasons),
            thread_id=row.story_uid,
        ),
        case=CasePart(row.slug, row.case_title, row.note),
        development=DevelopmentPart(
            row.development_uid, row.story_uid, row.created_at, row.first_published_at, row.summary
        ),
        article=_article(row),
        carriers=_carriers(row, carried),
        links=LinksPart(article=row.url, why=f"monitor why {row.alert_uid}"),
        new_sentences=tuple(_sentence(row, sentence, near) for sentence in row.new_sentences),
        changed_claims=tuple(_claim(row, claim, near) for claim in row.changed_claims),
        matched=terms_from_json(row.terms),
        known_share=row.known_share,
    )


def _article(row: Any) -> ArticlePart:
    return ArticlePart(
        id=row.uid,
        url=row.url,
        canonical_url=row.canonical_url,
        title=row.title,
        outlet=row.outlet,
        author=row.author,
        lang=row.text_lang or row.lang,
        published_at=row.published_at,
        found_at=row.found_at,
        extraction=row.extraction,
        sha256_text=row.text_hash,
        revision=row.number,
    )


def _carriers(row: Any, carried: Sequence[Any]) -> CarriersPart:
    outlets = list(dict.fromkeys(carrier.outlet for carrier in carried)) or [row.outlet]
    own_words = {carrier.outlet for carrier in carried if carrier.relation not in COPIED}
    return CarriersPart(
        outlets=len(outlets),
        newsrooms=max(1, len(own_words)),
        origin=OriginPart(outlets[0], "earliest"),
        items=tuple(CarrierPart(carrier.outlet, carrier.url) for carrier in carried),
    )


def _sentence(row: Any, sentence: Mapping[str, Any], near: Mapping[int, Any]) -> SentencePart:
    nearest = sentence.get("nearest")
    article = near.get(nearest["article_id"]) if nearest else None
    part = (
        NearestPart(
            nearest["text"], article.uid, article.outlet, article.found_at, nearest["score"]
        )
        if nearest and article
        else None
    )
    return SentencePart(
        sentence["text"], row.text_lang or row.lang, sentence["index"], row.uid, part
    )


def _claim(row: Any, claim: Mapping[str, Any], near: Mapping[int, Any]) -> ClaimPart:
    before = near.get(claim["before_article_id"])
    return ClaimPart(
        claim["before"], claim["after"], claim["slot"], before.uid if before else "", row.uid
    )


def get_edit_payload(session: Session, edit_id: int, case_id: int) -> AlertPayload:
    """Returns what a case's webhooks are told of an edit: the event of a revision, or of an article
    that was removed.
    """
    statement = (
        select(
            articles,
            *(
                edits.c.id.label("edit_row"),
                edits.c.uid.label("edit_uid"),
                edits.c.kind,
                edits.c.note.label("edit_note"),
                edits.c.at,
            ),
            *(edits.c.revision_id, edits.c.added, edits.c.removed, edits.c.changed_claims),
            *(
                cases.c.slug,
                cases.c.title.label("case_title"),
                cases.c.note,
                stories.c.uid.label("story_uid"),
            ),
            *(case_articles.c.terms, case_articles.c.known_share),
            *(revisions.c.number, revisions.c.text_hash, revisions.c.lang.label("text_lang")),
        )
        .select_from(edits)
        .join(articles, articles.c.id == edits.c.article_id)
        .join(
            case_articles,
            (case_articles.c.article_id == articles.c.id) & (case_articles.c.case_id == case_id),
        )
        .join(cases, cases.c.id == case_articles.c.case_id)
        .join(stories, stories.c.id == case_articles.c.story_id)
        .join(revisions, revisions.c.id == case_articles.c.revision_id)
        .where(edits.c.id == edit_id)
        .order_by(case_articles.c.id.desc())
        .limit(1)
    )
    return _edit_payload(session.execute(statement).one(), case_id)


def _edit_payload(row: Any, case_id: int) -> AlertPayload:
    is_removed = row.revision_id is None
    lang = row.text_lang or row.lang
    claims = tuple(
        ClaimPart(c["before"], c["after"], c["slot"], row.uid, row.uid) for c in row.changed_claims
    )
    added = tuple(
        SentencePart(sentence["text"], lang, sentence["index"], row.uid) for sentence in row.added
    )
    told = [
        row.edit_note,
        *(claim.after for claim in claims),
        *(sentence.text for sentence in added),
        *row.removed,
        row.title,
    ]
    return AlertPayload(
        type=EventType.ARTICLE_REMOVED if is_removed else EventType.REVISION_DETECTED,
        alert=AlertPart(
            id=make_uid("edit", row.edit_row, case_id),
            kind=row.kind,
            reason_codes=(row.kind,),
            thread_id=row.story_uid,
        ),
        case=CasePart(row.slug, row.case_title, row.note),
        development=DevelopmentPart(
            "", row.story_uid, row.at, row.published_at, next(filter(None, told), "")
        ),
        article=_article(row),
        carriers=_carriers(row, ()),
        links=LinksPart(article=row.url, why=f"monitor why {row.uid}"),
        new_sentences=added,
        changed_claims=claims,
        matched=terms_from_json(row.terms),
        known_share=row.known_share,
    )
