"""What no reader sees is no text: by attribute, style or class, and never the whole page."""

from __future__ import annotations

import pytest

from monitor.extraction import extract_page
from monitor.extraction.mending import mend_tree
from monitor.model import PageStatus
from tests.extraction.mending.trees import parse, texts
from tests.extraction.pages import BODY, PARAGRAPHS, TEXT, URL, article, page

SECRET = "The ferry line has denied every word of this and will say so in court on Thursday."


def read(html: bytes) -> str:
    return extract_page(html, url=URL).text


@pytest.mark.parametrize(
    "attributes",
    [
        "hidden",
        'hidden=""',
        'hidden="hidden"',
        'style="display:none"',
        'style="display : none"',
        'style="color: red; DISPLAY: NONE !important"',
        'style="visibility: hidden"',
        'style="opacity:0"',
        'style="opacity: 0.0; color: red"',
        'style="font-size:0"',
        'style="font-size: 0px;"',
        'style="position:absolute; left:-9999px"',
        'style="position:absolute;top:-10000px"',
        'style="text-indent: -999em"',
        'style="position:absolute;clip:rect(0,0,0,0)"',
        'style="clip-path: inset(50%)"',
        'class="sr-only"',
        'class="note visually-hidden"',
        'class="screen-reader-text"',
    ],
)
def test_hidden_text_stays_out(attributes: str) -> None:
    first, *others = PARAGRAPHS
    inside = f"<p>{first}</p><p {attributes}>{SECRET}</p>" + "".join(f"<p>{p}</p>" for p in others)

    assert read(page(f"<article><h1>Harbor case</h1>{inside}</article>")) == TEXT


@pytest.mark.parametrize(
    "attributes",
    [
        'style="opacity: 0.9"',
        'style="opacity:0.05"',
        'style="font-size: 0.9em"',
        'style="margin-left: -12px"',
        'style="left: -10px"',
        'style="border-display: none-such"',
        'class="hidden-gems"',
        'hidden="until-found"',
    ],
)
def test_text_that_is_shown_stays_in(attributes: str) -> None:
    tree = parse(f"<article>{BODY}<p {attributes}>{SECRET}</p></article>")

    mend_tree(tree)

    assert SECRET in texts(tree, "p")


@pytest.mark.parametrize("attributes", ["hidden", 'style="opacity:0"', 'style="display:none"'])
def test_a_page_that_hides_all_its_article_until_a_script_ran_is_read(attributes: str) -> None:
    html = page(f"<div {attributes}><article><h1>Harbor case</h1>{BODY}</article></div>")

    got = extract_page(html, url=URL)

    assert (got.status, got.text) == (PageStatus.OK, TEXT)


def test_hidden_words_inside_a_sentence_leave_the_sentence_whole() -> None:
    after = (
        '<p>The pier <span class="sr-only">(opens in a new window)</span>stays closed until the '
        "divers have looked at it.</p>"
    )

    assert read(article(after=after)).endswith(
        "The pier stays closed until the divers have looked at it."
    )


def test_scripts_styles_and_comments_are_no_text() -> None:
    tree = parse(
        f"<article>{BODY}<script>var a = 'x';</script><style>p {{}}</style><!-- a note -->"
        "<noscript><p>Please turn scripts on to read this page.</p></noscript></article>"
    )

    mend_tree(tree)

    assert tree.text_content() == "".join(PARAGRAPHS)


CHOICES = "<option>Aldmoor</option><option>Harbour news from all of the county</option>"


@pytest.mark.parametrize(
    "list_",
    [
        f"<select>{CHOICES}</select>",
        f'<input list="towns"><datalist id="towns">{CHOICES}</datalist>',
        f"<div>{CHOICES}</div>",
        f"<optgroup label='Towns'>{CHOICES}</optgroup>",
        f"<x-select>{CHOICES}</x-select>",
    ],
)
def test_what_can_be_chosen_is_no_text_of_a_short_page(list_: str) -> None:
    sentence = "The night ferry left the harbour of Tormal on Sunday with nobody on board."

    assert read(page(f"<div><p>{sentence}</p>{list_}</div>")) == sentence


def test_a_choice_that_was_never_closed_takes_no_article_with_it() -> None:
    assert read(page(f"<option>Aldmoor<article><h1>Harbor case</h1>{BODY}</article>")).endswith(
        TEXT
    )


def test_what_a_browser_puts_in_place_of_a_shadow_root_is_kept() -> None:
    shown = f'<template shadowrootmode="open">{BODY}</template>'
    tree = parse(f"<x-article>{shown}</x-article><template><p>{SECRET}</p></template>")

    mend_tree(tree)

    assert texts(tree, "p") == list(PARAGRAPHS)
