"""What people and programs write into XML that is none: bare ampersands, quotation marks inside
attributes, comments that do not end. Made sound before a parser drops words over it."""

from __future__ import annotations

import html
import re

_ENTITY_NAME = r"(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31})"
_KNOWN_ENTITY = rf"&{_ENTITY_NAME};"
# The entities that markup in text is escaped with come first: they are nearly all.
_MARKED = re.compile(rf"<!\[CDATA\[|<!--|&(?!lt;|gt;|amp;|quot;|{_ENTITY_NAME};)")
_CDATA = "<![CDATA["
_TITLE_OPEN = re.compile(r"<(?:\w+:)?title\b[^<>]*>[^<>]*$", re.IGNORECASE)
_TITLE_CLOSE = re.compile(r"</(?:\w+:)?title\s*>", re.IGNORECASE)
_MAX_TITLE_CHARS = 2_000
# In CDATA: the end of an item and what stands there in a feed, so that the CDATA lacks its own end.
_ITEM_END = re.compile(
    r"</((?:\w+:)?(?:item|entry))\s*>\s*(?:<\1[\s>]|</(?:\w+:)?(?:channel|feed|rdf)\s*>)",
    re.IGNORECASE,
)
_OPENING = re.compile(r"<([\w:.-]{1,60})\b[^<>]{0,500}>\s{0,20}\Z")
_HALF_END = re.compile(r"\]\s?\]\s?(?:>|&gt;)?\s*\Z")
_MAX_OPENING_CHARS = 600
_HALF_END_CHARS = 20
_MAX_ENDED = 100
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_HIDDEN = re.compile(r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)", re.DOTALL)
# A tag ends where a `>` is followed by the next tag: a broken quotation mark may hold others.
_OUTLINE = re.compile(r"<(outline)\b((?:[^<>]|>(?!\s*<))*?)(/?)>(?=\s*<)", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""([\w:.-]{1,40})\s*=\s*(?:"(.*?)"|'(.*?)')(?=\s+[\w:.-]{1,40}\s*=\s*["']|\s*\Z)""", re.DOTALL
)
_MAX_OUTLINE_CHARS = 10_000


def escape_bare(text: str) -> str:
    """Returns a document with `&` escaped where it begins no entity, a comment inside a title that
    does not end there read as text, and CDATA without its end ended with its element. What stands
    in CDATA and comments is left alone.
    """
    parts, place, ended = [], 0, 0
    while found := _MARKED.search(text, place):
        start, mark = found.start(), found[0]
        parts.append(text[place:start])
        if mark == "&":
            mark, place = "&amp;", start + 1
        elif mark == "<!--":
            mark, place = _read_comment(text, start)
        else:
            place = _end_of(text, start, "]]>")
            mark = text[start:place]
            # Each is looked for through all that follows.
            close = _find_element_end(text, start, place) if ended < _MAX_ENDED else None
            if close:
                mark, place, ended = _end_cdata(text[start:close]), close, ended + 1
        parts.append(mark)
    return "".join([*parts, text[place:]])


def _read_comment(text: str, start: int) -> tuple[str, int]:
    """Returns how a comment is written, and the place behind it; its beginning alone where it is
    none.
    """
    inside = start + len("<!--")
    if _breaks_title(text, start):
        return "&lt;!--", inside
    end = _end_of(text, inside, "-->")
    return text[start:end], end


def _end_of(text: str, start: int, closing: str) -> int:
    end = text.find(closing, start)
    return len(text) if end < 0 else end + len(closing)


def _find_element_end(text: str, start: int, end: int) -> int | None:
    """Returns where the element ends that CDATA stands in, when it runs on into the next item; None
    when it does not.
    """
    item_end = _ITEM_END.search(text, start, end)
    if item_end is None:
        return None
    # What only shows the markup of feeds has an end of its own, and no CDATA in it.
    is_whole = text.endswith("]]>", start, end)
    if is_whole and text.find(_CDATA, start + 1, end) < item_end.start():
        return None
    opening = _OPENING.search(text[max(0, start - _MAX_OPENING_CHARS) : start])
    close = text.find(f"</{opening[1]}>", start, item_end.start()) if opening else -1
    return close if close >= 0 else None


def _end_cdata(text: str) -> str:
    """Returns CDATA that lacks its end, or has half of it, with its end."""
    return text[:-_HALF_END_CHARS] + _HALF_END.sub("", text[-_HALF_END_CHARS:]) + "]]>"


def _breaks_title(text: str, start: int) -> bool:
    """Whether a comment begins inside a title and goes on behind its end."""
    if not _TITLE_OPEN.search(text[max(0, start - _MAX_TITLE_CHARS) : start]):
        return False
    close = _TITLE_CLOSE.search(text, start, start + _MAX_TITLE_CHARS)
    return close is not None and text.find("-->", start, close.start()) < 0


def blank_comments(text: str) -> str:
    """Returns a text of the same length with blanks for its comments."""
    return _COMMENT.sub(_blank, text)


def blank_hidden(text: str) -> str:
    """Returns a text of the same length with blanks for its comments and CDATA."""
    return _HIDDEN.sub(_blank, text)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def repair_outlines(text: str) -> str:
    """Returns an OPML document whose outlines have their attributes quoted and escaped again."""
    return _OUTLINE.sub(_repair_outline, text)


def _repair_outline(match: re.Match[str]) -> str:
    if len(match[2]) > _MAX_OUTLINE_CHARS:
        return match[0]
    values: dict[str, str] = {}
    for attribute in _ATTRIBUTE.finditer(match[2]):
        value = attribute[2] if attribute[2] is not None else attribute[3]
        values.setdefault(attribute[1], html.escape(_unescape(value)))
    written = "".join(f' {name}="{value}"' for name, value in values.items())
    return f"<{match[1]}{written}{match[3]}>"


def _unescape(value: str) -> str:
    # Only what ends like an entity is one: `&copy=1` in an address is a parameter.
    return re.sub(_KNOWN_ENTITY, lambda found: html.unescape(found[0]), value)
