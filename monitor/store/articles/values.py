"""What is stored of articles, and what identifies it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from monitor.model import (
    UNKNOWN_ORIGIN,
    DateOrigin,
    Extraction,
    Validators,
)

FEED_EXTRACTOR = "feed"  # the extractor of a text that the feed gave
NO_VALIDATORS = Validators()


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
        may_come_back: its page could not be had, or showed something else, and may be there later.
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
    may_come_back: bool = False

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


def make_uid(kind: str, *parts: object) -> str:
    """Returns the public id of a thing: 16 hex digits, always the same for the same parts."""
    text = "\x1f".join((kind, *(map(str, parts))))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def hash_text(title: str, text: str) -> str:
    """Returns the identity of a revision: SHA-256 over headline and text, white space folded."""
    folded = f"{' '.join(title.split())}\n{' '.join(text.split())}"
    return hashlib.sha256(folded.encode()).hexdigest()
