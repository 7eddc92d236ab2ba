"""Articles that a site parts into several pages: where the next one is, and whether a page is one.

Neither the address nor the link tells it alone. `rel=next` is used for the next article, too, and
`/verdict-2` is where a blog puts another article with the headline of `/verdict`, `?page=2` where
it puts older comments. So the address has to be that of the first page with a page's number added,
as a parameter or at the end of the path, and the link has to be one of a pager beside the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice, product, starmap
from urllib.parse import SplitResult, parse_qsl, urlsplit

from lxml.html import HtmlElement

from monitor.extraction.phrases import read_phrases
from monitor.text import fold, one_line
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
# A slug that was taken gets such an end, too.
_BARE_SUFFIX = re.compile(r"[-_,.]+\d{1,2}")
_MAX_LINK_CHARS = 120
_MIN_SHARED_CHARS = 10
_HEADINGS = ("h2", "h3", "h4", "h5")
_PHRASES = read_phrases("paging.toml")
_NUMBER = re.compile(r"\W*(\d{1,2})(?:\s*(?:/|of|de|von|sur|di)\s*\d{1,2})?\W*", re.IGNORECASE)
_NAMED_NUMBER = _PHRASES.compile("page_words", before=r"(?<!\w)", after=r"\W{0,3}(\d{1,2})(?!\d)")
_NEXT_PAGE = _PHRASES.compile("next_page", before=r"\W*", after=r"\W*")
_NEXT = _PHRASES.compile("next_words", before=r"\W*", after=r"\W*")
_ARROW = re.compile(r"\s*[»›>→▶]+\s*")
_PAGER = _PHRASES.compile("pagers", before=r"(?:^|[\s_-])", after=r"(?:$|[\s_-])")
_ELSEWHERE = _PHRASES.compile("elsewhere", before=r"(?:^|[\s_-])", after=r"(?:$|[\s_-])")
_COMMENTS = _PHRASES.compile("comments", before=r"[\W\d]*(?:\w+\s)?", after=r"[\W\d]*")
_NUMBERING = _PHRASES.compile(
    "page_words", before=r"(?<!\w)", after=r"\W{0,3}\d{1,2}(?:\s*(?:/|of|de|von|sur|di)\s*\d{1,2})?"
)


def find_next_page(tree: HtmlElement, url: str, first_url: str | None = None) -> str | None:
    """Returns the address of the page of an article after this one, None where there is none.

    Args:
        url: of this page, after redirects.
        first_url: of the article's first page; this one's where that is it.
    """
    first = urlsplit(first_url or url)
    number = (_page_number(first, urlsplit(url)) or 1) + 1
    links = list(_links_to(tree, url, first, number))
    shown = [pair for pair in links if pair[0].tag == "a"]
    # Where a reader can follow a link, its place tells what the one in the head means.
    for link, target in shown or links:
        if _is_paging(link, number, is_bare=_is_bare(first, urlsplit(target))):
            return target
    return None


def is_same_article(first: Sequence[str], other: Sequence[str], outlet: str = "") -> bool:
    """Whether two pages have a headline in common, as the pages of one article have; true where
    one of them has none.

    Args:
        first, other: the forms of each page's headline.
        outlet: its name, which sites write as a heading above every article.
    """
    keys, other_keys = _headline_keys(first, outlet), _headline_keys(other, outlet)
    if not keys or not other_keys:
        return True
    return any(starmap(_is_one_headline, product(keys, other_keys)))


def _headline_keys(titles: Sequence[str], outlet: str) -> set[str]:
    """Returns headlines as they are compared: without the number of a page."""
    plain = map(partial(_NUMBERING.sub, " "), titles)
    return set(map(fold, plain)) - {"", fold(outlet)}


def _is_one_headline(one: str, other: str) -> bool:
    # Some pages add a headline of their own to the article's.
    shorter, longer = sorted((one, other), key=len)
    return one == other or (len(shorter) >= _MIN_SHARED_CHARS and shorter in longer)


def _links_to(
    tree: HtmlElement, url: str, first: SplitResult, number: int
) -> Iterator[tuple[HtmlElement, str]]:
    """Yields the links whose address is that of a page with some number, with the address."""
    for link in _links(tree):
        target = resolve(url, link.get("href") or "")
        if target and _page_number(first, urlsplit(target)) == number:
            yield link, target


def _links(tree: HtmlElement) -> Iterator[HtmlElement]:
    """Yields the links whose address may hold a page's number."""
    for element in islice(tree.iter("link", "a"), _MAX_LINKS):
        target = element.get("href") or ""
        if any(map(str.isdigit, target)) and not target.startswith("#"):
            yield element


def _is_paging(link: HtmlElement, number: int, *, is_bare: bool) -> bool:
    """Whether a link is one to a page of the text, by its words and its place.

    Args:
        number: of the page that it leads to.
        is_bare: its address is that of another article as well.
    """
    if _is_elsewhere(link):
        return False
    words = one_line(link.text_content())
    words = words or one_line(link.get("aria-label") or link.get("title") or "")
    if _names_page(words, number):
        return True
    return not is_bare and (_says_next(link, words) or _is_in_pager(link))


def _names_page(words: str, number: int) -> bool:
    """Whether the words of a link name a page by its number, or the page after this one."""
    found = _NUMBER.fullmatch(words)
    if found is None and len(words) <= _MAX_LINK_CHARS:
        found = _NAMED_NUMBER.search(words)
    if found is not None:
        return int(found[1]) == number
    return _NEXT_PAGE.fullmatch(words) is not None


def _says_next(link: HtmlElement, words: str) -> bool:
    if "next" in (link.get("rel") or "").lower().split():
        return True
    return _NEXT.fullmatch(words) is not None or _ARROW.fullmatch(words) is not None


def _is_in_pager(link: HtmlElement) -> bool:
    return any(map(partial(_is_named, _PAGER), (link, *link.iterancestors())))


def _is_elsewhere(link: HtmlElement) -> bool:
    """Whether a link stands among comments or lists of other articles."""
    if _is_below_comments(link):
        return True
    for element in link.iterancestors("aside", "div", "section", "nav", "footer", "ul", "ol"):
        # What holds the headline is the article, whatever its classes say of what it has besides.
        is_named = element.tag == "aside" or _is_named(_ELSEWHERE, element)
        if is_named and element.find(".//h1") is None:
            return True
    return False


def _is_below_comments(link: HtmlElement) -> bool:
    """Whether the nearest heading above a link, on its level or one round it, is of comments."""
    for element in (link, *link.iterancestors()):
        heading = next(element.itersiblings(*_HEADINGS, preceding=True), None)
        if heading is not None:
            return _COMMENTS.fullmatch(one_line(heading.text_content())) is not None
    return False


def _is_named(pattern: re.Pattern[str], element: HtmlElement) -> bool:
    return pattern.search(f"{element.get('class') or ''} {element.get('id') or ''}") is not None


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
    suffix = _SUFFIX.fullmatch(_added(first, other))
    return _read_number(suffix[1]) if suffix else None


def _is_bare(first: SplitResult, other: SplitResult) -> bool:
    """Whether all that an address adds to another is a number behind a hyphen or the like."""
    if other.query != first.query:
        return False
    return _BARE_SUFFIX.fullmatch(_added(first.path, other.path)) is not None


def _added(first: str, other: str) -> str:
    """Returns what a path has behind another one, extensions left out; empty where it does not
    begin with it.
    """
    stem, other_stem = _EXTENSION.sub("", first.rstrip("/")), _EXTENSION.sub("", other.rstrip("/"))
    if len(stem) < 2 or not other_stem.startswith(stem):
        return ""
    return other_stem[len(stem) :]


def _read_number(text: str) -> int | None:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 3 else 0
    return number if number > 1 else None
