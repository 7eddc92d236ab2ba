"""Prose of an article in places whose text extractors cut: a correction in its `<footer>`, an
update in an `<aside>`, the standfirst in its `<header>`, a sentence that is wholly a link.

The same places hold bylines, captions, tags, pitches and other articles, so nothing comes back but
what says of itself that it is a note, stands between headline and text, or stands between
paragraphs and is a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from monitor.extraction.mending.tags import INLINE, is_linked, is_prose, text_before
from monitor.extraction.phrases import read_phrases

_MIN_WORDS = 6
_MOSTLY = 0.5
_PHRASES = read_phrases("notes.toml")
_DATED = r"(?:\s*\([^()]{1,40}\)|[^:]{0,30}\d[^:]{0,20}(?::\d\d[^:]{0,20})?)?"
_DATE = rf"(?:\d|{_PHRASES.alternatives('months')}\s\d)"
_LABEL = _PHRASES.compile("labels", before=r"\W*", after=rf"{_DATED}\s*[:—–](?!\s*{_DATE})")
_OPENING = _PHRASES.compile("openings", before=r"\W*", after=r"\b")
_SENTENCE = re.compile(r"""[.!?…]["'”’»)\]]*$""")
_FULL_STOP = re.compile(r"""\.["'”’»)\]]*$""")
_WORD = re.compile(r"[^\W\d_]{2,}")


def keep_asides(tree: HtmlElement) -> None:
    """Moves notes and standfirsts out of what extractors cut, and makes sentences of links plain.

    Before footers are dropped, and while links still are as the page has them.
    """
    for box in list(tree.iter("footer", "aside", "header")):
        if not _is_of_article(box):
            continue
        if box.tag == "header":
            _move_standfirst(box)
        else:
            _move_notes(box)
    for link in list(tree.iter("a")):
        if _is_linked_sentence(link):
            link.drop_tag()


def _is_of_article(box: HtmlElement) -> bool:
    """Whether a box stands in an article that stands in no other, as cards and comments do."""
    return sum(1 for parent in box.iterancestors() if parent.tag == "article") == 1


def _move_notes(box: HtmlElement) -> None:
    """Puts the notes of a box before it, where they are most of an aside's text."""
    if box.find(".//article") is not None:
        return  # it lists others
    notes = list(filter(_is_note, _lines(box)))
    size = sum(map(len, map(_line, notes)))
    if box.tag == "aside" and size <= _MOSTLY * len(_line(box)):
        return
    for note in notes:
        _move_before(note, box)


def _lines(box: HtmlElement) -> Iterator[HtmlElement]:
    """Yields the elements of a box, and the box, that hold a line of text and no block."""
    for element in box.iter("p", "div", str(box.tag)):
        if all(child.tag in INLINE for child in element.iterdescendants()):
            yield element


def _is_note(element: HtmlElement) -> bool:
    text = _line(element)
    if _LABEL.match(text) is None and _OPENING.match(text) is None:
        return False
    return _is_sentence(text) and not is_linked(element)


def _is_sentence(text: str) -> bool:
    return _SENTENCE.search(text) is not None and len(_WORD.findall(text)) >= _MIN_WORDS


def _move_before(line: HtmlElement, box: HtmlElement) -> None:
    """Moves a line before the box that it stands in; a box that is the line stays where it is."""
    line.tag = "p"
    if line is not box:
        _take_out(line)
        box.addprevious(line)


def _take_out(element: HtmlElement) -> None:
    element.drop_tree()
    element.tail = None  # it stays behind


def _move_standfirst(header: HtmlElement) -> None:
    """Puts the sentence that stands right below the headline behind the header."""
    for paragraph in header.iter("p"):
        if is_prose(paragraph) and _is_sentence(_line(paragraph)) and _is_below_title(paragraph):
            _take_out(paragraph)
            header.addnext(paragraph)
            return


def _is_below_title(paragraph: HtmlElement) -> bool:
    """Whether the nearest text above a paragraph is the headline."""
    element: HtmlElement | None = paragraph
    while element is not None and not text_before(element).strip():
        previous = element.getprevious()
        if previous is not None and _line(previous):
            return _is_title(previous)
        element = previous if previous is not None else element.getparent()
    return False


def _is_title(element: HtmlElement) -> bool:
    """Whether an element holds the headline and nothing else; that of a card is a link."""
    title = element if element.tag == "h1" else element.find(".//h1")
    if title is None or title.find(".//a") is not None:
        return False
    return _line(title) == _line(element)


def _is_linked_sentence(link: HtmlElement) -> bool:
    """Whether a link is a whole paragraph, a sentence, and stands between paragraphs of prose."""
    paragraph = link.getparent()
    if paragraph is None or paragraph.tag != "p" or len(paragraph) > 1:
        return False
    text = _line(link)
    if _FULL_STOP.search(text) is None or not _is_sentence(text) or text != _line(paragraph):
        return False
    beside = (paragraph.getprevious(), paragraph.getnext())
    return all(one is not None and one.tag == "p" and is_prose(one) for one in beside)


def _line(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())
