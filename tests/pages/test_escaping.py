"""In Markdown a text from the web is shown as it is: whole, no markup, nothing to click on."""

from __future__ import annotations

import pytest

from monitor.pages.escaping import as_code, escape


@pytest.mark.parametrize(
    "text",
    [
        "https://evil.example",
        "http://x.example/a_b",
        "www.evil.example",
        "see HTTPS://evil.example",
    ],
)
def test_no_address_in_a_text_is_a_link(text: str) -> None:
    shown = escape(text)

    assert "://" not in shown.replace("\u200b", "") or "\u200b" in shown
    assert text.lower() not in shown.lower()


def test_nothing_in_a_text_is_markup() -> None:
    assert escape("*a* [b](c) `d` <e> # f") == "\\*a\\* \\[b\\]\\(c\\) \\`d\\` \\<e\\> \\# f"


def test_no_text_is_cut_and_each_is_one_line() -> None:
    assert escape("pier\n\nclosed " * 900).split(" ") == ["pier", "closed"] * 900


def test_an_address_in_code_can_be_copied_and_ends_neither_code_nor_cell() -> None:
    assert as_code("https://g.example/a`b|c") == "`https://g.example/a%60b%7Cc`"
    assert as_code("https://g.example/" + "p" * 2_000) == "`https://g.example/" + "p" * 2_000 + "`"
