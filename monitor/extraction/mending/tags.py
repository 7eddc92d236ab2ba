"""Which elements stand inside a line of text, and what prose is: shared by the rules."""

from __future__ import annotations

from lxml.html import HtmlElement

# Inside a line, and shown so by every extractor.
INLINE = frozenset(
    {
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "br", "cite", "code", "data", "del",
        "dfn", "em", "font", "i", "img", "ins", "kbd", "mark", "nobr", "q", "s", "samp", "small",
        "span", "strike", "strong", "sub", "sup", "tt", "u", "var", "wbr",
    }
)  # fmt: skip
# Also shown inside a line; extractors cut them with their words.
CUT_INLINE = (
    "time", "output", "label", "button", "noindex", "blink", "marquee", "center", "legend",
    "address", "menu", "progress", "object", "math", "meter", "ruby", "summary",
)  # fmt: skip
# The furniture of a page: what stands in it is not the article's.
ASIDE = frozenset({"aside", "nav", "footer", "figure", "li"})

_MIN_PROSE_CHARS = 60
_MAX_LINKED_SHARE = 0.3


def is_prose(paragraph: HtmlElement) -> bool:
    """Whether an element has text of some length, and not mostly links."""
    return len(paragraph.text_content()) >= _MIN_PROSE_CHARS and not is_linked(paragraph)


def count_prose(element: HtmlElement) -> int:
    """Returns how many characters stand in paragraphs of some length."""
    sizes = (len(paragraph.text_content()) for paragraph in element.iter("p"))
    return sum(size for size in sizes if size >= _MIN_PROSE_CHARS)


def is_linked(element: HtmlElement) -> bool:
    """Whether a good part of an element's text is links."""
    linked = sum(len(link.text_content()) for link in element.iter("a"))
    return linked > _MAX_LINKED_SHARE * len(element.text_content())


def is_bare(element: HtmlElement) -> bool:
    """Whether no text stands directly before or behind an element."""
    return not text_before(element).strip() and not (element.tail or "").strip()


def text_before(element: HtmlElement) -> str:
    """Returns the text between the tag before an element and the element."""
    previous, parent = element.getprevious(), element.getparent()
    if previous is not None:
        return previous.tail or ""
    return (parent.text or "") if parent is not None else ""
