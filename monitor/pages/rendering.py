"""Turns templates into pages that hold all they need: the style is part of each page, and a policy
forbids everything else.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from monitor.dates.printing import is_day, name_days, print_day
from monitor.text import clean_text
from monitor.urls import is_web_url, urls_in

_KEPT = 200  # characters before and after a change
TIERS = {1: "change of state", 2: "official act", 3: "statement"}


@dataclass(frozen=True, slots=True)
class PageValues:
    """What every page needs beside its own values.

    Attributes:
        zone: in which times are shown.
        is_served: by the daemon, so that links to its other pages lead somewhere.
    """

    zone: tzinfo
    is_served: bool = False
    values: Mapping[str, Any] = field(default_factory=dict)


def render(template: str, page: PageValues) -> str:
    """Returns a page as HTML.

    Args:
        template: the name of its template, without ending.
    """
    shared = {"style": style(), "policy": policy(), "tiers": TIERS, "is_served": page.is_served}
    own = {"zone": page.zone, **page.values}
    return _environment().get_template(f"{template}.html.j2").render(**shared, **own)


@cache
def style() -> str:
    """Returns the style sheet of all pages."""
    return files("monitor.pages").joinpath("templates", "style.css").read_text(encoding="utf-8")


@cache
def policy() -> str:
    """Returns the Content-Security-Policy of all pages: their own style, by its hash, and forms
    that come back to the same place (W3C, CSP Level 3).
    """
    # A hash and no "unsafe-inline": a style that an outlet smuggles in is not this one.
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    allowed = f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'"
    return f"{allowed}; base-uri 'none'"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("monitor.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # Filters and no methods: a template shows values, and computes nothing of its own.
    environment.filters |= {
        "moment": _moment,
        "day": print_day,
        "plain": clean_text,
        "named": _name,
        "link": _web_address,
        "marked": mark,
        "addressed": split_addresses,
        "dated": name_days,
        "span": print_span,
        "middle": _shorten_middle,
    }
    return environment


def _moment(at: datetime | None, zone: tzinfo) -> str:
    """Returns a moment as people write it: "4 Jun 2025, 14:05"; a day that was given without a time
    as that day, nothing for none.
    """
    if at is None:
        return ""
    local = _clock_time(at, zone)
    return f"{local.day} {local:%b %Y}" if is_day(at) else f"{local.day} {local:%b %Y, %H:%M}"


def _clock_time(at: datetime, zone: tzinfo) -> datetime:
    """Returns a moment as the clocks of a zone show it; a day as it is."""
    try:
        return at.astimezone(UTC if is_day(at) else zone)
    except OverflowError:  # the last hours of the calendar are over in the east
        return at


def _name(text: str) -> str:
    """Returns a headline or a name that a link can stand behind."""
    return clean_text(text).strip() or "(without a headline)"


def _web_address(url: str) -> str:
    """Returns an address that may be clicked, empty for every other."""
    return url if is_web_url(url) else ""


def mark(text: str, sentences: Sequence[str]) -> list[tuple[bool, str]]:
    """Returns the pieces of a text, each with whether it is one of the sentences."""
    known = [clean_text(sentence) for sentence in sentences if sentence.strip()]
    if not known:
        return [(False, text)]
    # The longest first: a short sentence may stand within a longer one.
    pattern = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
    pieces = re.split(f"({pattern})", text)
    return [(place % 2 == 1, piece) for place, piece in enumerate(pieces) if piece]


def split_addresses(text: str) -> list[tuple[bool, str]]:
    """Returns the pieces of a text, each with whether it is a web address."""
    # Whole ones only: what was put together again is the text as it was.
    return mark(text, urls_in(text))


def print_span(seconds: int) -> str:
    """Returns a span of time in its largest two units: "1 h 29 min"."""
    minutes = seconds // 60
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    counted = ((days, "d"), (hours, "h"), (rest, "min"))
    parts = [f"{number} {unit}" for number, unit in counted if number]
    return " ".join(parts[:2]) or "less than a minute"


def _shorten_middle(text: str) -> str:
    """Returns a long stretch that did not change by its ends."""
    if len(text) <= 2 * _KEPT:
        return text
    return f"{text[:_KEPT].rpartition(' ')[0]} […] {text[-_KEPT:].partition(' ')[2]}"
