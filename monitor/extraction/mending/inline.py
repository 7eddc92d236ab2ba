"""Words inside sentences that extractors cut out with their tags: `<time>`, `<output>`, `<label>`,
`<button>`, `<q>` and others, nested ones, too.

A changed date in a `<time>` is news. The same tags carry bylines and share buttons, so they are
kept only where a sentence goes on before or behind them."""

from __future__ import annotations

from lxml.html import HtmlElement

from monitor.extraction.mending.tags import CUT_INLINE, INLINE, text_before

_LINE = INLINE | frozenset(CUT_INLINE)
# Blocks for a parser, which ends a paragraph at them though it was to go on (HTML 4, 9.3.1).
_ENDING = frozenset({"center", "address", "menu"})
# Words in it and behind it come in another order, where it holds tags of its own.
_CODE = "code"
_BREAKS = frozenset({"br", "wbr", "img"})
_TEXT_BLOCKS = frozenset(
    {"p", "li", "dd", "dt", "td", "th", "blockquote", "h2", "h3", "h4", "h5", "h6"}
)
_MIN_SENTENCE_CHARS = 40
_MIN_PARAGRAPH_CHARS = 60
_STROKES = ("|", "·", "•")
_SENTENCE_ENDS = (".", "!", "?", "…", ":", *_STROKES)
_QUOTES = ('"', "“", "”", "«", "„", "'", "‘")


def keep_words(tree: HtmlElement) -> None:
    """Makes elements whose words belong to a sentence plain spans, and writes the quotation marks
    that a browser shows round a `<q>`.
    """
    _drop_empty(tree)
    for paragraph in list(tree.iter("p")):
        _take_back(paragraph)
    for element in list(tree.iter("q")):
        _write_marks(element)
    for element in list(tree.iter(*CUT_INLINE, _CODE)):
        if _is_in_sentence(element):
            element.tag = "span"
            element.attrib.clear()


def _take_back(paragraph: HtmlElement) -> None:
    """Gives a paragraph its sentence back where a parser ended it at an element inside: that, and
    all that stood on the line behind it.
    """
    following = paragraph.getnext()
    if following is None or following.tag not in _ENDING or not _was_inside(following, paragraph):
        return
    while following is not None and following.tag in _LINE:
        if following.tag in _ENDING:
            following.tag = "span"
        paragraph.append(following)
        following = paragraph.getnext()


def _was_inside(element: HtmlElement, paragraph: HtmlElement) -> bool:
    """Whether an element behind a paragraph goes on with its sentence, and a line with it."""
    before, after = paragraph.text_content().strip(), (element.tail or "").strip()
    if (paragraph.tail or "").strip() or not before or before.endswith(_SENTENCE_ENDS):
        return False
    following = element.getnext()
    goes_on = after or (following is not None and following.tag in _LINE)
    return bool(goes_on) and all(child.tag in _LINE for child in element.iterdescendants())


def _drop_empty(tree: HtmlElement) -> None:
    """Drops elements without words, such as an icon or what holds a picture: extractors cut the
    words behind them up to the next tag.
    """
    for element in list(tree.iter(*_LINE - _BREAKS)):
        if not element.text_content().strip():
            element.drop_tree()


def _write_marks(element: HtmlElement) -> None:
    element.tag = "span"
    if element.text_content().lstrip().startswith(_QUOTES):
        return
    element.text = f"“{element.text or ''}"
    if len(element):
        element[-1].tail = f"{element[-1].tail or ''}”"
    else:
        element.text += "”"


def _is_in_sentence(element: HtmlElement) -> bool:
    block, before, after = _surroundings(element)
    if block is None or not element.text_content().strip():
        return False
    if block.tag not in _TEXT_BLOCKS and len(before) + len(after) < _MIN_SENTENCE_CHARS:
        return False
    return _goes_on(before, after) or (not (before or after) and _is_between_words(element, block))


def _is_between_words(element: HtmlElement, block: HtmlElement) -> bool:
    """Whether an element without text beside it stands between others of a paragraph's line."""
    if block.tag != "p" or element.getparent() is not block:
        return False
    beside = [element.getprevious(), element.getnext()]
    if not all(one is not None and one.tag in _LINE and one.text_content() for one in beside):
        return False
    # A byline is shorter.
    return len(block.text_content()) - len(element.text_content()) >= _MIN_PARAGRAPH_CHARS


def _goes_on(before: str, after: str) -> bool:
    """Whether words before or behind a place are of one sentence with it."""
    if after and not after.startswith(_STROKES):
        return True
    return bool(before) and not before.endswith(_SENTENCE_ENDS)


def _surroundings(element: HtmlElement) -> tuple[HtmlElement | None, str, str]:
    """Returns the block that an element stands in, and the text directly before and behind it."""
    before, after = "", ""
    current = element
    while True:
        before = text_before(current) + before
        after += current.tail or ""
        parent = current.getparent()
        if parent is None or parent.tag not in _LINE:
            return parent, before.strip(), after.strip()
        current = parent
