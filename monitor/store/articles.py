"""Articles: one canonical URL, its spellings, its revisions with their sentences, and the look-up
of copies.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Subquery, and_, func, insert, select, update
from sqlmodel import Session

from monitor.model import UNKNOWN_ORIGIN, Analysis, DateOrigin, Extraction
from monitor.novelty import facts_to_json
from monitor.store.engine import chunks, insert_new
from monitor.store.schema.date_columns import to_columns
from monitor.store.schema.tables import (
    article_urls,
    articles,
    case_articles,
    fingerprints,
    revisions,
    sentences,
)
from monitor.store.views.search import index_article
from monitor.urls import site_of

# A hash that more revisions share is boilerplate: it finds everything and says nothing
# (research/dedup.md §5).
MAX_SHARERS = 200
MAX_CANDIDATES = 20
MIN_HITS = 2
_MAX_FOUND = 50


@dataclass(frozen=True, slots=True)
class ArticleSpec:
    """What is to be stored of an article besides its text."""

    canonical_url: str
    url: str
    title: str
    summary: str
    outlet: str
    author: str
    lang: str
    published_at: datetime | None
    found_at: datetime
    extraction: Extraction
    page_status: str
    page_reason: str
    origin: str
    extractor: str
    aliases: tuple[str, ...] = ()
    date_origin: DateOrigin = UNKNOWN_ORIGIN


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article that is there, with its newest revision."""

    id: int
    revision_id: int
    revision: int
    text_hash: str
    title: str
    extraction: Extraction
    url: str
    outlet: str
    text: str
    extractor: str


@dataclass(frozen=True, slots=True)
class CopyCandidate:
    """A stored text that shares sampled hashes with a new one."""

    article_id: int
    text: str


def newest_revisions() -> Subquery:
    """Returns article_id and number of every article's newest revision, to be joined."""
    numbers = select(revisions.c.article_id, func.max(revisions.c.number).label("number"))
    return numbers.group_by(revisions.c.article_id).subquery("newest")


def hash_text(title: str, text: str) -> str:
    """Returns the identity of a revision: SHA-256 over its headline and text, white space folded."""
    return hashlib.sha256(
        f"{' '.join(title.split())}\n{' '.join(text.split())}".encode()
    ).hexdigest()


def find_article(session: Session, urls: Iterable[str]) -> StoredArticle | None:
    """Returns the article known under one of the spellings, None when there is none."""
    known = select(article_urls.c.article_id).where(article_urls.c.url.in_(list(urls)))
    return next(iter(_stored(session, articles.c.id.in_(known))), None)


def get_stored(session: Session, article_id: int) -> StoredArticle:
    """Returns a stored article with its newest revision."""
    return _stored(session, articles.c.id == article_id)[0]


def find_republished(
    session: Session, url: str, *, text_hash: str, published_at: datetime
) -> StoredArticle | None:
    """Returns the article that the same site published at the same time with the same headline and
    text under another URL.
    """
    same = and_(revisions.c.text_hash == text_hash, articles.c.published_at == published_at)
    return next(
        (article for article in _stored(session, same) if site_of(article.url) == site_of(url)),
        None,
    )


def _stored(session: Session, condition: ColumnElement[bool]) -> list[StoredArticle]:
    newest = newest_revisions()
    columns = (
        articles.c.id,
        revisions.c.id.label("revision_id"),
        revisions.c.number,
        revisions.c.text_hash,
        revisions.c.title,
    )
    statement = (
        select(
            *columns,
            articles.c.extraction,
            articles.c.url,
            articles.c.outlet,
            revisions.c.text,
            revisions.c.extractor,
        )
        .join(newest, newest.c.article_id == articles.c.id)
        .join(
            revisions,
            (revisions.c.article_id == articles.c.id) & (revisions.c.number == newest.c.number),
        )
        .where(condition)
        .order_by(articles.c.id)
        .limit(_MAX_FOUND)
    )
    return [
        StoredArticle(
            id=row.id,
            revision_id=row.revision_id,
            revision=row.number,
            text_hash=row.text_hash,
            title=row.title,
            extraction=Extraction(row.extraction),
            url=row.url,
            outlet=row.outlet,
            text=row.text,
            extractor=row.extractor,
        )
        for row in session.execute(statement)
    ]


def insert_article(session: Session, spec: ArticleSpec) -> int:
    """Stores an article (not yet its text) and returns its id."""
    statement = insert(articles).values(
        uid=make_uid("article", spec.canonical_url),
        canonical_url=spec.canonical_url,
        url=spec.url,
        title=spec.title,
        summary=spec.summary,
        outlet=spec.outlet,
        author=spec.author,
        lang=spec.lang,
        published_at=spec.published_at,
        **to_columns(spec.date_origin),
        found_at=spec.found_at,
        extraction=spec.extraction.value,
        page_status=spec.page_status,
        page_reason=spec.page_reason,
        origin=spec.origin,
    )
    article_id = int(session.execute(statement.returning(articles.c.id)).scalar_one())
    add_urls(session, article_id, (spec.canonical_url, *spec.aliases))
    return article_id


def add_urls(session: Session, article_id: int, urls: Iterable[str]) -> None:
    """Remembers further spellings of an article's address; one that belongs to another article
    stays there.
    """
    rows = [{"url": url, "article_id": article_id} for url in dict.fromkeys(urls) if url]
    insert_new(session, article_urls, rows, returning="url")


def insert_revision(
    session: Session,
    article_id: int,
    number: int,
    *,
    title: str,
    summary: str,
    text: str,
    url: str,
    analysis: Analysis,
    extractor: str,
    now: datetime,
) -> int:
    """Stores a text with its sentences and hashes, and makes it searchable; returns the revision's
    id.
    """
    statement = insert(revisions).values(
        article_id=article_id,
        number=number,
        title=title,
        text=text,
        text_hash=hash_text(title, text),
        lang=analysis.lang,
        extractor=extractor,
        fetched_at=now,
    )
    revision_id = int(session.execute(statement.returning(revisions.c.id)).scalar_one())
    rows = [
        {
            "revision_id": revision_id,
            "number": sentence.index,
            "paragraph": sentence.paragraph,
            "text": sentence.text,
            "key": sentence.key,
            "facts": facts_to_json(sentence.facts),
        }
        for sentence in (analysis.title, *analysis.sentences)
    ]
    session.execute(insert(sentences), rows)
    hashes = [
        {"hash": value, "revision_id": revision_id} for value in dict.fromkeys(analysis.fingerprint)
    ]
    if hashes:
        session.execute(insert(fingerprints), hashes)
    index_article(session, article_id, title=title, summary=summary, text=text, url=url)
    return revision_id


def update_article(session: Session, article_id: int, spec: ArticleSpec) -> None:
    """Brings an article's headline and way of extraction up to its newest revision; its dates and
    first address stay.
    """
    values = {
        "title": spec.title,
        "summary": spec.summary,
        "extraction": spec.extraction.value,
        "page_status": spec.page_status,
        "page_reason": spec.page_reason,
    }
    session.execute(update(articles).where(articles.c.id == article_id).values(**values))


def find_copies(
    session: Session, case_id: int, hashes: Sequence[int], *, article_id: int | None
) -> list[CopyCandidate]:
    """Returns texts of the case that share at least two sampled hashes with a new one, most shared
    first.

    Args:
        article_id: an article that is not to be compared with itself.
    """
    shared: dict[int, int] = {}
    for part in chunks(list(hashes)):
        sharers = (
            select(fingerprints.c.hash)
            .where(fingerprints.c.hash.in_(part))
            .group_by(fingerprints.c.hash)
        )
        telling = sharers.having(func.count() <= MAX_SHARERS)
        hits = (
            select(fingerprints.c.revision_id, func.count().label("hits"))
            .join(case_articles, case_articles.c.revision_id == fingerprints.c.revision_id)
            .where(case_articles.c.case_id == case_id, fingerprints.c.hash.in_(telling))
            .group_by(fingerprints.c.revision_id)
        )
        if article_id is not None:
            hits = hits.where(case_articles.c.article_id != article_id)
        for row in session.execute(hits):
            shared[row.revision_id] = shared.get(row.revision_id, 0) + row.hits
    ranked = sorted(
        (-hits, revision_id) for revision_id, hits in shared.items() if hits >= MIN_HITS
    )[:MAX_CANDIDATES]
    wanted = [revision_id for _, revision_id in ranked]
    texts = session.execute(
        select(revisions.c.id, revisions.c.article_id, revisions.c.text).where(
            revisions.c.id.in_(wanted)
        )
    )
    found = {row.id: CopyCandidate(row.article_id, row.text) for row in texts}
    return [found[revision_id] for revision_id in wanted]


def make_uid(kind: str, *parts: object) -> str:
    """Returns the public id of a thing: 16 hex digits, always the same for the same parts."""
    text = "\x1f".join((kind, *(str(part) for part in parts)))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class ArticleText:
    """A stored article with its newest text, as it was read."""

    id: int
    canonical_url: str
    url: str
    title: str
    summary: str
    text: str
    outlet: str
    author: str
    lang: str
    published_at: datetime | None
    found_at: datetime
    extraction: Extraction
    page_status: str
    page_reason: str
    extractor: str
    origin: str


def get_article_texts(session: Session, article_ids: Sequence[int]) -> list[ArticleText]:
    """Returns articles with their newest text, oldest published first."""
    newest = newest_revisions()
    statement = (
        select(
            articles, revisions.c.title.label("headline"), revisions.c.text, revisions.c.extractor
        )
        .join(newest, newest.c.article_id == articles.c.id)
        .join(
            revisions,
            (revisions.c.article_id == articles.c.id) & (revisions.c.number == newest.c.number),
        )
        .where(articles.c.id.in_(article_ids))
        .order_by(func.coalesce(articles.c.published_at, articles.c.found_at), articles.c.id)
    )
    return [
        ArticleText(
            id=row.id,
            canonical_url=row.canonical_url,
            url=row.url,
            title=row.headline,
            summary=row.summary,
            text=row.text,
            outlet=row.outlet,
            author=row.author,
            lang=row.lang,
            published_at=row.published_at,
            found_at=row.found_at,
            extraction=Extraction(row.extraction),
            page_status=row.page_status,
            page_reason=row.page_reason,
            extractor=row.extractor,
            origin=row.origin,
        )
        for row in session.execute(statement)
    ]
