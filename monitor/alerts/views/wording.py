"""The words for what mails, digests and chats say of an alert alike."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from monitor.alerts.payload import AlertPayload, ArticlePart
from monitor.dates.printing import print_date, print_iso_day
from monitor.text import cut, one_line
from monitor.urls import is_web_url

MAX_SENTENCE = 600  # characters of one sentence
MAX_CLAUSE = 160  # characters of the reason why something was held back
TIERS = {1: "Change of state", 2: "Official act", 3: "Statement"}
_UNCONFIRMED = "The evidence for this is weak; it may be known already."
# What a reader must know about a text that is not the whole article.
_EXTRACTIONS = {
    "teaser": "Only the teaser could be read; the article may say more.",
    "consent": "The page showed a consent form; this is from the feed.",
    "feed_only": "The page was not read; this is from the feed.",
    "unreadable": "The page could not be read; this is from the feed.",
}


def lead_of(payload: AlertPayload) -> str:
    """Returns the sentence that says what happened."""
    if payload.development.summary_sentence:
        return payload.development.summary_sentence
    if payload.new_sentences:
        return payload.new_sentences[0].text
    return payload.article.title


def tier_word(payload: AlertPayload) -> str:
    """Returns what kind of news it is; empty where nobody said."""
    return TIERS.get(payload.development.tier or 0, "")


def outlet_of(article: ArticlePart) -> str:
    """Returns who published an article."""
    return one_line(article.outlet, limit=100) or "Unknown outlet"


def happened(payload: AlertPayload) -> str:
    """Returns the day on which it happened; empty where the reports do not say."""
    return print_iso_day(payload.development.event_date)


def safe_url(url: str) -> str:
    """Returns an address that may be made clickable, else nothing."""
    # `javascript:` and the like would run in the reader's mail program.
    return url if is_web_url(url) else ""


def count_of(number: int, noun: str) -> str:
    """Prints a number with its noun."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def cut_sentence(text: str) -> str:
    """Returns a sentence on one line, of at most `MAX_SENTENCE` characters."""
    return cut(one_line(text, limit=2_000), MAX_SENTENCE)


def told_line(article: ArticlePart, zone: tzinfo) -> str:
    """Returns when a text was published and found; what fell on one day names it once."""
    times = {"published": article.published_at, "this text": article.revised_at}
    parts, day = [], None
    for name, at in {**times, "found": article.found_at}.items():
        if at is not None:
            local = at.astimezone(zone)
            parts.append(f"{name} {_print_clock(local, day)}")
            day = local.date()
    # The zone stands with the last time: all are in it.
    line = f"{', '.join(parts)} {article.found_at.astimezone(zone):%Z}"
    return line[:1].upper() + line[1:]


def _print_clock(local: datetime, known_day: date | None) -> str:
    clock = f"{local:%H:%M}"
    return clock if local.date() == known_day else _print_on(local, clock)


def _print_on(local: datetime, clock: str) -> str:
    return f"{print_date(local)}, {clock}"


def caveat_of(payload: AlertPayload) -> str:
    """Returns what to keep in mind, empty for nothing."""
    is_held = payload.alert.kind == "unconfirmed"
    evidence = held_line(payload.alert.held_back) if is_held else ""
    return f"{evidence} {_how_read(payload.article)}".strip()


def _how_read(article: ArticlePart) -> str:
    return _EXTRACTIONS.get(article.extraction, "")


def held_line(clause: str) -> str:
    """Returns why something did not alert by itself, as a sentence.

    Args:
        clause: the reason as it is stored; empty where there is none.
    """
    clause = one_line(clause, limit=MAX_CLAUSE).rstrip(".")
    return f"Held back: {clause}." if clause else _UNCONFIRMED
