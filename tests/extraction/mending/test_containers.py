"""Forms, tables and equal containers round an article: it is read whole, and nothing else is."""

from __future__ import annotations

import pytest

from monitor.extraction import extract_page
from monitor.extraction.mending import mend_tree
from monitor.model import Page, PageStatus
from tests.extraction.mending.trees import parse
from tests.extraction.pages import BODY, FOOTER, HEADER, PARAGRAPHS, TEXT, URL, page

OTHERS = (
    "A diver found the second anchor on Sunday, the harbor master said, at the place that the "
    "fishermen had named in their first letter to the county.",
    "The county will pay for the crane, and the bill goes to the port authority once the judge has "
    "decided who was to look after the pier.",
)
H1 = "<h1>Harbor case: judge wants records</h1>"


def read(body: str) -> Page:
    return extract_page(page(body), url=URL)


@pytest.mark.parametrize(
    "widget",
    ["", '<div class="g-recaptcha" data-sitekey="x"></div>', '<input type="hidden" name="state">'],
)
def test_a_page_wrapped_in_a_form_is_read(widget: str) -> None:
    html = (
        '<html><head><title>Harbor case</title></head><body><form id="page">'
        f"{HEADER}<article>{H1}{BODY}</article>{widget}{FOOTER}</form></body></html>"
    )

    got = extract_page(html.encode(), url=URL)

    assert (got.status, got.text) == (PageStatus.OK, TEXT)


def test_a_form_beside_the_article_stays_out() -> None:
    form = "<form><p>Write to us what you think of the pier and of its closing</p><input></form>"

    assert read(f"<article>{H1}{BODY}{form}</article>").text == TEXT


def test_a_table_is_not_lost_because_one_cell_is_long() -> None:
    long = " ".join(
        f"Berth {number} was measured twice and found too short." for number in range(14)
    )
    cells = f"<tr><td>North pier</td><td>{long}</td></tr><tr><td>South</td><td>closed</td></tr>"
    table = f"<table>{cells}</table>"

    got = read(f"<article>{H1}{BODY}{table}</article>").text

    assert got.startswith(TEXT)
    assert "North pier" in got
    assert long in got
    assert "closed" in got


def test_a_table_that_lays_out_the_page_gives_its_paragraphs() -> None:
    table = f'<table><tr><td><a href="/">Home</a></td><td>{H1}{BODY}</td></tr></table>'

    assert read(table).text == TEXT


def rows(*bodies: str, names: str = "article-body") -> str:
    aside = '<div class="row"><aside>Advertisement of a boat</aside></div>'
    return aside.join(
        f'<div class="row"><div class="{names}">{body}</div></div>' for body in bodies
    )


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


@pytest.mark.parametrize("names", ["article-body", "c-text paragraph", "xk-1"])
def test_a_body_that_stands_in_equal_containers_is_read_whole(names: str) -> None:
    got = read(f"<div>{H1}{rows(BODY, paragraphs(*OTHERS), names=names)}</div>")

    assert got.text == "\n\n".join([*PARAGRAPHS, *OTHERS])


@pytest.mark.parametrize(
    "frame",
    [
        '<div class="a">{}</div><div class="promo">Buy now</div><div class="a">{}</div>',
        '<section class="a">{}</section><section class="a">{}</section>',
        "<div>{}</div><div>{}</div>",
        '<div id="part-1">{}</div><div id="part-2">{}</div>',
        '<div itemprop="articleBody">{}</div><div itemprop="articleBody">{}</div>',
        "<article>{}</article><article>{}</article>",
        '<div class="x"><div class="a">{}</div></div><div class="y"><div class="a">{}</div></div>',
    ],
)
@pytest.mark.parametrize("gap", ["<p>{}</p>", "{}<br><br>"])
def test_a_body_in_two_halves_is_read_whole_however_they_are_named(frame: str, gap: str) -> None:
    halves = ("".join(map(gap.format, half)) for half in (PARAGRAPHS, OTHERS))

    assert read(f"<div>{H1}{frame.format(*halves)}</div>").text == "\n\n".join(
        [*PARAGRAPHS, *OTHERS]
    )


def test_headings_between_equal_containers_keep_their_place() -> None:
    between = "<h2>What the divers found</h2>"
    body = f'<div class="b">{BODY}</div>{between}<div class="b">{paragraphs(*OTHERS)}</div>'

    got = read(f"<article>{H1}{body}</article>")

    assert got.text == "\n\n".join([*PARAGRAPHS, "What the divers found", *OTHERS])


def test_equal_containers_of_another_article_are_not_joined() -> None:
    first = f'<article>{H1}<div class="body">{BODY}</div></article>'
    second = (
        f'<article><h1>Anchor found</h1><div class="body">{paragraphs(*OTHERS)}</div></article>'
    )

    assert not set(OTHERS) & set(read(first + second).text.split("\n\n"))


def test_equal_containers_in_an_aside_are_not_joined() -> None:
    teasers = "".join(f'<div class="card"><p>{text}</p></div>' for text in OTHERS)

    assert read(f"<article>{H1}{BODY}</article><aside>{teasers}</aside>").text == TEXT


def test_captions_that_are_alike_draw_no_paragraph_to_them() -> None:
    caption = (
        '<div class="box"><p>Boats at the closed pier, seen from the north on a Friday</p></div>'
    )
    between = (
        f"<p>{PARAGRAPHS[0]}</p>{caption}<p>{PARAGRAPHS[1]}</p><p>{PARAGRAPHS[2]}</p>{caption}"
    )

    got = read(f"<article>{H1}{between}{paragraphs(*OTHERS)}</article>").text.split("\n\n")

    assert [text for text in got if not text.startswith("Boats")] == [*PARAGRAPHS, *OTHERS]


POST = "The pier is shut and nobody tells us why, a skipper wrote."


@pytest.mark.parametrize(
    "inside", [POST, f"<p>{POST}</p>", f"<blockquote><p>{POST}</p></blockquote>"]
)
@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_a_small_article_inside_a_text_keeps_its_place(inside: str, place: int) -> None:
    parts = [f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS]
    parts.insert(place, f"<article>{inside}</article>")
    want = list(PARAGRAPHS)
    want.insert(place, POST)

    body = f'<div class="story"><h1>Harbor case</h1>{"".join(parts)}</div>'
    got = extract_page(page(body), url=URL)

    assert got.text.split("\n\n") == want


def test_the_article_of_a_page_is_not_a_part_of_what_stands_before_it() -> None:
    tree = parse(f"<main><p>{PARAGRAPHS[0]}</p><article>{BODY}{BODY}</article></main>")

    mend_tree(tree)

    assert len(list(tree.iter("article"))) == 1
