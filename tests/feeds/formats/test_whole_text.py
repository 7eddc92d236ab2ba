"""Text comes to feedparser in one piece, however it is written."""

from __future__ import annotations

import io
from xml.sax.handler import ContentHandler

import pytest

from monitor.feeds.formats.whole_text import create_parser


class Pieces(ContentHandler):
    """Keeps the pieces of text that it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def characters(self, content: str) -> None:
        self.found.append(content)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("The ferry left.", "The ferry left."),
        ("The ferry left.\nIt was late.", "The ferry left.\nIt was late."),
        ("&lt;p&gt;Roe &amp; Loe&lt;/p&gt;", "<p>Roe & Loe</p>"),
        ("Left <![CDATA[<b>late</b>]]> &#8217;", "Left <b>late</b> \u2019"),
        ("Left &lt;br&gt;\n" * 2_000, "Left <br>\n" * 2_000),
    ],
)
def test_text_between_two_tags_comes_in_one_piece(text: str, read: str) -> None:
    pieces = Pieces()
    parser = create_parser()
    parser.setContentHandler(pieces)

    parser.parse(io.BytesIO(f"<title>{text}</title>".encode()))

    assert pieces.found == [read]


def test_one_parser_reads_one_document_after_another() -> None:
    pieces = Pieces()
    parser = create_parser()
    parser.setContentHandler(pieces)

    for name in ("Roe", "Loe"):
        parser.parse(io.BytesIO(f"<title>{name} &amp; son</title>".encode()))

    assert pieces.found == ["Roe & son", "Loe & son"]
