"""The values that flow from stage to stage.

All are frozen: a stage takes values and returns values. Database rows stay inside `store`; these are what leaves it.

    Fetched ─ feeds ─► FeedDocument(FeedItem…) ─ matching ─► Match
    Fetched ─ extraction ─► Page ─ novelty.analyse ─► Analysis(Sentence…) ─ novelty.judge ─► Verdict
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

# --- fetching ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask "has it changed?" with; kept and sent back byte for byte (RFC 9110 §8.8)."""

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


# --- feeds ------------------------------------------------------------------------------------------------------------


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
        source: the element or field of an item, a `DateSource` of an article; "first_seen" when no date could be used, empty
            when it is not known (stored before this was kept).
        raw: the date as written; also where it was refused.
        flag: why a date that was written was refused; None when none was. `REDATED`: the feed dates an old page anew.
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
        published_source: the field that it stands in, as the format names it; `updated` is Dublin Core's `date`, too.
        is_zone_assumed: the date names no zone and was read as UTC.
        summary: the teaser as plain text.
        content: the full text where the feed carries it, as plain text with a blank line between paragraphs; else empty.
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


@dataclass(frozen=True, slots=True)
class FeedDocument:
    """What one feed document says.

    Attributes:
        format: "rss", "atom", "rdf", "json" or "sitemap".
        items: in document order, identical ones collapsed.
        warning: what was wrong with the document though it could be read; empty when nothing was.
        is_truncated: the document broke off; its last item is left out, its validators must not be kept.
        ttl: the feed's own wish for the interval between polls.
        skip_hours: hours of the day (0-23, UTC) in which it does not want to be asked.
        skip_days: days of the week (0 is Monday, UTC) on which it does not want to be asked.
        older_url: the page of its archive with the items before these (RFC 5005 `prev-archive`).
        hub_url: the WebSub hub that it names.
        keeps_fragments: its links differ only by `#…` (a court docket): `canonical_url(…, keep_fragment=True)` for its items.
        has_repeated_guids: one guid stands on different items; remember it and pass `trust_guids=False` from then on.
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
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    older_url: str | None = None
    hub_url: str | None = None


# --- matching ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fields:
    """What a query is evaluated on. Texts are as stored; matching folds them itself.

    Attributes:
        text: the full text, paragraphs separated by blank lines; empty before extraction.
        at: the article's date for `since:` and `until:` (published, else found).
    """

    title: str = ""
    summary: str = ""
    text: str = ""
    url: str = ""
    outlet: str = ""
    lang: str = ""
    feed: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MatchedTerm:
    """One place where a query matched: the term as written in the query, the field, and the words around it."""

    term: str
    field: str
    snippet: str


@dataclass(frozen=True, slots=True)
class Match:
    """A text that a case's query matches.

    Attributes:
        terms: the places, at most a few per term.
        is_subject: the text is about the case (title, lead, or named at least three times); else it only mentions it.
        undecided: why it could not be decided (a regular expression ran out of time); empty when it was. Then `is_subject`
            is False: the text is kept and shown as undecided, never dropped.
    """

    terms: tuple[MatchedTerm, ...]
    is_subject: bool
    undecided: str = ""


# --- extraction -------------------------------------------------------------------------------------------------------


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
    """One post of a live blog, as the page's JSON-LD has it; `at` is None where it gives no time."""

    at: datetime | None
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """What was taken from an article page.

    Attributes:
        text: paragraphs separated by one blank line; empty unless `status` is OK, STUB or LIVE.
        status: the kind of page, with `reason` in words for a person.
        canonical_url: the page's own `rel=canonical`/`og:url` where it may be trusted, else None.
        published_source, published_raw: where the date of publication stands, and how it is written there.
        is_zone_assumed: the date names no zone and was read as UTC.
        updated_at: when it was last changed, as it says itself or by the newest post of a live blog.
        extractor: what read the text, e.g. "trafilatura-precision", "json-ld".
        posts: the posts of a live blog, in the page's order; empty for other pages.
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


# --- novelty ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Facts:
    """What a sentence claims, in a form that can be compared (research/judge_b.md §3).

    Attributes:
        classes: event classes, e.g. "STAY", "RELEASE".
        roles: who acts, e.g. "JUDGE", "GOVT".
        names: folded proper names.
        numbers: canonical numbers, e.g. "2", "30", "1.5m"; years and dates are not numbers.
        days: calendar days that the sentence names, weekdays resolved against the article's own date.
        is_negated: it holds a negation.
        is_background: it tells of an older time ("in March", "had been", a day long past).
        is_fresh: it names the article's own day or the day before.
        quotes: folded text of each quotation in it.
        speaker: folded name of who is quoted, empty when nobody is.
        years: years that it names, with or without a day.
        event_days: the days on which what it reports as news may have happened; empty for background.
        is_note: it is the editors' note about the text itself ("This version corrects...").
        quoted_share: share of its words inside quotation marks, 0-1.
    """

    classes: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    days: tuple[date, ...] = ()
    is_negated: bool = False
    is_background: bool = False
    is_fresh: bool = False
    quotes: tuple[str, ...] = ()
    speaker: str = ""
    years: tuple[int, ...] = ()
    event_days: tuple[date, ...] = ()
    is_note: bool = False
    quoted_share: float = 0.0


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an article.

    Attributes:
        index: position in the article, from 0; the title is -1.
        paragraph: position of its paragraph, from 0; the title is -1.
        key: signed 64-bit hash of its folded words: equal keys, equal sentence.
        vector: its direction in meaning (`novelty.vectors`), empty without an encoder.
    """

    index: int
    paragraph: int
    text: str
    key: int
    facts: Facts = Facts()
    vector: bytes = field(default=b"", compare=False, repr=False)


class Form(StrEnum):
    """What kind of text an article is, as far as its words show."""

    NEWS = "news"
    OPINION = "opinion"
    EXPLAINER = "explainer"
    DIGEST = "digest"
    LIVE = "live"


@dataclass(frozen=True, slots=True)
class Analysis:
    """An article's text read once: sentences with their facts, and the hashes that find its copies.

    Attributes:
        title: the headline as a sentence (index -1).
        sentences: in order, furniture (bylines, "read more", subscription lines) left out.
        fingerprint: the sampled 64-bit hashes under which copies are looked up, signed.
        lang: "en", "es" or another two-letter code; empty when unknown.
        local_day: the calendar day of publication at the place of the case.
    """

    title: Sentence
    sentences: tuple[Sentence, ...]
    fingerprint: tuple[int, ...]
    lang: str
    form: Form
    published_at: datetime
    local_day: date


class Relation(StrEnum):
    """How a text relates to a stored one, by exact containment both ways."""

    DISTINCT = "distinct"
    RELATED = "related"
    EXCERPT = "excerpt"
    EXPANSION = "expansion"
    COPY = "copy"
    COPY_CHANGED = "copy_changed"
    EXACT = "exact"


@dataclass(frozen=True, slots=True)
class Likeness:
    """A stored article that shares text with the new one.

    Attributes:
        new_in_old: share of the new text found in the stored one, 0-1.
        old_in_new: share of the stored text found in the new one, 0-1.
    """

    article_id: int
    relation: Relation
    new_in_old: float
    old_in_new: float


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """An article as the memory of a case holds it.

    Attributes:
        sequence: order in which the case learned it; strictly rising.
        at: when it was published, else found.
        is_doubted: its evidence was too weak for an alert and too strong for silence.
    """

    sequence: int
    article_id: int
    title: Sentence
    sentences: tuple[Sentence, ...]
    lang: str
    at: datetime
    found_at: datetime
    outlet: str = ""
    is_doubted: bool = False


@dataclass(frozen=True, slots=True)
class KnownDevelopment:
    """A development that the case has told about.

    Attributes:
        event_keys: identity of what happened, as `Verdict.event_keys`.
        sentence_keys: keys of its new sentences.
    """

    development_id: int
    article_id: int
    created_at: datetime
    event_keys: frozenset[str]
    sentence_keys: frozenset[int] = frozenset()


class Outcome(StrEnum):
    """What becomes of an article."""

    SILENT = "silent"
    DIGEST = "digest"
    ALERT = "alert"


@dataclass(frozen=True, slots=True)
class Reason:
    """One gate of a verdict: a stable code, a sentence for a person, and the figures it was decided on."""

    code: str
    text: str
    value: float | None = None
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class Nearest:
    """The stored sentence that comes closest to a new one; `score` 0-1, higher is nearer."""

    text: str
    article_id: int
    score: float


@dataclass(frozen=True, slots=True)
class NewSentence:
    """A sentence that says what no stored article of the case says."""

    text: str
    index: int
    key: int
    nearest: Nearest | None


class Slot(StrEnum):
    """What kind of fact changed; part of the webhook."""

    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    PLACE = "place"
    NEGATION = "negation"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class ChangedClaim:
    """A stored sentence told again with another fact."""

    before: str
    after: str
    slot: Slot
    before_article_id: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement on one article for one case, with everything that led to it.

    Attributes:
        score: strength of the evidence for a new development, compared with `threshold`.
        known_share: share of its sentences that the case knew, 0-1.
        joins: ids of known developments that it reports again, nearest first.
        confirms: the article in doubt, of another outlet, that tells the same: its development is one after all.
        event_keys: what its news is, as text keys: class and day, role, class and day, name and day.
    """

    outcome: Outcome
    score: float
    threshold: float
    reasons: tuple[Reason, ...]
    new_sentences: tuple[NewSentence, ...] = ()
    changed_claims: tuple[ChangedClaim, ...] = ()
    known_share: float = 0.0
    joins: tuple[int, ...] = ()
    event_keys: tuple[str, ...] = ()
    likeness: Likeness | None = None
    confirms: int | None = None


# --- alerts -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Message:
    """A rendered alert, ready for any channel; every channel takes the form that it can show.

    Attributes:
        id: stable over retries; goes into Message-ID and `webhook-id`.
        event: the webhook body as JSON text, exactly the bytes that are signed.
        subject: one line, free of control characters.
        headers: further mail headers (threading, list, case), already safe.
    """

    id: str
    type: str
    event: str
    subject: str
    text: str
    html: str
    headers: tuple[tuple[str, str], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a channel's receiver answered when it accepted a message."""

    detail: str = ""
