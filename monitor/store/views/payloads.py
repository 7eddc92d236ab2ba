"""What an alert says, read from the store at the moment of sealing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, and_, select
from sqlmodel import Session

from monitor.alerts import (
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
    EventType,
    LinksPart,
    NearestPart,
    OriginPart,
    ReporterPart,
    SentencePart,
)
from monitor.store.articles import make_uid
from monitor.store.entries import terms_from_json
from monitor.store.schema.rows import as_value
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
from monitor.store.views.corroboration import count_newsrooms, name_newsrooms

# What both kinds of payload say of the article and its case.
_ARTICLE_COLUMNS = (
    cases.c.slug,
    cases.c.title.label("case_title"),
    cases.c.note,
    stories.c.uid.label("story_uid"),
    articles,
    revisions.c.number,
    revisions.c.text_hash,
    revisions.c.published_at.label("revised_at"),
    revisions.c.lang.label("text_lang"),
    case_articles.c.terms,
    case_articles.c.known_share,
)
_QUOTED_COLUMNS = (articles.c.id, articles.c.uid, articles.c.outlet, articles.c.found_at)
_CARRIER_COLUMNS = (
    carriers.c.development_id,
    articles.c.outlet,
    articles.c.url,
    articles.c.canonical_url,
    articles.c.newsroom,
    articles.c.published_at,
    articles.c.found_at,
)
_ALERT_COLUMNS = (
    alerts.c.id.label("alert_row"),
    alerts.c.uid.label("alert_uid"),
    developments.c.id.label("development_row"),
    developments.c.uid.label("development_uid"),
    developments.c.summary,
    developments.c.tier,
    developments.c.is_confirmed,
    developments.c.created_at,
    developments.c.first_published_at,
    case_articles.c.reasons,
    case_articles.c.new_sentences,
    case_articles.c.changed_claims,
)
_EDIT_COLUMNS = (
    edits.c.uid.label("edit_uid"),
    edits.c.kind,
    edits.c.note.label("edit_note"),
    edits.c.at,
    edits.c.revision_id,
    edits.c.added,
    edits.c.removed,
    edits.c.changed_claims,
)


def get_alert_payloads(session: Session, alert_ids: Sequence[int]) -> dict[int, AlertPayload]:
    """Returns what each alert says now, with everyone who carries its development."""
    rows = list(session.execute(_select_alerts(alert_ids)))
    mentioned: set[int] = set()
    for row in rows:
        mentioned.update(_mentioned(row))
    # Three statements for all alerts of a digest, not for each.
    near = _get_articles(session, mentioned)
    carried = _get_carriers(session, {row.development_row for row in rows})
    payloads = {}
    for row in rows:
        payloads[row.alert_row] = _payload(row, near, carried.get(row.development_row, []))
    return payloads


def _select_alerts(alert_ids: Sequence[int]) -> Select[Any]:
    """Selects alerts with the verdict, text and article of the first report."""
    return (
        select(*_ALERT_COLUMNS, *_ARTICLE_COLUMNS)
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
    found: dict[int, list[Any]] = {}
    for row in session.execute(_select_carriers(development_ids)):
        found.setdefault(row.development_id, []).append(row)
    return found


def _select_carriers(development_ids: set[int]) -> Select[Any]:
    """Selects the articles that carry developments."""
    return (
        select(*_CARRIER_COLUMNS)
        .select_from(carriers)
        .join(articles, articles.c.id == carriers.c.article_id)
        .where(carriers.c.development_id.in_(development_ids))
        .order_by(articles.c.published_at, articles.c.id)
    )


def _payload(row: Any, near: Mapping[int, Any], carried: Sequence[Any]) -> AlertPayload:
    """Returns an alert with the articles that it quotes and everyone who carries it."""
    carriers_of_it = carried or [row]
    return AlertPayload(
        alert=_alert(row),
        case=_case(row),
        development=_development(row),
        article=_article(row),
        carriers=_carriers(carriers_of_it),
        corroboration=_corroboration(carriers_of_it),
        links=LinksPart(article=row.url, why=f"monitor why {row.alert_uid}"),
        new_sentences=tuple(_sentence(row, sentence, near) for sentence in row.new_sentences),
        changed_claims=tuple(_claim(row, claim, near) for claim in row.changed_claims),
        matched=terms_from_json(row.terms),
        known_share=row.known_share,
    )


def _alert(row: Any) -> AlertPart:
    """Returns what the alert itself is; its story is the thread that mails are sorted into."""
    return AlertPart(
        id=row.alert_uid,
        kind="development" if row.is_confirmed else "unconfirmed",
        reason_codes=tuple(reason["code"] for reason in row.reasons),
        thread_id=row.story_uid,
        held_back="" if row.is_confirmed else _first_reason(row),
    )


def _first_reason(row: Any) -> str:
    """Returns the reason that decided a verdict, in words."""
    return next((str(reason["text"]) for reason in row.reasons), "")


def _development(row: Any) -> DevelopmentPart:
    """Returns what happened, and when it was first told."""
    return DevelopmentPart(
        row.development_uid,
        row.story_uid,
        row.created_at,
        row.first_published_at,
        row.summary,
        row.tier,
    )


def _case(row: Any) -> CasePart:
    """Returns the case as its readers know it."""
    return CasePart(row.slug, row.case_title, row.note)


def _article(row: Any) -> ArticlePart:
    """Returns the article in the revision that was judged."""
    return as_value(
        ArticlePart,
        row,
        id=row.uid,
        lang=_lang(row),
        sha256_text=row.text_hash,
        revision=row.number,
    )


def _lang(row: Any) -> str:
    """Returns the language of the text that was judged, else of the article."""
    return str(row.text_lang or row.lang)


def _carriers(carried: Sequence[Any]) -> CarriersPart:
    """Returns who reports a development."""
    # Published first comes first: that outlet is named as the origin.
    outlets = list(dict.fromkeys(carrier.outlet for carrier in carried))
    return CarriersPart(
        outlets=len(outlets),
        newsrooms=count_newsrooms(name_newsrooms(carried)),
        origin=OriginPart(outlets[0], "earliest"),
        items=tuple(CarrierPart(carrier.outlet, carrier.url) for carrier in carried),
    )


def _corroboration(carried: Sequence[Any]) -> CorroborationPart:
    """Returns which newsrooms have a development, the first published first."""
    names, first = name_newsrooms(carried), carried[0]
    count = count_newsrooms(names)
    return CorroborationPart(
        newsrooms=count,
        names=names[:MAX_NEWSROOMS],
        first=ReporterPart(first.outlet, first.published_at or first.found_at),
        is_single=count == 1,
    )


def _sentence(row: Any, sentence: Mapping[str, Any], near: Mapping[int, Any]) -> SentencePart:
    """Returns a new sentence with the nearest one that was known, where that is still stored."""
    nearest = _nearest(sentence.get("nearest"), near)
    return SentencePart(sentence["text"], _lang(row), sentence["index"], row.uid, nearest)


def _nearest(nearest: Mapping[str, Any] | None, near: Mapping[int, Any]) -> NearestPart | None:
    """Returns the known sentence that a new one is most like; None without one."""
    article = near.get(nearest["article_id"]) if nearest else None
    if not nearest or not article:
        return None
    return NearestPart(
        nearest["text"], article.uid, article.outlet, article.found_at, nearest["score"]
    )


def _claim(row: Any, claim: Mapping[str, Any], near: Mapping[int, Any]) -> ClaimPart:
    """Returns a statement that another article made otherwise before."""
    before = near.get(claim["before_article_id"])
    return ClaimPart(
        claim["before"], claim["after"], claim["slot"], before.uid if before else "", row.uid
    )


def get_edit_payload(session: Session, edit_id: int, case_id: int) -> AlertPayload:
    """Returns what a case's webhooks are told of an edit: the event of a revision, or of an article
    that was removed.
    """
    # Of several verdicts on the article the case's newest one speaks.
    newest = _select_edits(case_id).order_by(case_articles.c.id.desc()).limit(1)
    row = session.execute(newest.where(edits.c.id == edit_id)).one()
    return _edit_payload(row)


def _select_edits(case_id: int) -> Select[Any]:
    """Selects edits with every verdict of a case on the edited article."""
    is_verdict_of_case = and_(
        case_articles.c.article_id == articles.c.id, case_articles.c.case_id == case_id
    )
    return (
        select(*_EDIT_COLUMNS, *_ARTICLE_COLUMNS)
        .select_from(edits)
        .join(articles, articles.c.id == edits.c.article_id)
        .join(case_articles, is_verdict_of_case)
        .join(cases, cases.c.id == case_articles.c.case_id)
        .join(stories, stories.c.id == case_articles.c.story_id)
        .join(revisions, revisions.c.id == case_articles.c.revision_id)
    )


def _edit_payload(row: Any) -> AlertPayload:
    """Returns the event of an edit; nobody else carries it, and it compares with nothing."""
    # An edit that left the text alone is told only where the page is gone.
    is_removed = row.revision_id is None
    return AlertPayload(
        type=EventType.ARTICLE_REMOVED if is_removed else EventType.REVISION_DETECTED,
        alert=_edit_alert(row),
        case=_case(row),
        development=_edit_development(row),
        article=_article(row),
        carriers=replace(_carriers([row]), items=()),
        corroboration=_corroboration([row]),
        links=LinksPart(article=row.url, why=f"monitor why {row.uid}"),
        new_sentences=tuple(_sentence(row, sentence, {}) for sentence in row.added),
        changed_claims=tuple(_own_claim(row, claim) for claim in row.changed_claims),
        matched=terms_from_json(row.terms),
        known_share=row.known_share,
    )


def _edit_alert(row: Any) -> AlertPart:
    """Returns an edit in the place of an alert, under an id of its own for each case."""
    return AlertPart(
        id=make_uid("edit", row.edit_uid, row.slug),
        kind=row.kind,
        reason_codes=(row.kind,),
        thread_id=row.story_uid,
    )


def _edit_development(row: Any) -> DevelopmentPart:
    """Returns an edit in the place of a development; it is none and has no id of one."""
    return DevelopmentPart("", row.story_uid, row.at, row.published_at, _summarise_edit(row))


def _own_claim(row: Any, claim: Mapping[str, Any]) -> ClaimPart:
    """Returns a claim that an article itself made otherwise before."""
    return ClaimPart(claim["before"], claim["after"], claim["slot"], row.uid, row.uid)


def _summarise_edit(row: Any) -> str:
    """Returns the one line that says most of an edit."""
    lines = [row.edit_note]
    lines += [claim["after"] for claim in row.changed_claims]
    lines += [sentence["text"] for sentence in row.added]
    lines += [*row.removed, row.title]
    return next(filter(None, lines), "")
