"""Words in a sentence stay in it, whatever tag they stand in; a button beside one does not."""

from __future__ import annotations

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
