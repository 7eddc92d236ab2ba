"""HTML in feed elements to plain text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.markup import from_plain, plain_text, title_text
from monitor.text import clean_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("The ferry left.", "The ferry left."),
        ("<p>The ferry left.</p><p>The pier is open.</p>", "The ferry left.\n\nThe pier is open."),
        ("The ferry<br>left.", "The ferry\nleft."),
        ("The <b>ferry</b> left.", "The ferry left."),
        ("Roe &amp; Loe", "Roe & Loe"),
        ("&lt;p&gt;The ferry left.&lt;/p&gt;", "The ferry left."),
        ("<p>Left.</p><script>track()</script><style>p {}</style>", "Left."),
        ("3 < 5 boats", "3 < 5 boats"),
        ("The ferry<!-- slot 7 --> left.", "The ferry left."),
        ("<p>The ferry left.</p></body></html><p>It sank.</p>", "The ferry left.\n\nIt sank."),
        ("<p>Left.</p></html> At <b>noon</b>.", "Left.\n\nAt noon."),
        ("Left<noscript><p>Turn scripts on.</p></noscript> at noon.", "Left at noon."),
        ("<ul><li>Ferry\n  one</li><li>Ferry\ttwo</li></ul>", "Ferry one\n\nFerry two"),
        ("<![CDATA[The ferry left.]]>", "The ferry left."),
        ("<![CDATA[<p>The ferry left.</p>]]> At noon.", "The ferry left.\n\nAt noon."),
        ("&lt;![CDATA[The ferry left.]]&gt;", "The ferry left."),
        ("if (a[b[0]]> 2) leave()", "if (a[b[0]]> 2) leave()"),
        ("<p>Ferries <three of 9</p><p>left.</p>", "Ferries <three of 9\n\nleft."),
        ("<p>The ferry left <a hre", "The ferry left"),
        ("<p>Left when x <y and didn't return.", "Left when x <y and didn't return."),
        ('<p>Left <a class="b c d" rel="e f', "Left"),
        ('<img alt="a < b"> Left.', "Left."),
        ("Left&nbsp;&nbsp;at\u2003noon.", "Left at noon."),
        ("", ""),
    ],
)
def test_markup_is_read_as_a_browser_shows_it(markup: str, text: str) -> None:
    assert plain_text(markup, limit=1_000) == text


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        ("Ferry <b>delayed</b>", "Ferry delayed"),
        ("Roe &amp;amp; Loe", "Roe & Loe"),
        ("Why <head> matters", "Why <head> matters"),
        ("I <3 boats", "I <3 boats"),
        ("Ferry\n delayed", "Ferry delayed"),
        ("&lt;![CDATA[Ferry delayed]]&gt;", "Ferry delayed"),
    ],
)
def test_a_title_loses_formatting_only(markup: str, title: str) -> None:
    assert title_text(markup) == title


# What feeds have between words: whole tags in whatever order, and marks that only look like one.
_BETWEEN = (
    *("<p>", "</p>", "<div>", "</div>", "<br/>", "<html>", "</html>", "<body>", "</body>"),
    *("</head>", "<td>", "</table>", "<li>", "</ul>", "<select>", "<option>", "<textarea>"),
    *("</textarea>", "<title>", "</title>", "<iframe src=x>", "<svg>", "<math>", "<frameset>"),
    *("<plaintext>", "<xmp>", "<object>", "<?xml version='1.0'?>", "<!DOCTYPE html>", "<o:p>"),
    *(
        "<![CDATA[",
        "]]>",
        "<!-- note -->",
        "&",
        "&#0;",
        "&bogus;",
        "<1",
        "<>",
        "</>",
        "< p>",
    ),
)


@given(st.lists(st.sampled_from(_BETWEEN), max_size=9))
def test_no_word_is_lost_whatever_tags_stand_around_it(between: list[str]) -> None:
    words = [f"ferry{number}" for number in range(len(between) + 1)]
    markup = "".join(f"{word} {mark}" for word, mark in zip(words, [*between, "<p>"], strict=True))

    shown = plain_text(markup, limit=10_000)

    assert [word for word in words if word not in shown] == []


def test_texts_are_cut_at_their_limit() -> None:
    assert plain_text("<p>" + "boat " * 100, limit=9) == "boat boat"
    assert title_text("boat " * 100, limit=9) == "boat boat"


@given(st.text(alphabet="ab>;\n #x3/p", max_size=60).map(clean_text))
def test_plain_text_written_as_markup_comes_back(text: str) -> None:
    assert plain_text(from_plain(text), limit=1_000) == text
