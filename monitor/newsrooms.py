"""Newsrooms: whose text a page is. Pure.

Ten outlets with one text are one source. A page is of the wire that its text names, else of the
publisher whose sites belong together (`data/publishers.toml`), else of its site; never of what a
feed calls it. That a text is a copy of a stored one is found out elsewhere, and counts more."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from monitor.urls import registered_domain, site_of

# Where a text says whose it is: a dateline, a byline or a deck above, a line at the end.
_FIRST_LINES, _LAST_LINES = 4, 3
_DATELINE_CHARS = 150
_CREDIT_CHARS = 160  # a longer line tells something else
# What a newsroom writes that took a part of its own text from a wire.
_ADDED = re.compile(
    r"contribut|contribuy|colabor|con informaci|with (?:reporting|files|information) (?:by|from)",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(r"©|\(c\)|copyright|all rights reserved|todos los derechos", re.IGNORECASE)
_BYLINE = re.compile(r"(?:by|por|from|fuente|source|agencias?)\b", re.IGNORECASE)
_REUTERS_DESK = re.compile(r"\(?(?:additional )?reporting by .*\bediting by ", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Families:
    """Which sites belong together.

    Attributes:
        by_site: the name of a family by each of its sites; subdomains belong to their site.
        aggregators: sites whose pages are other people's texts.
        platforms: sites each subdomain of which is somebody else's.
    """

    by_site: Mapping[str, str]
    aggregators: frozenset[str]
    platforms: frozenset[str]

    def with_own(self, named: Mapping[str, Iterable[str]]) -> Families:
        """Returns the families with further ones; a site that is named again goes to the new."""
        return replace(self, by_site={**self.by_site, **_by_site(named)})


def newsroom_of(url: str, credit: str, families: Families) -> str:
    """Returns the newsroom that a page is of; empty for a page of an aggregator that does not say.

    Args:
        url: the address of the page.
        credit: the wire that its text names, see `find_credit`; empty for none.
    """
    return credit or _newsroom_of_site(url, families)


def _newsroom_of_site(url: str, families: Families) -> str:
    inner = ""
    # The narrower site wins: a paper may stand on a subdomain of somebody else's.
    for site in _iter_sites(site_of(url)):
        if site in families.by_site:
            return families.by_site[site]
        if site in families.aggregators:
            return ""
        if site in families.platforms:
            return inner or site
        inner = site
    return registered_domain(url)


def _iter_sites(host: str) -> Iterator[str]:
    """Yields a host and what it is a subdomain of, down to two labels."""
    labels = host.split(".")
    for start in range(max(1, len(labels) - 1)):
        yield ".".join(labels[start:])


@cache
def shipped_families() -> Families:
    """Returns the families that come with the program."""
    data = _read_publishers()
    sites = data["sites"]
    return Families(
        _by_site(data["families"]), frozenset(sites["aggregators"]), frozenset(sites["platforms"])
    )


@cache
def _read_publishers() -> dict[str, Any]:
    table = files("monitor").joinpath("data", "publishers.toml")
    return tomllib.loads(table.read_text(encoding="utf-8"))


def _by_site(named: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {site: name for name, sites in named.items() for site in sites}


def find_credit(text: str, author: str = "") -> str:
    """Returns the wire that a text names as its own, empty for none.

    A text that a newsroom wrote with something of a wire ("AP contributed to this report") is its
    own."""
    for wire in _wires():
        if wire.is_author(author) or wire.is_source_of(text):
            return wire.name
    return ""


@dataclass(frozen=True, slots=True)
class _Wire:
    """A wire with what its texts look like.

    Attributes:
        named: finds one of its names.
        dateline: finds "(AP) —".
        alone: matches a line that is its name and nothing else.
        closing: finds its name behind the last sentence, maybe with the initials of who wrote.
    """

    name: str
    named: re.Pattern[str]
    dateline: re.Pattern[str]
    alone: re.Pattern[str]
    closing: re.Pattern[str]

    def is_author(self, author: str) -> bool:
        """Says whether a byline names the wire."""
        return bool(self.named.search(author)) and not _ADDED.search(author)

    def is_source_of(self, text: str) -> bool:
        """Says whether a text names the wire where texts say whose they are."""
        lines = [line.strip() for line in text.split("\n") if line.strip()]
        first, last = lines[:_FIRST_LINES], lines[-_LAST_LINES:]
        if any(self.dateline.search(line[:_DATELINE_CHARS]) for line in first):
            return True
        if any(map(self._is_credit, (*first, *last))):
            return True
        return any(map(self.closing.search, last))

    def _is_credit(self, line: str) -> bool:
        if len(line) > _CREDIT_CHARS or _ADDED.search(line):
            return False
        if self.name == "Reuters" and _REUTERS_DESK.match(line):
            return True
        if self.alone.fullmatch(line):
            return True
        # A line that ends as sentences do is one, whatever it begins with; a colon begins a quote.
        is_byline = _BYLINE.match(line) and line[-1] not in ".?!:"
        return bool((is_byline or _COPYRIGHT.search(line)) and self.named.search(line))


@cache
def _wires() -> tuple[_Wire, ...]:
    return tuple(_make_wire(name, names) for name, names in _read_publishers()["wires"].items())


def _make_wire(name: str, names: Iterable[str]) -> _Wire:
    # "EFE" is a wire and "efe" a letter; other names may stand in capitals.
    found = "|".join(map(_name_pattern, names))
    return _Wire(
        name,
        named=re.compile(rf"(?<!\w)(?:{found})(?!\w)"),
        dateline=re.compile(rf"\((?:{found})\)\s*(?:[-–—_.:]|$)"),
        alone=re.compile(rf"[^\w]*(?:(?i:the|agencia) )?(?:{found})(?:/\w+)?[^\w]*"),
        closing=re.compile(rf"[.»”\"')]\s+\(?(?:{found})\)?\.?(?:\s+\w{{1,4}}/\w{{1,4}})?$"),
    )


def _name_pattern(name: str) -> str:
    pattern = re.escape(name)
    return pattern if name.isupper() else f"(?i:{pattern})"
