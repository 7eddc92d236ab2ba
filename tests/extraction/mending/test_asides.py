"""An article's own prose comes back from places that extractors cut, and nothing else does."""

from __future__ import annotations

import pytest

from monitor.extraction import extract_page
from monitor.extraction.mending import mend_tree
from tests.extraction.mending.trees import parse, texts
from tests.extraction.pages import BODY, PARAGRAPHS, TEXT, URL, page

H1 = "<h1>Harbor case: judge wants records</h1>"
CORRECTION = "Correction: An earlier version misstated when the pier was closed. It was in March."
STANDFIRST = (
    "A county wants to know where its soil went, and a port authority would rather not say."
)
LINKED = "The order was published by the clerk of the court of Loe on Friday evening."


def read(before: str = "", after: str = "") -> list[str]:
    html = page(f"<main><article>{H1}{before}{BODY}{after}</article></main>")
    return extract_page(html, url=URL).text.split("\n\n")


@pytest.mark.parametrize("tag", ["p", "div"])
@pytest.mark.parametrize(
    "note",
    [
        CORRECTION,
        "CORRECTION (May 3): The pier was closed in March, not in May, of this year.",
        "Editor’s note: The name of the warden was spelled wrongly in this article.",
        "Update, 5:30 p.m.: The port authority has handed over the first of the records.",
        "This article was amended on 3 May to say when the pier was closed.",
        "An earlier version of this article misstated when the pier was closed.",
        "Corrección: Una versión anterior decía que el muelle se cerró en mayo.",
        "Fe de erratas: el muelle se cerró en marzo, y no en mayo como decíamos.",
        "Nota de la redacción: el nombre del alcaide estaba mal escrito en el texto.",
    ],
)
def test_a_note_in_the_footer_of_an_article_is_its_last_paragraph(tag: str, note: str) -> None:
    footer = f"<footer><p>Filed under: harbors</p><{tag}><em>{note}</em></{tag}></footer>"

    assert read(after=footer) == [*PARAGRAPHS, note]


@pytest.mark.parametrize("tag", ["footer", "aside"])
def test_a_box_that_is_a_note_is_a_paragraph(tag: str) -> None:
    assert read(after=f"<{tag}>{CORRECTION}</{tag}>") == [*PARAGRAPHS, CORRECTION]


def test_an_update_in_an_aside_stands_where_the_aside_stood() -> None:
    update = "UPDATE: The port authority handed over the first of the records on Saturday."

    aside = f'<aside class="update-note"><p>{update}</p></aside>'

    assert read(before=aside) == [update, *PARAGRAPHS]


@pytest.mark.parametrize(
    "box",
    [
        "<footer><p>Updated: May 3, 2025, at 10:07 in the morning by Ann Roe of Loe.</p></footer>",
        "<footer><p>Ann Roe reports on harbors and piers for the Herald from Loe.</p></footer>",
        f'<footer><p><a href="/c">{CORRECTION}</a></p></footer>',
        "<footer><p>Update: harbor news</p></footer>",
        "<footer><p>Update your browser to see the pictures of the pier and of its closing.</p>"
        "</footer>",
        f"<aside><h3>More stories</h3><p>Bells were stolen in Harrow on Monday.</p><p>{CORRECTION}"
        f"</p><p>{STANDFIRST}</p></aside>",
        f"<aside><article><footer><p>{CORRECTION}</p></footer></article></aside>",
    ],
)
def test_what_is_no_note_of_the_article_stays_out(box: str) -> None:
    assert read(after=box) == list(PARAGRAPHS)


def test_a_note_in_the_footer_of_the_page_stays_out() -> None:
    html = page(f"<article>{H1}{BODY}</article><footer><p>{CORRECTION}</p></footer>")

    assert extract_page(html, url=URL).text == TEXT


@pytest.mark.parametrize(
    "header",
    [
        f'<header><p class="summary">{STANDFIRST}</p></header>',
        f"<header><div></div><div><p>{STANDFIRST}</p></div><p>By Ann Roe</p></header>",
    ],
)
def test_the_standfirst_below_the_headline_is_the_first_paragraph(header: str) -> None:
    assert read(before=header) == [STANDFIRST, *PARAGRAPHS]


def test_the_standfirst_in_one_header_with_the_headline_is_read() -> None:
    header = f"<header><div>{H1}</div><p>{STANDFIRST}</p></header>"
    html = page(f"<article>{header}<div>{BODY}</div></article>")

    assert extract_page(html, url=URL).text.split("\n\n") == [STANDFIRST, *PARAGRAPHS]


@pytest.mark.parametrize(
    "header",
    [
        "<header><p>Harbors, piers and soil in Loe, and in other counties of ours</p></header>",
        f"<header><p>By Ann Roe</p><p>{STANDFIRST}</p></header>",
        f'<header><p><a href="/start">{STANDFIRST}</a></p></header>',
        f"<header><figure><img><figcaption>The pier.</figcaption></figure><p>{STANDFIRST}</p>"
        "</header>",
    ],
    ids=["no sentence", "below a byline", "a link", "below a picture"],
)
def test_what_is_no_standfirst_in_a_header_stays_out(header: str) -> None:
    assert read(before=header) == list(PARAGRAPHS)


def test_the_teaser_of_a_card_is_no_standfirst() -> None:
    card = f'<article><header><h1><a href="/c">Bells</a></h1><p>{STANDFIRST}</p></header></article>'

    tree = parse(f"<main>{card}</main>")
    mend_tree(tree)

    assert tree.find(".//header/p") is not None


def between(paragraph: str) -> list[str]:
    first, second, third = (f"<p>{text}</p>" for text in PARAGRAPHS)
    html = page(f"<article>{H1}{first}{second}{paragraph}{third}</article>")
    return extract_page(html, url=URL).text.split("\n\n")


def test_a_sentence_that_is_wholly_a_link_between_paragraphs_is_read() -> None:
    paragraph = f'<p><a href="/order.pdf">{LINKED}</a></p>'

    assert between(paragraph) == [*PARAGRAPHS[:2], LINKED, PARAGRAPHS[2]]


@pytest.mark.parametrize(
    "paragraph",
    [
        '<p><a href="/c">Pier opens again in Loe after a long closure of two years</a></p>',
        '<p><a href="/c">WHAT BECAME OF THE SAMPLES FROM THE PIER OF LOE?</a></p>',
        '<p><a href="/n">Sign up for our newsletter to get the news of Loe in your inbox.</a></p>',
        f'<p><a href="/a">{LINKED}</a></p><p><a href="/b">{STANDFIRST}</a></p>',
        f'<p>Read more:</p><p><a href="/a">{LINKED}</a></p>',
    ],
)
def test_links_to_other_articles_between_paragraphs_stay_out(paragraph: str) -> None:
    assert between(paragraph) == list(PARAGRAPHS)


def test_what_stood_behind_a_note_stays_in_its_box() -> None:
    tree = parse(f"<article><p>x</p><aside><p>{CORRECTION}</p>Tags</aside></article>")

    mend_tree(tree)

    assert texts(tree, "p") == ["x", CORRECTION]
    assert texts(tree, "aside") == ["Tags"]
