"""The article's text out of a parsed page: several extractors, one after the other, until one gives
enough.

`trafilatura` in precision mode comes first. On a few pages it keeps a fragment only; where it gives
little, its default mode runs, too, and wins when it finds more than three times as much. Then
JSON-LD's `articleBody` (worse than the page itself, so rescue only), then the densest container
(pages whose text stands in an `<aside>`). F1 on the pages of aeb/fundus: bare default .960/.951;
precision with furniture dropped .968/.952; this .974/.954. Rejected, because they lose there:
`fast`, comments, `deduplicate`, markdown, justext and readability alone."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import trafilatura
from lxml import etree
from lxml.html import HtmlElement

from monitor.extraction.boilerplate import MAX_MARKED_CHARS, drop_furniture
from monitor.extraction.metadata import Metadata
from monitor.text import clean_text, fold

MIN_TEXT_CHARS = 250  # less is a stub: a bulletin, a caption, a teaser

_DOUBTFUL_CHARS = (
    1_500  # from here on precision mode was never wrong by a factor of three on 438 pages
)
_FRAGMENT_SHARE = 0.3
_MAX_TEXT_CHARS = 400_000
# A table cell this long holds the article: the table is layout, its line breaks are paragraphs
_LAYOUT_CELL_CHARS = 500
_MAX_CANDIDATES = 3_000
_MAX_LINES = 10_000
_MAX_PARTS = 30
_MAX_TIMES_SHOWN = 5
_MARKED = re.compile(
    r"(?:^|[\s_-])(?:caption|credits?|byline|photographer|copyright)(?:$|[\s_-])", re.IGNORECASE
)
_NOTICE = re.compile(r"(?:cookie|consent|gdpr)", re.IGNORECASE)
_ASIDE_FROM_TEXT = re.compile(
    r"cookie|consent|privacy|newsletter|subscri|promo|related|comment|share|social|footer|header|nav\b|menu|sidebar|banner",
    re.IGNORECASE,
)
_SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "nav",
        "footer",
        "header",
        "form",
        "button",
        "svg",
        "iframe",
        "select",
    ]
)

_INLINE = frozenset(["a", "b", "strong", "i", "em", "span", "br", "mark", "abbr", "time"])


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
    """Returns the article's text, cleaned and without furniture; empty when no extractor finds any."""
    lines = _marked_lines(tree)
    draft = _finished(*_by_trafilatura(tree, url), meta, lines)
    in_posts = [
        line for post in meta.posts for line in (post.title, *_json_paragraphs(post.text)) if line
    ]
    live = _live_text(draft, in_posts)
    if live is not None:
        return live
    in_parts = _json_paragraphs(meta.body)
    if len(draft.paragraphs) == 1 < len(in_parts) and fold(draft.text) == fold(" ".join(in_parts)):
        return _finished(
            in_parts, "json-ld", meta, lines
        )  # trafilatura reads JSON-LD, too, but glues its paragraphs
    if len(draft.text) >= MIN_TEXT_CHARS:
        return draft
    for paragraphs, extractor in (
        (in_parts, "json-ld"),
        (in_posts, "live-posts"),
        (_densest(tree), "densest"),
    ):
        rescue = _finished(paragraphs, extractor, meta, lines)
        if len(rescue.text) > max(MIN_TEXT_CHARS, 2 * len(draft.text)):
            return rescue
    return draft


def _by_trafilatura(tree: HtmlElement, url: str) -> tuple[list[str], str]:
    precise = _run(tree, url, favor_precision=True)
    if len(precise) >= _DOUBTFUL_CHARS:
        return precise.split("\n"), "trafilatura-precision"
    usual = _run(tree, url, favor_precision=False)
    if len(precise) < _FRAGMENT_SHARE * len(usual):
        return usual.split("\n"), "trafilatura-default"
    return precise.split("\n"), "trafilatura-precision"


def _run(tree: HtmlElement, url: str, *, favor_precision: bool) -> str:
    text = _bare(tree, url, favor_precision=favor_precision, include_tables=True)
    if any(line.startswith("| ") and len(line) > _LAYOUT_CELL_CHARS for line in text.split("\n")):
        return _bare(tree, url, favor_precision=False, include_tables=False) or text
    return text


def _bare(tree: HtmlElement, url: str, *, favor_precision: bool, include_tables: bool) -> str:
    try:
        document = trafilatura.bare_extraction(
            tree,
            url=url,
            favor_precision=favor_precision,
            include_comments=False,
            include_tables=include_tables,
            with_metadata=False,
        )
    except Exception:  # noqa: BLE001 (it raises whatever lxml and its own code do on broken trees; the next extractor takes over)
        return ""
    return (getattr(document, "text", None) or "")[:_MAX_TEXT_CHARS]


@dataclass(frozen=True, slots=True)
class _Lines:
    """Folded texts of a page's short elements: what it marks as captions, credits and bylines, and
    what it links.
    """

    marked: frozenset[str]
    links: frozenset[str]


def _marked_lines(tree: HtmlElement) -> _Lines:
    marked: set[str] = set()
    links: set[str] = set()
    for element in islice(
        tree.iter("a", "p", "div", "section", "span", "small", "cite"), _MAX_LINES
    ):
        if element.tag == "a":
            _add_text(links, element)
            continue
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        if _MARKED.search(names):
            _add_text(marked, element)
        elif _NOTICE.search(names):
            for part in islice(element.iter("p", "li", "div", "h2", "h3"), _MAX_PARTS):
                _add_text(marked, part)
    return _Lines(frozenset(marked), frozenset(links))


def _add_text(texts: set[str], element: etree._Element) -> None:
    text = "".join(islice(element.itertext(), _MAX_PARTS))
    if len(text) <= MAX_MARKED_CHARS and text.strip():
        texts.add(fold(text))


def _live_text(draft: Draft, posts: Sequence[str]) -> Draft | None:
    """Returns a live blog's text as its posts, which the page keeps apart in JSON-LD, behind what
    stands before them.

    None where there are no posts, where they are less than half of what the page shows, or many
    times as much: some pages carry the posts of a whole day and show the last hour."""
    told = fold(" ".join(posts))
    shown = max(len(draft.text), MIN_TEXT_CHARS)
    if not posts or not len(draft.text) / 2 <= len(told) <= _MAX_TIMES_SHOWN * shown:
        return None
    before = [paragraph for paragraph in draft.paragraphs if fold(paragraph) not in told]
    return Draft(tuple(clean_text(line) for line in (*before, *posts)), "live-posts")


def _finished(paragraphs: Iterable[str], extractor: str, meta: Metadata, lines: _Lines) -> Draft:
    cleaned = [_without_bars(clean_text(paragraph)) for paragraph in paragraphs]
    kept = drop_furniture(
        [paragraph for paragraph in cleaned if paragraph],
        meta.titles,
        marked=lines.marked,
        links=lines.links,
    )
    return Draft(tuple(kept), extractor if kept else "")


def _without_bars(paragraph: str) -> str:
    """Makes a table's row, written `| cell | cell |`, a line of text; a row of nothing but dashes
    is none.
    """
    if not paragraph.startswith("|"):
        return paragraph
    cells = [cell.strip() for cell in paragraph.strip("|").split("|")]
    return "; ".join(cell for cell in cells if cell.strip("-: "))


def _json_paragraphs(body: str) -> Sequence[str]:
    """Splits JSON-LD's body, which may be plain or HTML, once or twice escaped, into paragraphs."""
    body = body[:_MAX_TEXT_CHARS]
    if "&lt;" in body:
        body = html.unescape(body)
    if re.search(r"</?(?:p|br|div|h\d|li)\b", body, re.IGNORECASE):
        body = re.sub(r"(?i)<(?:/p|br|/div|/h\d|/li)\b[^>]*>", "\n", body)
    body = html.unescape(re.sub(r"<[^<>]{1,2000}>", "", body))
    return [line.strip() for line in body.split("\n") if line.strip()]


def _densest(tree: HtmlElement) -> list[str]:
    """Returns the paragraphs of the container that holds most text in paragraphs of its own, few of
    it links.
    """
    best: list[str] = []
    best_size = 0
    for count, element in enumerate(
        tree.iter("div", "article", "section", "main", "aside", "td", "body")
    ):
        if count > _MAX_CANDIDATES:
            break
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        if element.tag != "body" and _ASIDE_FROM_TEXT.search(names):
            continue
        paragraphs = [text for block in _blocks(element) if (text := _own_text(block))]
        size = sum(len(text) for text in paragraphs)
        if size > best_size:
            best, best_size = paragraphs, size
    return best


def _blocks(element: etree._Element) -> Iterator[etree._Element]:
    """Yields what may be a paragraph in a container: its `<p>`, its `<div>` without inner ones, and
    the `<p>` of its parts.
    """
    for child in element:
        if child.tag == "p":
            yield child
        elif child.tag in ("div", "section") and not _ASIDE_FROM_TEXT.search(
            f"{child.get('class') or ''} {child.get('id') or ''}"
        ):
            inner = child.findall("p")
            if inner:
                yield from inner
            elif child.find("*") is None or all(part.tag in _INLINE for part in child):
                yield child


def _own_text(paragraph: etree._Element) -> str:
    """Returns a paragraph's text unless it is mostly links."""
    text = " ".join("".join(paragraph.itertext()).split())
    linked = sum(len("".join(link.itertext())) for link in paragraph.iter("a"))
    return text if len(text) >= 40 and linked < 0.5 * len(text) else ""


def visible_text(tree: HtmlElement, *, limit: int) -> str:
    """Returns what a reader sees of a page between header and footer, forms left out; cut at about
    `limit` characters.
    """
    pieces: list[str] = []
    length = 0
    body = tree.find("body")
    walker = etree.iterwalk(body if body is not None else tree, events=("start", "end"))
    for event, element in walker:
        skipped = not isinstance(element.tag, str) or element.tag in _SKIPPED
        if event == "start" and skipped:
            walker.skip_subtree()
            continue
        text = (element.text if event == "start" else element.tail) or ""
        if text.strip():
            pieces.append(" ".join(text.split()))
            length += len(text)
        if length > limit:
            break
    return " ".join(pieces)
