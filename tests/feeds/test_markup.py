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
    ],
)
def test_a_title_loses_formatting_only(markup: str, title: str) -> None:
    assert title_text(markup) == title


def test_texts_are_cut_at_their_limit() -> None:
    assert plain_text("<p>" + "boat " * 100, limit=9) == "boat boat"
    assert title_text("boat " * 100, limit=9) == "boat boat"


@given(st.text(alphabet="ab>;\n #x3/p", max_size=60).map(clean_text))
def test_plain_text_written_as_markup_comes_back(text: str) -> None:
    assert plain_text(from_plain(text), limit=1_000) == text
