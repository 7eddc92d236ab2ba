"""The tables of pages that are asked for again, and of the edits found on them; the rules of
`tables` hold here, too.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Column, ForeignKey, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from monitor.store.schema.columns import ID
from monitor.store.schema.columns import core as _core
from monitor.store.schema.columns import held_index as _held_index
from monitor.store.schema.columns import json as _json
from monitor.store.schema.columns import key as _key
from monitor.store.schema.columns import one_of as _one_of
from monitor.store.schema.columns import ref as _ref
from monitor.store.schema.columns import text as _text

EDIT_KINDS = (
    "trivial",
    "copy_edit",
    "headline",
    "substantive",
    "correction",
    "removed",
    "paywalled",
    "returned",
)


class PageRow(SQLModel, table=True):
    """An article's page as last seen, and when it is asked for again.

    Attributes:
        url: the address that is asked.
        title, text_hash: what the page itself said when it last showed the article; the stored
            title may be the feed's.
        status: what came last, e.g. "ok", "not modified", "http 404".
        state: "missing" is a first 404 or 410 that a second check has to confirm.
        next_check_at: None when the last step was taken.
        changed_at: when its text last changed.
        updated_at: when it was last changed, as it says itself.
        failures: checks in a row to which no answer came.
    """

    __tablename__: ClassVar[Any] = "pages"
    __table_args__: ClassVar[Any] = (
        # An article has one page, under however many addresses it is met.
        UniqueConstraint("article_id"),
        _one_of("state", "there", "missing", "removed", "paywalled"),
        _held_index("pages"),
        Index("ix_pages_next_check_at", "next_check_at"),
    )

    id: int = _key()
    article_id: int = _ref("articles.id")
    url: str = _text()
    etag: str | None = _text(nullable=True)
    last_modified: str | None = _text(nullable=True)
    title: str = _text()
    text_hash: str = ""
    status: str = _text()
    state: str = "there"
    next_check_at: datetime | None = None
    checked_at: datetime | None = None
    changed_at: datetime | None = None
    updated_at: datetime | None = None
    checks: int = 0
    failures: int = 0
    last_error: str = _text()
    lease_owner: str | None = None
    lease_until: datetime | None = None


class Edit(SQLModel, table=True):
    """What an outlet did to an article after it was stored: the class of a revision, or what became
    of the page.

    Attributes:
        revision_id: the text that came of it; None where the text stayed.
        note: in words for a person, empty where the class says it all.
        added: sentences without a counterpart in the text before; removed: those that went.
        changed_claims: statements made again with another fact.
    """

    __tablename__: ClassVar[Any] = "edits"
    __table_args__: ClassVar[Any] = (
        # A new text has one class; edits without a text have none here and may repeat.
        UniqueConstraint("revision_id"),
        _one_of("kind", *EDIT_KINDS),
        Index("ix_edits_article_id", "article_id"),
    )

    id: int = _key()
    uid: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    article_id: int = _ref("articles.id")
    revision_id: int | None = Field(
        default=None,
        sa_column=Column(ID, ForeignKey("revisions.id", ondelete="CASCADE"), nullable=True),
    )
    kind: str
    note: str = _text()
    added: list[dict[str, Any]] = _json()
    removed: list[str] = _json()
    changed_claims: list[dict[str, Any]] = _json()
    at: datetime


pages = _core(PageRow)
edits = _core(Edit)
