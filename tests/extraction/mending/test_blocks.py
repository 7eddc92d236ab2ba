"""Each block of text is a paragraph of its own: neighbours are never glued, and none is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.extraction import extract_page
from monitor.extraction.mending import mend_tree
from tests.extraction.mending.trees import parse, texts
from tests.extraction.pages import PARAGRAPHS, TEXT, URL, page


def read(body: str) -> str:
    html = page(f"<article><h1>Harbor case</h1>{body}</article>")
    return extract_page(html, url=URL).text


TAGS = (
    "section",
    "article",
    "span",
    "font",
    "dd",
    "b",
    "strong",
    "x-text",
    "herald-paragraph",
    "details",
    "summary",
)


@pytest.mark.parametrize("tag", [*TAGS, "div", "p", "address", "center", "fieldset"])
@pytest.mark.parametrize(
    "frame",
    [
        "<main><article><h1>Harbor case</h1>{}</article></main>",
        '<div id="content"><h1>Harbor case</h1>{}</div>',
        '<div class="story"><h1>Harbor case</h1><div class="text">{}</div></div>',
    ],
)
def test_neighbouring_blocks_are_paragraphs_of_their_own(tag: str, frame: str) -> None:
    blocks = "".join(f"<{tag}>{paragraph}</{tag}>" for paragraph in PARAGRAPHS)
    wrapped = f"<dl>{blocks}</dl>" if tag == "dd" else blocks

    assert extract_page(page(frame.format(wrapped)), url=URL).text == TEXT


def test_spans_that_are_shown_as_blocks_are_paragraphs() -> None:
    spans = "".join(f'<span style="display:block">{text}</span> ' for text in PARAGRAPHS)

    assert extract_page(page(f"<article><p>{spans}</p></article>"), url=URL).text == TEXT


def test_a_block_between_paragraphs_is_not_lost() -> None:
    first, second, third = PARAGRAPHS
    body = f"<p>{first}</p><div>{second}</div><p>{third}</p>"

    assert (
        extract_page(page(f"<article><h1>Harbor case</h1>{body}</article>"), url=URL).text == TEXT
    )


def test_spans_inside_a_sentence_do_not_break_it() -> None:
    first, second, third = PARAGRAPHS
    cut = second.index(" said")
    body = (
        f"<p>{first}</p><p><span>{second[:cut]}</span><span>{second[cut:]}</span></p><p>{third}</p>"
    )

    assert (
        extract_page(page(f"<article><h1>Harbor case</h1>{body}</article>"), url=URL).text == TEXT
    )


@pytest.mark.parametrize("tag", ["div", "section", "article", "blockquote"])
@pytest.mark.parametrize("mark", ["{}", "{} ", "<!-- lead -->{}", "\n{}\n"])
def test_a_lead_that_stands_in_no_element_before_the_paragraphs_is_read(
    tag: str, mark: str
) -> None:
    first, second, third = PARAGRAPHS
    body = f"<{tag}>{mark.format(first)}<p>{second}</p><p>{third}</p></{tag}>"

    assert read(body) == TEXT


def test_loose_text_before_between_and_behind_paragraphs_is_read_in_its_order() -> None:
    first, second, third = PARAGRAPHS

    assert read(f"<div>{first}<p>{second}</p>{third}</div>") == TEXT
    assert read(f"<div><p>{first}</p>{second}<p>{third}</p></div>") == TEXT


def test_links_and_bold_words_in_loose_text_stay_in_their_sentence() -> None:
    first, second, third = PARAGRAPHS
    words = first.split(" ")
    lead = " ".join([words[0], f"<a href='/x'>{words[1]}</a>", f"<b>{words[2]}</b>", *words[3:]])

    assert read(f"<div>{lead}<p>{second}</p><p>{third}</p></div>") == TEXT


@pytest.mark.parametrize(
    "loose", ["Advertisement", "Share this", "<a href='/a'>Read the whole story of the harbor.</a>"]
)
def test_loose_words_that_are_no_sentence_become_no_paragraph(loose: str) -> None:
    first, second, third = PARAGRAPHS
    body = f"<div>{loose}<p>{first}</p><p>{second}</p><p>{third}</p></div>"

    assert read(body) == TEXT


@pytest.mark.parametrize("order", ["<p>{}</p><div>{}</div>", "<div>{}</div><p>{}</p>"])
def test_a_div_beside_the_only_paragraph_of_a_section_is_read(order: str) -> None:
    first, second, third = PARAGRAPHS
    body = f"<p>{first}</p><section><h2>What is next</h2>{order.format(second, third)}</section>"

    assert [line for line in read(body).split("\n\n") if line in PARAGRAPHS] == list(PARAGRAPHS)


@pytest.mark.parametrize("tag", ["div", "section", "article"])
def test_text_that_empty_lines_part_is_paragraphs(tag: str) -> None:
    body = f"<{tag}>{'<br><br>'.join(PARAGRAPHS)}</{tag}>"

    assert read(body) == TEXT


@given(
    parts=st.lists(st.text("abc", min_size=1, max_size=9), min_size=3),
    tag=st.sampled_from(["i", "a", "span"]),
)
def test_no_word_between_empty_lines_is_lost_or_moved(parts: list[str], tag: str) -> None:
    lines = [f"{part} <{tag}>{part}</{tag}> {part} is more than a line" for part in parts]
    tree = parse(f"<div>{'<br><br>'.join(lines)}</div>")

    mend_tree(tree)

    want = [f"{part} {part} {part} is more than a line" for part in parts]
    assert texts(tree, "p") == want


SENTENCE = st.text("abcdefghij ", min_size=60, max_size=90).map(lambda text: f"X{text.strip()}y.")


@given(blocks=st.lists(st.tuples(st.sampled_from(TAGS), SENTENCE), min_size=2, max_size=6))
def test_no_two_blocks_are_glued_and_no_text_is_lost(blocks: list[tuple[str, str]]) -> None:
    tree = parse("<main>" + "".join(f"<{tag}>{text}</{tag}>" for tag, text in blocks) + "</main>")

    mend_tree(tree)

    assert tree.text_content() == "".join(text for _, text in blocks)
    assert [element.text for element in tree.iter("p")] == [text for _, text in blocks]


@given(
    pieces=st.lists(st.tuples(st.sampled_from(["", "p", "div"]), SENTENCE), min_size=2, max_size=7)
)
def test_sentences_beside_a_paragraph_are_kept_in_their_order(
    pieces: list[tuple[str, str]],
) -> None:
    written = [f"<{tag}>{text}</{tag}>" if tag else text for tag, text in pieces]
    tree = parse(f"<main><p>{'X' * 80}.</p>{''.join(written)}</main>")

    mend_tree(tree)

    want = "".join(text for _, text in pieces)
    assert "".join(paragraph.text_content() for paragraph in tree.iter("p"))[81:] == want
    assert tree.text_content()[81:] == want
