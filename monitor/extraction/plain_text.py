"""Plain texts: an order of a court, a bulletin, a press release that is served as `text/plain`.

They are written as the page that they would be, so that the same rules judge them. Paragraphs are
parted by empty lines, or by a line that ends a sentence though another word had room on it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from unicodedata import east_asian_width

# What a page begins with, behind comments and white space at most; looked for in its head only.
_MARKUP = re.compile(
    r"<(?:!doctype\s+html|\?xml|/?(?:html|head|body|title|meta|article|main|section|div|p|br"
    r"|h1)\b)",
    re.IGNORECASE,
)
_HEAD_CHARS = 2_000
# Characters of no text: https://mimesniff.spec.whatwg.org/#binary-data-byte
_BINARY = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_EMPTY_LINES = re.compile(r"\n\s*\n|\f")
_BREAKS = re.compile(r"\r\n?")
_SENTENCE_END = re.compile(r"""[.!?:…。！？]["'”’»)\]]*$""")
_ITEM = re.compile(r"\s*(?:[-*•]|\d{1,2}[.)])\s")
_MAX_LINE_CHARS = 120  # longer ones were not broken for their width
_MAX_TITLE_CHARS = 150


def is_plain(source: str) -> bool:
    """Whether a text holds no markup of a page and nothing that is no text."""
    return _MARKUP.search(source[:_HEAD_CHARS]) is None and _BINARY.search(source) is None


def write_page(source: str) -> str:
    """Returns a plain text as a page: its paragraphs, and its first line as the headline where that
    is short and stands alone.
    """
    blocks = list(filter(None, map(str.strip, _EMPTY_LINES.split(_BREAKS.sub("\n", source)))))
    title = blocks.pop(0) if len(blocks) > 1 and _is_title(blocks[0]) else ""
    head = f"<title>{html.escape(title)}</title>" if title else ""
    heading = f"<h1>{html.escape(title)}</h1>" if title else ""
    text = "".join(map(_write_paragraph, _paragraphs(blocks)))
    return f"<html><head>{head}</head><body><article>{heading}{text}</article></body></html>"


def _is_title(block: str) -> bool:
    line = block.strip()
    return (
        len(line) <= _MAX_TITLE_CHARS and "\n" not in line and not line.endswith((".", "。", ":"))
    )


def _write_paragraph(text: str) -> str:
    return f"<p>{html.escape(text)}</p>"


def _paragraphs(blocks: Sequence[str]) -> Iterator[str]:
    for block in blocks:
        lines = block.split("\n")
        width = max(map(len, lines))
        paragraph = lines[0].strip()
        for line, following in pairwise(lines):
            if _ends_paragraph(line, following, width):
                yield paragraph
                paragraph = following.strip()
            else:
                paragraph = _join(paragraph, following.strip())
        yield paragraph


def _ends_paragraph(line: str, following: str, width: int) -> bool:
    """Whether a line was not broken for its width, which is that of the longest beside it."""
    if width > _MAX_LINE_CHARS or _ITEM.match(following):
        return True
    if _SENTENCE_END.search(line.rstrip()) is None:
        return False
    word = following.split(maxsplit=1)[0]
    return following[0].isspace() or len(line.rstrip()) + 1 + len(word) <= width


def _join(text: str, line: str) -> str:
    # Scripts without spaces between words have none where a line was broken.
    is_wide = east_asian_width(text[-1]) in "WF" and east_asian_width(line[0]) in "WF"
    return f"{text}{line}" if is_wide else f"{text} {line}"
