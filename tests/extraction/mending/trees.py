"""Small trees to mend, and their texts."""

from __future__ import annotations

from lxml import html
from lxml.html import HtmlElement


def parse(body: str) -> HtmlElement:
    return html.document_fromstring(f"<html><body>{body}</body></html>")


def texts(tree: HtmlElement, tag: str) -> list[str]:
    """The text of each element of a tag, in order."""
    return [" ".join(element.text_content().split()) for element in tree.iter(tag)]
