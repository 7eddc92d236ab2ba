"""The tables.

Rows stay inside the transaction that read them; values of `monitor.model` and the views beside each
query leave it.

Rules that can be a constraint are one: unique keys, checks on every state, foreign keys. Times are
aware UTC, ids 64 bit, states VARCHAR with a CHECK, JSON only for what is never filtered on.
Changing a table needs a migration; a test compares the two."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Column, Index, Integer, Text, UniqueConstraint, func
from sqlmodel import Field, SQLModel

from monitor.model import DateSource
from monitor.store.schema.columns import core as _core
from monitor.store.schema.columns import json as _json
from monitor.store.schema.columns import key as _key
from monitor.store.schema.columns import one_of as _one_of
from monitor.store.schema.columns import ref as _ref
from monitor.store.schema.columns import text as _text
from monitor.store.schema.columns import tier_known as _tier_known
from monitor.store.schema.feed_tables import DATE_FLAGS as DATE_FLAGS
from monitor.store.schema.feed_tables import POLL_OUTCOMES as POLL_OUTCOMES
from monitor.store.schema.feed_tables import Entry as Entry
from monitor.store.schema.feed_tables import EntryMatch as EntryMatch
from monitor.store.schema.feed_tables import Feed as Feed
from monitor.store.schema.feed_tables import entries as entries
from monitor.store.schema.feed_tables import entry_matches as entry_matches
from monitor.store.schema.feed_tables import feeds as feeds
from monitor.store.schema.outbox_tables import Alert as Alert
from monitor.store.schema.outbox_tables import AlertChannel as AlertChannel
from monitor.store.schema.outbox_tables import Delivery as Delivery
from monitor.store.schema.outbox_tables import alert_channels as alert_channels
from monitor.store.schema.outbox_tables import alerts as alerts
from monitor.store.schema.outbox_tables import closed_channels as closed_channels
from monitor.store.schema.outbox_tables import deliveries as deliveries
from monitor.store.schema.outbox_tables import delivery_recipients as delivery_recipients
from monitor.store.schema.outbox_tables import silences as silences
from monitor.store.schema.outbox_tables import story_changes as story_changes
from monitor.store.schema.outbox_tables import used_links as used_links
from monitor.store.schema.page_tables import edits as edits
from monitor.store.schema.page_tables import pages as pages
from monitor.store.schema.vector_tables import encoders as encoders
from monitor.store.schema.vector_tables import sentence_vectors as sentence_vectors
from monitor.store.schema.web_tables import hosts as hosts
from monitor.store.schema.web_tables import robots_files as robots_files
from monitor.store.schema.worker_tables import config_folders as config_folders
from monitor.store.schema.worker_tables import workers as workers


class Case(SQLModel, table=True):
    """A case of the config.

    Attributes:
        looked_until: the newest entry when the case left the config: what came since it has not
            seen.
        learns_after: entries above this id are still to be looked through as baseline; None when
            that is done.
    """

    __tablename__: ClassVar[Any] = "cases"

    id: int = _key()
    slug: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    title: str = _text()
    note: str = _text()
    query: str = _text()
    is_enabled: bool = True
    looked_until: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    learns_after: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    created_at: datetime


class Article(SQLModel, table=True):
    """One canonical URL; changed text is a revision of it.

    Where its date comes from (`published_…`, `is_zone_assumed`): see `monitor.model.DateOrigin`.

    Attributes:
        newsroom: whose text it is, by `monitor.newsrooms`; empty where an aggregator does not say,
            None in articles from before this was kept.
    """

    __tablename__: ClassVar[Any] = "articles"
    __table_args__: ClassVar[Any] = (
        _one_of("extraction", "full", "teaser", "consent", "feed_only", "unreadable"),
        _one_of("origin", "feed", "seed"),
        _one_of("published_source", "", *(source.value for source in DateSource)),
        _one_of("published_flag", "", *DATE_FLAGS),
        _one_of("published_precision", "", "instant", "day"),
        Index("ix_articles_found_at", "found_at"),
    )

    id: int = _key()
    uid: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    canonical_url: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    url: str = _text()
    title: str = _text()
    summary: str = _text()
    outlet: str = _text()
    author: str = _text()
    lang: str = ""
    published_at: datetime | None = None
    published_raw: str = _text()
    published_source: str = ""
    published_flag: str = ""
    published_precision: str = ""
    is_zone_assumed: bool | None = None
    found_at: datetime
    extraction: str
    page_status: str = ""
    page_reason: str = _text()
    origin: str
    newsroom: str | None = _text(nullable=True)


class ArticleUrl(SQLModel, table=True):
    """Every spelling under which an article was met."""

    __tablename__: ClassVar[Any] = "article_urls"
    __table_args__: ClassVar[Any] = (Index("ix_article_urls_article_id", "article_id"),)

    url: str = Field(sa_column=Column(Text, primary_key=True))
    article_id: int = _ref("articles.id")


class Revision(SQLModel, table=True):
    """A text that an article had; never overwritten.

    Attributes:
        published_at: its own date, as its feed or page stated it; None for the first text, which
            has the article's, and where none was stated.
    """

    __tablename__: ClassVar[Any] = "revisions"
    __table_args__: ClassVar[Any] = (
        # Of two workers that found the same edit one fails.
        UniqueConstraint("article_id", "number"),
        Index("ix_revisions_text_hash", "text_hash"),
    )

    id: int = _key()
    article_id: int = _ref("articles.id")
    number: int
    title: str = _text()
    text: str = _text()
    text_hash: str
    lang: str = ""
    extractor: str = ""
    fetched_at: datetime
    published_at: datetime | None = None


class SentenceRow(SQLModel, table=True):
    """A sentence of a revision with its facts; the headline is number -1."""

    __tablename__: ClassVar[Any] = "sentences"

    revision_id: int = _ref("revisions.id", primary_key=True)
    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    paragraph: int
    text: str = _text()
    key: int = Field(sa_column=Column(BigInteger, nullable=False))
    facts: dict[str, Any] = _json()


class Fingerprint(SQLModel, table=True):
    """Sampled shingle hashes of a revision: where copies are looked up."""

    __tablename__: ClassVar[Any] = "fingerprints"
    __table_args__: ClassVar[Any] = (
        # By hash for looking up copies, which is the primary key; by revision for removing.
        Index("ix_fingerprints_revision_id", "revision_id"),
        {"sqlite_with_rowid": False},
    )

    hash: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    revision_id: int = _ref("revisions.id", primary_key=True)


class Story(SQLModel, table=True):
    """The articles of a case on one happening."""

    __tablename__: ClassVar[Any] = "stories"
    __table_args__: ClassVar[Any] = (Index("ix_stories_case_id", "case_id"),)

    id: int = _key()
    uid: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    case_id: int = _ref("cases.id")
    first_article_id: int = _ref("articles.id")
    created_at: datetime


class CaseArticle(SQLModel, table=True):
    """The verdict on one revision for one case, with its reasons; its id is the order in which the
    case learned.

    Attributes:
        read_outlet, read_summary, read_published_at: as the article was read for it; None in
            verdicts from before these were kept. They and what the case knew then are what it takes
            to judge the text again.
        read_title, read_text: of a reading that did not replace the text of the revision; None
            where that was judged.
        tier: how much its news changes, see `monitor.model.Verdict`; None in verdicts from before
            there were tiers.
    """

    __tablename__: ClassVar[Any] = "case_articles"
    __table_args__: ClassVar[Any] = (
        # A text is judged once for a case, also when the work is repeated after a crash.
        UniqueConstraint("case_id", "revision_id"),
        _one_of("outcome", "silent", "digest", "alert"),
        _tier_known(),
        Index("ix_case_articles_article_id", "article_id"),
        Index("ix_case_articles_case_id_judged_at", "case_id", "judged_at"),
        Index("ix_case_articles_story_id", "story_id"),
    )

    id: int = _key()
    case_id: int = _ref("cases.id")
    article_id: int = _ref("articles.id")
    revision_id: int = _ref("revisions.id")
    story_id: int = _ref("stories.id")
    is_subject: bool
    is_baseline: bool
    outcome: str
    relation: str
    nearest_article_id: int | None = _ref("articles.id", nullable=True)
    new_in_old: float = 0.0
    old_in_new: float = 0.0
    score: float
    threshold: float
    known_share: float
    reasons: list[dict[str, Any]] = _json()
    new_sentences: list[dict[str, Any]] = _json()
    changed_claims: list[dict[str, Any]] = _json()
    terms: list[dict[str, str]] = _json()
    judge_version: str
    judged_at: datetime
    read_title: str | None = _text(nullable=True)
    read_text: str | None = _text(nullable=True)
    read_outlet: str | None = _text(nullable=True)
    read_summary: str | None = _text(nullable=True)
    read_published_at: datetime | None = None
    tier: int | None = None


class Development(SQLModel, table=True):
    """What is new: born with its alert, carried by articles.

    Attributes:
        is_confirmed: the evidence was enough for an alert at once; else it is told in digests only,
            as unconfirmed.
        tier: of the verdict that brought it; None in developments from before there were tiers.
    """

    __tablename__: ClassVar[Any] = "developments"
    __table_args__: ClassVar[Any] = (
        # A verdict brings one development, early or late.
        UniqueConstraint("case_article_id"),
        _tier_known(),
        Index("ix_developments_case_id_created_at", "case_id", "created_at"),
    )

    id: int = _key()
    uid: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    case_id: int = _ref("cases.id")
    story_id: int = _ref("stories.id")
    article_id: int = _ref("articles.id")
    case_article_id: int = _ref("case_articles.id")
    is_confirmed: bool = True
    summary: str = _text()
    event_keys: list[str] = _json()
    sentence_keys: list[int] = _json()
    first_published_at: datetime | None = None
    created_at: datetime
    tier: int | None = None


class Carrier(SQLModel, table=True):
    """An article that reports a development; the first reporter included."""

    __tablename__: ClassVar[Any] = "development_carriers"
    __table_args__: ClassVar[Any] = (Index("ix_development_carriers_article_id", "article_id"),)

    development_id: int = _ref("developments.id", primary_key=True)
    article_id: int = _ref("articles.id", primary_key=True)
    joined_at: datetime


class Feedback(SQLModel, table=True):
    """What a person thinks of a verdict."""

    __tablename__: ClassVar[Any] = "feedback"
    __table_args__: ClassVar[Any] = (
        # The latest word of a person takes the place of the one before.
        UniqueConstraint("case_id", "article_id"),
        _one_of("kind", "not_relevant", "not_new", "missed", "new"),
        Index("ix_feedback_article_id", "article_id"),
    )

    id: int = _key()
    case_id: int = _ref("cases.id")
    article_id: int = _ref("articles.id")
    kind: str
    note: str = _text()
    created_at: datetime


cases = _core(Case)
articles = _core(Article)
article_urls = _core(ArticleUrl)
revisions = _core(Revision)
sentences = _core(SentenceRow)
fingerprints = _core(Fingerprint)
stories = _core(Story)
case_articles = _core(CaseArticle)
developments = _core(Development)
carriers = _core(Carrier)
feedback = _core(Feedback)
# Where an article stands among others: one without a date stands where it was found.
article_at = func.coalesce(articles.c.published_at, articles.c.found_at)
