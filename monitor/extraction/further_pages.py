"""Articles that a site parts into several pages: where the next one is.

`rel=next` alone says nothing: blogs use it for the next article. A link leads to a further page
only where its address is that of the first page with a page's number added, as a parameter or at
the end of the path."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import SplitResult, parse_qsl, urlsplit

from lxml.html import HtmlElement

from monitor.urls import resolve

MAX_PAGES = 10
_MAX_LINKS = 3_000
_PARAMETERS = frozenset(
    {"page", "p", "pg", "pn", "pag", "pagina", "seite", "pageno", "page_no", "pagenum", "paged"}
)
_SUFFIX = re.compile(
    r"(?:/|[-_,.](?:p|page|seite|pagina)?[-_]?|/(?:page|seite|pagina|p)[-/_]?)(\d{1,2})"
)
_EXTENSION = re.compile(r"\.(?:s?html?|php|aspx?|jsp)$", re.IGNORECASE)


def find_next_page(tree: HtmlElement, url: str, first_url: str | None = None) -> str | None:
    """Returns the address of the page of an article after this one, None where there is none.

    Args:
        url: of this page, after redirects.
        first_url: of the article's first page; this one's where that is it.
    """
    first = urlsplit(first_url or url)
    number = _page_number(first, urlsplit(url)) or 1
    for link in _links(tree):
        target = resolve(url, link)
        if target and _page_number(first, urlsplit(target)) == number + 1:
            return target
    return None


def _links(tree: HtmlElement) -> Iterator[str]:
    """Yields the addresses that a page links and that may hold a page's number."""
    for element in islice(tree.iter("link", "a"), _MAX_LINKS):
        target = element.get("href") or ""
        if any(map(str.isdigit, target)) and not target.startswith("#"):
            yield target


def _page_number(first: SplitResult, other: SplitResult) -> int | None:
    """Returns which page of an article an address is, None where it is another address.

    Args:
        first: the article's first page.
    """
    if other.hostname != first.hostname:
        return None
    if other.query != first.query:
        return _number_in_query(first, other)
    return _number_in_path(first.path, other.path)


def _number_in_query(first: SplitResult, other: SplitResult) -> int | None:
    if other.path.rstrip("/") != first.path.rstrip("/"):
        return None
    left = parse_qsl(other.query)
    for parameter in parse_qsl(first.query):
        if parameter in left:
            left.remove(parameter)
        elif parameter[0].lower() not in _PARAMETERS:
            return None
    if len(left) != 1 or left[0][0].lower() not in _PARAMETERS:
        return None
    return _read_number(left[0][1])


def _number_in_path(first: str, other: str) -> int | None:
    stem, other_stem = (_EXTENSION.sub("", path.rstrip("/")) for path in (first, other))
    if len(stem) < 2 or not other_stem.startswith(stem):
        return None
    suffix = _SUFFIX.fullmatch(other_stem[len(stem) :])
    return _read_number(suffix[1]) if suffix else None


def _read_number(text: str) -> int | None:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 3 else 0
    return number if number > 1 else None
