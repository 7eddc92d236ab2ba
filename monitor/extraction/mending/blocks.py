"""Text that stands in no paragraph: sections, definitions, spans that are shown as blocks, elements
of a site's own.

Extractors glue neighbours of them to one line, so that two sentences become one word, or leave them
out beside true paragraphs. A plain `<div>` with text is a paragraph only side by side with
paragraphs: elsewhere it is the teaser of a card as often."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from lxml import etree, html
from lxml.html import HtmlElement

from monitor.extraction.mending.tags import (
    CUT_INLINE,
    INLINE,
    is_bare,
    is_linked,
    is_prose,
    text_before,
)

_BLOCKS = (
    *("section", "article", "main", "dd", "dt", "center", "address", "details", "summary"),
    "fieldset",
)
_MIN_BLOCK_CHARS = 25
_SPANS = ("span", "font", "b", "strong", "big", "small")
_SENTENCE = re.compile(r"""[.!?…。！？]["'”’»)\]]*\s*$""")
_SHOWN_AS_BLOCK = re.compile(r"display\s*:\s*(?:block|flex|grid|table)\b", re.IGNORECASE)
_CUSTOM = etree.XPath("//*[contains(name(), '-')]")
_LINE = (INLINE | frozenset(CUT_INLINE)) - frozenset(_BLOCKS)


def make_paragraphs(tree: HtmlElement) -> None:
    """Makes elements that hold text and no other block paragraphs, and a site's own elements inside
    a line plain spans.
    """
    for element in _CUSTOM(tree):
        _plain(element)
    for element in list(tree.iter("div", *_BLOCKS)):
        if _is_text(element):
            # A plain <div> with text is a paragraph only beside others.
            element.tag = "div" if element.tag == "div" else "p"
            _part_at_breaks(element)
    for element in [*_divs_among_paragraphs(tree), *_block_spans(tree)]:
        _make_paragraph(element)
    for parent in _parents_of_prose(tree):
        _wrap_loose_text(parent)


def _plain(element: HtmlElement) -> None:
    """Gives an element of a site's own the tag of what it stands for."""
    if not is_bare(element):
        element.tag = "span"
    elif _is_text(element):
        element.tag = "p"
    else:
        element.tag = "div"


def _make_paragraph(element: HtmlElement) -> None:
    parent = element.getparent()
    if parent is not None and parent.tag == "p":  # a paragraph holds no other
        parent.tag = "div"
    element.tag = "p"


def _is_text(element: HtmlElement) -> bool:
    """Whether an element holds a line of text and no block."""
    if len(element.text_content()) < _MIN_BLOCK_CHARS:
        return False
    return all(child.tag in _LINE for child in element.iterdescendants())


def _part_at_breaks(element: HtmlElement) -> None:
    """Writes a text that is parted by empty lines, as old sites do, as paragraphs."""
    breaks = set(filter(_is_second_break, element.iterchildren("br")))
    if not breaks:
        return
    paragraphs = [_open_paragraph(element.text)]
    for child in list(element):
        if child in breaks:
            paragraphs.append(_open_paragraph(child.tail))
        else:
            paragraphs[-1].append(child)
    element.tag, element.text = "div", None
    element[:] = paragraphs


def _is_second_break(element: HtmlElement) -> bool:
    previous = element.getprevious()
    return previous is not None and previous.tag == "br" and not text_before(element).strip()


def _parents_of_prose(tree: HtmlElement) -> list[HtmlElement]:
    """Returns what holds a paragraph of prose, each once, in the order of the page."""
    return list(dict.fromkeys(p.getparent() for p in tree.iter("p") if is_prose(p)))


def _open_paragraph(text: str | None) -> HtmlElement:
    paragraph = html.Element("p")
    paragraph.text = text
    return paragraph


def _wrap_loose_text(parent: HtmlElement) -> None:
    """Makes sentences that stand in no element, beside paragraphs, paragraphs of their own: of
    those before the first paragraph extractors take none.
    """
    block: HtmlElement | None = None
    run: list[HtmlElement] = []
    for child in [*parent, None]:
        if child is not None and child.tag in _LINE:
            run.append(child)
        else:
            _wrap_run(parent, block, run)
            block, run = child, []


def _wrap_run(parent: HtmlElement, block: HtmlElement | None, run: list[HtmlElement]) -> None:
    """Puts the text behind a block, or at the beginning, and the elements of its line into a
    paragraph, where they are a sentence.
    """
    text = parent.text if block is None else block.tail
    if not text or text.isspace():
        return
    paragraph = _open_paragraph(text)
    paragraph.extend(run)
    if not _is_sentence(paragraph):
        _put_back(parent, block, run)
    elif block is None:
        parent.text = None
        parent.insert(0, paragraph)
    else:
        block.tail = None
        block.addnext(paragraph)


def _put_back(parent: HtmlElement, block: HtmlElement | None, run: list[HtmlElement]) -> None:
    place = 0 if block is None else parent.index(block) + 1
    parent[place:place] = run


def _divs_among_paragraphs(tree: HtmlElement) -> Iterator[HtmlElement]:
    """Yields divs that are sentences and stand side by side with a paragraph of prose."""
    for parent in _parents_of_prose(tree):
        yield from filter(_is_sentence, parent.iterchildren("div"))


def _is_sentence(element: HtmlElement) -> bool:
    """Whether an element holds nothing but a sentence, or several."""
    text = element.text_content()
    if not _is_text(element) or is_linked(element):
        return False
    return _SENTENCE.search(text) is not None


def _block_spans(tree: HtmlElement) -> Iterator[HtmlElement]:
    """Yields inline elements that are blocks: by their style, or because each is a sentence and
    stands beside a block or another of them without a word between.
    """
    spans = list(filter(_may_be_block, tree.iter(*_SPANS)))
    single = set(spans)
    for span in spans:
        is_shown = _SHOWN_AS_BLOCK.search(span.get("style") or "") is not None
        if is_shown or _is_beside_block(span, single):
            yield span


def _may_be_block(span: HtmlElement) -> bool:
    return is_bare(span) and _is_sentence(span) and not _has_loose_text(span.getparent())


def _is_beside_block(span: HtmlElement, single: Collection[HtmlElement]) -> bool:
    return any(
        one is not None and (one in single or one.tag not in _LINE)
        for one in (span.getprevious(), span.getnext())
    )


def _has_loose_text(element: HtmlElement) -> bool:
    """Whether an element has text outside of its children."""
    texts = [element.text, *(child.tail for child in element)]
    return any(text and not text.isspace() for text in texts)
