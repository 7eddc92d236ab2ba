"""HTML in feed elements to plain text: paragraphs as blank lines, no tags, entities read, and no
text lost that only looks like a tag."""

from __future__ import annotations

import html
import re

from lxml import etree

from monitor.text import clean_text, one_line

_MAX_MARKUP_CHARS = 1_000_000
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "td",
        "th",
        "tr",
        "ul",
    ]
)
_HIDDEN = frozenset(["head", "noscript", "script", "style", "template"])
# Formatting that occurs in titles. `<head>` or `<3` in a title is text: titles speak about tags,
# too.
_TITLE_TAG = re.compile(
    r"</?(?:a|abbr|acronym|b|big|br|center|cite|code|del|div|em|font|h[1-6]|i|img|ins|kbd|mark|nobr|p|q|s|small|span|strike|strong|sub|sup|tt|u|wbr)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_ESCAPED_TAG = re.compile(
    r"</?(?:a|b|br|div|em|i|img|li|p|span|strong|ul)(?:\s[^<>]*)?/?>", re.IGNORECASE
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_MARKUP = re.compile(r"[<&]")
_ANY_TAG = re.compile(r"<[^<>]*>")
_LONE_LESS = re.compile(r"<(?![A-Za-z/?]|!--|!\[CDATA\[)")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


def plain_text(markup: str, *, limit: int) -> str:
    """Returns the text of an HTML fragment: paragraphs separated by a blank line, at most `limit`
    characters.
    """
    markup = markup[:_MAX_MARKUP_CHARS]
    if not _MARKUP.search(markup):
        return clean_text(markup, limit=limit)
    text = _text_of(markup, limit)
    if _ESCAPED_TAG.search(text):  # escaped twice, as some feeds do
        text = _text_of(text, limit)
    return clean_text(_unescape(text), limit=limit)


def title_text(markup: str, *, limit: int = 500) -> str:
    """Returns a title on one line: entities read however often they were escaped, formatting tags
    left out, other `<` kept.
    """
    return one_line(
        _TITLE_TAG.sub("", _COMMENT.sub("", _unescape(markup[: limit * 20]))), limit=limit
    )


def from_plain(text: str) -> str:
    """Returns plain text as markup that `plain_text` gives back unchanged."""
    return re.sub(r"\n[ \t]*\n\s*", "<p>", html.escape(text, quote=False)).replace("\n", "<br>")


def _unescape(text: str) -> str:
    for _ in range(3):
        if not _ENTITY.search(text):
            break
        text = html.unescape(text)
    return text


def _text_of(markup: str, limit: int) -> str:
    parser = etree.HTMLParser(
        remove_comments=True, remove_pis=True, no_network=True, huge_tree=False
    )
    try:
        root = etree.fromstring(
            f"<html><body>{_LONE_LESS.sub('&lt;', _COMMENT.sub(' ', markup))}</body></html>", parser
        )
    except (etree.LxmlError, ValueError):
        root = None
    return _ANY_TAG.sub(" ", markup) if root is None else _collect(root, limit)


def _collect(root: etree._Element, limit: int) -> str:
    """Gathers the text of a tree, with line breaks where a browser would make them; stops when it
    is long enough.
    """
    pieces: list[str] = []
    length, hidden = 0, 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if tag in _HIDDEN:
            hidden += 1 if event == "start" else -1
        if tag in _BLOCKS:
            pieces.append("\n\n")
        elif tag == "br" and event == "start":
            pieces.append("\n")
        text = (element.text if event == "start" else element.tail) or ""
        if not hidden and text:
            pieces.append(re.sub(r"\s+", " ", text))
            length += len(text)
        if length > 2 * limit:
            break
    return "".join(pieces)
