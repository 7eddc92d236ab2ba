"""How many other pages a page lists: the cards of an index, a topic page or search results.

`status` decides by it whether a page is a list. What stands in navigation, footers and asides never
counts: articles have such lists beside their text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from monitor.text import fold

MIN_CARDS = 5
LONG_PARAGRAPH_CHARS = 180  # teasers on list pages are shorter
_MIN_HEADLINE_CHARS = 25
_MAX_HEADLINE_CHARS = 3 * LONG_PARAGRAPH_CHARS
_MAX_PARTS = 20
_MAX_CARD_DEPTH = 4
_MOSTLY = 0.5
# What a card may be: an item or cell of a list, or any block.
_BLOCKS = frozenset({"li", "div", "td", "article", "section"})


@dataclass(frozen=True, slots=True)
class Cards:
    """The other pages that a page shows as cards.

    Attributes:
        count: how many.
        are_text: whether the extracted text is made of them; beside an article they are not.
    """

    count: int
    are_text: bool


def find_cards(tree: HtmlElement, text: str) -> Cards:
    """Returns the other pages that a page lists: headings that are links, else blocks headed by a
    link of a headline's length.

    Such blocks stand beside short articles, too, so they count only where the extracted text is
    made of them.

    Args:
        text: as extracted.
    """
    # By address: a card often links its article twice, by picture and headline.
    headed = _linked_by_headings(tree)
    if len(headed) >= MIN_CARDS:
        return Cards(len(headed), _is_made_of(text, headed.values()))
    blocks = _headline_blocks(tree)
    if not _is_made_of(text, blocks.values()):
        return Cards(len(headed), are_text=False)
    return Cards(max(len(headed), len(blocks)), are_text=True)


def _linked_by_headings(tree: HtmlElement) -> dict[str, str]:
    """Returns the folded texts of the cards with a heading that is a link, by its address."""
    cards: dict[str, str] = {}
    for heading in tree.iter("h2", "h3", "h4"):
        link = _link_of(heading)
        if link is not None and link.get("href") and _is_in_main(heading):
            address = str(link.get("href"))
            cards[address] = f"{cards.get(address, '')} {_card_text(heading)}"
    return cards


def _card_text(heading: HtmlElement) -> str:
    """Returns the folded text of the largest block that holds no other heading."""
    words = _first_words(heading)
    for block in islice(heading.iterancestors(), _MAX_CARD_DEPTH):
        if sum(1 for _ in islice(block.iter("h2", "h3", "h4"), 2)) > 1:
            break
        words = _first_words(block)
    return fold(words)


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
