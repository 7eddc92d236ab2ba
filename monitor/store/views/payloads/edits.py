"""What webhooks are told of an edit of an article."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, select
from sqlmodel import Session

from monitor.alerts.payload import (
    AlertPart,
    AlertPayload,
    ClaimPart,
    DevelopmentPart,
    EditPart,
    EventType,
    LinksPart,
)
from monitor.store.articles import make_uid
from monitor.store.entries import terms_from_json
from monitor.store.schema.tables import articles, case_articles, cases, edits, revisions, stories
from monitor.store.views.payloads.alerts import (
    ARTICLE_COLUMNS,
    make_article,
    make_carriers,
    make_case,
    make_corroboration,
    make_sentence,
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
        select(*_EDIT_COLUMNS, *ARTICLE_COLUMNS)
        .select_from(edits)
        .join(articles, articles.c.id == edits.c.article_id)
        .join(case_articles, is_verdict_of_case)
        .join(cases, cases.c.id == case_articles.c.case_id)
        .join(stories, stories.c.id == case_articles.c.story_id)
        .join(revisions, revisions.c.id == case_articles.c.revision_id)
    )


def get_edit_parts(session: Session, case_id: int, *, since: datetime) -> list[EditPart]:
    """Returns what outlets changed of substance in a case's articles since then, newest first."""
    told = edits.c.kind.in_(("substantive", "correction", "removed"))
    recent = _select_edits(case_id).where(told, edits.c.at > since)
    # An article may have several verdicts of the case: its edits are told once.
    newest = recent.order_by(edits.c.at.desc(), case_articles.c.id.desc())
    parts = {row.edit_uid: _edit_part(row) for row in session.execute(newest)}
    return list(parts.values())


def _edit_part(row: Any) -> EditPart:
    return EditPart(row.kind, row.outlet, row.url, row.at, _summarise_edit(row))


def _edit_payload(row: Any) -> AlertPayload:
    """Returns the event of an edit; nobody else carries it, and it compares with nothing."""
    # An edit that left the text alone is told only where the page is gone.
    is_removed = row.revision_id is None
    return AlertPayload(
        type=EventType.ARTICLE_REMOVED if is_removed else EventType.REVISION_DETECTED,
        alert=_edit_alert(row),
        case=make_case(row),
        development=_edit_development(row),
        article=make_article(row),
        carriers=replace(make_carriers([row]), items=()),
        corroboration=make_corroboration([row]),
        links=LinksPart(article=row.url, why=f"monitor why {row.uid}"),
        new_sentences=tuple(make_sentence(row, sentence, {}) for sentence in row.added),
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
