"""What a mail shows, prepared once: the plain text and the HTML are two prints of the same view and
cannot differ in content.

Order is importance: new sentences, changed claims, who carries it, what was known, why it came.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from monitor.alerts.payload import (
    AlertPart,
    AlertPayload,
    ArticlePart,
    CarrierPart,
    CarriersPart,
    ClaimPart,
    CorroborationPart,
    OriginPart,
    SentencePart,
)
from monitor.model import MatchedTerm
from monitor.text import one_line
from monitor.urls import is_web_url

MAX_SENTENCES = 25
MAX_CARRIERS = 10
MAX_TERMS = 8
MAX_SENTENCE = 1_000  # characters of one sentence
MAX_CLAUSE = 160  # characters of the reason why something was held back

# Kinds of facts in the words of a mail; one that is not here is "fact".
_SLOTS = {
    "number": "number",
    "date": "date",
    "name": "name",
    "place": "place",
    "negation": "yes or no",
    "status": "status",
}
_BASES = {"credit_line": "by its credit line", "earliest": "earliest found"}
_TIERS = {1: "Change of state", 2: "Official act", 3: "Statement"}
_UNCONFIRMED = "The evidence for this is weak; it may be known already."
# What a reader must know about a text that is not the whole article.
_EXTRACTIONS = {
    "teaser": "Only the teaser could be read; the article may say more.",
    "consent": "The page showed a consent form; this is from the feed.",
    "feed_only": "The page was not read; this is from the feed.",
    "unreadable": "The page could not be read; this is from the feed.",
}


@dataclass(frozen=True, slots=True)
class LinkView:
    """A name with its address; the address is empty unless it may be made clickable."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class SentenceView:
    """A new sentence, and the nearest earlier one with its source; both empty without one."""

    text: str
    nearest: str
    nearest_source: str


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A fact that changed."""

    slot: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class MailView:
    """One alert as a mail shows it.

    Attributes:
        source: outlet and times of the article that brings it.
        standing: what kind of news it is, and how many newsrooms have it; empty where nobody said.
        more_sentences: new sentences left out.
        carriers_line: who carries it, in one line; `carriers` are some of them.
        known: how much of the article was known, in one line.
        caveat: what to keep in mind, empty for nothing.
    """

    case_title: str
    note: str
    headline: str
    source: str
    standing: str
    url: str
    sentences: tuple[SentenceView, ...]
    more_sentences: int
    claims: tuple[ClaimView, ...]
    carriers_line: str
    carriers: tuple[LinkView, ...]
    more_carriers: int
    known: str
    matched: tuple[str, ...]
    caveat: str
    why: str


def make_view(payload: AlertPayload, zone: tzinfo) -> MailView:
    """Prepares an alert; every text is clean and on one line, times are in the zone."""
    carriers = payload.carriers
    shown = tuple(map(_carrier, carriers.items[:MAX_CARRIERS]))
    sentences = payload.new_sentences[:MAX_SENTENCES]
    return MailView(
        case_title=one_line(payload.case.title, limit=200),
        note=one_line(payload.case.note, limit=2_000),
        headline=one_line(payload.article.title, limit=300),
        source=_source(payload.article, zone),
        standing=_standing(payload),
        url=safe_url(payload.article.url),
        sentences=tuple(_sentence(sentence, zone) for sentence in sentences),
        more_sentences=len(payload.new_sentences) - len(sentences),
        claims=tuple(map(_claim, payload.changed_claims[:MAX_SENTENCES])),
        carriers_line=_carriers_line(carriers),
        carriers=shown,
        # "and 3 more" needs somebody to be named before.
        more_carriers=max(0, carriers.outlets - len(shown)) if shown else 0,
        known=f"{payload.known_share:.0%} of this article was already known.",
        matched=tuple(map(_matched, payload.matched[:MAX_TERMS])),
        caveat=_caveat(payload),
        why=one_line(payload.links.why, limit=100),
    )


def safe_url(url: str) -> str:
    """Returns an address that may be made clickable, else nothing."""
    # `javascript:` and the like would run in the reader's mail program.
    return url if is_web_url(url) else ""


def print_moment(moment: datetime, zone: tzinfo) -> str:
    """Prints a moment in a zone, to the minute: `2025-06-06 14:05 CEST`."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M %Z}"


def _carrier(carrier: CarrierPart) -> LinkView:
    return LinkView(one_line(carrier.outlet, limit=100), safe_url(carrier.url))


def _source(article: ArticlePart, zone: tzinfo) -> str:
    outlet = one_line(article.outlet, limit=100) or "Unknown outlet"
    found = f"{outlet}, found {print_moment(article.found_at, zone)}"
    dates = {"published": article.published_at, "this text": article.revised_at}
    told = [f"{name} {print_moment(at, zone)}" for name, at in dates.items() if at is not None]
    return f"{found} ({', '.join(told)})" if told else found


def _standing(payload: AlertPayload) -> str:
    tier = payload.development.tier
    word = f"{_TIERS[tier]}." if tier in _TIERS else ""
    return " ".join(filter(None, (word, _corroboration(payload.corroboration))))


def _corroboration(corroboration: CorroborationPart | None) -> str:
    if corroboration is None:
        return ""
    if corroboration.is_single:
        return "One newsroom so far."
    return f"{_count(corroboration.newsrooms, 'newsroom')}."


def _sentence(sentence: SentencePart, zone: tzinfo) -> SentenceView:
    text = one_line(sentence.text, limit=MAX_SENTENCE)
    nearest = sentence.nearest
    if nearest is None:
        return SentenceView(text, "", "")
    outlet, found = one_line(nearest.outlet, limit=100), print_moment(nearest.found_at, zone)
    source = f"{outlet}, {found}, likeness {nearest.score:.2f}"
    return SentenceView(text, one_line(nearest.text, limit=MAX_SENTENCE), source)


def _claim(claim: ClaimPart) -> ClaimView:
    return ClaimView(
        _SLOTS.get(claim.slot, "fact"),
        one_line(claim.before, limit=MAX_SENTENCE),
        one_line(claim.after, limit=MAX_SENTENCE),
    )


def _carriers_line(carriers: CarriersPart) -> str:
    outlets, newsrooms = _count(carriers.outlets, "outlet"), _count(carriers.newsrooms, "newsroom")
    return f"{outlets}, {newsrooms}{_origin(carriers.origin)}."


def _origin(origin: OriginPart) -> str:
    """Returns who reported it first, as the end of a line; nothing when it is not known."""
    name = one_line(origin.name, limit=100)
    if not name or origin.basis == "unknown":
        return ""
    basis = _BASES.get(origin.basis, "")
    return f"; first told by {name} ({basis})" if basis else f"; first told by {name}"


def _matched(matched: MatchedTerm) -> str:
    term, field = one_line(matched.term, limit=100), one_line(matched.field, limit=20)
    snippet = f": {one_line(matched.snippet, limit=200)}" if matched.snippet else ""
    return f"{term} in the {field}{snippet}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _caveat(payload: AlertPayload) -> str:
    evidence = _held_back(payload.alert) if payload.alert.kind == "unconfirmed" else ""
    extraction = _EXTRACTIONS.get(payload.article.extraction, "")
    return " ".join(filter(None, (evidence, extraction)))


def _held_back(alert: AlertPart) -> str:
    """Returns why something did not alert by itself, as a sentence."""
    clause = one_line(alert.held_back, limit=MAX_CLAUSE).rstrip(".")
    return f"Held back: {clause}." if clause else _UNCONFIRMED
