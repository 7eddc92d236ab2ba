"""HTML in feed elements to plain text: paragraphs as blank lines, no tags, entities read, and no
text lost that only looks like a tag."""

from __future__ import annotations

import html
import re
from functools import lru_cache

from lxml import etree

from monitor.text import clean_text, one_line

_MAX_MARKUP_CHARS = 1_000_000
_MARKUP_FACTOR = 20  # a title's markup may be so many times longer than its text
_MAX_UNESCAPES = 3
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
# Their text is never shown.
_HIDDEN = frozenset(["head", "noscript", "script", "style", "template"])
# Formatting that occurs in titles. `<head>` or `<3` in a title is text: some titles are about tags.
_TITLE_TAG = re.compile(
    r"</?(?:a|abbr|acronym|b|big|br|center|cite|code|del|div|em|font|h[1-6]|i|img|ins|kbd|mark|nobr"
    r"|p|q|s|small|span|strike|strong|sub|sup|tt|u|wbr)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_ESCAPED_TAG = re.compile(
    r"</?(?:a|b|br|div|em|i|img|li|p|span|strong|ul)(?:\s[^<>]*)?/?>", re.IGNORECASE
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_MARKUP = re.compile(r"[<&]")
_ANY_TAG = re.compile(r"<[^<>]*>")
# A `<` that begins no tag, as in "a < b", or words that never end as a tag does, as in
# "a <b c</p>" or "a <b and c" at the end of a text: the parser would drop what follows. `</p<p>` is
# a tag with a mistake, `<a hre` at the end one that was cut off.
_LONE_LESS = re.compile(
    r"<(?![A-Za-z/?]|!--)"
    r"|<(?=[A-Za-z][^\s<>\"'=]*\s[^<>\"'=]*<)"
    r"|<(?=[A-Za-z][^\s<>=]*\s+[^\s<>=]+\s[^<>=]*\Z)"
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_WHOLE_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_COMMENT_EDGE = re.compile(r"<!--|-->")
_CDATA = "<![CDATA["
_CDATA_EDGE = re.compile(r"<!\[CDATA\[|\]\]>")
_BLANK_LINE = re.compile(r"\n[ \t]*\n\s*")
# A single blank is left alone: nine in ten of all spaces are one.
_SPACE = re.compile(r"[^\S ]\s*| \s+")
# Stand for breaks while white space is collapsed, in which line ends of the markup are blanks.
_PARAGRAPH, _LINE = "\ue000", "\ue001"


def plain_text(markup: str, *, limit: int) -> str:
    """Returns the text of an HTML fragment: paragraphs separated by a blank line, at most `limit`
    characters.
    """
    markup = markup[:_MAX_MARKUP_CHARS]
    if not _MARKUP.search(markup):
        return clean_text(markup, limit=limit)
    text = _text_of(markup)
    if _ESCAPED_TAG.search(text):  # escaped twice, as some feeds do
        text = _text_of(text)
    return clean_text(_open_cdata(_unescape(text)), limit=limit)


def title_text(markup: str, *, limit: int = 500) -> str:
    """Returns a title on one line: entities read however often they were escaped, formatting tags
    left out, other `<` kept; at most `limit` characters.
    """
    # A comment that does not end is text: a title is one line, and none of it may be lost.
    text = _WHOLE_COMMENT.sub("", _open_cdata(_unescape(markup[: limit * _MARKUP_FACTOR])))
    text = _COMMENT_EDGE.sub("", text)
    return one_line(_TITLE_TAG.sub("", text), limit=limit)


def from_plain(text: str) -> str:
    """Returns plain text as markup that `plain_text` gives back unchanged."""
    escaped = html.escape(text, quote=False)
    return _BLANK_LINE.sub("<p>", escaped).replace("\n", "<br>")


def _unescape(text: str) -> str:
    """Returns text with its entities read, also where they were escaped up to three times."""
    for _ in range(_MAX_UNESCAPES):
        if not _ENTITY.search(text):
            break
        text = html.unescape(text)
    return text


def _open_cdata(text: str) -> str:
    """Returns a text without the edges of CDATA that was escaped once more: a browser would take
    all between them for a comment.
    """
    return _CDATA_EDGE.sub("", text) if _CDATA in text else text


def _text_of(markup: str) -> str:
    markup = _open_cdata(markup)
    # What no parser can read loses its tags by pattern: some text is better than none.
    root = _parse(_LONE_LESS.sub("&lt;", _COMMENT.sub(" ", markup)))
    return _ANY_TAG.sub(" ", markup) if root is None else _collect_text(root)


def _parse(fragment: str) -> etree._Element | None:
    parser = etree.HTMLParser(
        remove_comments=True, remove_pis=True, no_network=True, huge_tree=False
    )
    try:
        return etree.fromstring(f"<html><body>{fragment}</body></html>", parser)
    except (etree.LxmlError, ValueError):
        return None


def _collect_text(root: etree._Element) -> str:
    """Returns the text of a tree with line breaks where a browser would make them."""
    text = _SPACE.sub(" ", str(_shown_text()(root)))
    return text.replace(_PARAGRAPH, "\n\n").replace(_LINE, "\n")


@lru_cache(maxsize=1)
def _shown_text() -> etree.XSLT:
    """Returns what takes the text out of a tree, in C: a page has thousands of elements."""
    blocks, hidden = "|".join(sorted(_BLOCKS)), "|".join(sorted(_HIDDEN))
    inside = "<xsl:apply-templates/>"
    return etree.XSLT(
        etree.XML(
            '<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">'
            '<xsl:output method="text"/>'
            f'<xsl:template match="{blocks}">{_PARAGRAPH}{inside}{_PARAGRAPH}</xsl:template>'
            f'<xsl:template match="br">{_LINE}{inside}</xsl:template>'
            f'<xsl:template match="{hidden}"/>'
            "</xsl:stylesheet>"
        )
    )
