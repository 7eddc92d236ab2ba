"""What an alert says: the values of a webhook event, under the names that receivers rely on.

Made when a delivery is planned, stored as JSON, and rendered when it is sent; it reads back as the
same value. All times are aware UTC."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self, cast

from monitor.alerts.codec import decode, encode
from monitor.model import MatchedTerm

# Of a development without one: it is neither put on top nor pushed down.
MIDDLE_TIER = 2
MAX_NEWSROOMS = 10  # named in a payload


class EventType(StrEnum):
    """The types of webhook events."""

    DEVELOPMENT_CREATED = "development.created"
    DEVELOPMENT_UPDATED = "development.updated"
    REVISION_DETECTED = "revision.detected"
    ARTICLE_REMOVED = "article.removed"
    DIGEST_CREATED = "digest.created"
    FEED_SILENT = "feed.silent"
    FEED_RECOVERED = "feed.recovered"
    DELIVERY_DISABLED = "delivery.disabled"
    HEARTBEAT = "heartbeat"
    TEST = "test"


class DigestKind(StrEnum):
    """Why several alerts come as one message."""

    DIGEST = "digest"
    ROLL_UP = "roll-up"
    FIRST_RUN = "first run"


@dataclass(frozen=True, slots=True)
class AlertPart:
    """The alert itself.

    Attributes:
        kind: what kind of news it is, for filters.
        reason_codes: the gates of the verdict that led to it.
        thread_id: equal for all alerts of one story.
        held_back: why it did not alert by itself, in a short clause; empty where it did.
        silenced: the comment of the silence that kept it from being told at once; empty for none.
    """

    id: str
    kind: str = "development"
    reason_codes: tuple[str, ...] = ()
    thread_id: str = ""
    is_test: bool = False
    held_back: str = ""
    silenced: str = ""


@dataclass(frozen=True, slots=True)
class CasePart:
    """The case that it is about.

    Attributes:
        next_date: the next day ahead that its developments name, as ISO 8601; None without one.
        next_date_text: the sentence that names it; empty without one.
    """

    slug: str
    title: str
    note: str = ""
    next_date: str | None = None
    next_date_text: str = ""


@dataclass(frozen=True, slots=True)
class DevelopmentPart:
    """What happened, and since when it is known.

    Attributes:
        tier: 1 a change of state, 2 a filing, procedure, official act or finding, 3 a statement,
            politics, media; None where nobody said.
        event_date: the day on which it happened, as ISO 8601; None where the reports do not say.
        event_date_precision: "day", "month" or "unknown".
    """

    id: str
    story_id: str
    first_found_at: datetime
    first_published_at: datetime | None
    summary_sentence: str
    tier: int | None = None
    event_date: str | None = None
    event_date_precision: str = "unknown"


@dataclass(frozen=True, slots=True)
class StatePart:
    """What a development changed in what holds in its case.

    Attributes:
        subject: whom it is about: the case, by its title.
        what: the aspect, such as "custody", "charges" or "orders".
        before: what held, in words; empty where nobody had said.
        after: what holds now.
    """

    subject: str
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ReporterPart:
    """Who had it first, and when that was published, else found."""

    outlet: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CorroborationPart:
    """How many newsrooms have it, and some of them by name: copies, mirrors and sites of one
    publisher are one.

    Attributes:
        names: at most `MAX_NEWSROOMS`; none where only an aggregator has it.
        is_single: one newsroom has it so far.
    """

    newsrooms: int
    names: tuple[str, ...]
    first: ReporterPart
    is_single: bool


@dataclass(frozen=True, slots=True)
class NearestPart:
    """The stored sentence that came closest to a new one, 0–1, higher is nearer.

    Attributes:
        published_at: when its article was; None where that states no date.
    """

    text: str
    article_id: str
    outlet: str
    found_at: datetime
    score: float
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SentencePart:
    """A sentence that says what no stored article says."""

    text: str
    lang: str
    index: int
    article_id: str
    nearest: NearestPart | None = None


@dataclass(frozen=True, slots=True)
class ClaimPart:
    """A stored sentence that is reported again with another fact."""

    before: str
    after: str
    slot: str
    before_article_id: str
    after_article_id: str


@dataclass(frozen=True, slots=True)
class ArticlePart:
    """The article that brought the news.

    Attributes:
        published_at: when it was first published.
        revised_at: when the text that brought the news was, where that is a later one of it and
            states a date.
    """

    id: str
    url: str
    canonical_url: str
    title: str
    outlet: str
    author: str
    lang: str
    published_at: datetime | None
    found_at: datetime
    extraction: str
    sha256_text: str
    revision: int
    revised_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OriginPart:
    """Where the text comes from, and how that is known: "credit_line", "earliest" or "unknown"."""

    name: str
    basis: str


@dataclass(frozen=True, slots=True)
class CarrierPart:
    """One outlet that carries it; `newsroom` says whose text that is, empty where nobody knows."""

    outlet: str
    url: str
    newsroom: str = ""


@dataclass(frozen=True, slots=True)
class CarriersPart:
    """Who carries it: counts of all, and as many of them by name as fit."""

    outlets: int
    newsrooms: int
    origin: OriginPart
    items: tuple[CarrierPart, ...] = ()
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class LinksPart:
    """Where to read on, and the command that explains the verdict."""

    article: str
    why: str


class Payload:
    """What every payload can do: become JSON values and be read back from them. Payloads are
    dataclasses.
    """

    __slots__ = ()

    def to_json(self) -> dict[str, Any]:
        """Returns plain JSON values; `from_json` reads them back."""
        return cast(dict[str, Any], encode(self))  # payloads are dataclasses

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Returns what `to_json` was given; keys that are not known are passed over.

        Raises:
            ValueError: a part is missing or of another kind.
        """
        return decode(cls, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPayload(Payload):
    """One alert, complete.

    Attributes:
        corroboration: None in alerts from before it was told.
    """

    type: EventType = EventType.DEVELOPMENT_CREATED
    alert: AlertPart
    case: CasePart
    development: DevelopmentPart
    new_sentences: tuple[SentencePart, ...] = ()
    changed_claims: tuple[ClaimPart, ...] = ()
    article: ArticlePart
    carriers: CarriersPart
    matched: tuple[MatchedTerm, ...] = ()
    known_share: float = 0.0
    links: LinksPart
    corroboration: CorroborationPart | None = None
    state: tuple[StatePart, ...] = ()


def by_tier(items: Iterable[AlertPayload]) -> tuple[AlertPayload, ...]:
    """Returns alerts as a digest tells them: what changes most on top, then by time."""
    return tuple(sorted(items, key=_digest_place))


def _digest_place(item: AlertPayload) -> tuple[int, datetime]:
    development = item.development
    return development.tier or MIDDLE_TIER, development.first_found_at


@dataclass(frozen=True, slots=True)
class FeedPart:
    """A feed that a notice is about.

    Attributes:
        state: "gone", "failing", "silent", or "ok" when it is back.
        reason: the same in a sentence.
        last_new_at: when it last brought something new.
    """

    url: str
    title: str
    state: str
    reason: str
    last_new_at: datetime | None


@dataclass(frozen=True, slots=True)
class EditPart:
    """What an outlet changed in an article that it had published: "substantive", "correction" or
    "removed", with the line that says most of it.
    """

    kind: str
    outlet: str
    url: str
    at: datetime
    summary: str


@dataclass(frozen=True, slots=True)
class DigestPayload(Payload):
    """Several alerts in one message: gathered over a day or week, over the hourly cap, or found on
    the first run.

    Attributes:
        case: the case that all belong to; None when they belong to several.
        edits: what outlets changed in stored articles since the last digest.
        feeds: feeds of the case that are in trouble.
    """

    kind: DigestKind
    case: CasePart | None
    items: tuple[AlertPayload, ...]
    type: EventType = EventType.DIGEST_CREATED
    edits: tuple[EditPart, ...] = ()
    feeds: tuple[FeedPart, ...] = ()


@dataclass(frozen=True, slots=True)
class NoticePayload(Payload):
    """News about the monitor itself: a feed that fell silent, a channel that refuses, a sign of
    life.

    Attributes:
        title: the one line that matters.
        lines: what else to say, a paragraph each.
        about: what it is about, for receivers, such as {"feed": "https://…"}.
        feeds: the feeds that it is about.
    """

    type: EventType
    title: str
    lines: tuple[str, ...] = ()
    about: Mapping[str, str | int | float | bool | None] | None = None
    feeds: tuple[FeedPart, ...] = ()
