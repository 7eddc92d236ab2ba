"""What comes from the web, before and after it is read: bodies, feeds and their items, pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave with a document, so that it can be asked whether that has changed; kept
    and sent back byte for byte (RFC 9110 §8.8).
    """

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A body that came, whole and decompressed.

    Attributes:
        url: the address that was asked for.
        final_url: the address after redirects.
        permanent_url: the target of the leading run of 301/308 redirects, None without one.
        media_type: lower-case media type without parameters, empty when none was sent.
        charset: the charset parameter, as sent.
        content_language: the header of that name, as sent.
        max_age: how long the server asks not to be asked again (Cache-Control, Expires).
    """

    url: str
    final_url: str
    status: int
    body: bytes
    media_type: str = ""
    charset: str | None = None
    content_language: str | None = None
    validators: Validators = Validators()
    permanent_url: str | None = None
    max_age: timedelta | None = None


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server said 304: what we have is current.

    Attributes:
        validators: those of the 304 where it has some, else those that were sent.
        final_url, permanent_url, max_age: as in `Fetched`.
    """

    url: str
    validators: Validators = Validators()
    max_age: timedelta | None = None
    final_url: str = ""
    permanent_url: str | None = None


class Precision(StrEnum):
    """How exactly a date was given."""

    INSTANT = "instant"
    DAY = "day"


class DateSource(StrEnum):
    """Where the date of an article comes from."""

    FEED = "feed"
    JSON_LD = "json-ld"
    META = "meta"
    TIME = "time"
    HTMLDATE = "htmldate"
    SEED = "seed"
    FIRST_SEEN = "first_seen"


class DateFlag(StrEnum):
    """Why a date that was written was not believed."""

    FUTURE = "future"
    TOO_EARLY = "before_1995"
    UNREADABLE = "unreadable"
    REDATED = "redated"


@dataclass(frozen=True, slots=True)
class DateOrigin:
    """Where the date of an entry or an article comes from, and what was wrong with it.

    Attributes:
        source: the element or field of an item, a `DateSource` of an article; "first_seen" when no
            date could be used, empty when it is not known (stored before this was kept).
        raw: the date as written; also where it was refused.
        flag: why a date that was written was refused; None when none was. `REDATED`: the feed dates
            an old page anew.
        precision: None when it is not known, or no date was used.
        is_zone_assumed: the date names no zone and was read as UTC; None when it is not known.
    """

    source: str = ""
    raw: str = ""
    flag: DateFlag | None = None
    precision: Precision | None = None
    is_zone_assumed: bool | None = None


UNKNOWN_ORIGIN = DateOrigin()


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One item as its feed states it, cleaned: plain text, aware UTC times, http(s) links only.

    Attributes:
        key: identity within the feed (guid, else link, else title and day).
        guid: the feed's own id for it as written, trimmed; empty when it has none.
        url: link to the article, resolved; None when the item has none.
        published_raw: the date as written; empty when the item has none.
        published_source: the field that it stands in, as the format names it; `updated` is Dublin
            Core's `date`, too.
        is_zone_assumed: the date names no zone and was read as UTC.
        is_media: the link leads to a file (sound, film, picture), not to a page.
        summary: the teaser as plain text.
        content: the full text where the feed carries it, as plain text with a blank line between
            paragraphs; else empty.
        source_name: outlet named by the item itself (RSS `source`), for aggregators.
    """

    key: str
    url: str | None
    title: str
    summary: str = ""
    content: str = ""
    author: str = ""
    published_at: datetime | None = None
    published_precision: Precision = Precision.INSTANT
    updated_at: datetime | None = None
    lang: str | None = None
    source_name: str | None = None
    guid: str = ""
    published_raw: str = ""
    published_source: str = ""
    is_zone_assumed: bool = False
    is_media: bool = False


@dataclass(frozen=True, slots=True)
class ReadItem:
    """An item of a document that says what is stored of it, as far as it is remembered.

    Attributes:
        span: hash of its bytes in the document.
        key: hash of the key of its entry.
        published_at: as the feed states it.
    """

    span: bytes
    key: bytes
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class FeedDocument:
    """What one feed document says.

    Attributes:
        format: "rss", "atom", "rdf", "json" or "sitemap".
        items: in document order, identical ones collapsed.
        warning: what was wrong with the document though it could be read; empty when nothing was.
        is_truncated: the document broke off; its last item is left out, its validators must not be
            kept.
        ttl: the interval between polls that the feed asks for.
        skip_hours: hours of the day (0-23, UTC) in which it asks not to be polled.
        skip_days: days of the week (0 is Monday, UTC) on which it asks not to be polled.
        older_url: the page of its archive with the items before these (RFC 5005 `prev-archive`,
            else `next`).
        hub_url: the WebSub hub that it names.
        keeps_fragments: its links differ only by `#…` (a court docket): `canonical_url(…,
            keep_fragment=True)` for its items.
        has_repeated_guids: one guid stands on different items; remember it and pass
            `trust_guids=False` from then on.
        has_shared_links: one link, or title where there is none, stands on different items that
            no guid tells apart.
        passed: items that were not read, since they say byte for byte what they said before.
    """

    format: str
    items: tuple[FeedItem, ...]
    title: str = ""
    home_url: str | None = None
    lang: str | None = None
    warning: str = ""
    is_truncated: bool = False
    ttl: timedelta | None = None
    description: str = ""
    keeps_fragments: bool = False
    has_repeated_guids: bool = False
    has_shared_links: bool = False
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    older_url: str | None = None
    hub_url: str | None = None
    passed: tuple[ReadItem, ...] = ()


class PageStatus(StrEnum):
    """What kind of page came back; only OK, STUB and LIVE hold text worth comparing."""

    OK = "ok"
    STUB = "stub"
    PAYWALLED = "paywalled"
    CONSENT = "consent"
    CHALLENGE = "challenge"
    INDEX = "index"
    LIVE = "live"
    SOFT_404 = "soft-404"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too-large"


class Extraction(StrEnum):
    """Where an article's text comes from; part of the webhook."""

    FULL = "full"
    TEASER = "teaser"
    CONSENT = "consent"
    FEED_ONLY = "feed_only"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Post:
    """One post of a live blog as the page's JSON-LD has it; `at` is None where it gives no time."""

    at: datetime | None
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """What was taken from an article page.

    Attributes:
        text: paragraphs separated by one blank line; of a PAYWALLED page its teaser; empty for
            other kinds than OK, STUB and LIVE.
        status: the kind of page, with `reason` in words for a person.
        canonical_url: the page's own `rel=canonical`/`og:url` where it may be trusted, else None.
        published_source, published_raw: where the date of publication stands, and how it is written
            there.
        is_zone_assumed: the date names no zone and was read as UTC.
        next_url: the next page of the article, where it is parted into several.
        is_incomplete: further pages of the article could not be had, for the `reason`.
        updated_at: when it was last changed, as it says itself or by the newest post of a live
            blog.
        extractor: what read the text, e.g. "trafilatura-precision", "json-ld".
        posts: the posts of a live blog, in the page's order; empty for other pages.
        titles: all forms of the headline that the page has, `title` first.
    """

    status: PageStatus
    text: str = ""
    reason: str = ""
    title: str = ""
    outlet: str = ""
    author: str = ""
    lang: str | None = None
    published_at: datetime | None = None
    published_precision: Precision = Precision.INSTANT
    canonical_url: str | None = None
    extractor: str = ""
    updated_at: datetime | None = None
    posts: tuple[Post, ...] = ()
    published_source: DateSource | None = None
    published_raw: str = ""
    is_zone_assumed: bool = False
    next_url: str | None = None
    is_incomplete: bool = False
    titles: tuple[str, ...] = ()
