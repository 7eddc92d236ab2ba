"""The article's text out of a parsed page: several extractors, one after the other, until one gives
enough.

`trafilatura` in precision mode comes first. On a few pages it keeps a fragment only; where it gives
little, its default mode runs, too, and wins when it finds more than three times as much. Then
JSON-LD's `articleBody` (worse than the page itself, so for rescue only, and where the page shows no
more than its beginning), then the densest container (pages whose text stands in an `<aside>`). F1
on the pages of aeb/fundus: bare default .960/.951; precision with boilerplate dropped .968/.952;
this .974/.955 on the page as served, .978/.959 on the mended one. Rejected, because they lose
there: `fast` alone, comments, `deduplicate`, markdown, justext and readability alone."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import trafilatura
from lxml import etree
from lxml.html import HtmlElement

from monitor.extraction.boilerplate import (
    MAX_MARKED_CHARS,
    PageLines,
    drop_boilerplate,
    line_key,
    title_keys,
)
from monitor.extraction.mending.tags import count_prose
from monitor.extraction.metadata import Metadata
from monitor.model import Post
from monitor.text import clean_text, fold

MIN_TEXT_CHARS = 250  # less is a stub: a bulletin, a caption, a teaser

# From here on precision mode was never wrong by a factor of three on 438 pages.
_ENOUGH_CHARS = 1_500
_FRAGMENT_SHARE = 0.3
_CLEAR_MULTIPLE = 1.5
_MAX_BEGINNING_CHARS = 5_000  # who shows more than this shows all
_NEARLY_ALL = 0.9
_MAX_TEXT_CHARS = 400_000
_MAX_CANDIDATES = 3_000
_MAX_LINES = 10_000
_MAX_PARTS = 30
_MAX_TIMES_SHOWN = 5
_MIN_PARAGRAPH_CHARS = 40
_MIN_LINE_CHARS = 80
_MAX_LINKED_SHARE = 0.5
_MARKED = re.compile(
    r"(?:^|[\s_-])(?:caption|credits?|byline|photographer|copyright)(?:$|[\s_-])", re.IGNORECASE
)
_NOTICE = re.compile(r"(?:cookie|consent|gdpr)", re.IGNORECASE)
_ASIDE_FROM_TEXT = re.compile(
    r"cookie|consent|privacy|newsletter|subscri|promo|related|comment|share|social|footer|header"
    r"|nav\b|menu|sidebar|banner",
    re.IGNORECASE,
)
_BLOCK_TAG = re.compile(r"</?(?:p|br|div|h\d|li)\b", re.IGNORECASE)
_BLOCK_END = re.compile(r"<(?:/p|br|/div|/h\d|/li)\b[^>]*>", re.IGNORECASE)
# Bounded, so that a lone "<" does not make the pattern look through the whole text.
_TAG = re.compile(r"<[^<>]{1,2000}>")
_LINE_TAGS = ("a", "p", "div", "section", "span", "small", "cite")
_NOTICE_TAGS = ("p", "li", "div", "h2", "h3")
_CONTAINER_TAGS = ("div", "article", "section", "main", "aside", "td", "body")
_NOT_RENDERED = frozenset({"script", "style", "noscript", "template", "svg", "iframe"})
_NOT_CONTENT = frozenset({"nav", "footer", "header", "form", "button", "select"})
_NOT_VISIBLE = _NOT_RENDERED | _NOT_CONTENT
_INLINE = frozenset({"a", "b", "strong", "i", "em", "span", "br", "mark", "abbr", "time"})


@dataclass(frozen=True, slots=True)
class Draft:
    """Text as an extractor gives it.

    Attributes:
        extractor: which one: "trafilatura-precision", "trafilatura-default", "json-ld",
            "live-posts", "densest"; empty when none found any.
    """

    paragraphs: tuple[str, ...] = ()
    extractor: str = ""

    @property
    def text(self) -> str:
        """The paragraphs, separated by one blank line."""
        return "\n\n".join(self.paragraphs)


def draft_text(tree: HtmlElement, meta: Metadata, url: str) -> Draft:
    """Returns the article's text, cleaned and without boilerplate; empty when no extractor finds
    any.

    Args:
        meta: what the page says about itself.
        url: the address after redirects.
    """
    lines = _read_lines(tree, meta)
    draft = _finish(_run_trafilatura(tree, url), lines)
    in_posts = Draft(tuple(_post_lines(meta.posts)), "live-posts")
    live = _live_text(draft, in_posts.paragraphs)
    if live is not None:
        return live
    in_json = Draft(tuple(_json_paragraphs(meta.body)), "json-ld")
    if len(draft.text) >= MIN_TEXT_CHARS:
        return _continue(draft, in_json, lines)
    return _rescue(draft, _other_drafts(tree, in_json, in_posts), lines)


def _continue(draft: Draft, body: Draft, lines: PageLines) -> Draft:
    """Returns JSON-LD's body where the page shows no more than its beginning: a clear multiple of
    the draft that holds nearly all of it. Else the draft, which is the better text of the two.
    """
    enough = _CLEAR_MULTIPLE * len(draft.text)
    if len(draft.text) > _MAX_BEGINNING_CHARS or sum(map(len, body.paragraphs)) < enough:
        return draft
    finished = _finish(body, lines)
    if len(finished.text) < enough or _share_in(draft, finished) < _NEARLY_ALL:
        return draft
    return finished


def _share_in(draft: Draft, other: Draft) -> float:
    """Returns how much of a draft's paragraphs stands once in another: some bodies hold the whole
    article twice.
    """
    text = fold(other.text)
    size = shared = 0
    for paragraph in draft.paragraphs:
        if len(paragraph) >= _MIN_PARAGRAPH_CHARS:
            size += len(paragraph)
            shared += len(paragraph) * (text.count(fold(paragraph)) == 1)
    return shared / max(size, 1)


def _rescue(draft: Draft, others: Iterable[Draft], lines: PageLines) -> Draft:
    """Returns the first other draft that has more than twice as much as one that is a stub."""
    enough = max(MIN_TEXT_CHARS, 2 * len(draft.text))
    for other in others:
        finished = _finish(other, lines)
        if len(finished.text) > enough:
            return finished
    return draft


def _other_drafts(tree: HtmlElement, *from_json: Draft) -> Iterator[Draft]:
    yield from from_json
    # Last, since it looks at every container of the page.
    yield _densest(tree)


def _run_trafilatura(tree: HtmlElement, url: str) -> Draft:
    """Runs precision mode; its second opinions and the default mode, which cost twice as much
    again, only where they may win: they have to find a multiple of what it found.
    """
    precise = _extract(tree, url, favor_precision=True, fast=True)
    if len(precise) < MIN_TEXT_CHARS or _leaves_text(tree, len(precise)):
        precise = _extract(tree, url, favor_precision=True)
        if len(precise) < _ENOUGH_CHARS:
            default = _extract(tree, url, favor_precision=False)
            if len(precise) < _FRAGMENT_SHARE * len(default):
                return Draft(tuple(default.split("\n")), "trafilatura-default")
    return Draft(tuple(precise.split("\n")), "trafilatura-precision")


def _leaves_text(tree: HtmlElement, chars: int) -> bool:
    """Whether a text of some length is less than half of a page's paragraphs, or less than a third
    of its long lines, wherever they stand.
    """
    # On 146 pages the second opinion won on ten, on all of which this holds; it holds on 27.
    lines = sum(len(line) for line in tree.itertext() if len(line) >= _MIN_LINE_CHARS)
    return 2 * chars < count_prose(tree) or 3 * chars < lines


def _extract(tree: HtmlElement, url: str, *, favor_precision: bool, fast: bool = False) -> str:
    try:
        document = trafilatura.bare_extraction(
            tree,
            url=url,
            fast=fast,
            favor_precision=favor_precision,
            include_comments=False,
            with_metadata=False,
        )
    except Exception:  # noqa: BLE001 (lxml and its own code raise anything on broken trees)
        return ""  # the next extractor takes over
    return (getattr(document, "text", None) or "")[:_MAX_TEXT_CHARS]


def _read_lines(tree: HtmlElement, meta: Metadata) -> PageLines:
    """Returns what the page marks as captions, credits, bylines or notices, and what it links."""
    marked: set[str] = set()
    links: set[str] = set()
    for element in islice(tree.iter(*_LINE_TAGS), _MAX_LINES):
        if element.tag == "a":
            _add_text(links, element)
        else:
            _add_marked(marked, element)
    return PageLines(title_keys(meta.titles), frozenset(marked), frozenset(links))


def _add_marked(marked: set[str], element: etree._Element) -> None:
    names = _class_and_id(element)
    if _MARKED.search(names):
        _add_text(marked, element)
    elif _NOTICE.search(names):
        # A notice as a whole is longer than a line, and extractors keep single sentences of it.
        for part in islice(element.iter(*_NOTICE_TAGS), _MAX_PARTS):
            _add_text(marked, part)


def _class_and_id(element: etree._Element) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"


def _add_text(texts: set[str], element: etree._Element) -> None:
    text = "".join(islice(element.itertext(), _MAX_PARTS))
    if len(text) <= MAX_MARKED_CHARS and text.strip():
        texts.add(line_key(text))


def _post_lines(posts: Iterable[Post]) -> Iterator[str]:
    """Yields the headlines and paragraphs of a live blog's posts."""
    for post in posts:
        if post.title:
            yield post.title
        yield from _json_paragraphs(post.text)


def _live_text(draft: Draft, posts: Sequence[str]) -> Draft | None:
    """Returns a live blog's text as its posts, which the page keeps apart in JSON-LD, behind what
    stands before them.

    None where there are no posts, where they are less than half of what the page shows, or many
    times as much: some pages carry the posts of a whole day and show the last hour."""
    text = fold(" ".join(posts))
    shown = max(len(draft.text), MIN_TEXT_CHARS)
    if not posts or not len(draft.text) / 2 <= len(text) <= _MAX_TIMES_SHOWN * shown:
        return None
    before = [paragraph for paragraph in draft.paragraphs if fold(paragraph) not in text]
    return Draft(tuple(map(clean_text, (*before, *posts))), "live-posts")


def _finish(draft: Draft, lines: PageLines) -> Draft:
    """Returns a draft cleaned and without boilerplate."""
    cleaned = map(_read_table_row, map(clean_text, draft.paragraphs))
    kept = drop_boilerplate(list(filter(None, cleaned)), lines)
    return Draft(tuple(kept), draft.extractor if kept else "")


def _read_table_row(paragraph: str) -> str:
    """Makes a table's row, written `| cell | cell |`, a line of text; a row of nothing but dashes
    becomes empty.
    """
    if not paragraph.startswith("|"):
        return paragraph
    cells = map(str.strip, paragraph.strip("|").split("|"))
    return "; ".join(cell for cell in cells if cell.strip("-: "))


def _json_paragraphs(body: str) -> list[str]:
    """Splits JSON-LD's body, which may be plain or HTML, once or twice escaped, into paragraphs."""
    body = body[:_MAX_TEXT_CHARS]
    # Escaped tags show in the raw value; what is unescaped once may still hold entities.
    if "&lt;" in body:
        body = html.unescape(body)
    if _BLOCK_TAG.search(body):
        body = _BLOCK_END.sub("\n", body)
    lines = html.unescape(_TAG.sub("", body)).split("\n")
    return list(filter(None, map(str.strip, lines)))


def _densest(tree: HtmlElement) -> Draft:
    """Returns the paragraphs of the container that holds most text in paragraphs of its own, few of
    it links.
    """
    best: list[str] = []
    best_size = 0
    for element in islice(tree.iter(*_CONTAINER_TAGS), _MAX_CANDIDATES + 1):
        # Sites name the whole page "has-sidebar" or "social" on its body.
        if element.tag != "body" and _ASIDE_FROM_TEXT.search(_class_and_id(element)):
            continue
        paragraphs = list(filter(None, map(_own_text, _blocks(element))))
        size = sum(map(len, paragraphs))
        if size > best_size:
            best, best_size = paragraphs, size
    return Draft(tuple(best), "densest")


def _blocks(element: etree._Element) -> Iterator[etree._Element]:
    """Yields what may be a paragraph in a container: its `<p>`, its `<div>` without inner ones, and
    the `<p>` of its parts.
    """
    for child in element:
        if child.tag == "p":
            yield child
        elif child.tag in ("div", "section") and not _ASIDE_FROM_TEXT.search(_class_and_id(child)):
            yield from _blocks_of_part(child)


def _blocks_of_part(part: etree._Element) -> Iterator[etree._Element]:
    paragraphs = part.findall("p")
    if paragraphs:
        yield from paragraphs
    elif all(child.tag in _INLINE for child in part):
        yield part


def _own_text(paragraph: etree._Element) -> str:
    """Returns a paragraph's text; empty where it is short or mostly links."""
    text = " ".join("".join(paragraph.itertext()).split())
    linked = sum(len("".join(link.itertext())) for link in paragraph.iter("a"))
    is_text = len(text) >= _MIN_PARAGRAPH_CHARS and linked < _MAX_LINKED_SHARE * len(text)
    return text if is_text else ""


def visible_text(tree: HtmlElement, *, limit: int) -> str:
    """Returns what a reader sees of a page between header and footer on one line, forms left out;
    cut at about `limit` characters.
    """
    pieces: list[str] = []
    length = 0
    body = tree.find("body")
    walker = etree.iterwalk(body if body is not None else tree, events=("start", "end"))
    for event, element in walker:
        is_start = event == "start"
        if is_start and not _is_visible(element):
            walker.skip_subtree()
            continue
        text = (element.text if is_start else element.tail) or ""
        if text.strip():
            pieces.append(" ".join(text.split()))
            length += len(text)
        if length > limit:
            break
    return " ".join(pieces)


def _is_visible(element: etree._Element) -> bool:
    # Comments and processing instructions have a function for a tag.
    return isinstance(element.tag, str) and element.tag not in _NOT_VISIBLE
