"""Who wrote an article: names from JSON-LD, meta tags or the byline, without what stands behind
them (jobs, the house).

The words that are not names are data (`data/metadata.toml`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from lxml import etree
from lxml.html import HtmlElement

from monitor.extraction.jsonld import JsonObject, as_list, find_named, read_line
from monitor.extraction.phrases import read_phrases
from monitor.text import fold

_MAX_AUTHORS = 12
_MAX_TEXT_CHARS = 2_000
_MAX_BYLINE_CHARS = 200
_MIN_NAME_CHARS, _MAX_NAME_CHARS = 3, 60
_MAX_NAME_WORDS = 6

_PHRASES = read_phrases("metadata.toml")
_AUTHOR_TAGS = _PHRASES.get("meta_tags.author")
_BEFORE_NAMES = _PHRASES.compile("names.before", before=r"^\W*", after=r"[:\s]+")
_JOB = _PHRASES.compile("names.jobs", before=r"\b", after=r"\b")
_NOT_A_NAME = re.compile(
    rf"\d|@|https?:|www\.|\b{_PHRASES.alternatives('names.not_a_name')}\b", re.IGNORECASE
)
_BYLINE = etree.XPath(
    "//*[@itemprop='author' or @rel='author'"
    " or contains(concat(' ', normalize-space(@class), ' '), ' byline ')"
    " or contains(@class, 'author-name') or contains(@class, 'byline-name')"
    " or contains(@class, 'author__name')][position() < 20]"
)
# Some sites give the address of a profile where the name should be.
_ADDRESS = re.compile(r"https?:|www\.|@|/\w+/")
_SEPARATOR = re.compile(r"\s*(?:,|;|\||\band\b|\by\b|\bund\b|\bog\b|&|•|·)\s*", re.IGNORECASE)
_MARKS_AROUND_NAME = " .:-–—"
# What stands behind a name: a job or the house, after a dash or stroke, in parentheses, after "of
# the".
_BEHIND_NAME = re.compile(r"(?:\s[-–—/]\s.*|\s?\([^()]*\)|\s(?:of|for)\sthe\s.*)$", re.IGNORECASE)


def read_authors(
    tree: HtmlElement,
    article: JsonObject,
    nodes: Sequence[JsonObject],
    metas: Mapping[str, str],
    outlet: str,
) -> tuple[str, ...]:
    """Returns who wrote the article, each once, at most twelve: JSON-LD's authors (agencies, too),
    else people in meta tags or the byline.

    Args:
        article: the JSON-LD node of the article.
        nodes: all nodes of the page, which the article may refer to.
        metas: the page's meta tags.
        outlet: the name of the site, which many pages give as their author.
    """
    named = _distinct(name for name in _named_authors(article, nodes) if not _ADDRESS.search(name))
    # The outlet alone as author says nothing: the byline may still name a person.
    if set(map(fold, named)) - {fold(outlet)}:
        return named[:_MAX_AUTHORS]
    for candidates in _bylines(tree, metas):
        people = _distinct(name for name in candidates if _is_person(name, outlet))
        if people:
            return people[:_MAX_AUTHORS]
    return named


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _bylines(tree: HtmlElement, metas: Mapping[str, str]) -> Iterator[list[str]]:
    """Yields the names in each meta tag for authors, then those in the bylines of the page."""
    for tag in _AUTHOR_TAGS:
        text = metas.get(tag, "")
        if text and not _ADDRESS.search(text):
            yield split_names(text)
    names: list[str] = []
    for element in _BYLINE(tree):
        names += split_names(" ".join(element.itertext())[:_MAX_BYLINE_CHARS])
    yield names


def _named_authors(article: JsonObject, nodes: Sequence[JsonObject]) -> Iterator[str]:
    """Yields the names of the authors that the article's node has, also where it only refers to
    their nodes.
    """
    for author in as_list(article.get("author") or article.get("creator")):
        for name in _names_of(author, nodes):
            yield from split_names(name)


def _names_of(author: object, nodes: Sequence[JsonObject]) -> Iterator[str]:
    """Yields the names of an author, who may be a node, a reference to one, or just a name."""
    if isinstance(author, dict):
        person: JsonObject = author
        if not person.get("name") and person.get("@id"):
            person = find_named(nodes, person["@id"]) or person
        author = person.get("name")
    for name in as_list(author):
        if isinstance(name, str):
            yield name


def split_names(text: str) -> list[str]:
    """Returns the names in a byline without the jobs that stand behind them; a job alone stays, for
    want of a name.
    """
    text = _BEFORE_NAMES.sub("", read_line(text)[:_MAX_TEXT_CHARS])
    parts: list[str] = []
    for part in _SEPARATOR.split(text):
        name = part.strip(_MARKS_AROUND_NAME)
        if name:
            parts.append(_drop_affiliation(name))
    return [part for part in parts if not _JOB.search(part)] or parts


def _drop_affiliation(part: str) -> str:
    """Returns a name without what stands behind it, where a name is left then."""
    name = _BEHIND_NAME.sub("", part).strip()
    return name if " " in name and not _NOT_A_NAME.search(name) else part


def _is_person(name: str, outlet: str) -> bool:
    if not _MIN_NAME_CHARS <= len(name) <= _MAX_NAME_CHARS or name.count(" ") >= _MAX_NAME_WORDS:
        return False
    # One word is a handle or a desk, but for scripts that write names without a gap.
    if " " not in name and name.isascii():
        return False
    return fold(name) != fold(outlet) and not _NOT_A_NAME.search(name)
