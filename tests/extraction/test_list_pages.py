"""How many other pages a page lists, and whether its text is made of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import HtmlElement, document_fromstring

from monitor.extraction.list_pages import MIN_CARDS, Cards, find_cards

PROSE = (
    "The council voted on Tuesday evening to reopen the ferry, after two hours in which members "
    "from both banks spoke about the pier, its repair and what the winter would do to a timetable "
    "that nobody believed in any more."
)


def page(body: str) -> HtmlElement:
    return document_fromstring(f"<html><body>{body}</body></html>")


def headline(number: int) -> str:
    return f"Ferry number {number} leaves the northern pier"


def headed(count: int, around: str = "{}") -> str:
    """Cards with a heading that is a link, and a teaser."""
    cards = [
        f"<div><h2><a href='/{number}'>{headline(number)}</a></h2><p>Teaser {number}.</p></div>"
        for number in range(count)
    ]
    return around.format("".join(cards))


def listed(count: int) -> str:
    """Items of a list that begin with a link as long as a headline."""
    items = [
        f"<li><a href='/{number}'>{headline(number)}</a> Teaser.</li>" for number in range(count)
    ]
    return f"<ul>{''.join(items)}</ul>"


def lines(count: int) -> str:
    return "\n".join(f"{headline(number)} Teaser {number}." for number in range(count))


def test_headings_that_are_links_are_cards() -> None:
    assert find_cards(page(headed(6)), lines(6)) == Cards(6, are_text=True)


def test_a_link_round_a_heading_is_a_card_too() -> None:
    cards = "".join(
        f"<a href='/{number}'><h3>{headline(number)}</h3></a>" for number in range(MIN_CARDS)
    )

    assert find_cards(page(cards), "").count == MIN_CARDS


def test_one_page_linked_twice_is_one_card() -> None:
    twice = "".join(
        f"<div><h2><a href='/{n}'>{headline(n)}</a></h2><h3><a href='/{n}'>More</a></h3></div>"
        for n in range(6)
    )

    assert find_cards(page(twice), "").count == 6


@pytest.mark.parametrize("place", ["nav", "footer", "aside"])
def test_what_stands_beside_the_text_never_counts(place: str) -> None:
    aside = headed(12, f"<{place}>{{}}</{place}>")

    assert find_cards(page(f"<p>{PROSE}</p>{aside}"), PROSE).count == 0


def test_cards_under_an_article_are_not_its_text() -> None:
    found = find_cards(page(f"<article><p>{PROSE}</p></article>{headed(8)}"), PROSE)

    assert found == Cards(8, are_text=False)


def test_items_of_a_list_count_only_where_the_text_is_made_of_them() -> None:
    text = "\n".join(f"{headline(number)} Teaser." for number in range(7))

    assert find_cards(page(listed(7)), text) == Cards(7, are_text=True)
    assert find_cards(page(f"<p>{PROSE}</p>{listed(7)}"), PROSE) == Cards(0, are_text=False)


def test_a_long_line_of_its_own_makes_a_page_an_article() -> None:
    found = find_cards(page(f"{headed(8)}<p>{PROSE}</p>"), f"{lines(8)}\n{PROSE}")

    assert not found.are_text


@pytest.mark.parametrize(
    "link",
    [
        "<li><a href='/1'>More</a></li>",
        "<li>By the way, <a href='/1'>the ferry leaves the northern pier</a></li>",
        "<li><b>New</b><a href='/1'>The ferry leaves the northern pier</a></li>",
        "<li><a>The ferry leaves the northern pier</a></li>",
        f"<li><a href='/1'>{PROSE * 3}</a></li>",
        "<p><a href='/1'>The ferry leaves the northern pier</a></p>",
    ],
)
def test_a_link_that_is_no_headline_or_does_not_begin_its_block_is_no_card(link: str) -> None:
    assert find_cards(page(link), "").count == 0


@given(count=st.integers(0, 12))
def test_every_card_is_counted_once(count: int) -> None:
    assert find_cards(page(headed(count)), lines(count)).count == count


def test_a_page_without_anything_has_no_cards() -> None:
    assert find_cards(page("<p></p>"), "").count == 0
