"""What is told: the values of a webhook event, under the names that receivers rely on.

A payload is sealed once and stored as JSON; it reads back as the same value. All times are aware
UTC."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Self, TypeVar, Union, get_args, get_origin, get_type_hints

from monitor.model import MatchedTerm

T = TypeVar("T")


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
    """

    id: str
    kind: str = "development"
    reason_codes: tuple[str, ...] = ()
    thread_id: str = ""
    is_test: bool = False


@dataclass(frozen=True, slots=True)
class CasePart:
    """The case that it is about."""

    slug: str
    title: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class DevelopmentPart:
    """What happened, and since when it is known."""

    id: str
    story_id: str
    first_found_at: datetime
    first_published_at: datetime | None
    summary_sentence: str


@dataclass(frozen=True, slots=True)
class NearestPart:
    """The stored sentence that came closest to a new one, 0–1, higher is nearer."""

    text: str
    article_id: str
    outlet: str
    found_at: datetime
    score: float


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
    """A stored sentence told again with another fact."""

    before: str
    after: str
    slot: str
    before_article_id: str
    after_article_id: str


@dataclass(frozen=True, slots=True)
class ArticlePart:
    """The article that brought the news."""

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


@dataclass(frozen=True, slots=True)
class OriginPart:
    """Where the text comes from, and how that is known: "credit_line", "earliest" or "unknown"."""

    name: str
    basis: str


@dataclass(frozen=True, slots=True)
class CarrierPart:
    """One outlet that carries it."""

    outlet: str
    url: str


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
        return {field.name: _to_json(getattr(self, field.name)) for field in fields(self)}  # type: ignore[arg-type]  # payloads are dataclasses

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Reads what `to_json` gave; keys that are not known are passed over.

        Raises:
            ValueError: a part is missing or of another kind.
        """
        return _from_json(cls, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPayload(Payload):
    """One alert, complete."""

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


@dataclass(frozen=True, slots=True)
class DigestPayload(Payload):
    """Several alerts told at once: gathered over a day or week, over the hourly cap, or found on
    the first run.

    Attributes:
        case: the case that all belong to; None when they belong to several.
    """

    kind: DigestKind
    case: CasePart | None
    items: tuple[AlertPayload, ...]
    type: EventType = EventType.DIGEST_CREATED


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


def print_time(moment: datetime) -> str:
    """Prints a moment as receivers get it: ISO 8601, UTC, with Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _to_json(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _to_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_to_json(one) for one in value]
    if isinstance(value, datetime):
        return print_time(value)
    return (
        dict(value)
        if isinstance(value, Mapping)
        else str(value)
        if isinstance(value, StrEnum)
        else value
    )


def _from_json(cls: type[T], value: Any) -> T:
    """Builds a dataclass from JSON values, by the types of its fields."""
    if not isinstance(value, Mapping):
        raise ValueError(f"{cls.__name__} is no object")
    hints, parts = get_type_hints(cls), {}
    for field in fields(cls):  # type: ignore[arg-type]  # only called with dataclasses
        if field.name in value:
            parts[field.name] = _read(
                hints[field.name], value[field.name], f"{cls.__name__}.{field.name}"
            )
        elif field.default is MISSING:
            raise ValueError(f"{cls.__name__}.{field.name} is missing")
    return cls(**parts)


def _read(hint: Any, value: Any, place: str) -> Any:
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return None if value is None else _read(args[0], value, place)
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise ValueError(f"{place} is no list")
        return tuple(_read(args[0], one, place) for one in value)
    if is_dataclass(hint):
        return _from_json(hint, value)  # type: ignore[arg-type]  # a class, as hints are
    if hint is datetime:
        return datetime.fromisoformat(value)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(value)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if origin is None and isinstance(hint, type) and not isinstance(value, hint):
        raise ValueError(f"{place} is no {hint.__name__}")
    return value
