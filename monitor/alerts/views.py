"""What a mail shows, prepared once: the plain text and the HTML are two prints of the same view and
cannot differ in content.

Order is importance: new sentences, changed claims, who carries it, what was known, why it came.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from monitor.alerts.payload import AlertPayload, ArticlePart, CarriersPart, ClaimPart, SentencePart
from monitor.text import one_line
from monitor.urls import is_web_url

MAX_SENTENCES = 25
MAX_CARRIERS = 10
MAX_TERMS = 8
MAX_SENTENCE = 1_000  # characters of one sentence

_SLOTS = {
    "number": "number",
    "date": "date",
    "name": "name",
    "place": "place",
    "negation": "yes or no",
    "status": "status",
}
_BASES = {"credit_line": "by its credit line", "earliest": "earliest found"}
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
    """A new sentence, and the nearest earlier one with its source; both empty when there is none."""

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
class AlertView:
    """One alert as it is shown.

    Attributes:
        source: outlet and times of the article that brings it.
        more_sentences: new sentences left out.
        carriers_line: who carries it, in one line; `carriers` are some of them.
        known: how much of the article was known, in one line.
        caveat: what to keep in mind, empty for nothing.
    """

    case_title: str
    note: str
    headline: str
    source: str
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


def make_view(payload: AlertPayload, zone: tzinfo) -> AlertView:
    """Prepares an alert; every text is clean and on one line, times are in the zone."""
    carriers = payload.carriers
    shown = [
        LinkView(one_line(item.outlet, limit=100), safe_url(item.url))
        for item in carriers.items[:MAX_CARRIERS]
    ]
    return AlertView(
        case_title=one_line(payload.case.title, limit=200),
        note=one_line(payload.case.note, limit=2_000),
        headline=one_line(payload.article.title, limit=300),
        source=_source(payload.article, zone),
        url=safe_url(payload.article.url),
        sentences=tuple(
            _sentence(sentence, zone) for sentence in payload.new_sentences[:MAX_SENTENCES]
        ),
        more_sentences=max(0, len(payload.new_sentences) - MAX_SENTENCES),
        claims=tuple(_claim(claim) for claim in payload.changed_claims[:MAX_SENTENCES]),
        carriers_line=_carriers_line(carriers),
        carriers=tuple(shown),
        more_carriers=max(0, carriers.outlets - len(shown)) if shown else 0,
        known=f"{payload.known_share:.0%} of this article was already known.",
        matched=tuple(
            _matched(term.term, term.field, term.snippet) for term in payload.matched[:MAX_TERMS]
        ),
        caveat=_caveat(payload),
        why=one_line(payload.links.why, limit=100),
    )


def safe_url(url: str) -> str:
    """Returns an address that may be made clickable, else nothing."""
    return url if is_web_url(url) else ""


def print_moment(moment: datetime, zone: tzinfo) -> str:
    """Prints a moment in a zone, to the minute: `2025-06-06 14:05 CEST`."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M %Z}"


def _source(article: ArticlePart, zone: tzinfo) -> str:
    outlet = one_line(article.outlet, limit=100) or "Unknown outlet"
    published = (
        f" (published {print_moment(article.published_at, zone)})" if article.published_at else ""
    )
    return f"{outlet}, found {print_moment(article.found_at, zone)}{published}"


def _sentence(sentence: SentencePart, zone: tzinfo) -> SentenceView:
    nearest = sentence.nearest
    if nearest is None:
        return SentenceView(one_line(sentence.text, limit=MAX_SENTENCE), "", "")
    source = f"{one_line(nearest.outlet, limit=100)}, {print_moment(nearest.found_at, zone)}, likeness {nearest.score:.2f}"
    return SentenceView(
        one_line(sentence.text, limit=MAX_SENTENCE),
        one_line(nearest.text, limit=MAX_SENTENCE),
        source,
    )


def _claim(claim: ClaimPart) -> ClaimView:
    before, after = (one_line(text, limit=MAX_SENTENCE) for text in (claim.before, claim.after))
    return ClaimView(_SLOTS.get(claim.slot, "fact"), before, after)


def _carriers_line(carriers: CarriersPart) -> str:
    outlets, newsrooms = _count(carriers.outlets, "outlet"), _count(carriers.newsrooms, "newsroom")
    origin, basis = one_line(carriers.origin.name, limit=100), _BASES.get(carriers.origin.basis, "")
    told = (
        f"; first told by {origin}{f' ({basis})' if basis else ''}"
        if origin and carriers.origin.basis != "unknown"
        else ""
    )
    return f"{outlets}, {newsrooms}{told}."


def _matched(term: str, field: str, snippet: str) -> str:
    shown = f": {one_line(snippet, limit=200)}" if snippet else ""
    return f"{one_line(term, limit=100)} in the {one_line(field, limit=20)}{shown}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _caveat(payload: AlertPayload) -> str:
    doubt = (
        "The evidence for this is weak; it may be known already."
        if payload.alert.kind == "unconfirmed"
        else ""
    )
    return " ".join(
        part for part in (doubt, _EXTRACTIONS.get(payload.article.extraction, "")) if part
    )
