"""Articles: one canonical URL, its spellings, its revisions with their sentences, and the look-up
of copies.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, insert, select, update
from sqlalchemy import text as sql
from sqlmodel import Session

from monitor.matching import slug
from monitor.model import (
    UNKNOWN_ORIGIN,
    Analysis,
    DateOrigin,
    Extraction,
    Sentence,
    Validators,
)
from monitor.newsrooms import newsroom_of, shipped_families
from monitor.novelty import facts_to_json
from monitor.store.engine import chunks, insert_new, insert_row, is_on_sqlite
from monitor.store.schema.date_columns import to_columns
from monitor.store.schema.rows import as_value
from monitor.store.schema.tables import (
    article_at,
    article_urls,
    articles,
    case_articles,
    fingerprints,
    revisions,
    sentences,
)
from monitor.text import fold_words
from monitor.urls import is_web_url, site_of

# A hash that more revisions share is boilerplate: it finds everything and says nothing.
MAX_SHARERS = 200
# Texts that are compared with a new one in full: that is exact, and dear.
MAX_CANDIDATES = 20
# One shared hash may be chance: a name, a date line.
MIN_HITS = 2
# Articles that one condition may find; only the republished can be several.
_MAX_FOUND = 50
# The newest revision beside its article; what both tables name alike gets a name of its own.
_REVISION_COLUMNS = (
    revisions.c.id.label("revision_id"),
    revisions.c.number.label("revision"),
    revisions.c.title.label("headline"),
    revisions.c.text,
    revisions.c.text_hash,
    revisions.c.extractor,
)
FEED_EXTRACTOR = "feed"  # the extractor of a text that the feed gave
NO_VALIDATORS = Validators()
# PostgreSQL refuses a tsvector of more than a megabyte.
MAX_INDEXED_WORDS = 40_000
_FTS5_DELETE = sql("DELETE FROM article_search WHERE rowid = :id")
_FTS5_INSERT = sql("INSERT INTO article_search (rowid, words) VALUES (:id, :words)")
# An array of lexemes: PostgreSQL's own parser never sees the text and cannot split it otherwise
# than we do.
_TSVECTOR_UPSERT = sql(
    "INSERT INTO article_search (article_id, words) VALUES (:id, array_to_tsvector(:words)) "
    "ON CONFLICT (article_id) DO UPDATE SET words = excluded.words"
)


@dataclass(frozen=True, slots=True)
class PageSeen:
    """What a page gave when it was last asked.

    Attributes:
        url: the address that was asked.
        title, text_hash: of the article on it; None where it showed no article.
        status: what came, in a word.
        validators: None keeps those that are known: they vouch for the article, not for what stood
            in its place.
        updated_at: when it was last changed, as it says itself.
    """

    url: str
    status: str
    validators: Validators | None = NO_VALIDATORS
    title: str | None = None
    text_hash: str | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedArticle:
    """An article as far as it could be read, before it is stored.

    Attributes:
        urls: every address under which it was met, the canonical one first, in canonical form.
        reason: why it was not read in full; empty when it was.
        seen: what its page gave; None when no page was asked for.
        revised_at: the date of this text, where it is stated and is not that of the first.
    """

    url: str
    urls: tuple[str, ...]
    title: str
    summary: str
    text: str
    outlet: str
    author: str
    lang: str | None
    published_at: datetime
    extraction: Extraction
    page_status: str
    reason: str
    extractor: str
    date_origin: DateOrigin = UNKNOWN_ORIGIN
    seen: PageSeen | None = None
    revised_at: datetime | None = None

    @property
    def text_hash(self) -> str:
        """The identity of its text, see `hash_text`."""
        return hash_text(self.title, self.text)


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """A stored article with its newest revision.

    Attributes:
        title, text, text_hash, extractor: of the newest revision.
        revision: its number, from 1.
    """

    id: int
    canonical_url: str
    url: str
    title: str
    summary: str
    text: str
    text_hash: str
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
    revision_id: int
    revision: int

    @property
    def at(self) -> datetime:
        """When it was published; when it was found, where that is not known."""
        return self.published_at or self.found_at


@dataclass(frozen=True, slots=True)
class RevisionKey:
    """Which revision of which article."""

    article_id: int
    revision_id: int


@dataclass(frozen=True, slots=True)
class CopyCandidate:
    """A stored text that shares sampled hashes with a new one."""

    article_id: int
    text: str


def make_uid(kind: str, *parts: object) -> str:
    """Returns the public id of a thing: 16 hex digits, always the same for the same parts."""
    text = "\x1f".join((kind, *(map(str, parts))))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def hash_text(title: str, text: str) -> str:
    """Returns the identity of a revision: SHA-256 over headline and text, white space folded."""
    folded = f"{' '.join(title.split())}\n{' '.join(text.split())}"
    return hashlib.sha256(folded.encode()).hexdigest()


def newest_revisions() -> Subquery:
    """Returns article_id and number of every article's newest revision, to be joined."""
    numbers = select(revisions.c.article_id, func.max(revisions.c.number).label("number"))
    return numbers.group_by(revisions.c.article_id).subquery("newest")


def is_newest_in(newest: Subquery) -> ColumnElement[bool]:
    """Returns the condition that ties an article to the newest of its revisions.

    Args:
        newest: what `newest_revisions` gave, joined to the articles.
    """
    return and_(revisions.c.article_id == articles.c.id, revisions.c.number == newest.c.number)


def find_article(session: Session, urls: Iterable[str]) -> StoredArticle | None:
    """Returns the article known under one of the spellings, None when there is none."""
    return next(iter(_find(session, _is_known_under(urls))), None)


def _is_known_under(urls: Iterable[str]) -> ColumnElement[bool]:
    """Returns the condition that an article was met under one of these spellings."""
    known = select(article_urls.c.article_id).where(article_urls.c.url.in_(list(urls)))
    return articles.c.id.in_(known)


def get_stored(session: Session, article_id: int) -> StoredArticle:
    """Returns a stored article with its newest revision."""
    return _find(session, articles.c.id == article_id)[0]


def find_republished(session: Session, article: FetchedArticle) -> StoredArticle | None:
    """Returns the article that the same site published at the same time with the same headline and
    text under another URL.
    """
    site = site_of(article.url)
    # The site is no column: what other sites published so is found, too, and left aside here.
    for found in _find(session, _is_same_publication(article)):
        if site_of(found.url) == site:
            return found
    return None


def _is_same_publication(article: FetchedArticle) -> ColumnElement[bool]:
    """Returns the condition that an article has the text and the date of another."""
    return and_(
        revisions.c.text_hash == article.text_hash,
        articles.c.published_at == article.published_at,
    )


def _find(session: Session, condition: ColumnElement[bool]) -> list[StoredArticle]:
    """Returns the articles under a condition with their newest text, at most `_MAX_FOUND`, the
    oldest stored first.
    """
    found = _select_stored().where(condition).order_by(articles.c.id).limit(_MAX_FOUND)
    return list(map(_stored, session.execute(found)))


def get_stored_articles(session: Session, article_ids: Sequence[int]) -> list[StoredArticle]:
    """Returns articles with their newest text, oldest published first."""
    chosen = _select_stored().where(articles.c.id.in_(article_ids))
    # Many articles share a date: the row breaks ties, so that the order is always the same.
    found = session.execute(chosen.order_by(article_at, articles.c.id))
    return list(map(_stored, found))


def _select_stored() -> Select[Any]:
    """Selects articles with the columns of their newest revision."""
    newest = newest_revisions()
    return (
        select(articles, *_REVISION_COLUMNS)
        .join(newest, newest.c.article_id == articles.c.id)
        .join(revisions, is_newest_in(newest))
    )


def _stored(row: Any) -> StoredArticle:
    """Returns an article as `_select_stored` found it."""
    # Headline and text are of one revision, whatever the article's own row says.
    return as_value(StoredArticle, row, title=row.headline, extraction=Extraction(row.extraction))


def insert_article(  # noqa: PLR0913 (callers name them)
    session: Session,
    article: FetchedArticle,
    *,
    lang: str,
    origin: str,
    found_at: datetime,
    newsroom: str | None = None,
) -> int:
    """Stores an article (not yet its text) and returns its id.

    Args:
        lang: of its text.
        origin: "feed" or "seed".
        newsroom: whose text it is; None when nobody looked.
    """
    values = _first_columns(article) | _revised_columns(article, newsroom)
    values |= {"lang": lang, "origin": origin, "found_at": found_at}
    article_id = insert_row(session, articles, values)
    add_urls(session, article_id, article.urls)
    return article_id


def _first_columns(article: FetchedArticle) -> dict[str, Any]:
    """Returns the columns of an article that stay as they were when it was first read."""
    canonical_url = article.urls[0]
    return {
        "uid": make_uid("article", *_identity(article)),
        "canonical_url": canonical_url,
        "url": article.url,
        "outlet": article.outlet,
        "author": article.author,
        "published_at": article.published_at,
        **to_columns(article.date_origin),
    }


def _identity(article: FetchedArticle) -> tuple[str, ...]:
    """Returns what an article is: its canonical address; of a seed, or an item without a link,
    whose address is our own, the text as well.
    """
    canonical_url = article.urls[0]
    if is_web_url(canonical_url):
        return (canonical_url,)
    return canonical_url, hash_text(article.title, article.text)


def update_article(
    session: Session, article_id: int, article: FetchedArticle, *, newsroom: str | None = None
) -> None:
    """Brings an article's headline, way of extraction and newsroom up to its newest revision; its
    dates and first address stay.
    """
    changed = update(articles).where(articles.c.id == article_id)
    session.execute(changed.values(**_revised_columns(article, newsroom)))


def set_newsroom(session: Session, article_id: int, newsroom: str) -> None:
    """Writes whose text an article is."""
    changed = update(articles).where(articles.c.id == article_id)
    session.execute(changed.values(newsroom=newsroom))


def get_newsroom(session: Session, article_id: int) -> str:
    """Returns whose text an article is, see `stored_newsroom`."""
    columns = (articles.c.newsroom, articles.c.canonical_url)
    found = session.execute(select(*columns).where(articles.c.id == article_id)).one()
    return stored_newsroom(found)


def stored_newsroom(row: Any) -> str:
    """Returns whose text an article is, by its row; of one from before that was kept, by its
    address.
    """
    if row.newsroom is not None:
        return str(row.newsroom)
    return newsroom_of(row.canonical_url, "", shipped_families())


def _revised_columns(article: FetchedArticle, newsroom: str | None) -> dict[str, Any]:
    """Returns the columns of an article that follow its newest revision."""
    return {
        "title": article.title,
        "summary": article.summary,
        "extraction": article.extraction.value,
        "page_status": article.page_status,
        "page_reason": article.reason,
        "newsroom": newsroom,
    }


def add_urls(session: Session, article_id: int, urls: Iterable[str]) -> None:
    """Remembers further spellings of an article's address; one that belongs to another article
    stays there.
    """
    rows = [{"url": url, "article_id": article_id} for url in dict.fromkeys(urls) if url]
    # The URL is the primary key: who had it first keeps it, whatever order two workers come in.
    insert_new(session, article_urls, rows, returning="url")


def insert_revision(  # noqa: PLR0913 (callers name them)
    session: Session,
    article_id: int,
    number: int,
    article: FetchedArticle,
    analysis: Analysis,
    *,
    now: datetime,
) -> int:
    """Stores a text with its sentences and hashes, and makes it searchable; returns the revision's
    id.
    """
    values = _text_columns(article)
    values |= {"article_id": article_id, "number": number}
    # The first text has the date of the article.
    values |= {"published_at": article.revised_at if number > 1 else None}
    values |= {"lang": analysis.lang, "fetched_at": now}
    # Number and article are unique: of two workers that found the same edit one fails here.
    revision_id = insert_row(session, revisions, values)
    _insert_sentences(session, revision_id, analysis)
    _insert_fingerprint(session, revision_id, analysis)
    # Only the newest text is searched for: it takes the place of the one before.
    index_article(session, article_id, _searchable(article))
    return revision_id


def _text_columns(article: FetchedArticle) -> dict[str, Any]:
    """Returns the columns of a revision that say what was read."""
    return {
        "title": article.title,
        "text": article.text,
        "text_hash": article.text_hash,
        "extractor": article.extractor,
    }


def _searchable(article: FetchedArticle) -> str:
    """Returns the words that an article is found by: those of its teaser and address, too."""
    return f"{article.title}\n{article.summary}\n{slug(article.url)}\n{article.text}"


def _insert_sentences(session: Session, revision_id: int, analysis: Analysis) -> None:
    """Stores the headline (number -1) and the sentences of a text with their facts."""
    stored = (analysis.title, *analysis.sentences)
    # One statement for the whole text, however many sentences it has.
    session.execute(
        insert(sentences), [_sentence_row(revision_id, sentence) for sentence in stored]
    )


def _sentence_row(revision_id: int, sentence: Sentence) -> dict[str, Any]:
    """Returns the row of a sentence; its key is that of the same words in every text."""
    return {
        "revision_id": revision_id,
        "number": sentence.index,
        "paragraph": sentence.paragraph,
        "text": sentence.text,
        "key": sentence.key,
        "facts": facts_to_json(sentence.facts),
    }


def _insert_fingerprint(session: Session, revision_id: int, analysis: Analysis) -> None:
    """Stores the sampled hashes of a text, each once."""
    # A hash that stands twice in a text is one row; the pair is the primary key.
    hashes = dict.fromkeys(analysis.fingerprint)
    if hashes:
        rows = [{"hash": value, "revision_id": revision_id} for value in hashes]
        session.execute(insert(fingerprints), rows)


def index_article(session: Session, article_id: int, text: str) -> None:
    """Makes an article findable by the folded words of a text, in place of those of before."""
    words = fold_words(text)[:MAX_INDEXED_WORDS]
    if is_on_sqlite(session):
        _index_fts5(session, article_id, words)
    else:
        _index_tsvector(session, article_id, words)


def _index_fts5(session: Session, article_id: int, words: Sequence[str]) -> None:
    """Makes an article findable on SQLite."""
    # FTS5 knows no upsert.
    session.execute(_FTS5_DELETE, {"id": article_id})
    session.execute(_FTS5_INSERT, {"id": article_id, "words": " ".join(words)})


def _index_tsvector(session: Session, article_id: int, words: Sequence[str]) -> None:
    """Makes an article findable on PostgreSQL."""
    session.execute(_TSVECTOR_UPSERT, {"id": article_id, "words": sorted(set(words))})


def find_copies(
    session: Session, case_id: int, hashes: Sequence[int], *, article_id: int | None
) -> list[CopyCandidate]:
    """Returns texts of the case that share at least two sampled hashes with a new one, most shared
    first.

    Args:
        article_id: an article that is not to be compared with itself.
    """
    shared = _count_shared(session, case_id, hashes, article_id)
    return _get_candidates(session, _rank_shared(shared)[:MAX_CANDIDATES])


def _rank_shared(shared: Counter[int]) -> list[int]:
    """Returns the revisions that share hashes enough, most shared first."""
    several = [revision_id for revision_id, hits in shared.items() if hits >= MIN_HITS]
    # The row breaks ties, so that both databases agree.
    return sorted(several, key=lambda revision_id: (-shared[revision_id], revision_id))


def _get_candidates(session: Session, revision_ids: Sequence[int]) -> list[CopyCandidate]:
    """Returns the texts of revisions, in the order that these are given in."""
    columns = (revisions.c.id, revisions.c.article_id, revisions.c.text)
    texts = select(*columns).where(revisions.c.id.in_(revision_ids))
    found = {row.id: CopyCandidate(row.article_id, row.text) for row in session.execute(texts)}
    return [found[revision_id] for revision_id in revision_ids]


def _count_shared(
    session: Session, case_id: int, hashes: Sequence[int], article_id: int | None
) -> Counter[int]:
    """Returns how many of the hashes each revision of the case has."""
    shared: Counter[int] = Counter()
    # A long text has more hashes than a statement may have values.
    for part in chunks(list(hashes)):
        hits = _select_hits(case_id, part)
        # An article's own earlier texts are no copies of it.
        if article_id is not None:
            hits = hits.where(case_articles.c.article_id != article_id)
        for row in session.execute(hits):
            shared[row.revision_id] += row.hits
    return shared


def _select_hits(case_id: int, hashes: Sequence[int]) -> Select[Any]:
    """Selects how many of the hashes each revision has that the case judged."""
    is_judged = case_articles.c.revision_id == fingerprints.c.revision_id
    return (
        select(fingerprints.c.revision_id, func.count().label("hits"))
        .join(case_articles, is_judged)
        .where(case_articles.c.case_id == case_id, fingerprints.c.hash.in_(_rare_hashes(hashes)))
        .group_by(fingerprints.c.revision_id)
    )


def _rare_hashes(hashes: Sequence[int]) -> Select[Any]:
    """Selects those of the hashes that are no boilerplate."""
    # Counted over all cases: what a site's every page has is boilerplate for each of them.
    sharers = select(fingerprints.c.hash).where(fingerprints.c.hash.in_(hashes))
    return sharers.group_by(fingerprints.c.hash).having(func.count() <= MAX_SHARERS)
