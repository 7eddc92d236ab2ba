"""Rows that tests of the store begin with: a case, an article with its text, a verdict on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from monitor.model import Extraction, Verdict
from monitor.novelty import analyse
from monitor.store.articles import (
    FetchedArticle,
    RevisionKey,
    insert_article,
    insert_revision,
)
from monitor.store.cases import CaseSpec, sync_cases
from monitor.store.outbox import DueDelivery, claim_delivery, get_due_channels
from monitor.store.verdicts import (
    AlertTarget,
    Judged,
    insert_development,
    insert_story,
    insert_verdict,
)
from tests.world import at

NOW = at("2025-06-01T12:00:00")


def fetched(number: int, text: str, **other: object) -> FetchedArticle:
    """An article of the Gazette as it was read; its address is told by the number."""
    url = f"https://news.example/story-number-{number}"
    values: dict[str, object] = {
        "url": url,
        "urls": (url,),
        "title": "Closed",
        "summary": "",
        "text": text,
        "outlet": "Gazette",
        "author": "",
        "lang": "en",
        "published_at": NOW,
        "extraction": Extraction.FULL,
        "page_status": "ok",
        "reason": "",
        "extractor": "test",
    }
    return FetchedArticle(**{**values, **other})  # type: ignore[arg-type]


def add_case(session: Session, slug: str = "harbour") -> int:
    """Stores a case and leaves those that are there as they are; returns its row."""
    return sync_cases(session, [CaseSpec(slug, slug.title(), "", slug)], NOW)[slug]


def add_article(session: Session, article: FetchedArticle) -> RevisionKey:
    """Stores an article with its text."""
    article_id = insert_article(session, article, lang="en", origin="feed", found_at=NOW)
    return add_revision(session, article_id, article)


def add_revision(
    session: Session, article_id: int, article: FetchedArticle, *, number: int = 1
) -> RevisionKey:
    """Stores a text of an article."""
    analysis = analyse(article.title, article.text, lang="en", published_at=NOW)
    revision_id = insert_revision(session, article_id, number, article, analysis, now=NOW)
    return RevisionKey(article_id, revision_id)


def judged(
    case_id: int,
    revision: RevisionKey,
    article: FetchedArticle,
    *,
    is_baseline: bool = False,
    now: datetime = NOW,
) -> Judged:
    """A verdict's circumstances: the article is about the case."""
    return Judged(
        case_id=case_id,
        revision=revision,
        article=article,
        is_subject=True,
        is_baseline=is_baseline,
        terms=(),
        judge_version="1",
        now=now,
    )


def add_development(
    session: Session, given: Judged, verdict: Verdict, targets: Sequence[AlertTarget]
) -> None:
    """Stores a verdict in a story of its own, with its development and alert."""
    story_id = insert_story(session, given.case_id, given.revision.article_id, NOW)
    key = insert_verdict(session, given, verdict, story_id)
    insert_development(session, given, verdict, key, targets)


def claim_due(session: Session, *, owner: str = "w", now: datetime = NOW) -> list[DueDelivery]:
    """Claims the next delivery of every channel that has one to send."""
    found = [
        claim_delivery(session, channel, owner=owner, now=now)
        for channel in get_due_channels(session, now)
    ]
    return [delivery for delivery in found if delivery is not None]
