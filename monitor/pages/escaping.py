"""Texts from the web in Markdown: shown as they are, whole, with nothing to click on."""

from __future__ import annotations

import re

from monitor.text import clean_text

# What Markdown gives a meaning (CommonMark 0.31, 2.4), and what GitHub makes of a bare address.
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&])")
_SCHEME = re.compile(r"(?i)\b(https?|ftp|www)(?=[:.])")
# Within a code span an address is text; a backtick would end it, a bar a cell round it.
_IN_CODE = str.maketrans({"`": "%60", "|": "%7C"})


def escape(text: str) -> str:
    """Returns a text on one line that Markdown shows as it is, addresses in it cut apart."""
    apart = _SCHEME.sub(_cut_apart, _whole_line(text))
    return _SPECIAL.sub(r"\\\1", apart)


def as_code(url: str) -> str:
    """Returns an address as a code span: it can be copied, and is no link."""
    return f"`{_whole_line(url).translate(_IN_CODE)}`"


def _cut_apart(found: re.Match[str]) -> str:
    return f"{found[0][0]}\u200b{found[0][1:]}"


def _whole_line(text: str) -> str:
    return clean_text(" ".join(text.split()))
