"""Words in a sentence stay in it, whatever tag they stand in; a button beside one does not."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.extraction import extract_page
from monitor.extraction.mending import mend_tree
from tests.extraction.mending.trees import parse, texts
from tests.extraction.pages import TEXT, URL, article

SENTENCE = "The harbor master has put off the hearing to 14 May because of the storm."
TAGS = (
    "time",
    "output",
    "label",
    "button",
    "noindex",
    "blink",
    "marquee",
    "legend",
    "progress",
    "nobr",
    "data",
    "abbr",
    "dfn",
    "mark",
    "small",
    "u",
    "ins",
    "font",
    "cite",
    "bdo",
    "kbd",
    "samp",
    "var",
    "tt",
    "big",
    "x-date",
)


def last_paragraph(inside: str) -> str:
    text = extract_page(article(after=inside), url=URL).text
    assert text.startswith(TEXT)
    return text[len(TEXT) :].strip()


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize(
    "shape",
    [
        "<p>{before}<{tag}>{word}</{tag}>{after}</p>",
        "<p>{before}<b><{tag}>{word}</{tag}></b>{after}</p>",
        "<p>{before}<{tag}><b>{word}</b></{tag}>{after}</p>",
        "<p>{before}<{tag}><{tag}>{word}</{tag}></{tag}>{after}</p>",
        "<p><span>{before}<{tag}>{word}</{tag}></span>{after}</p>",
        '<blockquote><p>{before}<{tag} class="x">{word}</{tag}>{after}</p></blockquote>',
    ],
)
def test_words_in_any_inline_element_stay_in_their_sentence(tag: str, shape: str) -> None:
    before, after = SENTENCE.split("14 May")

    got = last_paragraph(shape.format(before=before, tag=tag, word="14 May", after=after))

    assert got == SENTENCE


@pytest.mark.parametrize("tag", ["center", "address", "menu"])
@pytest.mark.parametrize(
    "shape",
    [
        "<p>{before}<{tag}>{word}</{tag}>{after}</p>",
        "<p>{before}<{tag}><b>{word}</b></{tag}>{after}</p>",
        "<p>{before}<b>{tag}</b> <{tag}>{word}</{tag}>{after}</p>",
        "<p>{before}<{tag}>{word}</{tag}><i>{after}</i></p>",
        "<p>{before}<{tag}>{word}</{tag}> and <u>not</u> to <{tag}>15 May</{tag}>{after}</p>",
        "<blockquote><p>{before}<{tag}>{word}</{tag}>{after}</p></blockquote>",
    ],
)
def test_an_element_that_ends_a_paragraph_for_parsers_ends_no_sentence(
    tag: str, shape: str
) -> None:
    before, after = SENTENCE.split("14 May")
    inside = shape.format(before=before, tag=tag, word="14 May", after=after)

    got = last_paragraph(inside)

    assert got == " ".join(re.sub(r"<[^>]+>", "", inside).split())


@pytest.mark.parametrize(
    "beside",
    [
        "<p>The hearing was put off because of the storm.</p><center>{}</center>",
        "<p>By Ana Bell</p><center>{}</center>",
        "<p>The harbor master has put off the hearing to</p><center><p>{}</p></center>",
        "<p>The harbor master has put off the hearing to</p> Ads <center>{}</center>",
    ],
)
def test_what_stands_behind_a_paragraph_is_no_part_of_it(beside: str) -> None:
    tree = parse(beside.format("A picture of the harbor"))

    mend_tree(tree)

    assert not any("harbor master" in text and "picture" in text for text in texts(tree, "p"))
    assert "A picture of the harbor" in tree.text_content()


@pytest.mark.parametrize("tag", ["time", "output", "label", "button"])
def test_words_at_both_ends_of_a_sentence_stay(tag: str) -> None:
    first = f"<p><{tag}>14 May</{tag}> is the day of the hearing, says the harbor master.</p>"
    last = f"<p>The harbor master says that the hearing is on <{tag}>14 May</{tag}></p>"

    assert last_paragraph(first + last) == (
        "14 May is the day of the hearing, says the harbor master.\n\n"
        "The harbor master says that the hearing is on 14 May"
    )


def test_a_quotation_keeps_its_words_and_gets_the_marks_that_a_browser_shows() -> None:
    got = last_paragraph(
        "<p>The harbor master said <q>we <i>will</i> wait</q> and left for home.</p>"
    )

    assert got == "The harbor master said “we will wait” and left for home."


def test_a_quotation_with_marks_of_its_own_gets_no_others() -> None:
    got = last_paragraph("<p>The harbor master said <q>“we wait”</q> and left for home early.</p>")

    assert got == "The harbor master said “we wait” and left for home early."


@pytest.mark.parametrize(
    "beside",
    [
        "<button>Share</button>",
        "<p>The harbor master left for home early that day. <button>Share</button></p>",
        '<div class="meta"><time>14 May 2025</time></div>',
        "<div>Filed <time>14 May 2025</time></div>",
        '<label for="mail">Your address</label>',
    ],
)
def test_words_beside_a_sentence_stay_out(beside: str) -> None:
    got = last_paragraph(beside)

    assert got in ("", "The harbor master left for home early that day.")


EMPTY = (
    '<i class="icon"></i>',
    "<span></span>",
    '<span><img src="/a.png"></span>',
    "<span><svg></svg></span>",
    "<b><i></i></b>",
    '<span><b style="display: none">hidden</b></span>',
    '<span class="sr-only">opens elsewhere</span>',
    '<a id="note"></a>',
    '<a href="/picture"><img src="/b.png"></a>',
    "<time></time>",
    "<button></button>",
    "<ins></ins>",
    "<font>&nbsp;</font>",
)


@pytest.mark.parametrize("empty", EMPTY)
@pytest.mark.parametrize(
    "shape",
    [
        "<p>{before}{empty} 14 May <a href='/storm'>{after}</a></p>",
        "<p>{before}<b>14 May</b> {empty} {after}</p>",
        "<p>{before}{empty} {empty} 14 May {after}</p>",
        "<p><span>{before}{empty}</span> 14 May <em>{after}</em></p>",
        "<blockquote><p>{before}<a href='/x'>{empty}</a> 14 May {empty}<i>{after}</i>"
        "</p></blockquote>",
    ],
)
def test_an_icon_or_what_holds_a_picture_cuts_no_words_behind_it(empty: str, shape: str) -> None:
    before, after = SENTENCE.split("14 May")

    assert last_paragraph(shape.format(before=before, empty=empty, after=after)) == SENTENCE


def test_a_picture_or_a_break_is_no_word_and_parts_none() -> None:
    got = last_paragraph(
        '<p>The harbor master has put off the <img src="/a.png"> hearing to 14&nbsp;May '
        "be<wbr>cause of the storm.</p>"
    )

    assert got == SENTENCE


@pytest.mark.parametrize("tag", ["time", "label", "button", "output"])
def test_words_between_two_other_elements_of_a_sentence_stay(tag: str) -> None:
    got = last_paragraph(
        f"<p><b>The harbor master</b> has put off <a href='/h'>the hearing</a> <{tag}>to 14 May"
        f"</{tag}> <em>because of the storm.</em></p>"
    )

    assert got == SENTENCE


def test_code_with_tags_of_its_own_keeps_its_place_in_the_sentence() -> None:
    got = last_paragraph(
        "<p>The harbor master has put off <code>the <s>first</s> hearing</code> <img src='/a.png'> "
        "<b>to 14 May</b> because of the storm.</p>"
    )

    assert got == SENTENCE.replace("the hearing", "the first hearing")


def test_a_day_between_two_links_of_a_byline_stays_out() -> None:
    got = last_paragraph(
        "<p><a href='/q'>Ada Quill</a> <time>14 May 2025</time> <a href='/m'>Mail</a></p>"
    )

    assert "14 May" not in got


WORD = st.text("abcdefghij", min_size=1, max_size=8)


@given(
    words=st.lists(st.tuples(WORD, st.sampled_from(["", *TAGS])), min_size=3, max_size=12),
)
def test_no_word_of_a_paragraph_is_lost_or_moved(words: list[tuple[str, str]]) -> None:
    marked = " ".join(f"<{tag}>{word}</{tag}>" if tag else word for word, tag in words)
    tree = parse(f"<p>It began {marked} so it goes on</p>")

    mend_tree(tree)

    want = " ".join(word for word, _ in words)
    assert texts(tree, "p") == [f"It began {want} so it goes on"]


@given(
    pieces=st.lists(
        st.one_of(WORD, st.sampled_from(EMPTY), st.builds("<b>{}</b>".format, WORD)),
        min_size=2,
        max_size=12,
    )
)
def test_no_word_beside_anything_empty_is_lost(pieces: list[str]) -> None:
    inside = " ".join(pieces)
    words = [piece.removeprefix("<b>").removesuffix("</b>") for piece in pieces]
    want = " ".join(word for word in words if "<" not in word)

    got = last_paragraph(f"<p>The harbor master said {inside} and went home to his family.</p>")

    assert got == " ".join(f"The harbor master said {want} and went home to his family.".split())
