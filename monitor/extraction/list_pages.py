"""How many other pages a page lists: the cards of an index, a topic page or search results.

`status` decides by it whether a page is a list. What stands in navigation, footers and asides never
counts: articles have such lists beside their text."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import islice

from lxml.html import HtmlElement

from monitor.text import fold

MIN_CARDS = 5
LONG_PARAGRAPH_CHARS = 180  # teasers on list pages are shorter
_MIN_HEADLINE_CHARS = 25
_MAX_HEADLINE_CHARS = 3 * LONG_PARAGRAPH_CHARS
_MAX_PARTS = 20
_MOSTLY = 0.5
# What a card may be: an item or cell of a list, or any block.
_BLOCKS = frozenset({"li", "div", "td", "article", "section"})


def count_cards(tree: HtmlElement, text: str) -> int:
    """Returns how many other pages a page lists: headings that are links, else blocks headed by a
    link of a headline's length.

    Such blocks stand beside short articles, too, so they count only where the extracted text is
    made of them.

    Args:
        text: as extracted.
    """
    # By address: a card often links its article twice, by picture and headline.
    targets = _linked_by_headings(tree)
    if len(targets) >= MIN_CARDS:
        return len(targets)
    blocks = _headline_blocks(tree)
    if not _is_made_of(text, blocks.values()):
        return len(targets)
    return max(len(targets), len(blocks))


def _linked_by_headings(tree: HtmlElement) -> Collection[str]:
    targets = set()
    for heading in tree.iter("h2", "h3", "h4"):
        link = _link_of(heading)
        if link is not None and link.get("href") and _is_in_main(heading):
            targets.add(str(link.get("href")))
    return targets


def _link_of(heading: HtmlElement) -> HtmlElement | None:
    """Returns the link in a heading, else the one round it."""
    inside = next(heading.iter("a"), None)
    return inside if inside is not None else next(heading.iterancestors("a"), None)


def _headline_blocks(tree: HtmlElement) -> dict[str, str]:
    """Returns the folded texts of blocks headed by a headline, by the address that it links."""
    blocks = {}
    for link in tree.iter("a"):
        if _is_headline_link(link):
            blocks[str(link.get("href"))] = fold(_first_words(link.getparent()))
    return blocks


def _is_made_of(text: str, blocks: Iterable[str]) -> bool:
    """Whether most of a text stands in some blocks, and none of its long lines elsewhere."""
    listed = " ".join(blocks)
    others = [line for line in text.split("\n") if fold(line) not in listed]
    if max(map(len, others), default=0) >= LONG_PARAGRAPH_CHARS:
        return False
    return sum(map(len, others)) < _MOSTLY * len(text)


def _is_in_main(element: HtmlElement) -> bool:
    return next(element.iterancestors("nav", "footer", "aside"), None) is None


def _first_words(element: HtmlElement) -> str:
    """Returns an element's text as one line, parts apart; cut, since cards are short."""
    return " ".join(" ".join(islice(element.itertext(), _MAX_PARTS)).split())


def _is_headline_link(link: HtmlElement) -> bool:
    """Whether a link is as long as a headline and the first thing in its list item or block."""
    if not link.get("href") or not _begins_block(link):
        return False
    length = len(_first_words(link))
    return _MIN_HEADLINE_CHARS <= length <= _MAX_HEADLINE_CHARS and _is_in_main(link)


def _begins_block(link: HtmlElement) -> bool:
    parent = link.getparent()
    if parent is None or parent.tag not in _BLOCKS or link.getprevious() is not None:
        return False
    return not (parent.text or "").strip()
