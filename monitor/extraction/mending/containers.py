"""Containers that are not what they look like: a form or a table round the whole page, an article
whose body stands in several equal containers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from lxml.html import HtmlElement

from monitor.extraction.mending.tags import ASIDE, count_prose, is_linked, is_prose

_MOSTLY = 0.5
_MAIN_SHARE = 0.6
_MIN_WRAPPED_CHARS = 250
# A cell this long with paragraphs of its own holds an article: the table is layout.
_LAYOUT_CELL_CHARS = 500
_TABLE_TAGS = ("table", "thead", "tbody", "tfoot", "tr", "td", "th")
_BODY_TAGS = ("div", "section", "article")
_HEADINGS = ("h2", "h3", "h4")
_PARTS = (*_HEADINGS, "p", "ul", "ol", "blockquote", "table")


def unwrap_forms(tree: HtmlElement) -> None:
    """Makes a form that holds most of the page a plain container; others are widgets."""
    forms = list(tree.iter("form"))
    if not forms:
        return
    total = len(tree.text_content())
    for form in forms:
        size = len(form.text_content())
        if size >= _MIN_WRAPPED_CHARS and size > _MOSTLY * total:
            form.tag = "div"


def unwrap_layout_tables(tree: HtmlElement) -> None:
    """Makes tables that hold an article in a cell plain containers; tables of data stay."""
    for table in list(tree.iter("table")):
        cells = [cell for cell in table.iter("td", "th") if _table_of(cell) is table]
        if any(map(_is_layout, cells)):
            for part in [part for part in table.iter(*_TABLE_TAGS) if _table_of(part) is table]:
                part.tag = "div"
            table.tag = "div"


def unwrap_small_articles(tree: HtmlElement) -> None:
    """Makes an `<article>` among the paragraphs of a longer text, such as a quotation of a post, a
    plain container: extractors would put it before all others.
    """
    for article in list(tree.iter("article")):
        beside = (p for p in article.itersiblings("p", preceding=True) if is_prose(p))
        behind = (p for p in article.itersiblings("p") if is_prose(p))
        size = sum(len(p.text_content()) for p in (*beside, *behind))
        if size > len(article.text_content()):
            article.tag = "div"


def _table_of(element: HtmlElement) -> HtmlElement | None:
    return next(element.iterancestors("table"), None)


def _is_layout(cell: HtmlElement) -> bool:
    """Whether a cell holds paragraphs, be they parted by line breaks, and not one long value."""
    if len(cell.text_content()) < _LAYOUT_CELL_CHARS:
        return False
    return len(cell.findall(".//p")) + len(cell.findall(".//br")) > 1


def join_bodies(tree: HtmlElement) -> None:
    """Moves the parts of containers that are alike into the first of them, where a page parts its
    article so: extractors take one container.
    """
    for bodies in _alike(tree):
        bodies[0].extend(_later_parts(bodies))


def _later_parts(bodies: Sequence[HtmlElement]) -> list[HtmlElement]:
    """Returns what the later of some bodies hold and what stands between them, in order."""
    first, parents = bodies[0], {body.getparent() for body in bodies}
    parts: list[HtmlElement] = []
    left = list(reversed(bodies))
    for element in _common_ancestor(bodies).iter(*_PARTS, *_BODY_TAGS):
        if left and element is left[-1]:
            left.pop()
            parts.extend(element if element is not first else ())
        elif left and left[-1] is not first and _is_between(element, bodies, parents):
            parts.append(element)
    return parts


def _is_between(
    element: HtmlElement, bodies: Collection[HtmlElement], parents: Collection[HtmlElement]
) -> bool:
    """Whether an element is a heading that leads nowhere else, or text side by side with bodies."""
    if element.getparent() in parents:
        return element.tag in _PARTS and not is_linked(element)
    if element.tag not in _HEADINGS or element.find(".//a") is not None:
        return False
    return not any(parent in bodies or parent.tag in ASIDE for parent in element.iterancestors())


def _common_ancestor(elements: Sequence[HtmlElement]) -> HtmlElement:
    others = set(elements[-1].iterancestors())
    return next(parent for parent in elements[0].iterancestors() if parent in others)


def _alike(tree: HtmlElement) -> Iterator[Sequence[HtmlElement]]:
    """Yields containers of one article that have the same tag and class and mostly hold prose, in
    the order of the page.
    """
    groups: dict[tuple[str, str, HtmlElement | None], list[HtmlElement]] = defaultdict(list)
    for element in tree.iter(*_BODY_TAGS):
        names = element.get("class") or element.get("itemprop") or ""
        if names or element.tag == "article":
            article = next(element.iterancestors("article"), None)
            groups[str(element.tag), names, article].append(element)
    for bodies in groups.values():
        if len(bodies) > 1 and _is_one_text(bodies):
            yield bodies


def _is_one_text(bodies: Sequence[HtmlElement]) -> bool:
    with_prose = sum(map(_holds_prose, bodies))
    if with_prose < 2 or with_prose < _MOSTLY * len(bodies):
        return False
    if any(map(_is_card, bodies)) or any(map(_is_other_article, bodies[1:])):
        return False
    inner = set(bodies)
    parents = (parent for body in bodies for parent in body.iterancestors())
    if any(parent in inner or parent.tag in ASIDE for parent in parents):
        return False
    # Boxes and captions inside an article are alike, too: its own paragraphs stand between them.
    return sum(map(count_prose, bodies)) >= _MAIN_SHARE * count_prose(_common_ancestor(bodies))


def _is_other_article(element: HtmlElement) -> bool:
    """Whether an element is an article with a heading of its own."""
    return element.tag == "article" and next(element.iter("h1", *_HEADINGS), None) is not None


def _is_card(element: HtmlElement) -> bool:
    """Whether a heading in an element leads to another page."""
    headings = element.iter(*_HEADINGS)
    return any(
        heading.find(".//a") is not None or heading.getparent().tag == "a" for heading in headings
    )


def _holds_prose(element: HtmlElement) -> bool:
    return any(map(is_prose, element.iterchildren("p")))
